"""Where risks begin: a school's own picture, a bureau's figures."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.excel import wants_sheet
from xiaoan.risks import county
from xiaoan.risks.library import areas
from xiaoan.risks.models import COLOURS, Level, Point, Standing
from xiaoan.risks.pages.places import actor_of, unit_below
from xiaoan.risks.pages.taken import bureau_sheet
from xiaoan.risks.queries import my_controls, overdue_controls, points_of, standing_of

SHOWN = 8


@require_GET
@needs("risks.read")
def home(request: HttpRequest) -> HttpResponseBase:
    """A school's own page, or a bureau's."""
    unit = own_unit(actor_of(request))
    return _school(request, unit) if unit.is_school else _bureau(request, unit)


@require_GET
@needs("risks.read")
def school(request: HttpRequest, unit: uuid.UUID) -> HttpResponseBase:
    """One school (or bureau) below, as it sees itself."""
    found = unit_below(actor_of(request), unit)
    return _school(request, found) if found.is_school else _bureau(request, found)


def _school(request: HttpRequest, unit: Unit) -> HttpResponse:
    actor, today = actor_of(request), clock.today()
    points = points_of(unit)
    late = list(overdue_controls(unit.path).order_by("due")[:SHOWN])
    context = {
        "unit": unit, "standing": standing_of(unit), "points": points, "areas": by_area(points),
        "levels": [(n, Level(n).label, COLOURS[n], sum(p.is_assessed and p.level == n for p in points)) for n in (1, 2, 3, 4)],
        "late": late, "lacking": [p for p in points if p.lacks][:SHOWN],
        "due": [p for p in points if p.assess_due and p.assess_due <= today][:SHOWN],
        "unassessed": [p for p in points if not p.is_assessed],
        "mine": my_controls(actor).filter(due__lte=today).count() if actor.unit_path == unit.path else 0,
        "is_own": actor.unit_path == unit.path, "may_write": actor.may("risks.write", unit.path) and actor.unit_path == unit.path,
        "may_study": actor.may("risks.study", unit.path) and actor.unit_path == unit.path, "today": today,
    }  # fmt: skip
    return page(request, "risks/school.html", context)


def by_area(points: list[Point]) -> list[dict[str, Any]]:
    """The tree-map of a school: its key areas, the worst first, with their points."""
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.area, []).append(point)
    rows = [
        {"name": areas()[key].name if key in areas() else key, "points": held, "level": min(p.level for p in held)}
        for key, held in found.items()
    ]
    return sorted(rows, key=lambda r: (r["level"], -len(r["points"])))


def _bureau(request: HttpRequest, unit: Unit) -> HttpResponseBase:
    shares = county.shares_of(county.bureaux_below(unit))
    missing = county.schools_without(unit.path, unassessed=0, listed_on__isnull=False)
    red = Standing.objects.under(unit.path).filter(red__gt=0).select_related("unit").order_by("-red", "id")
    if wants_sheet(request):
        return bureau_sheet(unit, shares, missing, red)
    figures = county.figures_of(unit.path)
    context = {
        "unit": unit, "figures": figures, "schools": county.schools_of(unit.path), "shares": shares,
        "targets": [county.target_of(unit.path, kind) for kind in ("risk", "dual")],
        "missing": list(missing[:SHOWN]), "red": list(red[:SHOWN]), "high": figures.get("red", 0) + figures.get("orange", 0),
        "now": clock.now(),
    }  # fmt: skip
    return page(request, "risks/bureau.html", context)
