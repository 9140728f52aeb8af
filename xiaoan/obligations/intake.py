"""A bureau's table of tasks (任务—内容—责任单位—期限) as a workbook: each good row is dispatched as one task."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from xiaoan.ground.calendar.reading import parse_day
from xiaoan.ground.units.intake import Beat, Checked, Fault, Intake
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.ground.units.workbook import Column, Row
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid
from xiaoan.obligations.models import Task
from xiaoan.obligations.tasks import dispatch_task

TITLE, CONTENT, WHO, STARTS, DUE, FILE = "任务", "内容", "责任单位", "开始日期", "完成期限", "要交附件"
ALL_SCHOOLS = ("全部学校", "各学校", "各校", "各中小学、幼儿园")
MOST = 500  # a bureau's year; each may ask thousands of units
SIGNS = re.compile(r"[、，,;；\n]+")


@dataclass
class Planned:
    """One row: the task that it would dispatch, or why it cannot."""

    row: Row
    names: list[str]
    targets: dict[str, Any] = field(default_factory=dict)
    starts: date | None = None
    due: date | None = None
    reasons: list[str] = field(default_factory=list)


def plan_tasks(actor: Actor, rows: Sequence[Row]) -> list[Planned]:
    """Look at every row without writing: four queries, whatever the number."""
    require(actor, "tasks.dispatch", actor.scope)
    if len(rows) > MOST:
        raise Invalid(f"一次最多导入 {MOST} 项任务，这个表格有 {len(rows):,} 行，请分成几个文件。")
    plan = [_read(row) for row in rows]
    _find_units(actor, plan)
    _find_doubles(actor, plan)
    return plan


def check_tasks(actor: Actor, rows: Sequence[Row]) -> Checked:
    """What taking the table in would do."""
    plan = plan_tasks(actor, rows)
    bad = [Fault(p.row.line, "".join(p.reasons), p.row.values) for p in plan if p.reasons]
    return Checked(new=len(plan) - len(bad), changed=0, same=0, faults=bad)


def import_tasks(actor: Actor, rows: Sequence[Row], beat: Beat) -> str:
    """Dispatch the good rows, all or none."""
    good = [p for p in plan_tasks(actor, rows) if not p.reasons]
    with transaction.atomic():
        unit = own_unit(actor)
        for done, p in enumerate(good, 1):
            assert p.due  # a row without a day has a reason
            dispatch_task(
                actor=actor, unit=unit, title=p.row.get(TITLE), content=p.row.get(CONTENT), starts=p.starts, due=p.due,
                targets=p.targets, needs_file=p.row.get(FILE) == "是",
            )  # fmt: skip
            beat(done, len(good))
    return f"派发 {len(good)} 项任务"


def _read(row: Row) -> Planned:
    planned = Planned(row, [name.strip() for name in SIGNS.split(row.get(WHO)) if name.strip()])
    planned.starts, planned.due = _day(planned, STARTS), _day(planned, DUE)
    if not row.get(TITLE):
        planned.reasons.append("请写任务名称。")
    for heading, most in ((TITLE, 80), (CONTENT, 1000)):
        if len(row.get(heading)) > most:
            planned.reasons.append(f"{heading}最多 {most} 个字，现在有 {len(row.get(heading))} 个。")
    if not planned.names:
        planned.reasons.append("请写责任单位。")
    if not row.get(DUE):
        planned.reasons.append("请写完成期限。")
    if planned.due and planned.due < (planned.starts or clock.today()):
        planned.reasons.append("完成期限早于开始日期。" if planned.starts else "完成期限已经过了。")
    if row.get(FILE) not in ("", "是", "否"):
        planned.reasons.append("“要交附件”只能填是或否。")
    return planned


def _day(planned: Planned, heading: str) -> date | None:
    words = planned.row.get(heading)
    day = parse_day(words) if words else None
    if words and day is None:
        planned.reasons.append(f"{heading}“{words[:20]}”看不懂，请写成 2026-09-01 这样。")
    return day


def _find_units(actor: Actor, plan: list[Planned]) -> None:
    wanted = {name for p in plan for name in p.names}
    known: dict[str, set[Any]] = defaultdict(set)
    below = Unit.objects.under(actor.scope).active()
    for pk, name, short in below.filter(Q(name__in=wanted) | Q(short__in=wanted)).values_list("id", "name", "short"):
        for called in {name, short} & wanted:
            known[called].add(pk)
    for p in plan:
        if len(p.names) == 1 and p.names[0] in ALL_SCHOOLS:
            p.targets = {"kinds": []}
            continue
        for name in p.names:
            if not known[name]:
                p.reasons.append(f"您的管理范围内没有叫“{name[:30]}”的单位或科室，请写全称。")
            elif len(known[name]) > 1:
                p.reasons.append(f"叫“{name[:30]}”的单位有 {len(known[name])} 个，请在页面上派这一项。")
        p.targets = {"ids": sorted({str(pk) for name in p.names for pk in known[name]})}


def _find_doubles(actor: Actor, plan: list[Planned]) -> None:
    """The same table sent twice asks nobody twice."""
    titles = {p.row.get(TITLE) for p in plan}
    held = set(Task.objects.filter(unit_path=actor.scope, title__in=titles).values_list("title", "due"))
    seen: dict[tuple[str, date | None], int] = {}
    for p in plan:
        key = (p.row.get(TITLE), p.due)
        if key in held:
            p.reasons.append("已经派过同名、同期限的任务。")
        elif key in seen and p.row.get(TITLE):
            p.reasons.append(f"和第 {seen[key]} 行的任务、期限相同。")
        seen.setdefault(key, p.row.line)


def _columns(actor: Actor) -> list[Column]:
    return [
        Column(TITLE, "一行一项任务，写成一句话", required=True, width=34),
        Column(CONTENT, "要做什么、交什么", width=50),
        Column(WHO, f"单位或科室的全称，几个用顿号隔开；给所有学校的写“{ALL_SCHOOLS[0]}”", required=True, width=30),
        Column(STARTS, "如 2026-09-01；不填为今天"),
        Column(DUE, "如 2026-12-31", required=True),
        Column(FILE, "不填为否", ("是", "否"), width=10),
    ]


INTAKE = Intake(
    name="任务", unit="项", right="tasks.dispatch", columns=_columns, check=check_tasks, take=import_tasks,
    after="obligations:tasks", note="每一行派成一项任务；同名、同期限的任务派过了就不再派。",
)  # fmt: skip
