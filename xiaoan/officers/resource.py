"""Lists of this floor, without any pupil's name: groups with and without an officer, and what officers told."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Resource
from xiaoan.engines.ui.dates import cn_moment
from xiaoan.engines.ui.marks import pill
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.hazards.flows import HAZARD
from xiaoan.kernel.actor import Actor
from xiaoan.officers.models import KINDS, Group, Report
from xiaoan.officers.seeing import own_groups

MOST_UNITS = 200


def _groups(actor: Actor) -> QuerySet[Group]:
    rows = Group.objects.visible_to(actor, "officers.read").filter(ended_on__isnull=True)
    return rows.select_related("unit", "teacher__person")


def is_needed(from_grade: int) -> Q:
    """Groups that must have an officer: classes from a grade up, every dormitory and every housing area."""
    return ~Q(kind="class") | Q(grade__gte=from_grade)


def _by_officer(rows: QuerySet[Group], value: str, actor: Actor) -> QuerySet[Group]:
    if value == "with":
        return rows.filter(has_officer=True)
    return rows.filter(is_needed(int(norm("officers.from_grade", actor.scope))), has_officer=False)


def _by_unit(rows: QuerySet[Any], words: str, actor: Actor) -> QuerySet[Any]:
    near = Unit.objects.under(actor.scope).filter(name__contains=words).order_by("path")
    paths = list(near.values_list("path", flat=True)[:MOST_UNITS])
    return rows.filter(below(paths[0], "unit_path")) if len(paths) == 1 else rows.filter(unit_path__in=paths)


def officer_pill(group: Group) -> Any:
    return pill("ok", "有安全员") if group.has_officer else pill("due", "还没有安全员")


def _group_actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    found = []
    if actor.holds("officers.keep"):
        found.append(("登记班级宿舍", reverse("officers:new_groups"), "plus"))
    if actor.holds("officers.report"):
        found.append(("上报", reverse("officers:report"), "send"))
    found.append(("上报台账", reverse("officers:reports"), "list"))
    if actor.holds("watches.set"):
        found.append(("值班和辅导员", reverse("officers:setup"), "user-check"))
    return found


GROUPS = Resource(
    key="groups",
    one="group",
    name="学生安全员",
    right="officers.read",
    rows=_groups,
    columns=[
        Column("name", "班级、宿舍", lambda g: g.name, width=18),
        Column("kind", "种类", lambda g: g.kind_name, width=10),
        Column("grade", "年级", lambda g: g.grade, type=int, width=8),
        Column("unit_name", "学校", lambda g: g.unit.name, width=24),
        Column("teacher", "班主任、宿管", lambda g: g.teacher.person.name if g.teacher else "", width=14),
        Column("has_officer", "安全员", lambda g: g.has_officer, show=officer_pill, type=bool, width=12),
    ],
    filters=[
        Filter("kind", "种类", lambda rows, value, actor: rows.filter(kind=value), options=lambda actor: list(KINDS.items())),
        Filter("officer", "安全员", _by_officer, options=lambda actor: [("without", "应有没有的"), ("with", "有的")]),
        Filter("whose", "范围", lambda rows, value, actor: rows.filter(id__in=own_groups(actor).values("id")),
               options=lambda actor: [("mine", "我管的")]),
        Filter("unit", "学校", _by_unit, kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("officers:group", args=[row.pk]),
    measure="个",
    icon="users",
    empty=("还没有登记班级和宿舍", "登记后给每个班、每间宿舍指定一名安全员。"),
    keys=[
        Column("unit", "单位编号", lambda g: g.unit_id, type=uuid.UUID),
        Column("kind_key", "种类代码", lambda g: g.kind),
    ],
    actions=_group_actions,
)  # fmt: skip


def _reports(actor: Actor) -> QuerySet[Report]:
    rows = Report.objects.visible_to(actor, "officers.read")
    return rows.select_related("unit", "group", "hazard")


def state_of(row: Report) -> tuple[str, str]:
    """(colour, words): of the hazard as it stands now, or whether the suspicion has been dealt with."""
    if row.hazard:
        state = HAZARD.state(row.hazard.state)
        return state.colour, state.label
    return ("ok", "已处理") if row.handled_at else ("due", "待值班人员处理")


def _by_kind(rows: QuerySet[Report], value: str, actor: Actor) -> QuerySet[Report]:
    return rows.filter(kind=value)


def _by_sent(rows: QuerySet[Report], value: str, actor: Actor) -> QuerySet[Report]:
    return rows.filter(sent_at__isnull=value == "no")


REPORTS = Resource(
    key="officer_reports",
    one="report",
    name="安全员上报台账",
    right="officers.read",
    rows=_reports,
    columns=[
        Column("words", "内容", lambda r: r.words, show=lambda r: r.words[:40], width=36, is_wrapped=True),
        Column("kind", "种类", lambda r: "隐患" if r.kind == "hazard" else "可疑情况", width=10),
        Column("by", "谁报的", lambda r: r.by, width=16),
        Column("unit_name", "学校", lambda r: r.unit.name, width=22),
        Column("at", "上报时间", lambda r: r.at, show=lambda r: cn_moment(r.at), type=datetime, width=16),
        Column("state", "状态", lambda r: state_of(r)[1], show=lambda r: pill(*state_of(r)), width=12),
        Column("sent_at", "报送学校", lambda r: r.sent_at, show=lambda r: cn_moment(r.sent_at), type=datetime, width=16),
        Column("taken_at", "学校签收", lambda r: r.taken_at, show=lambda r: cn_moment(r.taken_at), type=datetime, width=16),
    ],
    filters=[
        Filter("kind", "种类", _by_kind, options=lambda actor: [("hazard", "隐患"), ("suspicion", "可疑情况")]),
        Filter("sent", "报送", _by_sent, options=lambda actor: [("yes", "已报送学校"), ("no", "没有报送")]),
        Filter("unit", "学校", _by_unit, kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("officers:one_report", args=[row.pk]),
    measure="件",
    icon="list",
    empty=("还没有上报", "安全员发现隐患或可疑情况后上报，出现在这里。"),
)  # fmt: skip
