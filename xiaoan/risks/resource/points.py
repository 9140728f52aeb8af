"""Lists of what a school has: its points, who controls what, how it stands."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from xiaoan.checks.catalogue import category_names
from xiaoan.engines.resource.declare import Column, Filter, Options, Resource, Values
from xiaoan.engines.tally.queries import total_of
from xiaoan.engines.ui.dates import cn_day
from xiaoan.engines.ui.marks import level, pill
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.risks.flows import POINT
from xiaoan.risks.library import areas
from xiaoan.risks.models import COLOURS, Control, Level, Point, Standing
from xiaoan.risks.services.standing import COLOURS as SUBJECTS
from xiaoan.risks.services.standing import MEASURE

MOST_UNITS = 200
LEVEL_OPTIONS = [(str(n), f"{Level(n).label}（{COLOURS[n]}）") for n in (1, 2, 3, 4)]
SCHOOL = Column("unit", "学校编号", lambda row: row.unit_id, type=uuid.UUID)


def level_words(row: Any) -> str:
    """The grade in words, the colour with it; what is not graded says so."""
    if getattr(row, "base_level", 1) is None:
        return "还没有评估"
    return f"{Level(row.level).label}（{COLOURS[row.level]}）"


def level_mark(row: Point) -> Any:
    """The grade as a tag, with a word when a rule has raised it."""
    if not row.is_assessed:
        return pill("na", "未评估")
    return format_html("{}{}", level(row.level), "（已上调）" if row.is_raised else "")


def by_unit(rows: QuerySet[Any], words: str, actor: Actor) -> QuerySet[Any]:
    """Rows of the units whose name holds these words; a bureau's name means all below it."""
    found = Unit.objects.under(actor.scope).filter(name__contains=words).order_by("path")
    paths = list(found.values_list("path", flat=True)[:MOST_UNITS])
    if len(paths) == 1:
        return rows.filter(below(paths[0], "unit_path"))
    return rows.filter(unit_path__in=paths)


UNIT_FILTER = Filter("school", "学校", by_unit, kind="words")


def _points(actor: Actor) -> QuerySet[Point]:
    controls = Prefetch("controls", Control.objects.filter(is_active=True).order_by("id"), to_attr="held")
    rows = Point.objects.visible_to(actor, "risks.read").filter(is_active=True)
    return rows.select_related("unit").prefetch_related(controls)


def _by_level(rows: QuerySet[Any], value: str, actor: Actor) -> QuerySet[Any]:
    return rows.filter(level=int(value), base_level__isnull=False)


def _by_wanting(rows: QuerySet[Point], value: str, actor: Actor) -> QuerySet[Point]:
    """What is wrong with a point."""
    today = clock.today()
    lacking = Q(cycle_months__isnull=True) | Q(owner="") | Q(announced_at="")
    wanting = {
        "overdue": Q(controls_due__lt=today), "lacking": lacking, "unassessed": Q(base_level__isnull=True),
        "due": Q(assess_due__lte=today), "old": Q(is_old_building=True, report_file__isnull=True),
        "mine": Q(owner_id=actor.person_id),
    }  # fmt: skip
    return rows.filter(wanting[value])


WANTING = [
    ("mine", "我负责的"), ("overdue", "管控措施逾期没确认"), ("lacking", "缺评估周期、责任人或公告位置"), ("unassessed", "还没有评估"),
    ("due", "该重新评估了"), ("old", "老旧园舍没有评估报告"),
]  # fmt: skip


def _areas(actor: Actor) -> Options:
    return [(a.key, a.name) for a in areas().values()]


def _kinds(actor: Actor) -> Options:
    return list(category_names().items())


def _states(actor: Actor) -> Options:
    return [(s.key, s.label) for s in POINT.states if not s.is_end]


def _measures(point: Any) -> str:
    return "；".join(c.words for c in point.held[:6])


def _owner(point: Point) -> str:
    return " ".join(filter(None, (point.post, point.owner)))


def _point_actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    if not actor.holds("risks.write"):
        return [("查看过去某天", reverse("risks:past"), "history")]
    return [
        ("起步库", reverse("risks:start"), "sparkles"),
        ("新增风险点", reverse("risks:new"), "plus"),
        ("申报", reverse("risks:declare"), "send"),
    ]


def _kept_points(actor: Actor, values: Values) -> int | None:
    """How many points there are, from the tallies, where the filters are those that they count by."""
    if set(values) - {"level"}:
        return None
    subjects = [SUBJECTS[int(values["level"]) - 1]] if values.get("level") else [*SUBJECTS, "unassessed"]
    return sum(total_of(actor.scope, MEASURE, s) for s in subjects) if actor.scope else None


POINTS = Resource(
    key="points",
    one="point",
    name="风险清单",
    right="risks.read",
    rows=_points,
    columns=[
        Column("name", "风险点", lambda p: p.name, width=26, is_wrapped=True),
        Column("level", "风险等级", level_words, show=level_mark, width=16),
        Column("unit_name", "学校", lambda p: p.unit.name, width=22),
        Column("area", "部位", lambda p: areas()[p.area].name if p.area in areas() else p.area, width=16),
        Column("measures", "管控措施", _measures, width=50, is_wrapped=True, show=lambda p: f"{len(p.held)} 项"),
        Column("owner", "责任岗位和责任人", _owner, width=20),
        Column(
            "checked_on", "最近确认", lambda p: p.checked_on, type=date, show=lambda p: cn_day(p.checked_on) or "还没有"
        ),
        Column("assessed_on", "评估日期", lambda p: p.assessed_on, type=date, show=lambda p: cn_day(p.assessed_on)),
    ],
    filters=[
        Filter("level", "等级", _by_level, options=lambda actor: LEVEL_OPTIONS),
        Filter("area", "部位", lambda rows, v, actor: rows.filter(area=v), options=_areas),
        Filter("kind", "类别", lambda rows, v, actor: rows.filter(kind=v), options=_kinds),
        Filter("state", "申报登记", lambda rows, v, actor: rows.filter(state=v), options=_states),
        Filter("wanting", "要处理的", _by_wanting, options=lambda actor: WANTING, every="不限"),
        UNIT_FILTER,
    ],
    order=("level", "-id"),
    href=lambda p: reverse("risks:point", args=[p.pk]),
    measure="个",
    icon="shield",
    total=_kept_points,
    keys=[SCHOOL, Column("code", "编号", lambda p: p.code), Column("grade", "等级数", lambda p: p.level, type=int)],
    more=lambda actor, values: [
        Column("code", "编号", lambda p: p.code),
        Column("place", "位置", lambda p: p.place, width=16),
        Column("kind", "类别", lambda p: category_names().get(p.kind, p.kind)),
        Column("accidents", "可能发生的事故", lambda p: p.accidents, width=24),
        Column("why", "定级依据", lambda p: p.why, width=40),
        Column("assess_due", "下次评估", lambda p: p.assess_due, type=date),
        Column("state", "申报登记", lambda p: POINT.state(p.state).label),
        Column("announced_at", "公告位置", lambda p: p.announced_at, width=18),
    ],
    detail=lambda actor: [
        Column("place", "位置", lambda p: p.place),
        Column("kind", "类别", lambda p: p.kind),
        Column("why", "定级依据", lambda p: p.why),
        Column("assess_due", "下次评估", lambda p: p.assess_due, type=date),
        Column("controls_due", "管控措施下次确认", lambda p: p.controls_due, type=date),
        Column("state", "申报登记", lambda p: p.state),
        Column("supervision", "监管要求", lambda p: p.supervision),
    ],
    empty=("还没有风险点", "学校从“起步库”选，十分钟就能建好风险清单。"),
    actions=_point_actions,
)


def _controls(actor: Actor) -> QuerySet[Control]:
    return Control.objects.visible_to(actor, "risks.read").filter(is_active=True).select_related("point", "unit")


def _by_due(rows: QuerySet[Control], value: str, actor: Actor) -> QuerySet[Control]:
    today = clock.today()
    if value == "failed":
        return rows.exclude(failed_by="")
    return rows.filter(due__lt=today) if value == "overdue" else rows.filter(due__gte=today)


def _by_whose(rows: QuerySet[Control], value: str, actor: Actor) -> QuerySet[Control]:
    return rows.filter(holder_id=actor.person_id)


def control_pill(row: Control) -> Any:
    """When it is to be confirmed; what failed or is overdue stands out."""
    if row.failed_by:
        return pill("late", "失效")
    return pill("late" if row.is_overdue(clock.today()) else "ok", f"{cn_day(row.due)}前确认")


CONTROLS = Resource(
    key="controls",
    one="control",
    name="管控责任清单",
    right="risks.read",
    rows=_controls,
    columns=[
        Column("words", "管控措施", lambda c: c.words, width=44, is_wrapped=True),
        Column("point_name", "风险点", lambda c: c.point.name, width=22),
        Column("level", "风险等级", lambda c: level_words(c.point), show=lambda c: level_mark(c.point), width=16),
        Column("post", "责任岗位", lambda c: c.post, width=14),
        Column("holder", "责任人", lambda c: c.holder or "还没有定", width=12),
        Column("due", "确认期限", lambda c: c.due, type=date, show=control_pill),
        Column("unit_name", "学校", lambda c: c.unit.name, width=22),
    ],
    filters=[
        Filter(
            "due",
            "期限",
            _by_due,
            every="不限",
            options=lambda actor: [("overdue", "逾期没确认"), ("ok", "没到期"), ("failed", "有隐患说明失效")],
        ),
        Filter("whose", "责任人", _by_whose, options=lambda actor: [("mine", "我的")], every="不限"),
        UNIT_FILTER,
    ],
    order=("due", "id"),
    href=lambda c: reverse("risks:point", args=[c.point_id]) + f"#control-{c.pk}",
    measure="项",
    icon="checklist",
    keys=[SCHOOL, Column("point", "风险点编号", lambda c: c.point_id, type=uuid.UUID)],
    detail=lambda actor: [
        Column("every", "周期", lambda c: c.every, type=int),
        Column("period", "周期单位", lambda c: c.period),
        Column("item", "检查项目", lambda c: c.item),
        Column("confirmed_at", "最近确认", lambda c: c.confirmed_at, type=datetime),
        Column("confirmed_by", "确认人", lambda c: c.confirmed_by),
        Column("failed_by", "说明它失效的隐患", lambda c: c.failed_by),
    ],
    empty=("还没有管控措施", "先从“起步库”建立风险清单。"),
)


def _standings(actor: Actor) -> QuerySet[Standing]:
    return Standing.objects.visible_to(actor, "risks.read").select_related("unit")


def _by_stand(rows: QuerySet[Standing], value: str, actor: Actor) -> QuerySet[Standing]:
    wanted = {
        "running": Q(is_running=True), "still": Q(is_running=False), "red": Q(red__gt=0), "overdue": Q(overdue__gt=0),
        "lacking": Q(lacking__gt=0), "old": Q(old_buildings__gt=0), "unassessed": Q(unassessed__gt=0),
    }  # fmt: skip
    return rows.filter(wanted[value])


STANDS = [
    ("running", "风险清单和隐患治理都在运行"), ("still", "没有都运行起来"), ("red", "有重大风险"), ("overdue", "有措施逾期没确认"),
    ("lacking", "有风险点缺责任人等"), ("unassessed", "有风险点没评估"), ("old", "有老旧园舍没评估报告"),
]  # fmt: skip


def _grade(row: Standing) -> str:
    return f"{Level(row.grade).label}（{COLOURS[row.grade]}）" if row.grade else "未评估"


STANDINGS = Resource(
    key="risk_schools",
    one="standing",
    name="学校风险情况",
    right="risks.read",
    rows=_standings,
    columns=[
        Column("unit_name", "学校", lambda s: s.unit.name, width=26),
        Column(
            "grade", "风险等级", _grade, show=lambda s: level(s.grade) if s.grade else pill("na", "未评估"), width=16
        ),
        Column("red", "重大（红）", lambda s: s.red, type=int, width=10),
        Column("orange", "较大（橙）", lambda s: s.orange, type=int, width=10),
        Column("held", "其中受控", lambda s: s.held, type=int, width=10),
        Column("overdue", "措施逾期", lambda s: s.overdue, type=int, width=10),
        Column(
            "is_running",
            "双重预防",
            lambda s: s.is_running,
            type=bool,
            show=lambda s: pill("ok" if s.is_running else "na", "运行中" if s.is_running else "没都运行"),
        ),
        Column("active_on", "最近活动", lambda s: max(filter(None, (s.active_on, s.loop_on)), default=None), type=date),
    ],
    filters=[
        Filter("stand", "情况", _by_stand, options=lambda actor: STANDS, every="不限"),
        Filter(
            "grade", "风险等级", lambda rows, v, actor: rows.filter(grade=int(v)), options=lambda actor: LEVEL_OPTIONS
        ),
        UNIT_FILTER,
    ],
    order=("id",),
    href=lambda s: reverse("risks:school", args=[s.unit_id]),
    measure="所",
    icon="school",
    keys=[SCHOOL],
    more=lambda actor, values: [
        Column("assessed_on", "最近评估", lambda s: s.assessed_on, type=date),
        Column("loop_on", "隐患治理最近活动", lambda s: s.loop_on, type=date),
        Column("accepted_on", "达标验收通过", lambda s: s.accepted_on, type=date),
    ],
    detail=lambda actor: [
        Column("yellow", "一般（黄）", lambda s: s.yellow, type=int),
        Column("blue", "低（蓝）", lambda s: s.blue, type=int),
        Column("accepted_on", "达标验收通过", lambda s: s.accepted_on, type=date),
    ],
    empty=("还没有学校建立风险清单", "学校建立风险清单后出现在这里。"),
    actions=lambda actor: [("还没有评估的学校", reverse("risks:missing"), "alert-circle")],
)
