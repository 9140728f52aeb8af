"""Patrols on the desk: a school's routes and their last days, planning one, one round; for bureaux who walked."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.sheets.catalogue import sheet as find_sheet
from xiaoan.engines.ui.dates import cn_moment
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.hazards.models import Hazard
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.excel import wants_sheet
from xiaoan.kernel.ids import read_id
from xiaoan.patrols import queries, services, taken
from xiaoan.patrols.forms import RouteForm
from xiaoan.patrols.models import Round, Route
from xiaoan.patrols.resource import round_pill
from xiaoan.risks.models import Point

SPANS = (("1", "本月"), ("3", "近三个月"), ("6", "近半年"))
RHYTHM_WORDS = {"daily": "每天", "weekly": "每周", "monthly": "每月"}


@require_GET
@needs("patrols.read")
def home(request: HttpRequest) -> HttpResponseBase:
    """A school sees its routes and their last two weeks; a bureau sees who below it walked, by the units beneath."""
    actor, unit = _actor(request), _unit(request)
    span = request.GET.get("span", "1")
    span = span if span in dict(SPANS) else "1"
    first = clock.today().replace(day=1) - timedelta(days=31 * (int(span) - 1))
    months = services.months(first, clock.today())
    own = actor.unit_path == unit.path
    context: dict[str, Any] = {
        "unit": unit, "spans": SPANS, "span": span, "total": queries.total_of(unit, months),
        "may_plan": own and actor.holds("patrols.plan"),
    }  # fmt: skip
    if unit.rank == Rank.SCHOOL:
        due = queries.due_of(unit)
        if wants_sheet(request):
            return taken.routes_sheet(unit, due)
        context |= {"due": due, "squares": queries.squares_of([d.route for d in due]), "roles": ROLES}
        return page(request, "patrols/school.html", context)
    below = queries.below(unit, months)
    if wants_sheet(request):
        return taken.units_sheet(unit, dict(SPANS)[span], below)
    context |= {"rows": below, "above": unit.parent if unit.path != actor.scope else None}
    return page(request, "patrols/bureau.html", context)


@require_http_methods(["GET", "POST"])
@needs("patrols.plan")
def new(request: HttpRequest) -> HttpResponse:
    """Set up a route."""
    return _plan(request, None)


@require_http_methods(["GET", "POST"])
@needs("patrols.plan")
def change(request: HttpRequest, route: uuid.UUID) -> HttpResponse:
    """Change a route."""
    return _plan(request, services.find_route(_actor(request), route, "patrols.plan"))


@require_GET
@needs("patrols.read")
def show(request: HttpRequest, route: uuid.UUID) -> HttpResponseBase:
    """One route: its stops, its last rounds."""
    actor = _actor(request)
    found = services.find_route(actor, route)
    words = {c.key: c.label for c in find_sheet(found.sheet).checks}
    stops = [
        (s, [words[c] for c in s.checks if c in words]) for s in found.stops.select_related("point").order_by("place")
    ]
    rounds = found.rounds.select_related("route", "unit").order_by("-day", "-id")[:20]
    if wants_sheet(request):
        return taken.route_sheet(found, stops, rounds)
    context = {
        "route": found, "stops": stops, "squares": queries.squares_of([found], days=28), "rhythm": RHYTHM_WORDS[found.rhythm],
        "rounds": [(r, round_pill(r)) for r in rounds],
        "may_plan": actor.unit_path == found.unit_path and actor.holds("patrols.plan") and found.is_active,
        "role": ROLES[found.role].name,
    }  # fmt: skip
    return page(request, "patrols/route.html", context)


@require_POST
@needs("patrols.plan")
def close(request: HttpRequest, route: uuid.UUID) -> HttpResponse:
    """Walk it no longer."""
    found = services.find_route(_actor(request), route, "patrols.plan")
    try:
        services.close_route(actor=_actor(request), route=found, seen=_number(request, "step"))
    except Stale as why:
        messages.warning(request, why.sentence)
        return redirect("patrols:route", found.id)
    messages.success(request, f"“{found.name}”已停用，走过的记录都还在。")
    return redirect("patrols:home")


@require_GET
@needs("patrols.read")
def round_page(request: HttpRequest, round: uuid.UUID) -> HttpResponseBase:
    """One round: what was seen at each stop, and what was reported."""
    actor = _actor(request)
    rows = Round.objects.visible_to(actor, "patrols.read").select_related("route", "unit", "record")
    found = rows.filter(id=round).first()
    if found is None:
        raise NotKnown("没有这次巡查，或者它不在您的管理范围内。")
    words = {c.key: c.label for c in find_sheet(found.route.sheet).checks}
    hazards = (
        {str(h.id): h for h in Hazard.objects.filter(id__in=_hazards(found))} if actor.holds("hazards.read") else {}
    )
    photos = {
        str(f.id): f for f in StoredFile.objects.filter(id__in=[p for s in found.stops.values() for p in s["photos"]])
    }
    stops = [
        {**s, "words": "；".join(words[c] for c in s["bad"] if c in words), "case": hazards.get(s.get("hazard", "")),
         "shots": [photos[p] for p in s["photos"] if p in photos], "when": _moment(s)}
        for s in found.stops.values()
    ]  # fmt: skip
    if wants_sheet(request):
        return taken.round_sheet(found, stops)
    context = {
        "round": found, "pill": round_pill(found), "stops": stops, "facts": _facts(found),
        "may_file": actor.holds("records.read"),
    }  # fmt: skip
    return page(request, "patrols/round.html", context)


def _facts(row: Round) -> list[tuple[str, str]]:
    """Who walked it and when; of a missed one only how much there was to see."""
    walked = [
        ("谁", row.walked_by),
        ("开始", cn_moment(row.started_at)),
        ("结束", cn_moment(row.ended_at)),
        ("收到", cn_moment(row.received_at)),
    ]
    return [
        *(walked if row.walked_by else []),
        ("看了", f"{row.passed}/{row.total} 处"),
        ("发现隐患", f"{row.found} 处"),
    ]


def _plan(request: HttpRequest, route: Route | None) -> HttpResponse:
    actor = _actor(request)
    unit = own_unit(actor)
    if unit.rank != Rank.SCHOOL:
        raise NotAllowed("巡查路线由学校自己设置。")
    form = RouteForm(request.POST or None, initial=_initial(route))
    points = list(Point.objects.filter(unit_path=unit.path, is_active=True).order_by("code", "id"))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.plan_route(
                actor=actor, unit=unit, route=route, stops=_stops(request), seen=_number(request, "step") if route else None,
                **form.facts(),
            )  # fmt: skip
        except (Invalid, Stale) as why:
            form.add_error(None, why.sentence)
        else:
            messages.success(request, f"路线“{row.name}”已保存，手机“巡查”里可以走了。")
            return redirect("patrols:route", row.id)
    context = {"form": form, "route": route, "points": _choices(request, route, points), "unit": unit,
               "checks": find_sheet(form["sheet"].value() if form["sheet"].value() in services.SHEETS else "daily_patrol").checks}  # fmt: skip
    return page(request, "patrols/route_form.html", context, status=422 if form.is_bound else 200)


def _stops(request: HttpRequest) -> list[tuple[uuid.UUID, list[str]]]:
    """Ticked points in the order of the numbers beside them; those without a number come last, as listed."""
    chosen = [i for i in map(read_id, request.POST.getlist("stop")) if i]
    numbered = [(_number(request, f"place-{i}") or 999, at, i) for at, i in enumerate(dict.fromkeys(chosen))]
    return [(i, request.POST.getlist(f"checks-{i}")) for _, _, i in sorted(numbered, key=lambda x: x[:2])]


def _choices(request: HttpRequest, route: Route | None, points: Sequence[Point]) -> list[dict[str, Any]]:
    """Every point of the school with what was chosen of it, now or before."""
    held = {s.point_id: s for s in route.stops.all()} if route else {}
    chosen = {point: (place, checks) for place, (point, checks) in enumerate(_stops(request), 1)}
    if request.method != "POST":
        chosen = {p: (s.place, s.checks) for p, s in held.items()}
    rows = [
        {
            "point": p,
            "place": chosen.get(p.id, ("", []))[0],
            "checks": chosen.get(p.id, ("", []))[1],
            "on": p.id in chosen,
        }
        for p in points
    ]
    return sorted(rows, key=lambda row: (not row["on"], row["place"] or 0))


def _initial(route: Route | None) -> dict[str, Any]:
    if route is None:
        return {
            "rhythm": "daily",
            "times": "08:00 12:30 18:00",
            "role": "guard",
            "sheet": "daily_patrol",
            "needs_pupils": True,
        }
    return {"name": route.name, "rhythm": route.rhythm, "times": " ".join(route.times), "role": route.role,
            "sheet": route.sheet, "needs_pupils": route.needs_pupils}  # fmt: skip


def _hazards(row: Round) -> list[str]:
    return [s["hazard"] for s in row.stops.values() if s.get("hazard")]


def _moment(stop: dict[str, Any]) -> Any:
    return parse_datetime(stop["at"]) if stop.get("at") else None


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _unit(request: HttpRequest) -> Unit:
    """The unit of `?unit=` in the actor's scope, else the actor's own."""
    actor, asked = _actor(request), request.GET.get("unit", "")
    rows = Unit.objects.under(actor.scope).exclude(rank__in=(Rank.DEPARTMENT, Rank.PARTNER)).select_related("parent")
    wanted = read_id(asked) if asked else None
    found = rows.filter(id=wanted).first() if wanted else rows.filter(path=actor.scope).first() if not asked else None
    if found is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return found


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
