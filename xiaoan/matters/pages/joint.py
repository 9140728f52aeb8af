"""Campaigns, circulars, the seven prohibitions."""

import uuid
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.kernel.excel import wants_sheet
from xiaoan.matters.forms import partners_for
from xiaoan.matters.models import Circular, Matter, Sweep
from xiaoan.matters.pages import taken
from xiaoan.matters.pages.cases import actor_of, unit_of
from xiaoan.matters.picking import picked
from xiaoan.matters.queries import joint as queries
from xiaoan.matters.seeing import listed_for
from xiaoan.matters.services import joint

MOST_LISTED = 400


def day_of(text: str | None, what: str = "日期") -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Invalid(f"请填写{what}。", {"day": f"请填写{what}。"}) from None


@require_http_methods(["GET", "POST"])
@needs("matters.read")
def sweeps(request: HttpRequest) -> HttpResponseBase:
    """Campaigns, and starting one."""
    actor = actor_of(request)
    unit = unit_of(actor)
    refusal = None
    if request.method == "POST":
        try:
            row = _start(request, actor, unit)
        except (Invalid, Stale) as why:
            refusal = why
        else:
            messages.success(request, "已发起，部门和学校都能看到。")
            return redirect("matters:sweep", row.id)
    may = actor.may("sweeps.manage", unit.path)
    rows = list(queries.sweeps_for(actor).select_related("unit").order_by("-id")[:100])
    if wants_sheet(request):
        return taken.sweeps_sheet(rows)
    context = {
        "rows": rows, "refusal": refusal, "may_start": may,
        "partners": partners_for(unit.path) if may else [], "today": clock.today(),
        "schools": list(Unit.objects.under(unit.path).active().schools().order_by("path")[:MOST_LISTED]) if may else [],
    }  # fmt: skip
    return page(request, "matters/sweeps.html", context, status=refusal.status if refusal else 200)


def _start(request: HttpRequest, actor: Actor, unit: Unit) -> Sweep:
    told = request.POST
    below = Unit.objects.under(unit.path).active().schools()
    chosen = told.getlist("schools")
    schools = (
        list(below.order_by("path")[: joint.MOST_SCHOOLS])
        if "all" in chosen
        else [u for u in (picked(below, t) for t in chosen) if u]
    )
    partners = [
        u for u in (picked(Unit.objects.filter(rank=Rank.PARTNER), t) for t in told.getlist("partners")[:30]) if u
    ]
    return joint.start_sweep(
        actor=actor, unit=unit, name=told.get("name", ""), basis=told.get("basis", ""), starts=day_of(told.get("starts"), "开始日期"),
        ends=day_of(told.get("ends"), "结束日期"), partners=partners, schools=schools,
    )  # fmt: skip


@require_GET
@needs("matters.read")
def sweep(request: HttpRequest, sweep: uuid.UUID) -> HttpResponseBase:
    """One campaign: problems found and solved per school."""
    actor = actor_of(request)
    found = queries.find_sweep(actor, sweep)
    rows = queries.by_school(actor, found)
    if wants_sheet(request):
        return taken.sweep_sheet(found, rows)
    context = {
        "s": found, "rows": rows, "found": sum(r.found for r in rows), "solved": sum(r.solved for r in rows),
        "partners": list(found.partners.order_by("path")), "may_report": actor.holds("matters.report"), "now": clock.now(),
    }  # fmt: skip
    return page(request, "matters/sweep.html", context)


@require_http_methods(["GET", "POST"])
@needs("matters.read")
def circulars(request: HttpRequest) -> HttpResponseBase:
    """Circulars, and issuing one from the open problems."""
    actor = actor_of(request)
    unit = unit_of(actor)
    refusal = None
    if request.method == "POST":
        try:
            row = _issue(request, actor, unit)
        except (Invalid, Stale) as why:
            refusal = why
        else:
            messages.success(request, "已通报，等各部门签收。")
            return redirect("matters:circular", row.id)
    may = actor.may("circulars.issue", unit.path)
    context = {
        "rows": list(queries.circulars_for(actor).select_related("unit").order_by("-id")[:100]), "may_issue": may, "refusal": refusal,
        "open": queries.unsolved(actor, unit) if may else [], "partners": partners_for(unit.path) if may else [],
    }  # fmt: skip
    if wants_sheet(request):
        return taken.circulars_sheet(context)
    return page(request, "matters/circulars.html", context, status=refusal.status if refusal else 200)


def _issue(request: HttpRequest, actor: Actor, unit: Unit) -> Circular:
    told = request.POST
    bodies = Unit.objects.filter(rank=Rank.PARTNER)
    lines: list[tuple[Matter, Unit]] = []
    for text in told.getlist("matters")[:200]:
        matter = picked(listed_for(actor), text)
        partner = picked(bodies, told.get(f"partner-{text}")) or (matter.partner if matter else None)
        if matter is None or partner is None:
            raise Invalid("有问题没有选好对应的部门。", {"lines": "有问题没有选好对应的部门。"})
        lines.append((matter, partner))
    return joint.issue_circular(
        actor=actor, unit=unit, title=told.get("title", ""), words=told.get("words", ""), lines=lines
    )


@require_http_methods(["GET", "POST"])
@needs("matters.read")
def circular(request: HttpRequest, circular: uuid.UUID) -> HttpResponseBase:
    """One circular: its lines, who has signed and by when it will be put right."""
    actor = actor_of(request)
    found = queries.find_circular(actor, circular)
    refusal = None
    if request.method == "POST":
        try:
            told = {
                key[4:]: day_of(str(value), "每一件的整改日期")
                for key, value in request.POST.items()
                if key.startswith("day-")
            }
            joint.acknowledge(actor=actor, circular=found, dates=told)
        except (Invalid, Stale) as why:
            refusal = why
        else:
            messages.success(request, "已签收。")
            return redirect("matters:circular", found.id)
    lines = queries.lines_of(actor, found)
    is_partner = actor.rank == Rank.PARTNER
    context = {
        "c": found, "lines": lines, "answers": [] if is_partner else queries.answers_of(found), "refusal": refusal,
        "may_sign": is_partner and actor.holds("matters.answer") and any(not line.acknowledged_at for line in lines),
    }  # fmt: skip
    if wants_sheet(request):
        return taken.circular_sheet(found, context)
    return page(request, "matters/circular.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "POST"])
@needs("prohibitions.read")
def prohibitions(request: HttpRequest) -> HttpResponseBase:
    """The items in force and how often each was broken by county; the city words them, a county records a breach."""
    actor = actor_of(request)
    unit = unit_of(actor, request.GET.get("unit", ""))
    refusal = None
    if request.method == "POST":
        try:
            _prohibit(request, actor, unit)
        except (Invalid, Stale) as why:
            refusal = why
        else:
            messages.success(request, "已记下。")
            return redirect("matters:prohibitions")
    items = joint.prohibitions_at(unit.path)
    rows = queries.breaches_below(unit, items)
    context = {
        "unit": unit, "items": items, "rows": rows, "total": sum(map(sum, (n for _, n in rows))), "refusal": refusal, "now": clock.now(),
        "may_word": actor.may("prohibitions.manage", unit.path) and actor.unit_path == unit.path, "today": clock.today(),
        "may_record": actor.may("breaches.record", unit.path) and bool(items),
        "units": list(Unit.objects.under(unit.path).active().filter(rank__in=(Rank.COUNTY, Rank.SCHOOL)).order_by("path")[:MOST_LISTED]),
    }  # fmt: skip
    if wants_sheet(request):
        return taken.prohibitions_sheet(context)
    return page(request, "matters/prohibitions.html", context, status=refusal.status if refusal else 200)


def _prohibit(request: HttpRequest, actor: Actor, unit: Unit) -> None:
    told = request.POST
    if told.get("what") == "word":
        joint.set_prohibitions(actor=actor, unit=unit, items=told.get("items", "").splitlines())
        return
    at = picked(Unit.objects.under(actor.scope), told.get("at"))
    if at is None:
        raise Invalid("请选择发生在哪个单位。", {"at": "请选择发生在哪个单位。"})
    item = next((i for i in joint.prohibitions_at(at.path) if str(i.id) == told.get("item")), None)
    if item is None:
        raise Invalid("请选择是哪一条。", {"item": "请选择是哪一条。"})
    joint.record_breach(actor=actor, unit=at, prohibition=item, on=day_of(told.get("on")), words=told.get("words", ""))
