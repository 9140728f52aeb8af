"""What a bureau looks at: who has not begun, targets, two days side by side, a past day, visits by grade, coverage."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from xiaoan.checks.catalogue import category_names
from xiaoan.engines.resource.paging import read_page
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.excel import wants_sheet
from xiaoan.risks import county
from xiaoan.risks.history import figures_on, points_on
from xiaoan.risks.models import COLOURS, Level, Point, Standing
from xiaoan.risks.models.works import KINDS
from xiaoan.risks.pages import taken
from xiaoan.risks.pages.places import actor_of
from xiaoan.risks.queries import with_controls
from xiaoan.risks.resource import LEVEL_OPTIONS

MOST = 300


@require_GET
@needs("risks.read")
def missing(request: HttpRequest) -> HttpResponseBase:
    """Schools without an assessment: no list, or points that nobody has graded."""
    unit = own_unit(actor_of(request))
    found = county.schools_without(unit.path, unassessed=0, listed_on__isnull=False)
    if wants_sheet(request):
        return taken.missing_sheet(found)
    rows = list(found[: MOST + 1])
    context = {
        "unit": unit, "lines": [(u, taken.begun_words(s)) for u, s in county.with_standing(rows[:MOST])],
        "is_more": len(rows) > MOST, "schools": county.schools_of(unit.path),
        "assessed": county.figures_of(unit.path).get("assessed", 0),
    }  # fmt: skip
    return page(request, "risks/missing.html", context)


@require_GET
@needs("risks.read")
def targets(request: HttpRequest) -> HttpResponseBase:
    """Passed of all schools against what the documents ask, and who has not passed."""
    unit = own_unit(actor_of(request))
    kind = request.GET.get("kind", "risk")
    kind = kind if kind in KINDS else "risk"
    held = {"accepted_on__isnull": False} if kind == "risk" else {"dual_on__isnull": False, "is_running": True}
    found = county.schools_without(unit.path, **held)
    if wants_sheet(request):
        return taken.targets_sheet(KINDS[kind], found)
    rows, target = list(found[: MOST + 1]), county.target_of(unit.path, kind)
    context = {
        "unit": unit, "kind": kind, "kinds": list(KINDS.items()), "target": target, "name": KINDS[kind],
        "rows": rows[:MOST], "is_more": len(rows) > MOST, "now": clock.now(),
        "shares": [(s, s.get(county.SUBJECT[kind])) for s in county.shares_of(county.bureaux_below(unit))],
    }  # fmt: skip
    return page(request, "risks/targets.html", context)


@require_GET
@needs("risks.read")
def trend(request: HttpRequest) -> HttpResponseBase:
    """Red and orange and the share under control on two days side by side."""
    unit, today = own_unit(actor_of(request)), clock.today()
    first = _day(request, "first", date(today.year - 1, 12, 31))
    last = _day(request, "last", today)
    days = [figures_on(unit.path, day) for day in (first, last)]
    if wants_sheet(request):
        return taken.days_sheet(unit, days)
    return page(request, "risks/trend.html", {"unit": unit, "days": days, "first": first, "last": last})


@require_GET
@needs("risks.read")
def past(request: HttpRequest) -> HttpResponseBase:
    """The risk sources by kind and grade as they were on a past day."""
    unit, today = own_unit(actor_of(request)), clock.today()
    on = _day(request, "on", today - timedelta(days=30))
    kind, grade = request.GET.get("kind", ""), request.GET.get("level", "")
    rows = points_on(unit.path, on).order_by("level_then", "-id")
    if kind in category_names():
        rows = rows.filter(kind=kind)
    if grade in dict(LEVEL_OPTIONS):
        rows = rows.filter(level_then=int(grade))
    if wants_sheet(request):
        return taken.past_sheet(on, rows)
    found = list(rows[: MOST + 1])
    lines = [
        (p, Level(p.level_then).label if p.level_then else "还没有评估", COLOURS.get(p.level_then or 0, ""))
        for p in found[:MOST]
    ]
    context = {
        "unit": unit, "on": on, "kind": kind, "level": grade, "lines": lines, "is_more": len(found) > MOST,
        "kinds": list(category_names().items()), "levels": LEVEL_OPTIONS,
    }  # fmt: skip
    return page(request, "risks/past.html", context)


@require_GET
@needs("risks.read")
def red(request: HttpRequest) -> HttpResponseBase:
    """Every red risk with its measures, owner and last check."""
    unit = own_unit(actor_of(request))
    rows = Point.objects.under(unit.path).filter(is_active=True, level=Level.RED, base_level__isnull=False)
    rows = rows.select_related("unit").order_by("level", "-id")
    if wants_sheet(request):
        return taken.red_sheet(rows)
    found = list(rows[: MOST + 1])
    lines, is_more = with_controls(found[:MOST]), len(found) > MOST
    context = {"unit": unit, "lines": lines, "is_more": is_more, "today": clock.today()}
    return page(request, "risks/red.html", context)


@require_GET
@needs("risks.read")
def visits(request: HttpRequest) -> HttpResponseBase:
    """How often schools of each grade are to be looked at, what is asked of them, and what was done this year."""
    unit, year = own_unit(actor_of(request)), clock.today().year
    rows = Standing.objects.under(unit.path).filter(listed_on__isnull=False).select_related("unit")
    grade = request.GET.get("grade", "")
    if grade in dict(LEVEL_OPTIONS):
        rows = rows.filter(grade=int(grade))
    if wants_sheet(request):
        return taken.visits_sheet(unit, rows.order_by("id"), year)
    found = read_page(rows, ("id",), after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=40)
    context = {
        "unit": unit, "year": year, "lines": county.visits_of(found.rows, unit.path, year), "found": found,
        "grade": grade, "levels": [("", "全部"), *LEVEL_OPTIONS], "rules": county.rules_of(unit.path),
        "may_set": actor_of(request).holds("norms.set"),
    }  # fmt: skip
    return page(request, "risks/visits.html", context)


@require_GET
@needs("risks.read")
def coverage(request: HttpRequest) -> HttpResponseBase:
    """Risk control by unit below: listed, graded, both loops running, with plans; each as a share of its schools."""
    unit = own_unit(actor_of(request))
    shares = county.shares_of([*county.bureaux_below(unit), unit])
    if wants_sheet(request):
        return taken.shares_sheet(unit, shares)
    return page(request, "risks/coverage.html", {"unit": unit, "shares": shares, "now": clock.now()})


def _day(request: HttpRequest, name: str, default: date) -> date:
    try:
        return min(date.fromisoformat(request.GET.get(name, "")), clock.today())
    except ValueError:
        return default
