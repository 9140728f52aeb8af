"""Pages of figures: coverage, quality, leaders' visits, the programme, one school, the rules."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from xiaoan.checks.queries import checklists_for
from xiaoan.engines.ui.pages import page
from xiaoan.ground.norms.queries import value_at
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import GENERAL_KINDS
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.queries import open_at
from xiaoan.inspections import figures
from xiaoan.inspections.catalogue import line_sets, list_rules
from xiaoan.inspections.flows import VISIT
from xiaoan.inspections.models import Keeper, Visit
from xiaoan.inspections.pages import taken
from xiaoan.inspections.pages.asking import actor_of, unit_in, year_of
from xiaoan.inspections.programme import programme_of
from xiaoan.inspections.resource import visit_pill
from xiaoan.inspections.resource_places import PLACES
from xiaoan.kernel import clock
from xiaoan.kernel.errors import NotKnown
from xiaoan.kernel.excel import wants_sheet

RULE_NORMS = ("inspections.fix_days", "burden.notice_days", "inspections.visits_year", "inspections.share_city",
              "inspections.share_county", "inspections.keeper_days")  # fmt: skip
MOST_ROWS = 400


@require_GET
@needs("inspections.oversee")
def coverage(request: HttpRequest) -> HttpResponseBase:
    """How many schools were inspected this year, by rank; the units below; open and covert visits; the four kinds."""
    actor, today = actor_of(request), clock.today()
    unit, year = unit_in(actor, request.GET.get("unit", "")), year_of(request, today)
    below = figures.below(unit, year)
    if wants_sheet(request):
        return taken.coverage_sheet(unit, below)
    months = figures.open_and_covert(unit, year)
    data = {"labels": [f"{int(m[5:])}月" for m, _, _ in months], "unit": "次",
            "series": [{"name": "明查", "values": [n for _, n, _ in months], "state": "go"},
                       {"name": "暗访", "values": [n for _, _, n in months], "state": "due"}]}  # fmt: skip
    context = {
        "unit": unit, "year": year, "year_word": str(year), "years": figures.years_of(today), "rows": [_shown(c) for c in figures.coverage_of(unit, year)], "below": below,
        "kinds": figures.four_kinds(unit, year), "months": data, "has_months": any(a or b for _, a, b in months),
        "told": f"{sum(a for _, a, _ in months)} 次明查，{sum(b for _, _, b in months)} 次暗访",
    }  # fmt: skip
    return page(request, "inspections/coverage.html", context)


def _shown(row: figures.Coverage) -> dict[str, Any]:
    """A figure of coverage: what was done of what should be, and a way to those left."""
    wanted = f"要求不少于 {row.share}%，即 {row.wanted} 所" if row.share else "没有比例要求"
    return {
        "name": f"{row.name}（{row.percent}%）", "visited": row.visited, "base": f"共 {row.schools:,} 所，{wanted}",
        "state": row.state, "href": f"{reverse('inspections:places')}?left=any",
    }  # fmt: skip


@require_GET
@needs("inspections.oversee")
def quality(request: HttpRequest) -> HttpResponseBase:
    """Findings per visit and repeat findings by inspector; who found the hazards of each school."""
    actor, today = actor_of(request), clock.today()
    unit, year = unit_in(actor, request.GET.get("unit", "")), year_of(request, today)
    schools, rows = _schools(unit), figures.quality_of(unit, year)
    origins = figures.origins(schools, f"{year}-01", f"{year}-12")
    if wants_sheet(request):
        return taken.quality_sheet(unit, year, rows, origins)
    context = {
        "unit": unit, "year": year, "year_word": str(year), "years": figures.years_of(today), "rows": rows,
        "origins": origins, "is_many": not schools and not unit.is_school,
    }  # fmt: skip
    return page(request, "inspections/quality.html", context)


def _schools(unit: Unit) -> list[Unit]:
    """The schools of one county or below; a city looks into one county at a time."""
    if unit.rank in ("province", "city"):
        return []
    return list(Unit.objects.under(unit.path).active().schools().order_by("path")[:MOST_ROWS])


@require_GET
@needs("inspections.oversee")
def deputies(request: HttpRequest) -> HttpResponseBase:
    """Leaders' own visits by month, from their records."""
    actor, today = actor_of(request), clock.today()
    unit, year = unit_in(actor, request.GET.get("unit", "")), year_of(request, today)
    units = [
        unit,
        *Unit.objects.filter(parent=unit)
        .active()
        .exclude(rank__in=["department", "partner"])
        .order_by("path")[:MOST_ROWS],
    ]
    held = figures.deputies(units, year)
    rows = [(u, held[u.path], sum(held[u.path])) for u in units]
    if wants_sheet(request):
        return taken.deputies_sheet(unit, year, rows)
    context = {
        "unit": unit, "year": year, "year_word": str(year), "years": figures.years_of(today), "rows": rows,
        "months": range(1, 13),
    }  # fmt: skip
    return page(request, "inspections/deputies.html", context)


@require_GET
@needs("inspections.oversee")
def programme(request: HttpRequest) -> HttpResponseBase:
    """Each school's progress with the documents in force, its last inspection and what it supervises itself."""
    actor = actor_of(request)
    unit = unit_in(actor, request.GET.get("unit", ""))
    rows = programme_of(unit, clock.today())
    if wants_sheet(request):
        return taken.programme_sheet(unit, rows)
    return page(request, "inspections/programme.html", {"unit": unit, "rows": rows})


@require_GET
@needs("inspections.oversee")
def place(request: HttpRequest, unit: uuid.UUID) -> HttpResponseBase:
    """One school under inspection: its visits, the stage of each open problem, keeper, open hazards."""
    actor = actor_of(request)
    row: Any = PLACES.rows(actor).filter(pk=unit).first()
    if row is None:
        raise NotKnown("没有这所学校，或者它不在您的管理范围内。")
    year = clock.today().year
    visits = list(
        Visit.objects.under(actor.scope)
        .filter(place=row)
        .exclude(state="cancelled")
        .select_related("campaign", "place")
        .order_by("-planned_on", "-id")[:30]
    )
    if wants_sheet(request):
        return taken.place_sheet(row, visits)
    keeper = Keeper.objects.filter(unit=row, ends__isnull=True).first()
    context = {
        "unit": row, "visits": [(v, visit_pill(v)) for v in visits], "keeper": keeper,
        "kept_visits": _visits_of(keeper, row), "coverage": figures.coverage_of(row, year), "year": year,
        "hazards": list(open_at(row.path)[:10]), "origin": figures.origins([row], f"{year}-01", f"{year}-12")[0],
        "stages": {s.key: s.label for s in VISIT.states}, "is_general": row.kind in GENERAL_KINDS,
    }  # fmt: skip
    return page(request, "inspections/place.html", context)


def _visits_of(keeper: Keeper | None, school: Unit) -> int:
    """How often the keeper has been there since they look after it."""
    if keeper is None:
        return 0
    rows = Visit.objects.filter(place=school, parts__person_id=keeper.person_id, counted_on__gte=keeper.starts)
    return rows.distinct().count()


@require_GET
@needs("inspections.read")
def rules(request: HttpRequest) -> HttpResponse:
    """How inspections are done here: the published rules, the steps with their terms, the lists, the black list."""
    actor = actor_of(request)
    unit = unit_in(actor, "")
    context = {
        "unit": unit, "rulebook": value_at("inspections.rules", unit.path),
        "norms": [value_at(key, unit.path) for key in RULE_NORMS], "checklists": checklists_for(unit, "inspection"),
        "sets": line_sets().values(), "black": list_rules().values(), "steps": [s for s in VISIT.states if s.key != "cancelled"],
    }  # fmt: skip
    return page(request, "inspections/rules.html", context)
