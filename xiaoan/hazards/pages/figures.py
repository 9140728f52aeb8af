"""Pages of figures: growth, closing, the pool by source, by school; majors; descriptions across schools; six lists."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.hazards import figure_queries as figures
from xiaoan.hazards.lists import KEPT
from xiaoan.hazards.models import STOCK_UNTIL
from xiaoan.hazards.pages import taken
from xiaoan.hazards.pages.cases import actor_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed
from xiaoan.kernel.excel import wants_sheet
from xiaoan.kernel.ids import read_id
from xiaoan.obligations.pages.places import find_unit

LEVEL_TABS = [("", "全部"), ("major", "重大")]


@require_GET
@needs("hazards.read")
def overview(request: HttpRequest) -> HttpResponseBase:
    """How a unit stands this year."""
    unit, year, level = _unit(request), _year(request), request.GET.get("level", "")
    level = level if level == "major" else ""
    since, until = f"{year}-01", f"{year}-12"
    grown = figures.growth(unit.path, year, level)
    rows = figures.places(unit, since, until)
    context = {
        "unit": unit, "year": year, "years": _years(), "level": level, "levels": LEVEL_TABS,
        "told": figures.summary(unit.path, since, until), "growth": grown, "chart": _chart(grown),
        "sources": figures.by_source(unit.path, since, until), "categories": figures.by_category(unit.path, since, until),
        "self_found": figures.self_found(unit.path, since, until), "others": figures.found_by_others(unit.path, since, until),
        "growing": [r for r in rows if r.net > 0], "rows": [r for r in rows if r.found or r.shut or r.open],
        "is_school": unit.is_school,
    }  # fmt: skip
    if wants_sheet(request):
        return taken.figures_sheet(context)
    return page(request, "hazards/figures.html", context)


@require_GET
@needs("hazards.read")
def majors(request: HttpRequest) -> HttpResponseBase:
    """Dynamic zero: each open major hazard with its age and deadline; the stock of 2023 and before; growth of majors."""
    unit, year = _unit(request), clock.today().year
    since, until = f"{year}-01", f"{year}-12"
    ever, remaining = figures.stock(unit.path)
    rows = figures.open_majors(unit.path)
    today = clock.today()
    context = {
        "unit": unit, "rows": [(h, (today - h.found_on).days, h.is_late(today)) for h in rows],
        "late": sum(h.is_late(today) for h in rows), "ever": ever, "remaining": remaining,
        "closed": figures.majors_closed(unit.path, "", until), "self_found": figures.self_found(unit.path, since, until, "major"),
        "others": figures.found_by_others(unit.path, since, until, "major"), "now": clock.now(),
        "days": figures.mean_days_of_majors(unit.path), "stock_until": STOCK_UNTIL,
    }  # fmt: skip
    if wants_sheet(request):
        return taken.majors_sheet(context)
    return page(request, "hazards/majors.html", context)


@require_GET
@needs("hazards.read")
def items(request: HttpRequest) -> HttpResponseBase:
    """The same coded description across schools."""
    unit = _unit(request)
    rows = figures.by_item(unit.path)
    if wants_sheet(request):
        return taken.items_sheet(unit, rows)
    return page(request, "hazards/items.html", {"unit": unit, "rows": rows})


@require_GET
@needs("hazards.read")
def lists(request: HttpRequest) -> HttpResponse:
    """Where the six lists are."""
    _refuse_narrow(actor_of(request))
    return page(request, "hazards/lists.html", {"kept": list(KEPT.values())})


def _unit(request: HttpRequest) -> Any:
    actor = actor_of(request)
    _refuse_narrow(actor)
    return find_unit(actor, str(read_id(request.GET.get("unit")) or ""))


def _refuse_narrow(actor: Actor) -> None:
    """Figures of a whole unit are not for those who see their own cases only."""
    if actor.role in ("student_officer", "parent", "partner_officer"):
        raise NotAllowed("统计只给学校和教育行政部门看。")


def _year(request: HttpRequest) -> int:
    asked = request.GET.get("year", "")
    return int(asked) if asked in dict(_years()) else clock.today().year


def _years() -> list[tuple[str, str]]:
    now = clock.today().year
    return [(str(y), f"{y}年") for y in range(now, now - 4, -1)]


def _chart(told: figures.Growth) -> dict[str, Any]:
    return {
        "labels": told.labels, "values": told.found, "unit": "件",
    }  # fmt: skip
