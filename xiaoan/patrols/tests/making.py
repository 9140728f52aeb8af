"""Routes and rounds for tests."""

from collections.abc import Sequence
from typing import Any

from conftest import Cast
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.patrols.models import Round, Route
from xiaoan.patrols.services import plan_route
from xiaoan.risks.tests.making import a_point


def a_route(cast: Cast, unit: Unit | None = None, name: str = "教学楼一圈", **given: Any) -> Route:
    """A daily route over two risk points."""
    school = unit or cast.primary
    points = [a_point(school, name=f"{name} 第 {n} 处") for n in (1, 2)]
    stops = [(points[0].id, ["gate"]), (points[1].id, ["exits"])]
    facts = {"rhythm": "daily", "times": ["08:00", "12:30", "18:00"], "stops": stops, **given}
    return plan_route(actor=cast.actor("safety_director", school), unit=school, name=name, **facts)


def seen_at(route: Route, states: Sequence[str]) -> dict[str, Any]:
    """What was seen at each stop in turn."""
    stops = route.stops.order_by("place")
    return {
        str(stop.id): {"state": state, "note": f"第 {stop.place} 处有异常" if state == "bad" else "", "scanned": True}
        for stop, state in zip(stops, states, strict=True)
    }


def a_missed_round(cast: Cast, unit: Unit) -> Round:
    """A round that nobody walked."""
    route, now = a_route(cast, unit), clock.now()
    row = Round(
        route=route,
        state=Round.MISSED,
        period=f"{now:%Y-%m-%d}",
        slot="08:00",
        day=clock.today(),
        due=now,
        **scope_of(unit),
    )
    row.save(force_insert=True)
    return row
