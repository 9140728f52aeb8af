"""The list of checklists."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from xiaoan.checks.models import Checklist, Purpose, State
from xiaoan.checks.queries import seen_by
from xiaoan.engines.resource.declare import Column, Filter, Resource
from xiaoan.engines.ui.marks import pill
from xiaoan.kernel.actor import Actor

COLOURS = {State.DRAFT: "na", State.PUBLISHED: "ok", State.SUPERSEDED: "na"}


def state_pill(row: Checklist) -> Any:
    return pill(COLOURS[State(row.state)], State(row.state).label)


def _rows(actor: Actor) -> QuerySet[Checklist]:
    return seen_by(actor).select_related("unit")


def _actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    own = [("编清单", reverse("checks:new"), "plus")] if actor.holds("checks.write") else []
    return [
        *own,
        ("基础项目", reverse("checks:items"), "list-details"),
        ("重大隐患判定标准", reverse("checks:criteria"), "gavel"),
    ]


CHECKLISTS = Resource(
    key="checklists",
    one="checklist",
    name="检查清单",
    right="checks.read",
    rows=_rows,
    columns=[
        Column("title", "清单", lambda c: c.title, width=34, is_wrapped=True),
        Column("unit_name", "发布单位", lambda c: c.unit.name, width=22),
        Column("place", "场所", lambda c: c.place, width=14),
        Column("topic", "主题", lambda c: c.topic, width=14),
        Column("purpose", "用途", lambda c: Purpose(c.purpose).label, width=12),
        Column("version", "版本", lambda c: c.version, type=int, width=8),
        Column("lines", "项目", lambda c: len(c.lines), type=int, width=8),
        Column("state", "状态", lambda c: State(c.state).label, show=state_pill, width=10),
    ],
    filters=[
        Filter("state", "状态", lambda rows, v, actor: rows.filter(state=v), options=lambda actor: list(State.choices)),
        Filter("purpose", "用途", lambda rows, v, actor: rows.filter(purpose=v), options=lambda actor: list(Purpose.choices)),
        Filter("words", "名称、场所、主题", lambda rows, v, actor: (
            rows.filter(title__contains=v) | rows.filter(place__contains=v) | rows.filter(topic__contains=v)), kind="words"),
    ],
    order=("-id",),
    href=lambda c: reverse("checks:checklist", args=[c.pk]),
    measure="份",
    icon="list-check",
    keys=[Column("unit", "单位编号", lambda c: c.unit_id, type=uuid.UUID)],
    detail=lambda actor: [
        Column("items", "各项", lambda c: c.lines, type=list[dict[str, Any]]),
        Column("basis", "依据", lambda c: c.basis),
        Column("published_at", "发布时间", lambda c: c.published_at, type=datetime),
    ],
    empty=("还没有检查清单", "区县编好并发布后，学校自查就用它；也可以先看基础项目。"),
    actions=_actions,
)  # fmt: skip
