"""Every change of tasks: handing out, handing in, accepting, returning, chasing, telling a quarter."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import claim_files
from xiaoan.engines.flow.services import run_move
from xiaoan.engines.jobs.services import enqueue
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.journal.services import make_entry, write_entry
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit, UnitQuerySet, scope_of
from xiaoan.ground.units.paths import STEP
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.ids import new_id, read_id
from xiaoan.obligations.costs import count_task_seconds
from xiaoan.obligations.fitting import DELIVERABLE_SHEET
from xiaoan.obligations.flows import TASK
from xiaoan.obligations.models import Assignment, HandIn, Quarterly, Task
from xiaoan.policies.models import Document, Requirement

AT_ONCE = 200  # more units than this are handed out by the worker
BATCH = 500


def dispatch_task(
    *, actor: Actor, unit: Unit, title: str, due: date, targets: dict[str, Any], content: str = "",
    starts: date | None = None, document: Document | None = None, requirement: str = "", needs_file: bool = False,
    is_quarterly: bool = False,
) -> Task:  # fmt: skip
    """Ask something of units below `unit` or of its sections. Few units get it at once, many through the worker.

    `targets` is {"ids": [unit ids]} or {"kinds": [school kinds]} (all schools below when empty). A task tied to a
    deliverable requirement needs a file, and an accepted assignment then proves the requirement.
    """
    require(actor, "tasks.dispatch", unit.path)
    starts = starts or clock.today()
    row = _requirement(requirement)
    _check(title, starts, due)
    wanted = targets_of(unit, targets)
    number = wanted.count()
    if not number:
        raise Invalid("没有选中任何单位。请至少选一个单位、科室或一类学校。", {"targets": "没有选中任何单位。"})
    task = Task(
        title=title.strip(), content=content.strip(), document=document or (row.document if row else None),
        clause=row.clause.key if row else "", requirement=requirement, starts=starts, due=due,
        needs_file=needs_file or bool(row), is_quarterly=is_quarterly, targets=targets, made_at=clock.now(),
        made_by=actor.name, made_by_id=actor.person_id, **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        task.save(force_insert=True)
        _tell(actor, "派发任务", task, {"units": number, "due": due.isoformat()})
        if number > AT_ONCE:
            task.job = enqueue(
                "obligations.hand_out", {"task": str(task.id)}, total=number, unit_path=task.unit_path
            ).id
            task.save(update_fields=["job"])
        else:
            hand_out(task, list(wanted))
            finish_handing_out(task)
    return task


def targets_of(unit: Unit, targets: dict[str, Any]) -> UnitQuerySet:
    """The open units that `targets` names, at or below the bureau, by path."""
    below = Unit.objects.under(unit.path).active().order_by("path")
    if "ids" in targets:
        return below.filter(id__in=[i for i in map(read_id, targets["ids"]) if i])
    kinds = targets.get("kinds") or []
    return below.schools().filter(kind__in=kinds) if kinds else below.schools()


def hand_out(task: Task, units: Sequence[Unit]) -> int:
    """Give the task to these units; who has it already is left alone. Safe to repeat."""
    with transaction.atomic():
        held = set(Assignment.objects.filter(task=task, unit__in=units).values_list("unit_id", flat=True))
        fresh = [Assignment(task=task, due=task.due, **scope_of(u)) for u in units if u.id not in held]
        Assignment.objects.bulk_create(fresh)
        count(fresh, "asked", 1)
    return len(fresh)


def finish_handing_out(task: Task) -> None:
    task.is_handed_out = True
    task.save(update_fields=["is_handed_out"])


def hand_in(
    *, actor: Actor, assignment: Assignment, said: str, files: Sequence[str] = (), seconds: int = 0,
    seen: int | None = None,
) -> Assignment:  # fmt: skip
    """The unit hands in what was asked, in a sentence and files."""
    require(actor, "tasks.hand_in", assignment.unit_path)
    if assignment.task.needs_file and not files:
        raise Invalid("这项任务要交材料，请至少附一个文件（纸质的拍照也行）。", {"files": "还没有附文件。"})
    own = own_unit(actor) if actor.scope else assignment.unit
    _check_files(files, own)
    with transaction.atomic():
        move(actor, assignment, "hand_in", seen, {"said": said}, {"files": list(files)})
        row = HandIn(
            assignment=assignment, document=str(assignment.task.document_id or ""), said=assignment.said,
            files=list(files), by=actor.name, at=clock.now(), on=clock.today(), seconds=min(max(0, seconds), 14400),
            **scope_of(assignment.unit),
        )  # fmt: skip
        row.save(force_insert=True)
        count_task_seconds(row)
        if not assignment.task.requirement:  # files of a tied task are claimed by the record that proves it
            claim_files(ids=files, unit=own, subject_type="assignment", subject_id=assignment.id)
    return assignment


def accept(*, actor: Actor, assignment: Assignment, decision: str = "", seen: int | None = None) -> Assignment:
    """Somebody else in another post accepts it; a tied task then proves its requirement in the unit's name."""
    with transaction.atomic():
        move(actor, assignment, "accept", seen, {"decision": decision})
        if assignment.task.requirement:
            _file_proof(actor, assignment)
    return assignment


def return_it(*, actor: Actor, assignment: Assignment, decision: str, seen: int | None = None) -> Assignment:
    """Send it back with what is missing; the unit may hand it in again."""
    return move(actor, assignment, "return", seen, {"decision": decision}, {"returned": F("returned") + 1})


def cancel(*, actor: Actor, assignment: Assignment, decision: str, seen: int | None = None) -> Assignment:
    """Ask it of this unit no longer."""
    return move(actor, assignment, "cancel", seen, {"decision": decision})


def chase(*, actor: Actor, task: Task, assignment: Assignment | None = None) -> int:
    """Remind who has not handed in yet, each at most once a day. Returns how many were reminded."""
    _require_own(actor, "tasks.dispatch", task)
    today = clock.today()
    rows = Assignment.objects.filter(task=task, state__in=["asked", "returned"])
    rows = rows.filter(Q(chased_on__isnull=True) | Q(chased_on__lt=today))
    if assignment:
        rows = rows.filter(id=assignment.id)
    with transaction.atomic():
        number = rows.update(chased=F("chased") + 1, chased_on=today)
        if not number:
            raise Stale("没有要催的单位：都已交付，或者今天已经催过。")
        _tell(actor, "催办任务", task, {"units": number, "unit": assignment.unit.name if assignment else ""})
        if assignment:
            make_entry(
                actor=actor, verb="催办任务", subject_type=TASK.key, subject_id=assignment.id,
                subject_name=task.title, unit_path=assignment.unit_path,
            ).save(force_insert=True)  # fmt: skip
    return number


def tell_quarter(*, actor: Actor, assignment: Assignment, quarter: str, percent: int, sentence: str) -> Quarterly:
    """How far the unit is at the end of a quarter: a percentage and a sentence; telling again replaces it."""
    require(actor, "tasks.hand_in", assignment.unit_path)
    if actor.unit_path != assignment.unit_path and not actor.is_system:
        raise NotAllowed("进展由承办单位自己填写。")
    wrong = {}
    if not 0 <= percent <= 100:
        wrong["percent"] = f"进度应在 0 到 100 之间，现在是 {percent}。"
    if not sentence.strip():
        wrong["sentence"] = "请用一句话说明进展。"
    if quarter not in quarters_of(assignment.task):
        wrong["quarter"] = "任务期内没有这个季度。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        row, _ = Quarterly.objects.update_or_create(
            assignment=assignment, quarter=quarter,
            defaults={"percent": percent, "sentence": sentence.strip()[:200], "told_by": actor.name,
                      "told_at": clock.now(), **scope_of(assignment.unit)},
        )  # fmt: skip
        write_entry(
            actor=actor, verb="填报季度进展", subject_type=TASK.key, subject_id=assignment.id,
            subject_name=assignment.task.title, unit_path=assignment.unit_path,
            changes={"quarter": quarter, "percent": percent, "sentence": row.sentence},
        )  # fmt: skip
    return row


def quarters_of(task: Task) -> list[str]:
    """The quarters from the task's first day to its last, as far as they have begun."""
    last = min(task.due, clock.today())
    first, upto = (d.year * 4 + (d.month - 1) // 3 for d in (task.starts, max(last, task.starts)))
    return [f"{n // 4}-Q{n % 4 + 1}" for n in range(first, upto + 1)]


def move(
    actor: Actor, assignment: Assignment, key: str, seen: int | None, filled: dict[str, Any],
    sets: dict[str, Any] | None = None,
) -> Assignment:  # fmt: skip
    """Run a move of the flow and keep the figures of the task with it."""
    before = assignment.state
    with transaction.atomic():
        run_move(TASK, actor=actor, case=assignment, move=key, seen=seen, filled=filled, sets=sets)
        count([assignment], before, -1)
        count([assignment], assignment.state, 1)
    return assignment


def count(assignments: Iterable[Assignment], state: str, sign: int) -> None:
    """Deltas of the figures "tasks": one per place, however many units stand in it."""
    sums: Counter[Key] = Counter()
    for row in assignments:
        sums[tally_key(row, state)] += sign
    add(sorted(sums.items()))


def tally_key(assignment: Assignment, state: str) -> Key:
    """Units count at their parent, so that a task for fifty thousand schools makes no row for each."""
    path = assignment.unit_path
    place = path if path == assignment.task.unit_path else path[:-STEP]
    return (place, "tasks", assignment.task_id.hex, state)


def on_move(old: str, new: str) -> None:
    """Listener of units that move: what is counted at the unit's parent moves from one parent to the other."""
    sums: Counter[Key] = Counter()
    for row in Assignment.objects.filter(unit_path=new).select_related("task"):
        if row.task.unit_path != new:
            _, *rest = tally_key(row, row.state)
            sums[(old[:-STEP], rest[0], rest[1], rest[2])] -= 1
            sums[(new[:-STEP], rest[0], rest[1], rest[2])] += 1
    add(sorted(sums.items()))


def _requirement(key: str) -> Requirement | None:
    if not key:
        return None
    row = Requirement.objects.filter(key=key).select_related("document", "clause", "practice").first()
    if row is None or row.kind != "deliverable" or row.practice.sheet != DELIVERABLE_SHEET:
        raise Invalid("只有“限期交材料”的条款可以挂任务。", {"requirement": "这一条不能挂任务。"})
    return row


def _check(title: str, starts: date, due: date) -> None:
    wrong = {}
    if not title.strip():
        wrong["title"] = "请写任务名称。"
    if due < starts:
        wrong["due"] = "完成日期早于开始日期。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _check_files(files: Sequence[str], unit: Unit) -> None:
    known = StoredFile.objects.filter(id__in=[i for i in map(read_id, files) if i], unit_path=unit.path).count()
    if known != len(set(files)):
        raise Invalid("有文件没有传好，请重新选择。", {"files": "有文件没有传好。"})


def _file_proof(actor: Actor, assignment: Assignment) -> None:
    """File the record in the name and post of whoever handed it in, as of that day: docs/decisions/0006."""
    post = Post.objects.select_related("unit", "person").filter(id=assignment.handed_in_post_id).first()
    if post is None or assignment.handed_in_at is None:
        raise NotAllowed("交付人的岗位查不到了，不能代为归档。请退回，由现任人员重新交付。")
    author = actor_for(post).doing(actor.command or new_id())
    row = Requirement.objects.select_related("practice").get(key=assignment.task.requirement)
    kinds = [c["is"][0] for c in row.practice.where if c["field"] == "kind"]
    record = file_record(
        actor=author, unit=own_unit(author), sheet=DELIVERABLE_SHEET, about=row.key,
        answers={"kind": kinds[0] if kinds else "other", "title": assignment.task.title, "file": assignment.files,
                 "note": assignment.said},
        happened_at=assignment.handed_in_at,
    )  # fmt: skip
    assignment.record = record
    assignment.save(update_fields=["record"])


def _require_own(actor: Actor, right: str, task: Task) -> None:
    require(actor, right, task.unit_path)
    if actor.unit_path != task.unit_path and not actor.is_system:
        raise NotAllowed("这项任务由派发单位自己管理。")


def _tell(actor: Actor, verb: str, task: Task, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="task", subject_id=task.id, subject_name=task.title,
        unit_path=task.unit_path, changes=changes,
    )  # fmt: skip


def find_assignment(actor: Actor, assignment_id: uuid.UUID) -> Assignment:
    """The assignment, to those who may know of it: in their scope, or asked of their own unit from above."""
    rows = Assignment.objects.visible_to(actor, "duties.read").select_related("task__unit", "task__document", "unit")
    row: Assignment | None = rows.filter(id=assignment_id).first()
    if row is None:
        raise NotKnown("没有这项任务，或者它不在您的管理范围内。")
    return row
