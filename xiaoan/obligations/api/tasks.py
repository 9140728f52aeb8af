"""Tasks and assignments: giving, handing in, accepting, returning, chasing, telling a quarter."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.ground.units.kinds import SchoolKind
from xiaoan.kernel.actor import Actor
from xiaoan.obligations import tasks as services
from xiaoan.obligations.models import Assignment
from xiaoan.obligations.resource import ASSIGNMENTS, TASKS
from xiaoan.obligations.task_queries import find_task

tasks, assignments = router_for(TASKS), router_for(ASSIGNMENTS)
TaskTold, AssignmentTold = detail_schema(TASKS), detail_schema(ASSIGNMENTS)


class TaskGiven(Schema):
    """A task and whom it goes to: units by their ids, or the schools below of some kinds (all when none is named)."""

    title: str = Field(max_length=80)
    due: date
    content: str = Field("", max_length=1000)
    units: list[uuid.UUID] = Field([], max_length=2000)
    kinds: list[SchoolKind] = []
    requirement: str = Field("", max_length=48, description="要求的编号：验收后作为它的佐证")
    needs_file: bool = False
    is_quarterly: bool = False


class Chased(Schema):
    reminded: int


class ChaseGiven(Schema):
    assignment: uuid.UUID | None = None


class HandInGiven(Schema):
    """`files` are ids of files that were uploaded before; `step` is the one that was read, if it must still hold."""

    said: str = Field(max_length=500)
    files: list[uuid.UUID] = Field([], max_length=20)
    seconds: int = Field(0, ge=0, le=14400)
    step: int | None = Field(None, ge=0, lt=1_000_000)


class DecisionGiven(Schema):
    decision: str = Field("", max_length=300)
    step: int | None = Field(None, ge=0, lt=1_000_000)


class QuarterGiven(Schema):
    quarter: str = Field(max_length=8, description="2026-Q4")
    percent: int = Field(ge=0, le=100)
    sentence: str = Field(max_length=200)


class QuarterTold(Schema):
    quarter: str
    percent: int
    sentence: str


@tasks.post("/", response={201: TaskTold}, summary="派任务", url_name="list_tasks")
@writes("tasks.dispatch")
def dispatch_task(request: HttpRequest, given: TaskGiven) -> Any:
    """Ask something of units below the own bureau, or of its sections."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    targets = {"ids": [str(u) for u in given.units]} if given.units else {"kinds": [str(k) for k in given.kinds]}
    task = services.dispatch_task(
        actor=actor, unit=unit_below(actor, None), title=given.title, content=given.content, due=given.due, targets=targets,
        requirement=given.requirement, needs_file=given.needs_file, is_quarterly=given.is_quarterly,
    )  # fmt: skip
    return detail_of(TASKS, actor, task)


@tasks.post("/{uuid:task}/chase/", response=Chased, summary="催办", url_name="chase_task")
@writes("tasks.dispatch")
def chase(request: HttpRequest, task: uuid.UUID, given: ChaseGiven) -> Any:
    """Remind all units that have not handed in, or one; each at most once a day."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = services.find_assignment(actor, given.assignment) if given.assignment else None
    return {"reminded": services.chase(actor=actor, task=find_task(actor, task), assignment=row)}


@assignments.post("/{uuid:assignment}/hand-in/", response=AssignmentTold, summary="交付", url_name="hand_in_assignment")
@writes("tasks.hand_in")
def hand_in(request: HttpRequest, assignment: uuid.UUID, given: HandInGiven) -> Any:
    """Hand in what was asked, in a sentence and files."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = services.find_assignment(actor, assignment)
    files = list(dict.fromkeys(map(str, given.files)))
    services.hand_in(actor=actor, assignment=case, said=given.said, files=files, seconds=given.seconds, seen=given.step)
    return detail_of(ASSIGNMENTS, actor, case)


def _decide(
    service: Callable[..., Assignment], request: HttpRequest, assignment: uuid.UUID, given: DecisionGiven
) -> Any:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = services.find_assignment(actor, assignment)
    service(actor=actor, assignment=case, decision=given.decision, seen=given.step)
    return detail_of(ASSIGNMENTS, actor, case)


@assignments.post("/{uuid:assignment}/accept/", response=AssignmentTold, summary="验收", url_name="accept_assignment")
@writes("tasks.accept")
def accept(request: HttpRequest, assignment: uuid.UUID, given: DecisionGiven) -> Any:
    """Accept it: not in the post that handed it in."""
    return _decide(services.accept, request, assignment, given)


@assignments.post("/{uuid:assignment}/return/", response=AssignmentTold, summary="退回", url_name="return_assignment")
@writes("tasks.accept")
def return_it(request: HttpRequest, assignment: uuid.UUID, given: DecisionGiven) -> Any:
    """Send it back with what is missing."""
    return _decide(services.return_it, request, assignment, given)


@assignments.post("/{uuid:assignment}/cancel/", response=AssignmentTold, summary="撤销", url_name="cancel_assignment")
@writes("tasks.dispatch")
def cancel(request: HttpRequest, assignment: uuid.UUID, given: DecisionGiven) -> Any:
    """Ask it of this unit no longer."""
    return _decide(services.cancel, request, assignment, given)


@assignments.post("/{uuid:assignment}/quarter/", response=QuarterTold, summary="报季度进展", url_name="tell_quarter")
@writes("tasks.hand_in")
def tell_quarter(request: HttpRequest, assignment: uuid.UUID, given: QuarterGiven) -> Any:
    """How far the unit is at the end of a quarter; telling again replaces it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = services.find_assignment(actor, assignment)
    row = services.tell_quarter(actor=actor, assignment=case, **given.dict())
    return {"quarter": row.quarter, "percent": row.percent, "sentence": row.sentence}
