"""Campaigns: planning one, its page with the draw and what stands against it, sending it out, its report."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.ui.blocks import Step
from xiaoan.engines.ui.dates import cn_day, cn_moment, cn_span
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.inspections import campaigns as services
from xiaoan.inspections import dispatch
from xiaoan.inspections.access import find_campaign
from xiaoan.inspections.flows import CAMPAIGN
from xiaoan.inspections.forms import CampaignForm, PlanItemForm
from xiaoan.inspections.kinds import MODES, WAYS
from xiaoan.inspections.lines import lines_for
from xiaoan.inspections.models import Campaign, Member, Visit
from xiaoan.inspections.pages import taken
from xiaoan.inspections.pages.asking import actor_of, entries_of, refuse, step_of
from xiaoan.inspections.reports import report_of, report_tables
from xiaoan.inspections.resource import campaign_pill, visit_pill
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid, NotKnown, Refusal, Stale
from xiaoan.kernel.excel import sheet as as_sheet
from xiaoan.kernel.excel import wants_sheet

SHOWN = 60
SERVICES: dict[str, Callable[..., Campaign]] = {"conclude": services.conclude, "cancel": services.cancel}


@require_http_methods(["GET", "POST"])
@needs("inspections.plan")
def new(request: HttpRequest) -> HttpResponse:
    """Plan an inspection."""
    actor = actor_of(request)
    unit = own_unit(actor)
    form = CampaignForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.plan_campaign(actor=actor, unit=unit, **form.told())
        except Refusal as why:
            refuse(form, why, {"line_set": "lines"})
        else:
            messages.success(request, "已起草。抽取对象和人员后，请另一位负责人批准。")
            return redirect("inspections:campaign", row.id)
    context = {"form": form, "unit": unit, "title": "策划督查", "verb": "起草方案", "icon": "map-search"}
    return page(request, "inspections/form.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs("inspections.oversee")
def show(request: HttpRequest, campaign: uuid.UUID) -> HttpResponseBase:
    row = find_campaign(actor_of(request), campaign)
    return taken.campaign_sheet(row, _visits(row)) if wants_sheet(request) else _page(request, row)


@require_POST
@needs("inspections.plan")
def draw(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Draw units and inspectors anew."""
    actor, team = actor_of(request), request.POST.get("team", "2")
    size = int(team) if team.isascii() and team.isdigit() and len(team) < 3 else 2
    return _do(request, campaign, "已抽取，种子和结果都留在记录里。", lambda row: services.draw_campaign(
        actor=actor, campaign=row, team=size, members=request.POST.getlist("members"),
    ))  # fmt: skip


@require_POST
@needs("inspections.plan")
def send(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    """Give the reason, when one is written, and send it out."""
    actor = actor_of(request)

    def run(row: Campaign) -> Campaign:
        if reason := request.POST.get("reason", "").strip():
            services.give_reason(actor=actor, campaign=row, reason=reason)
        join = dict(told.split(":", 1) for told in request.POST.getlist("join") if ":" in told)
        return dispatch.dispatch(actor=actor, campaign=row, seen=step_of(request), join=join)

    return _do(request, campaign, "已派出，督查人员的“我的检查”里会看到。", run)


@require_POST
@needs("inspections.approve")
def approve(request: HttpRequest, campaign: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    return _do(
        request, campaign, "已批准。", lambda row: services.approve(actor=actor, campaign=row, seen=step_of(request))
    )


@require_POST
@needs("inspections.plan")
def decide(request: HttpRequest, campaign: uuid.UUID, move: str) -> HttpResponse:
    """Conclude or cancel."""
    actor = actor_of(request)
    if move not in SERVICES:
        raise NotKnown("督查没有这一步。")
    words = request.POST.get("conclusion", "")[:500]
    return _do(
        request, campaign, "已结束。" if move == "conclude" else "已取消。",
        lambda row: SERVICES[move](actor=actor, campaign=row, conclusion=words, seen=step_of(request)),
    )  # fmt: skip


@require_GET
@needs("inspections.oversee")
def drawn(request: HttpRequest, campaign: uuid.UUID) -> HttpResponseBase:
    """The draw, run again before the reader's eyes from the seed that it names."""
    row = find_campaign(actor_of(request), campaign)
    if not row.drawn:
        raise NotKnown("这次督查还没有抽取。")
    names = {str(u.id): u for u in dispatch.drawn_units(row)}
    people = _people(row)
    context = {
        "campaign": row, "drawn": row.drawn, "is_same": services.is_repeatable(row),
        "rows": [
            (at, names[i], [people.get(p, "已离队") for p in row.drawn["teams"].get(i, [])])
            for at, i in enumerate(row.drawn["units"], 1) if i in names
        ],
        "strata": _strata(row), "pairs": _pairs(row),
    }  # fmt: skip
    if wants_sheet(request):
        return taken.drawn_sheet(row, context)
    return page(request, "inspections/drawn.html", context)


@require_GET
@needs("inspections.oversee")
def report(request: HttpRequest, campaign: uuid.UUID) -> HttpResponseBase:
    """What all inspectors found, merged by department; and by school."""
    row = find_campaign(actor_of(request), campaign)
    found = report_of(row)
    if wants_sheet(request):
        return as_sheet(f"{row.name}汇总", *report_tables(found))
    return page(request, "inspections/report.html", {"campaign": row, "report": found})


@require_http_methods(["GET", "POST"])
@needs("inspections.plan")
def new_plan_item(request: HttpRequest) -> HttpResponse:
    """Put a line on the year's list."""
    actor = actor_of(request)
    form = PlanItemForm(request.POST or None, initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_plan_item(actor=actor, unit=own_unit(actor), **form.cleaned_data)
        except Refusal as why:
            refuse(form, why)
        else:
            messages.success(request, "已列入。")
            return redirect("inspections:plan")
    context = {
        "form": form,
        "unit": own_unit(actor),
        "title": "列入年度检查清单",
        "verb": "列入",
        "icon": "calendar-event",
    }
    return page(request, "inspections/form.html", context, status=422 if form.is_bound else 200)


def _do(request: HttpRequest, campaign: uuid.UUID, done: str, run: Callable[[Campaign], Any]) -> HttpResponse:
    row = find_campaign(actor_of(request), campaign)
    try:
        run(row)
    except (Invalid, Stale) as why:
        row.refresh_from_db()
        return _page(request, row, refusal=why, status=why.status)
    messages.success(request, done)
    return redirect("inspections:campaign", row.id)


def _page(request: HttpRequest, row: Campaign, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    keys = {m.key for m in allowed_moves(CAMPAIGN, actor, row)}
    is_own = actor.unit_path == row.unit_path and actor.holds("inspections.plan")
    visits = list(_visits(row)[:SHOWN]) if row.dispatched_at else []
    context = {
        "campaign": row, "pill": campaign_pill(row), "steps": steps_of(row), "keys": keys, "refusal": refusal,
        "facts": facts_of(row), "why": why_not(CAMPAIGN, actor, row), "entries": entries_of(CAMPAIGN.key, row.id),
        "against": dispatch.concerns(actor, row) if row.state in ("draft", "approved") else [],
        "may_draw": is_own and row.state in ("draft", "approved"),
        "members": Member.objects.current(row.starts).filter(unit_id=row.unit_id).order_by("team", "id") if is_own else [],
        "visits": [(v, visit_pill(v)) for v in visits], "figures": _figures(row), "is_own": is_own,
    }  # fmt: skip
    return page(request, "inspections/campaign.html", context, status=status)


def _visits(row: Campaign) -> QuerySet[Visit]:
    return row.visits.select_related("place", "campaign").order_by("planned_on", "id")


def _figures(row: Campaign) -> dict[str, Any]:
    rows = list(row.visits.values_list("state", "failed"))
    return {
        "all": len(rows), "all_words": f"{len(rows)} 个", "done": sum(s not in ("planned", "running", "cancelled") for s, _ in rows),
        "open": sum(s in ("issued", "fixed", "checked") for s, _ in rows), "found": sum(n for _, n in rows),
        "closed": sum(s == "closed" for s, _ in rows),
    }  # fmt: skip


def steps_of(row: Campaign) -> list[Step]:
    """策划 → 批准 → 派出 → 检查 → 结束, with time and person."""
    at = {"draft": 1, "approved": 2, "dispatched": 3, "running": 3, "concluded": 5, "cancelled": 5}[row.state]
    told = [
        ("策划", row.made_at, row.made_by), ("批准", row.approved_at, row.approved_by),
        ("派出", row.dispatched_at, row.dispatched_by), ("检查", row.started_at, ""),
        ("取消" if row.state == "cancelled" else "结束", row.concluded_at, row.concluded_by),
    ]  # fmt: skip
    return [
        Step(name, "done" if n < at else "now" if n == at else "next", [cn_moment(when), who] if when else [])
        for n, (name, when, who) in enumerate(told)
    ]


def facts_of(row: Campaign) -> list[tuple[str, Any]]:
    topics = dict(sheet("supervision").field("topics").options)
    sample = next(iter(dispatch.drawn_units(row)), None) if row.drawn else None
    return [
        ("方式", MODES[row.mode].name), ("时段", cn_span(row.starts, row.ends)),
        ("查什么", "、".join(topics.get(t, t) for t in row.topics)), ("怎么查", "、".join(WAYS[w] for w in row.ways)),
        ("年度清单", row.plan_item.name if row.plan_item else "不在清单里"),
        ("告知学校", cn_day(row.announced_on) if row.announced_on else ""),
        ("依据", row.basis or (f"《{row.document.short}》" if row.document else "")),
        ("检查表", f"{len(lines_for(row, sample))} 项（{sample.label}）" if sample else ""),
        ("抽取", f"抽 {row.take} 个" if row.take else "全部"), ("理由", row.reason), ("结果", row.conclusion),
    ]  # fmt: skip


def _people(row: Campaign) -> dict[str, str]:
    return {str(m.person_id): m.person_name for m in Member.objects.filter(unit_id=row.unit_id)}


def _strata(row: Campaign) -> list[tuple[str, int, int]]:
    """[(stratum, in the pool, drawn)]."""
    pool: dict[str, list[str]] = {}
    for unit, stratum, *_ in row.drawn["pool"]:
        pool.setdefault(stratum, []).append(unit)
    taken = set(row.drawn["units"])
    return [(name, len(ids), len(taken & set(ids))) for name, ids in sorted(pool.items())]


def _pairs(row: Campaign) -> list[tuple[str, str]]:
    pairs = row.drawn.get("pairs", {})
    names = dict(Unit.objects.filter(path__in=[*pairs, *pairs.values()]).values_list("path", "name"))
    return [(names.get(a, a), names.get(b, b)) for a, b in pairs.items()]
