"""Lists of campaigns, visits and findings."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Resource
from xiaoan.engines.ui.dates import cn_day, cn_span
from xiaoan.engines.ui.marks import pill
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.inspections.access import visits_seen_by
from xiaoan.inspections.flows import CAMPAIGN, VISIT
from xiaoan.inspections.kinds import BODIES, MODE_CHOICES, MODES, WAYS
from xiaoan.inspections.models import Campaign, Finding, Visit
from xiaoan.inspections.rights import AROUND
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

MOST_UNITS = 200


def by_unit(column: str) -> Any:
    """Narrow by a part of a unit's name; a bureau's name means all below it."""

    def narrow(rows: QuerySet[Any], words: str, actor: Actor) -> QuerySet[Any]:
        found = Unit.objects.under(actor.scope).filter(name__contains=words).order_by("path")
        paths = list(found.values_list("path", flat=True)[:MOST_UNITS])
        if len(paths) == 1:
            return rows.filter(below(paths[0], column))
        return rows.filter(**{f"{column}__in": paths})

    return narrow


def equal(column: str) -> Any:
    return lambda rows, value, actor: rows.filter(**{column: value})


def campaign_pill(row: Campaign) -> Any:
    state = CAMPAIGN.state(row.state)
    return pill(state.colour, state.label)


def visit_pill(row: Visit) -> Any:
    """The state; an answer that is overdue is late."""
    if row.is_late(clock.today()):
        return pill("late", "整改逾期")
    state = VISIT.state(row.state)
    return pill("ok", "没有问题") if row.state == "issued" and not row.failed else pill(state.colour, state.label)


def _campaigns(actor: Actor) -> QuerySet[Campaign]:
    rows = Campaign.objects.visible_to(actor, "inspections.oversee").select_related("unit", "document")
    done = Q(visits__counted_on__isnull=False)
    return rows.annotate(n=Count("visits"), done=Count("visits", filter=done))  # type: ignore[no-any-return]


def _campaign_actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    found = [
        ("检查清单", reverse("inspections:visits"), "list-check"),
        ("覆盖情况", reverse("inspections:coverage"), "chart-bar"),
    ]
    if not actor.holds("inspections.plan"):
        return found
    return [("策划督查", reverse("inspections:new"), "plus"), ("督查队伍", reverse("inspections:members"), "users-group"),
            ("年度清单", reverse("inspections:plan"), "calendar-event"), *found]  # fmt: skip


UNIT = Column("unit", "单位编号", lambda row: row.unit_id, type=uuid.UUID)
STATE = Column("state_key", "状态代码", lambda row: row.state)
STEP = Column("step", "第几步", lambda row: row.step, type=int)


def _campaign_detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("topics", "查什么", lambda c: c.topics, type=list[str]),
        Column("ways", "怎么查", lambda c: c.ways, type=list[str]),
        Column("basis", "依据", lambda c: c.basis),
        Column("seed", "抽取的种子", lambda c: c.seed),
        Column("reason", "理由", lambda c: c.reason),
        Column("made_by", "策划人", lambda c: c.made_by),
        Column("approved_by", "批准人", lambda c: c.approved_by),
        Column("approved_at", "批准时间", lambda c: c.approved_at, type=datetime),
        Column("dispatched_at", "派出时间", lambda c: c.dispatched_at, type=datetime),
        Column("concluded_at", "结束时间", lambda c: c.concluded_at, type=datetime),
        Column("conclusion", "结果", lambda c: c.conclusion),
    ]


CAMPAIGNS = Resource(
    key="campaigns",
    one="campaign",
    name="督查",
    right="inspections.oversee",
    rows=_campaigns,
    columns=[
        Column("name", "督查", lambda c: c.name, width=30, is_wrapped=True),
        Column("mode", "方式", lambda c: MODES[c.mode].name, width=14),
        Column("state", "状态", lambda c: CAMPAIGN.state(c.state).label, show=campaign_pill, width=10),
        Column("unit_name", "发起单位", lambda c: c.unit.name, width=20),
        Column("span", "时段", lambda c: cn_span(c.starts, c.ends), width=18),
        Column("progress", "已查", lambda c: f"{c.done} / {c.n}" if c.n else "", width=10),
    ],
    filters=[
        Filter("mode", "方式", equal("mode"), options=lambda actor: MODE_CHOICES),
        Filter("state", "状态", equal("state"), options=lambda actor: [(s.key, s.label) for s in CAMPAIGN.states]),
        Filter("words", "名称", lambda rows, value, actor: rows.filter(name__contains=value), kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("inspections:campaign", args=[row.pk]),
    measure="次",
    icon="map-search",
    keys=[UNIT, Column("mode_key", "方式代码", lambda c: c.mode), STATE, STEP],
    detail=_campaign_detail,
    empty=("还没有督查", "策划一次督查，从年度清单里选一项开始。"),
    actions=_campaign_actions,
)


def _visits(actor: Actor) -> QuerySet[Visit]:
    return visits_seen_by(actor).select_related("place", "campaign")


def _by_state(rows: QuerySet[Visit], value: str, actor: Actor) -> QuerySet[Visit]:
    if value == "late":
        return rows.filter(state="issued", failed__gt=0, due__lt=clock.today())
    return rows.filter(state=value)


def _visit_detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("campaign", "督查编号", lambda v: v.campaign_id, type=uuid.UUID),
        Column("opinion", "反馈意见", lambda v: v.opinion),
        Column("issued_at", "反馈时间", lambda v: v.issued_at, type=datetime),
        Column("fix_words", "整改回复", lambda v: v.fix_words),
        Column("fixed_at", "回复时间", lambda v: v.fixed_at, type=datetime),
        Column("check_words", "复查意见", lambda v: v.check_words),
        Column("checked_at", "复查时间", lambda v: v.checked_at, type=datetime),
        Column("evaluation", "评价", lambda v: v.evaluation),
        Column("evaluated_at", "评价时间", lambda v: v.evaluated_at, type=datetime),
        Column("repeated", "重复问题", lambda v: v.repeated, type=int),
    ]


STATE_OPTIONS = [("late", "整改逾期"), *((s.key, s.label) for s in VISIT.states)]
VISITS = Resource(
    key="visits",
    one="visit",
    name="检查",
    right="inspections.read",
    rows=_visits,
    columns=[
        Column("number", "编号", lambda v: v.number, width=22),
        Column("place", "被检查单位", lambda v: v.place.name, width=24),
        Column("mode", "方式", lambda v: MODES[v.mode].name, width=14),
        Column("state", "状态", lambda v: VISIT.state(v.state).label, show=visit_pill, width=10),
        Column("failed", "问题", lambda v: v.failed, type=int, width=8,
               show=lambda v: f"{v.failed} 项" if v.is_told else ""),
        Column("planned_on", "检查日期", lambda v: v.planned_on, show=lambda v: cn_day(v.planned_on), type=date, width=12),
        Column("head", "带队", lambda v: v.head_name, width=12),
        Column("campaign_name", "督查", lambda v: v.campaign.name, width=24, is_wrapped=True),
    ],
    filters=[
        Filter("state", "状态", _by_state, options=lambda actor: STATE_OPTIONS),
        Filter("mode", "方式", equal("mode"), options=lambda actor: MODE_CHOICES),
        Filter("place", "单位名称", by_unit("place__path"), kind="words"),
    ],
    order=("-planned_on", "-id"),
    href=lambda row: reverse("inspections:visit", args=[row.pk]),
    measure="次",
    icon="clipboard-check",
    keys=[Column("place_id", "单位编号", lambda v: v.place_id, type=uuid.UUID), STATE, STEP],
    detail=_visit_detail,
    empty=("还没有检查", "派出督查以后，要去的单位列在这里。"),
    actions=lambda actor: [
        ("发现的问题", reverse("inspections:findings"), "alert-triangle"),
        ("督查办法", reverse("inspections:rules"), "book"),
    ],
)  # fmt: skip


def _findings(actor: Actor) -> QuerySet[Finding]:
    rows = Finding.objects.visible_to(actor, "inspections.read").select_related("unit", "visit")
    if actor.role in AROUND:
        rows = rows.filter(visit__in=visits_seen_by(actor).values("pk"))
    return rows


def _body(row: Finding) -> str:
    return f"第三方 {row.organisation}".strip() if row.is_third_party else BODIES.get(row.body, row.body)


FINDINGS = Resource(
    key="findings",
    one="finding",
    name="督查发现的问题",
    right="inspections.read",
    rows=_findings,
    columns=[
        Column("text", "问题", lambda f: f.note or f.text, width=34, is_wrapped=True),
        Column("place", "单位", lambda f: f.unit.name, width=22),
        Column("category", "类别", lambda f: f.category, width=14),
        Column("source", "违反", lambda f: f.source, width=30, is_wrapped=True),
        Column("body", "部门", _body, width=16),
        Column("by", "发现人", lambda f: f.person_name, width=12),
        Column("number", "编号", lambda f: f.visit.number, width=20),
        Column("is_repeat", "重复出现", lambda f: f.is_repeat, type=bool, width=9, show=lambda f: "重复" if f.is_repeat else ""),
        Column("found_on", "日期", lambda f: f.found_on, show=lambda f: cn_day(f.found_on), type=date, width=12),
    ],
    filters=[
        Filter("body", "部门", equal("body"), options=lambda actor: list(BODIES.items())),
        Filter("way", "方式", equal("way"), options=lambda actor: list(WAYS.items())),
        Filter("repeat", "重复", lambda rows, value, actor: rows.filter(is_repeat=True), options=lambda actor: [("yes", "只看重复出现的")], every="不限"),
        Filter("unit", "单位名称", by_unit("unit_path"), kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("inspections:visit", args=[row.visit_id]),
    measure="项",
    icon="alert-triangle",
    keys=[UNIT, Column("visit", "检查编号", lambda f: f.visit_id, type=uuid.UUID), Column("hazard", "隐患编号", lambda f: f.hazard, type=uuid.UUID)],
    detail=lambda actor: [
        Column("cited", "条文", lambda f: f.cited), Column("line", "检查项", lambda f: f.line),
        Column("way", "怎么查的", lambda f: WAYS.get(f.way, f.way)), Column("photos", "照片编号", lambda f: f.photos, type=list[str]),
    ],
    empty=("还没有发现问题", "检查反馈以后，不合格的项列在这里。"),
)  # fmt: skip
