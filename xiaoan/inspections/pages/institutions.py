"""Institutions of off-campus training: one page each, by county for the city, what is known of them, penalties."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.sheets.models import Record
from xiaoan.engines.ui.dates import cn_day
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.states import ENDS
from xiaoan.inspections import institutions as services
from xiaoan.inspections.forms import InstitutionForm, PenaltyForm
from xiaoan.inspections.institutions import APPRAISALS, PENALTIES, REMITS
from xiaoan.inspections.models import Blacklisting, Finding, Institution, Penalty, Visit
from xiaoan.inspections.pages.asking import actor_of, refuse, unit_in
from xiaoan.inspections.pages.taken import institutions_sheet
from xiaoan.inspections.resource import visit_pill
from xiaoan.inspections.resource_places import house_words, institutions_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown, Refusal
from xiaoan.kernel.excel import wants_sheet

OWN_SHEETS = ("institution_check", "drill", "education", "facility_service")


@require_GET
@needs("institutions.read")
def show(request: HttpRequest, institution: uuid.UUID) -> HttpResponse:
    """An institution: licence, people, house, own checks, visits by part, open hazards, penalties."""
    actor = actor_of(request)
    unit = _find(actor, institution)
    known = Institution.objects.filter(unit=unit).first() or Institution(unit=unit)
    visits = list(
        Visit.objects.under(actor.scope)
        .filter(place=unit)
        .exclude(state="cancelled")
        .select_related("campaign")
        .order_by("-planned_on", "-id")[:20]
    )
    findings = list(Finding.objects.filter(unit=unit).select_related("visit").order_by("-id")[:60])
    context = {
        "unit": unit, "known": known, "facts": _facts(known), "visits": [(v, visit_pill(v)) for v in visits],
        "by_part": _by_part(findings), "checks": list(Record.objects.filter(unit=unit, sheet__in=OWN_SHEETS, state="filed").order_by("-happened_on", "-id")[:8]),
        "hazards": list(Hazard.objects.filter(unit=unit).exclude(state__in=ENDS).order_by("-id")[:20]),
        "penalties": [(p, PENALTIES[p.kind]) for p in Penalty.objects.filter(unit=unit).order_by("-decided_on", "-id")],
        "listed": Blacklisting.objects.filter(unit=unit, state__in=["listed", "appealed"]).first(),
        "may_keep": actor.holds("institutions.keep"), "may_punish": actor.holds("institutions.punish"),
    }  # fmt: skip
    return page(request, "inspections/institution.html", context)


@require_http_methods(["GET", "POST"])
@needs("institutions.keep")
def describe(request: HttpRequest, institution: uuid.UUID) -> HttpResponse:
    """Set what is known of an institution."""
    actor = actor_of(request)
    unit = _find(actor, institution)
    known = Institution.objects.filter(unit=unit).first() or Institution(unit=unit)
    form = InstitutionForm(request.POST or None, actor=actor, unit=unit, initial=vars(known))
    if request.method == "POST" and form.is_valid():
        told = {k: v for k, v in form.cleaned_data.items() if k != "remit" or v}
        try:
            services.describe(actor=actor, unit=unit, told=told)
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(request, "已登记。")
            return redirect("inspections:institution", unit.id)
    return _form(request, form, unit, "登记机构情况", "保存")


@require_http_methods(["GET", "POST"])
@needs("institutions.punish")
def punish(request: HttpRequest, institution: uuid.UUID) -> HttpResponse:
    """Record a penalty."""
    actor = actor_of(request)
    unit = _find(actor, institution)
    form = PenaltyForm(request.POST or None, initial={"department": _department(actor), "decided_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.punish(actor=actor, unit=unit, **form.cleaned_data)
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(request, "已记录在机构页上。")
            return redirect("inspections:institution", unit.id)
    return _form(request, form, unit, "记录行政处罚", "记录")


@require_GET
@needs("inspections.oversee")
def by_county(request: HttpRequest) -> HttpResponseBase:
    """Institutions, those inspected this year, findings and open hazards of each unit below."""
    actor = actor_of(request)
    unit = unit_in(actor, request.GET.get("unit", ""))
    rows = below_of(unit, clock.today().year)
    if wants_sheet(request):
        return institutions_sheet(unit, rows)
    return page(
        request, "inspections/institutions_below.html", {"unit": unit, "rows": rows, "year": clock.today().year}
    )


def below_of(unit: Unit, year: int) -> list[dict[str, Any]]:
    """A row for each bureau directly below (and the unit's own institutions): four counts by one statement each."""
    units = [
        u
        for u in Unit.objects.filter(parent=unit).active().order_by("path")
        if u.rank in ("city", "county", "township")
    ]
    places = list(Unit.objects.under(unit.path).active().filter(kind="training").values_list("id", "path"))
    ids = [i for i, _ in places]
    seen = Visit.objects.filter(place__in=ids, counted_on__year=year).values_list("place__path", "failed")
    open_ = (
        Hazard.objects.filter(unit__in=ids)
        .exclude(state__in=ENDS)
        .order_by()
        .values_list("unit_path")
        .annotate(n=Count("pk"))
    )
    built = list(Institution.objects.filter(unit__in=ids, is_self_built=True).values_list("unit_path", flat=True))
    hazards, visited = dict(open_), list(seen)
    return [_row(u, [p for _, p in places], visited, hazards, built) for u in [*units, unit]]


def _row(
    unit: Unit, places: list[str], visited: list[tuple[str, int]], hazards: dict[str, int], built: list[str]
) -> dict[str, Any]:
    def inside(path: str) -> bool:
        return path.startswith(unit.path)

    return {
        "unit": unit, "all": sum(map(inside, places)), "visited": len({p for p, _ in visited if inside(p)}),
        "found": sum(n for p, n in visited if inside(p)), "hazards": sum(n for p, n in hazards.items() if inside(p)),
        "built": sum(map(inside, built)),
    }  # fmt: skip


def _find(actor: Actor, institution: uuid.UUID) -> Unit:
    unit = institutions_of(actor).select_related("parent").filter(pk=institution).first()
    if unit is None and actor.holds("institutions.keep"):  # a kindergarten that nobody has described yet
        unit = Unit.objects.under(actor.scope).active().filter(Q(kind="kindergarten"), pk=institution).first()
        unit = None if actor.role == "partner_officer" else unit
    if unit is None:
        raise NotKnown("没有这家机构，或者它不归您监管。")
    return unit


def _department(actor: Actor) -> str:
    unit = Unit.objects.filter(path=actor.unit_path).first()
    return unit.name if unit else ""


def _by_part(findings: list[Finding]) -> list[tuple[str, list[Finding]]]:
    names = list(dict.fromkeys(f.category for f in findings))
    return [(name, [f for f in findings if f.category == name]) for name in names]


def _facts(known: Institution) -> list[tuple[str, Any]]:
    return [
        ("办学许可证", known.licence or "没有登记"), ("许可到期", cn_day(known.licence_until) if known.licence_until else ""),
        ("第一责任人", known.owner), ("安全负责人", known.safety_owner or "没有登记"), ("主管部门", REMITS.get(known.remit, "")),
        ("面积", f"{known.floor_area} 平方米" if known.floor_area else ""),
        ("房屋", house_words(known.is_self_built, known.appraisal) or "不是自建房"),
        ("鉴定", f"{APPRAISALS[known.appraisal]}，{cn_day(known.appraised_on)}" if known.appraisal else ""),
    ]  # fmt: skip


def _form(request: HttpRequest, form: Any, unit: Unit, title: str, verb: str) -> HttpResponse:
    context = {"form": form, "unit": unit, "title": title, "verb": verb, "icon": "building-store"}
    return page(request, "inspections/form.html", context, status=422 if form.is_bound else 200)
