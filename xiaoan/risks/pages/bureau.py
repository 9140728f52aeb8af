"""What a bureau looks at: who has not begun, targets, two days side by side, a past day, visits by grade, coverage."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from xiaoan.checks.catalogue import category_names
from xiaoan.engines.resource.paging import read_page
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.kernel import clock
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet
from xiaoan.risks import county
from xiaoan.risks.history import figures_on, points_on
from xiaoan.risks.library import areas
from xiaoan.risks.models import COLOURS, Level, Point, Standing
from xiaoan.risks.models.works import KINDS
from xiaoan.risks.pages.places import actor_of, own_unit
from xiaoan.risks.queries import controls_by_point
from xiaoan.risks.resource import LEVEL_OPTIONS

MOST = 300


@require_GET
@needs("risks.read")
def missing(request: HttpRequest) -> HttpResponse:
    """Schools without an assessment: no list, or points that nobody has graded."""
    unit = own_unit(actor_of(request))
    rows = list(county.schools_without(unit.path, unassessed=0, listed_on__isnull=False)[: MOST + 1])
    begun = {s.unit_id: s for s in Standing.objects.filter(unit__in=rows)}
    lines = [(u, begun.get(u.id)) for u in rows[:MOST]]
    if wants_sheet(request):
        columns = [Col("学校", lambda r: r[0].name, 28), Col("情况", lambda r: _begun(r[1]), 30)]
        return sheet("还没有风险评估的学校", Table("学校", columns, lines))  # type: ignore[return-value]
    context = {"unit": unit, "lines": [(u, _begun(s)) for u, s in lines], "is_more": len(rows) > MOST,
               "schools": county.schools_of(unit.path), "assessed": county.figures_of(unit.path).get("assessed", 0)}  # fmt: skip
    return page(request, "risks/missing.html", context)


@require_GET
@needs("risks.read")
def targets(request: HttpRequest) -> HttpResponse:
    """Passed of all schools against what the documents ask, and who has not passed."""
    unit = own_unit(actor_of(request))
    kind = request.GET.get("kind", "risk")
    kind = kind if kind in KINDS else "risk"
    held = {"accepted_on__isnull": False} if kind == "risk" else {"dual_on__isnull": False, "is_running": True}
    rows = list(county.schools_without(unit.path, **held)[: MOST + 1])
    target = county.target_of(unit.path, kind)
    if wants_sheet(request):
        return sheet(f"没有通过{KINDS[kind]}的学校", Table("学校", [Col("学校", lambda u: u.name, 30)], rows[:MOST]))  # type: ignore[return-value]
    context = {
        "unit": unit, "kind": kind, "kinds": list(KINDS.items()), "target": target, "name": KINDS[kind],
        "rows": rows[:MOST], "is_more": len(rows) > MOST, "now": clock.now(),
        "shares": [(s, s.get(county.SUBJECT[kind])) for s in county.shares_of(county.bureaux_below(unit))],
    }  # fmt: skip
    return page(request, "risks/targets.html", context)


@require_GET
@needs("risks.read")
def trend(request: HttpRequest) -> HttpResponse:
    """Red and orange and the share under control on two days side by side."""
    unit, today = own_unit(actor_of(request)), clock.today()
    first = _day(request, "first", date(today.year - 1, 12, 31))
    last = _day(request, "last", today)
    days = [figures_on(unit.path, day) for day in (first, last)]
    return page(request, "risks/trend.html", {"unit": unit, "days": days, "first": first, "last": last})


@require_GET
@needs("risks.read")
def past(request: HttpRequest) -> HttpResponse:
    """The risk sources by kind and grade as they were on a past day."""
    unit, today = own_unit(actor_of(request)), clock.today()
    on = _day(request, "on", today - timedelta(days=30))
    kind, grade = request.GET.get("kind", ""), request.GET.get("level", "")
    rows = points_on(unit.path, on).order_by("level_then", "-id")
    if kind in category_names():
        rows = rows.filter(kind=kind)
    if grade in dict(LEVEL_OPTIONS):
        rows = rows.filter(level_then=int(grade))
    found = list(rows[: MOST + 1])
    lines = [
        (p, Level(p.level_then).label if p.level_then else "还没有评估", COLOURS.get(p.level_then or 0, ""))
        for p in found[:MOST]
    ]
    if wants_sheet(request):
        columns = [
            Col("风险点", lambda r: r[0].name, 28), Col("当时等级", lambda r: r[1], 14), Col("学校", lambda r: r[0].unit.name, 26),
            Col("部位", lambda r: areas()[r[0].area].name, 18), Col("类别", lambda r: category_names().get(r[0].kind, ""), 16),
        ]  # fmt: skip
        return sheet(f"{on} 风险源", Table("风险源", columns, lines))  # type: ignore[return-value]
    context = {
        "unit": unit, "on": on, "kind": kind, "level": grade, "lines": lines, "is_more": len(found) > MOST,
        "kinds": list(category_names().items()), "levels": LEVEL_OPTIONS,
    }  # fmt: skip
    return page(request, "risks/past.html", context)


@require_GET
@needs("risks.read")
def red(request: HttpRequest) -> HttpResponse:
    """Every red risk with its measures, owner and last check."""
    unit = own_unit(actor_of(request))
    rows = Point.objects.under(unit.path).filter(is_active=True, level=Level.RED, base_level__isnull=False)
    found = list(rows.select_related("unit").order_by("level", "-id")[: MOST + 1])
    measures = controls_by_point(found)
    lines = [(p, measures.get(p.id, [])) for p in found[:MOST]]
    if wants_sheet(request):
        columns = [
            Col("风险点", lambda r: r[0].name, 28), Col("学校", lambda r: r[0].unit.name, 26),
            Col("管控措施", lambda r: "；".join(c.words for c in r[1]), 60), Col("责任人", lambda r: f"{r[0].post} {r[0].owner}", 20),
            Col("最近确认", lambda r: r[0].checked_on), Col("定级依据", lambda r: r[0].why, 40),
        ]  # fmt: skip
        return sheet("重大风险", Table("重大风险", columns, lines))  # type: ignore[return-value]
    context = {"unit": unit, "lines": lines, "is_more": len(found) > MOST, "today": clock.today()}
    return page(request, "risks/red.html", context)


@require_GET
@needs("risks.read")
def visits(request: HttpRequest) -> HttpResponse:
    """How often schools of each grade are to be looked at, what is asked of them, and what was done this year."""
    unit, year = own_unit(actor_of(request)), clock.today().year
    rows = Standing.objects.under(unit.path).filter(listed_on__isnull=False).select_related("unit")
    grade = request.GET.get("grade", "")
    if grade in dict(LEVEL_OPTIONS):
        rows = rows.filter(grade=int(grade))
    found = read_page(rows, ("id",), after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=40)
    context = {
        "unit": unit, "year": year, "lines": county.visits_of(found.rows, unit.path, year), "found": found,
        "grade": grade, "levels": [("", "全部"), *LEVEL_OPTIONS], "rules": county.rules_of(unit.path),
        "may_set": actor_of(request).holds("norms.set"),
    }  # fmt: skip
    return page(request, "risks/visits.html", context)


@require_GET
@needs("risks.read")
def coverage(request: HttpRequest) -> HttpResponse:
    """Risk control by unit below: listed, graded, both loops running, with plans; each as a share of its schools."""
    unit = own_unit(actor_of(request))
    context = {"unit": unit, "shares": county.shares_of([*county.bureaux_below(unit), unit]), "now": clock.now()}
    return page(request, "risks/coverage.html", context)


def _begun(row: Standing | None) -> str:
    if row is None or row.listed_on is None:
        return "还没有风险清单"
    return f"有 {row.unassessed} 个风险点没有评估"


def _day(request: HttpRequest, name: str, default: date) -> date:
    try:
        return min(date.fromisoformat(request.GET.get(name, "")), clock.today())
    except ValueError:
        return default
