"""The list of matters. Restricted clues and mediation are in no list."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Options, Resource
from xiaoan.engines.ui.dates import cn_date
from xiaoan.engines.ui.marks import pill
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.matters.flows import MATTER, OPEN
from xiaoan.matters.kinds import FAMILIES, OF_PEOPLE, kinds_of
from xiaoan.matters.models import Matter
from xiaoan.matters.models.cases import CALM, CONTENT
from xiaoan.matters.seeing import listed_for

MOST_UNITS = 200
STATES = [("open", "没有办结"), ("late", "超过期限"), *((s.key, s.label) for s in MATTER.states)]


def state_pill(row: Matter) -> Any:
    """The state of a matter; one whose next step is over its day is late."""
    state = MATTER.state(row.state)
    return pill("late", f"{state.label}，超期") if row.is_late else pill(state.colour, state.label)


def families(actor: Actor) -> dict[str, str]:
    """The families that the actor's lists may hold."""
    hidden = () if actor.is_system or actor.holds("disputes.read") or actor.rank == Rank.PARTNER else OF_PEOPLE
    return {key: name for key, name in FAMILIES.items() if key not in hidden}


def _kinds(actor: Actor) -> Options:
    return [(k.key, k.name) for k in kinds_of(*families(actor))]


def _by_state(rows: QuerySet[Matter], value: str, actor: Actor) -> QuerySet[Matter]:
    if value == "late":
        return rows.filter(state__in=OPEN, due__lt=clock.today())
    return rows.filter(state__in=OPEN) if value == "open" else rows.filter(state=value)


def _by_whose(rows: QuerySet[Matter], value: str, actor: Actor) -> QuerySet[Matter]:
    if value == "holder":
        return rows.filter(holder_path=actor.unit_path)
    return rows.filter(state__in=OPEN, escalated_to=actor.unit_path)


def _by_unit(rows: QuerySet[Matter], words: str, actor: Actor) -> QuerySet[Matter]:
    near = Unit.objects.under(actor.scope).filter(name__contains=words).order_by("path")
    paths = list(near.values_list("path", flat=True)[:MOST_UNITS])
    return rows.filter(below(paths[0], "unit_path")) if len(paths) == 1 else rows.filter(unit_path__in=paths)


def _partners(actor: Actor) -> Options:
    """The bodies in scope; for a school or township those of the bureaux above it."""
    above = Q(parent__path__in=ancestors(actor.scope))
    rows = Unit.objects.active().filter(above | below(actor.scope), rank=Rank.PARTNER).order_by("path")[:MOST_UNITS]
    return [(str(u.id), u.name) for u in rows]


def _detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("words", "事由", lambda m: m.words),
        Column("place", "地点", lambda m: m.place),
        Column("cell", "网格", lambda m: m.cell.name if m.cell else ""),
        Column("reporter", "报告人", lambda m: m.reporter if m.family == "surroundings" else ""),
        Column("answer", "办理结果", lambda m: m.answer),
        Column("outcome", "处理结论", lambda m: m.outcome_name),
        Column("answered_at", "答复时间", lambda m: m.answered_at, type=datetime),
        Column("returned", "退回次数", lambda m: m.returned, type=int),
        Column("chased", "催办次数", lambda m: m.chased, type=int),
        Column("calm", "最近状态", lambda m: CALM.get(m.calm, "")),
        Column("content", "满意程度", lambda m: CONTENT.get(m.content or 0, "")),
    ]


def _actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    found = []
    if actor.holds("matters.report") or actor.holds("disputes.report"):
        found.append(("登记", reverse("matters:new"), "plus"))
    pages = [
        ("总览", "overview", "chart-bar", "matters.read"),
        ("高峰勤务", "peaks", "car", "peaks.read"),
        ("网格和安全区域", "grid", "map-2", "grid.read"),
        ("联合整治", "sweeps", "users", "matters.read"),
        ("通报", "circulars", "speakerphone", "matters.read"),
        ("七个不允许", "prohibitions", "ban", "prohibitions.read"),
        ("受限线索", "clues", "lock", "matters.read"),
    ]
    return [
        *found,
        *((words, reverse(f"matters:{name}"), icon) for words, name, icon, right in pages if actor.holds(right)),
    ]


KEYS = [
    Column("unit", "单位编号", lambda m: m.unit_id, type=uuid.UUID),
    Column("kind_key", "类别代码", lambda m: m.kind),
    Column("family", "大类代码", lambda m: m.family),
    Column("state_key", "状态代码", lambda m: m.state),
    Column("step", "第几步", lambda m: m.step, type=int),
    Column("partner", "部门编号", lambda m: m.partner_id, type=uuid.UUID),
    Column("answer_by", "答复期限", lambda m: m.answer_by, type=date),
]

MATTERS = Resource(
    key="matters",
    one="matter",
    name="周边与矛盾",
    right="matters.read",
    rows=listed_for,
    columns=[
        Column("title", "事由", lambda m: m.title, width=36, is_wrapped=True),
        Column("kind", "类别", lambda m: m.told.name, width=18),
        Column("unit_name", "单位", lambda m: m.unit.name, width=22),
        Column("department", "部门", lambda m: m.partner.name if m.partner else "", width=18),
        Column("state", "状态", lambda m: m.state_name, show=state_pill, width=12),
        Column("due", "办理期限", lambda m: m.due, show=lambda m: cn_date(m.due) if m.is_open else "", type=date, width=12),
        Column("number", "编号", lambda m: m.number, width=18),
    ],
    filters=[
        Filter("family", "大类", lambda rows, value, actor: rows.filter(family=value), options=lambda actor: list(families(actor).items())),
        Filter("kind", "类别", lambda rows, value, actor: rows.filter(kind=value), options=_kinds),
        Filter("state", "状态", _by_state, options=lambda actor: STATES),
        Filter("whose", "经办", _by_whose, options=lambda actor: [("holder", "本单位负责的"), ("told", "超期报来的")]),
        Filter("partner", "部门", lambda rows, value, actor: rows.filter(partner=value), options=_partners),
        Filter("unit", "单位", _by_unit, kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("matters:matter", args=[row.pk]),
    measure="件",
    icon="building-community",
    empty=("没有事情", "学校周边的问题、矛盾纠纷、信访和咨询登记后，出现在这里。"),
    keys=KEYS,
    detail=_detail,
    actions=_actions,
)  # fmt: skip
