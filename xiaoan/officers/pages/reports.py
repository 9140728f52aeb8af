"""Telling: as an officer, as staff, through an officer's private link; one report; concerns."""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.files.services import store_file
from xiaoan.engines.ui.marks import pill
from xiaoan.engines.ui.pages import page
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.gate import needs, public
from xiaoan.ground.people.roles import SCHOOL_LEADS
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import wall
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Refusal, Stale
from xiaoan.officers.flows import CONCERN
from xiaoan.officers.forms import ReportForm, groups_of
from xiaoan.officers.models import Group, Officer, Report
from xiaoan.officers.pages.groups import actor_of, refuse
from xiaoan.officers.resource import state_of
from xiaoan.officers.seeing import concerns_for, find_concern, is_on_duty, office_of
from xiaoan.officers.services import reports

THANKS = {
    "hazard": "已报给班主任和学校，办到哪一步都能看到。",
    "suspicion": "值班人员马上就能看到。",
    "concern": "已私下报给班主任和心理辅导员，别人看不到。",
}
HOUR, MOST_PHOTOS = 3600, 9


@require_http_methods(["GET", "POST"])
@needs("officers.report")
def report(request: HttpRequest) -> HttpResponse:
    """A hazard, something suspicious, or a worry about somebody."""
    actor = actor_of(request)
    own = office_of(actor)
    form = ReportForm(
        request.POST or None, groups=groups_of(actor.unit_path), initial={"group": str(own.group_id) if own else "",
        "what": request.GET.get("what", "hazard")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            _tell(request, actor, form.cleaned_data)
        except (Invalid, Stale) as why:
            refuse(form, why)
        else:
            messages.success(request, THANKS[form.cleaned_data["what"]])
            return redirect("officers:report")
    mine = (
        Report.objects.filter(unit_path=actor.unit_path, by_id=actor.person_id)
        .select_related("hazard")
        .order_by("-id")[:10]
    )
    context = {"form": form, "mine": [(r, pill(*state_of(r))) for r in mine], "own": own}
    return page(request, "officers/report.html", context, status=422 if form.is_bound else 200)


def _tell(request: HttpRequest, actor: Actor, given: dict[str, Any], officer: Officer | None = None) -> None:
    group = Group.objects.select_related("unit").get(id=given["group"])
    if given["what"] == "concern":
        by = f"{officer.group.name}安全员" if officer else ""
        reports.report_concern(actor=actor, group=group, pupil=given["pupil"], words=given["words"], by=by)
    elif given["what"] == "suspicion":
        reports.report_suspicion(
            actor=actor, unit=group.unit, words=given["words"], place=given["place"], group=group if officer else None,
            officer=officer,
        )  # fmt: skip
    else:
        photos = _photos(request, actor, group.unit)
        reports.report_as_officer(
            actor=actor, group=group, words=given["words"], place=given["place"], photos=photos, officer=officer
        )


def _photos(request: HttpRequest, actor: Actor, unit: Unit) -> list[str]:
    uploads = request.FILES.getlist("photos")
    if len(uploads) > MOST_PHOTOS:
        raise Invalid(f"最多 {MOST_PHOTOS} 张照片。")
    return [str(store_file(actor=actor, unit=unit, upload=upload).id) for upload in uploads]


@require_http_methods(["GET", "POST"])
@public
def by_link(request: HttpRequest, link: str) -> HttpResponse:
    """The private link of an officer without an account. It ends with the officer's time."""
    with wall.opened():
        officer = (
            Officer.objects.filter(token=link, ended_on__isnull=True).select_related("group__unit", "unit").first()
        )
        if officer is None or len(link) < 40:
            raise Http404("这个链接已经不能用了，请问老师要新的。")
        classes = groups_of(officer.unit_path, "class")
        groups = [officer.group, *(g for g in classes if g.id != officer.group_id)]
        form = ReportForm(request.POST or None, groups=groups, initial={"group": str(officer.group_id)})
        if request.method == "POST" and form.is_valid():
            try:
                _count(officer)
                _by_officer(request, officer, form.cleaned_data)
            except Refusal as why:
                refuse(form, why)
            else:
                messages.success(request, THANKS[form.cleaned_data["what"]])
                return redirect("officers:by_link", link)
        told = officer.reports.select_related("hazard").order_by("-id")[:10]
        context = {"form": form, "officer": officer, "mine": [(r, pill(*state_of(r))) for r in told]}
        response = page(request, "officers/link.html", context, status=422 if form.is_bound else 200)
    response["Referrer-Policy"], response["Cache-Control"] = "no-referrer", "private, no-store"
    return response


def _by_officer(request: HttpRequest, officer: Officer, given: dict[str, Any]) -> None:
    """In the group's name. A hazard and something suspicious are always told for the own group."""
    actor = replace(SYSTEM, name=f"{officer.group.name}安全员", unit_path=officer.unit_path)
    if given["what"] != "concern":
        given = {**given, "group": str(officer.group_id)}
    _tell(request, actor, given, officer)


def _count(officer: Officer) -> None:
    key, most = f"officer:{officer.id.hex}", int(norm("officers.link_hour", officer.unit_path))
    cache.add(key, 0, HOUR)
    try:
        n = cache.incr(key)
    except ValueError:  # thrown out meanwhile
        n = 1
    if n > most:
        raise Invalid(f"这个链接一小时内最多上报 {most} 次。急事请直接找老师或打电话。")


@require_http_methods(["GET", "POST"])
@needs("officers.read")
def one_report(request: HttpRequest, report: uuid.UUID) -> HttpResponse:
    """One line of the ledger; the duty person says what was done, a lead takes what was sent up."""
    actor = actor_of(request)
    rows = Report.objects.visible_to(actor, "officers.read").select_related("unit", "group", "hazard")
    found: Report | None = rows.filter(id=report).first()
    if found is None:
        raise NotKnown("没有这件上报，或者它不在您的管理范围内。")
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("what") == "take":
                reports.take_sent(actor=actor, report=found)
            else:
                reports.handle_suspicion(actor=actor, report=found, how=request.POST.get("how", ""))
        except (Invalid, Stale) as why:
            refusal = why
        else:
            return redirect("officers:one_report", found.id)
    context = {
        "r": found, "pill": pill(*state_of(found)), "refusal": refusal,
        "may_handle": found.kind == "suspicion" and not found.handled_at and actor.holds("suspicions.handle") and actor.unit_path == found.unit_path,
        "may_take": bool(found.sent_at and not found.taken_at) and actor.role in SCHOOL_LEADS and actor.unit_path == found.unit_path,
        "on_duty": is_on_duty(actor),
    }  # fmt: skip
    return page(request, "officers/one_report.html", context, status=refusal.status if refusal else 200)


@require_GET
@needs("concerns.follow")
def concerns(request: HttpRequest) -> HttpResponse:
    """The concerns that the actor may read; to all others there are none."""
    rows = concerns_for(actor_of(request)).order_by("-id")[:200]
    shown = [(c, pill(CONCERN.state(c.state).colour, CONCERN.state(c.state).label)) for c in rows]
    return page(request, "officers/concerns.html", {"rows": shown})


@require_http_methods(["GET", "POST"])
@needs("")
def concern(request: HttpRequest, concern: uuid.UUID) -> HttpResponse:
    """One concern, to its two readers. Anybody else is refused, in the journal too."""
    actor = actor_of(request)
    found = find_concern(actor, concern)
    refusal = None
    if request.method == "POST":
        step = request.POST.get("step", "")
        try:
            move = request.POST.get("move", "")
            reports.follow_concern(
                actor=actor, concern=found, words=request.POST.get("words", ""), move=move if move in ("follow", "close") else "",
                seen=int(step) if step.isascii() and step.isdigit() and len(step) < 7 else None,
            )  # fmt: skip
        except (Invalid, Stale) as why:
            refusal = why
            found.refresh_from_db()
        else:
            return redirect("officers:concern", found.id)
    state = CONCERN.state(found.state)
    context = {
        "c": found, "pill": pill(state.colour, state.label), "notes": list(found.notes.order_by("-at")), "refusal": refusal,
        "moves": [m for m in CONCERN.moves if found.state in m.sources],
    }  # fmt: skip
    return page(request, "officers/concern.html", context, status=refusal.status if refusal else 200)
