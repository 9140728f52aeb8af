"""Lists of this floor: tasks given, tasks to do, wishes to be exempt."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Options, Resource, Values
from xiaoan.engines.ui.dates import cn_date
from xiaoan.engines.ui.marks import pill
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.obligations.flows import EXEMPTION, TASK
from xiaoan.obligations.models import Assignment, Exemption, Quarterly, Task
from xiaoan.obligations.task_queries import figures_of
from xiaoan.policies.models import Requirement

OPEN = ["asked", "returned"]
MOST_UNITS = 200


def _tasks(actor: Actor) -> QuerySet[Task]:
    return Task.objects.visible_to(actor, "duties.read").select_related("unit", "document")


def _by_when(rows: QuerySet[Task], value: str, actor: Actor) -> QuerySet[Task]:
    today = clock.today()
    return rows.filter(due__lt=today) if value == "over" else rows.filter(due__gte=today)


def _by_unit(rows: QuerySet[Any], words: str, actor: Actor) -> QuerySet[Any]:
    """A bureau's name means all below it; several schools of a like name are all shown."""
    paths = list(
        Unit.objects.under(actor.scope)
        .filter(name__contains=words)
        .order_by("path")
        .values_list("path", flat=True)[:MOST_UNITS]
    )
    if len(paths) == 1:
        return rows.filter(below(paths[0], "unit_path"))
    return rows.filter(unit_path__in=paths)


def _task_actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    if not actor.holds("tasks.dispatch"):
        return ()
    return [
        ("派任务", reverse("obligations:new_task"), "plus"),
        ("任务分解表", reverse("obligations:breakdown"), "table"),
        *(
            [("导入任务表", reverse("intake:start", args=["tasks"]), "file-import")]
            if actor.holds("intake.use")
            else []
        ),
        ("收到的任务", reverse("obligations:assignments"), "inbox"),
    ]


UNIT = Column("unit", "单位编号", lambda row: row.unit_id, type=uuid.UUID)


def _task_detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("starts", "开始日期", lambda t: t.starts, type=date),
        Column("needs_file", "要交材料", lambda t: t.needs_file, type=bool),
        Column("is_quarterly", "每季度报进展", lambda t: t.is_quarterly, type=bool),
        Column("requirement", "对应的要求", lambda t: t.requirement),
        Column("made_by", "派发人", lambda t: t.made_by),
        Column("figures", "各状态的单位数", lambda t: vars(figures_of([t])[str(t.id)]), type=dict[str, int]),
    ]


TASKS = Resource(
    key="tasks",
    one="task",
    name="派发的任务",
    right="duties.read",
    rows=_tasks,
    columns=[
        Column("title", "任务", lambda t: t.title, width=30, is_wrapped=True),
        Column("content", "内容", lambda t: t.content, width=44, is_wrapped=True, show=lambda t: t.content[:60]),
        Column("unit_name", "派发单位", lambda t: t.unit.name, width=22),
        Column("document", "出自", lambda t: t.document.short if t.document else "", width=22),
        Column("due", "完成期限", lambda t: t.due, show=lambda t: cn_date(t.due), type=date, width=12),
    ],
    filters=[
        Filter("when", "期限", _by_when, options=lambda actor: [("open", "没到期"), ("over", "已到期")], every="不限"),
        Filter("words", "任务名称", lambda rows, value, actor: rows.filter(title__contains=value), kind="words"),
    ],
    order=("-id",),
    href=lambda task: reverse("obligations:task", args=[task.pk]),
    measure="件",
    icon="send",
    keys=[UNIT],
    detail=_task_detail,
    empty=("还没有派过任务", "要下级单位或科室交材料、报进展时，从“派任务”开始。"),
    actions=_task_actions,
)


def _assignments(actor: Actor) -> QuerySet[Assignment]:
    rows = Assignment.objects.visible_to(actor, "duties.read")
    told = Prefetch("quarters", Quarterly.objects.order_by("quarter"))
    return rows.select_related("task__unit", "unit").prefetch_related(told)


def _task_options(actor: Actor) -> Options:
    """The newest tasks that reach into the actor's scope: given from within it, or from above."""
    within = below(actor.scope, "unit_path")
    above = Q(assignments__unit_path=actor.unit_path)
    rows = Task.objects.filter(within | above).order_by("-id").values_list("id", "title").distinct()[:100]
    return [(str(task_id), title) for task_id, title in rows]


def _by_state(rows: QuerySet[Assignment], value: str, actor: Actor) -> QuerySet[Assignment]:
    if value == "late":
        return rows.filter(state__in=OPEN, due__lt=clock.today())
    return rows.filter(state__in=OPEN) if value == "open" else rows.filter(state=value)


def _by_whose(rows: QuerySet[Assignment], value: str, actor: Actor) -> QuerySet[Assignment]:
    return rows.filter(unit_path=actor.unit_path) if value == "mine" else rows


STATE_OPTIONS = [("open", "未交付"), ("late", "逾期未交"), *((s.key, s.label) for s in TASK.states)]


def state_pill(row: Assignment) -> Any:
    """The state of an assignment; an open one whose day is over is late."""
    if row.is_late(clock.today()):
        return pill("late", "逾期" if row.state == "asked" else "已退回，逾期")
    state = TASK.state(row.state)
    return pill(state.colour, state.label)


def _assignment_more(actor: Actor, values: Values) -> Sequence[Column]:
    fixed = [
        Column("said", "完成情况", lambda a: a.said, width=40),
        Column("handed_in_by", "交付人", lambda a: a.handed_in_by, width=12),
        Column("handed_in_at", "交付时间", lambda a: a.handed_in_at, width=16),
        Column("decision", "验收意见", lambda a: a.decision, width=30),
        Column("returned", "退回次数", lambda a: a.returned, type=int, width=9),
        Column("chased", "催办次数", lambda a: a.chased, type=int, width=9),
    ]
    return [*fixed, Column("progress", "季度进展", _progress, width=60)]


def _progress(row: Assignment) -> str:
    told = row.quarters.all()
    return "；".join(f"{quarter_words(q.quarter)} {q.percent}%，{q.sentence}" for q in told)


def quarter_words(key: str) -> str:
    """2026-Q4 as 2026年第四季度."""
    return f"{key[:4]}年第{'一二三四'[int(key[-1]) - 1]}季度"


def _assignment_detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("content", "内容", lambda a: a.task.content),
        Column("needs_file", "要交材料", lambda a: a.task.needs_file, type=bool),
        Column("said", "完成情况", lambda a: a.said),
        Column("files", "材料编号", lambda a: a.files, type=list[str]),
        Column("handed_in_by", "交付人", lambda a: a.handed_in_by),
        Column("handed_in_at", "交付时间", lambda a: a.handed_in_at, type=datetime),
        Column("decision", "验收意见", lambda a: a.decision),
        Column("returned", "退回次数", lambda a: a.returned, type=int),
        Column("record", "归档的记录", lambda a: a.record_id, type=uuid.UUID),
    ]


ASSIGNMENT_KEYS = [
    UNIT,
    Column("task", "任务编号", lambda a: a.task_id, type=uuid.UUID),
    Column("state_key", "状态代码", lambda a: a.state),
    Column("step", "第几步", lambda a: a.step, type=int),
]

ASSIGNMENTS = Resource(
    key="assignments",
    one="assignment",
    name="任务办理",
    right="duties.read",
    rows=_assignments,
    columns=[
        Column("title", "任务", lambda a: a.task.title, width=30, is_wrapped=True),
        Column("unit_name", "承办单位", lambda a: a.unit.name, width=24),
        Column("state", "状态", lambda a: TASK.state(a.state).label, show=state_pill, width=10),
        Column("by", "派发单位", lambda a: a.task.unit.label, width=20),
        Column("due", "完成期限", lambda a: a.due, show=lambda a: cn_date(a.due), type=date, width=12),
    ],
    filters=[
        Filter(
            "whose", "范围", _by_whose, options=lambda actor: [("mine", "派给本单位的"), ("all", "范围内全部")],
            default="mine", every="派给本单位的",
        ),
        Filter("task", "任务", lambda rows, value, actor: rows.filter(task=value), options=_task_options),
        Filter("state", "状态", _by_state, options=lambda actor: STATE_OPTIONS, every="全部"),
        Filter("unit", "承办单位", _by_unit, kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("obligations:assignment", args=[row.pk]),
    measure="件",
    icon="inbox",
    empty=("没有派来的任务", "上级或本单位派任务后，出现在这里。"),
    more=_assignment_more,
    keys=ASSIGNMENT_KEYS,
    detail=_assignment_detail,
)  # fmt: skip


def _exemptions(actor: Actor) -> QuerySet[Exemption]:
    named = Requirement.objects.filter(key=OuterRef("requirement")).values("duty")[:1]
    rows = Exemption.objects.visible_to(actor, "duties.read").select_related("unit")
    return rows.annotate(duty=Subquery(named))  # type: ignore[no-any-return]


def exemption_pill(row: Exemption) -> Any:
    state = EXEMPTION.state(row.state)
    return pill(state.colour, state.label)


EXEMPTION_KEYS = [
    UNIT,
    Column("requirement", "要求的编号", lambda e: e.requirement),
    Column("state_key", "状态代码", lambda e: e.state),
    Column("step", "第几步", lambda e: e.step, type=int),
]


def _exemption_detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("starts", "从哪一天", lambda e: e.starts, type=date),
        Column("asked_by", "申请人", lambda e: e.asked_by),
        Column("decision", "答复", lambda e: e.decision),
        Column("decided_by", "答复人", lambda e: e.decided_by),
        Column("decided_at", "答复时间", lambda e: e.decided_at, type=datetime),
    ]


EXEMPTIONS = Resource(
    key="exemptions",
    one="exemption",
    name="免做申请",
    right="duties.read",
    rows=_exemptions,
    columns=[
        Column("duty", "免做什么", lambda e: e.duty, width=30, is_wrapped=True),
        Column("unit_name", "单位", lambda e: e.unit.name, width=24),
        Column("reason", "理由", lambda e: e.reason, width=40, is_wrapped=True, show=lambda e: e.reason[:40]),
        Column("state", "状态", lambda e: EXEMPTION.state(e.state).label, show=exemption_pill, width=10),
        Column("ends", "到哪一天", lambda e: e.ends, show=lambda e: cn_date(e.ends), type=date, width=12),
    ],
    filters=[
        Filter(
            "state", "状态", lambda rows, value, actor: rows.filter(state=value),
            options=lambda actor: [(s.key, s.label) for s in EXEMPTION.states],
        ),
        Filter("unit", "单位名称", _by_unit, kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("obligations:exemption", args=[row.pk]),
    measure="件",
    icon="hand-stop",
    keys=EXEMPTION_KEYS,
    detail=_exemption_detail,
    empty=("没有免做申请", "学校在“出处”页上对不适合本校的要求说明理由，申请就出现在这里。"),
)  # fmt: skip
