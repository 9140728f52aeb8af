"""Patrols as the phone holds them: the routes with their stops, and the rounds due in the next days."""

from datetime import timedelta
from typing import Any

from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.patrols.models import Round, Route
from xiaoan.patrols.queries import routes_of
from xiaoan.patrols.slots import slots_of

AHEAD = timedelta(days=2)  # a phone may be without a network over a weekend's beginning


def route_part(actor: Actor, unit: Unit) -> list[dict[str, Any]]:
    """The school's routes: each stop with its point's token and what to look at there."""
    if unit.rank != Rank.SCHOOL or not actor.holds("patrols.walk"):
        return []
    return [
        {"id": str(route.id), "name": route.name, "role": route.role, "stops": _stops(route)}
        for route in routes_of(unit)
    ]


def _stops(route: Route) -> list[dict[str, Any]]:
    words = {c.key: c.label for c in sheet(route.sheet).checks}
    return [
        {
            "id": str(stop.id), "n": stop.place, "name": stop.point.name, "place": stop.point.place,
            "token": stop.point.token, "checks": [[key, words[key]] for key in stop.checks if key in words],
        }
        for stop in sorted(route.stops.all(), key=lambda s: s.place)
    ]  # fmt: skip


def due_rounds(actor: Actor, unit: Unit) -> list[dict[str, Any]]:
    """The rounds of today and the next days that nobody has walked, in their order."""
    if unit.rank != Rank.SCHOOL or not actor.holds("patrols.walk"):
        return []
    today = clock.today()
    walked = Round.objects.filter(unit_path=unit.path, day__gte=today - AHEAD, state=Round.WALKED).exclude(period="")
    done = set(walked.values_list("route", "period", "slot"))
    ahead = [
        (route, slot)
        for route in Route.objects.filter(unit_path=unit.path, is_active=True)
        for slot in slots_of(route, today, today + AHEAD)
    ]
    return [
        {"route": str(route.id), "period": slot.period, "slot": slot.time, "due": slot.due.isoformat(), "role": route.role}
        for route, slot in sorted(ahead, key=lambda one: one[1].due)
        if (route.id, *slot.key) not in done
    ]  # fmt: skip
