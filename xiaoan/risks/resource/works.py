"""Lists of what is done about risks: notices, studies, acceptances."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Resource
from xiaoan.engines.ui.marks import pill
from xiaoan.risks.flows import ACCEPTANCE
from xiaoan.risks.models import Acceptance, Notice, Study
from xiaoan.risks.models.works import KINDS
from xiaoan.risks.resource.points import SCHOOL, UNIT_FILTER

NOTICES = Resource(
    key="notices",
    one="notice",
    name="风险公告",
    right="risks.read",
    rows=lambda actor: Notice.objects.visible_to(actor, "risks.read").select_related("unit"),
    columns=[
        Column("title", "公告", lambda n: n.title, width=36, is_wrapped=True),
        Column("unit_name", "学校", lambda n: n.unit.name, width=24),
        Column("points", "风险点", lambda n: len(n.points), type=int, width=10),
        Column("at", "发布时间", lambda n: n.at, type=datetime),
        Column("by", "发布人", lambda n: n.by, width=12),
        Column("is_current", "现行", lambda n: n.is_current, type=bool, width=8),
    ],
    filters=[UNIT_FILTER],
    order=("-id",),
    href=lambda n: reverse("risks:notice", args=[n.pk]),
    measure="份",
    icon="speakerphone",
    keys=[SCHOOL],
    empty=("还没有发布过风险公告", "风险评估完以后，发布公告让师生和家长知道。"),
    actions=lambda actor: (
        [("发布公告", reverse("risks:new_notice"), "speakerphone")] if actor.holds("risks.announce") else []
    ),
)

STUDIES = Resource(
    key="studies",
    one="study",
    name="风险研判",
    right="risks.read",
    rows=lambda actor: Study.objects.visible_to(actor, "risks.read").select_related("unit"),
    columns=[
        Column("month", "月份", lambda s: s.month, show=lambda s: f"{s.month[:4]}年{int(s.month[5:])}月", width=12),
        Column("unit_name", "单位", lambda s: s.unit.name, width=24),
        Column("conclusion", "下月最要防的", lambda s: s.conclusion, width=44, is_wrapped=True),
        Column("changes", "清单变化", lambda s: len(s.changes), type=int, width=10),
        Column("by", "研判人", lambda s: s.by, width=12),
        Column("on", "日期", lambda s: s.on, type=date),
    ],
    filters=[UNIT_FILTER],
    order=("-id",),
    href=lambda s: reverse("risks:study", args=[s.pk]),
    measure="次",
    icon="chart-dots",
    keys=[SCHOOL],
    empty=("还没有研判过", "每月研判一次，清单的变化由系统列出。"),
    actions=lambda actor: [
        *([("记录研判", reverse("risks:new_study"), "plus")] if actor.holds("risks.study") else []),
        ("还没研判的单位", reverse("risks:unstudied"), "alert-circle"),
    ],
)


def acceptance_pill(row: Acceptance) -> Any:
    state = ACCEPTANCE.state(row.state)
    return pill(state.colour, state.label)


ACCEPTANCES = Resource(
    key="acceptances",
    one="acceptance",
    name="达标验收",
    right="risks.read",
    rows=lambda actor: Acceptance.objects.visible_to(actor, "risks.read").select_related("unit"),
    columns=[
        Column("unit_name", "学校", lambda a: a.unit.name, width=26),
        Column("kind", "验收", lambda a: KINDS[a.kind], width=26),
        Column("state", "状态", lambda a: ACCEPTANCE.state(a.state).label, show=acceptance_pill),
        Column("score", "得分", lambda a: float(a.score) if a.score is not None else None, type=float, width=8),
        Column("asked_at", "申请时间", lambda a: a.asked_at, type=datetime),
        Column("decided_at", "决定时间", lambda a: a.decided_at, type=datetime),
    ],
    filters=[
        Filter("kind", "验收", lambda rows, v, actor: rows.filter(kind=v), options=lambda actor: list(KINDS.items())),
        Filter(
            "state",
            "状态",
            lambda rows, v, actor: rows.filter(state=v),
            options=lambda actor: [(s.key, s.label) for s in ACCEPTANCE.states],
        ),
        UNIT_FILTER,
    ],
    order=("-id",),
    href=lambda a: reverse("risks:acceptance", args=[a.pk]),
    measure="件",
    icon="rosette-discount-check",
    keys=[SCHOOL],
    detail=lambda actor: [
        Column("said", "自评", lambda a: a.said),
        Column("decision", "验收意见", lambda a: a.decision),
        Column("decided_by", "决定人", lambda a: a.decided_by),
    ],
    empty=("还没有学校申请验收", "学校建好风险清单并评估后，就可以申请。"),
    actions=lambda actor: [
        *([("申请验收", reverse("risks:apply"), "plus")] if actor.holds("risks.apply") else []),
        ("目标进度", reverse("risks:targets"), "target"),
    ],
)
