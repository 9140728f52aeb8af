"""Reading what could not be carried out."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from xiaoan.engines.sync.models import Command, CommandState
from xiaoan.ground.people.models import Person
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

PAGE = 30


@dataclass(frozen=True)
class Conflict:
    """A refused command as people see it."""

    id: uuid.UUID
    label: str
    sentence: str
    person: str
    unit: str
    captured_at: datetime
    is_own: bool
    sheet: str


def conflicts(actor: Actor, after: str = "") -> tuple[list[Conflict], str]:
    """Refused commands that the actor may settle, newest first, and the cursor of the next page.

    Three queries, whatever the number.
    """
    rows = _refused(actor)
    if after:
        rows = rows.filter(id__lt=_cursor(after))
    found = list(rows[: PAGE + 1])
    shown = _shown(found[:PAGE], actor)
    return shown, str(shown[-1].id) if len(found) > PAGE else ""


def all_conflicts(actor: Actor, most: int) -> list[Conflict]:
    """The rows of all pages of `conflicts`, in the same order."""
    return _shown(list(_refused(actor)[:most]), actor)


def _refused(actor: Actor) -> QuerySet[Command]:
    rows = Command.objects.filter(below(actor.scope, "unit_path"), state=CommandState.REFUSED)
    if not actor.holds("sync.settle"):
        rows = rows.filter(person_id=sender_of(actor))
    return rows.order_by("-id")


def _shown(found: list[Command], actor: Actor) -> list[Conflict]:
    people = dict(Person.objects.filter(id__in={r.person_id for r in found}).values_list("id", "name"))
    units = dict(Unit.objects.filter(path__in={r.unit_path for r in found}).values_list("path", "name"))
    return [_conflict(r, actor, people, units) for r in found]


def own_refused(actor: Actor) -> list[Command]:
    """The actor's own refused commands at this unit, newest first, 50 at most."""
    rows = Command.objects.filter(unit_path=actor.scope, person_id=sender_of(actor), state=CommandState.REFUSED)
    return list(rows.order_by("-received_at")[:50])


def own_payload(actor: Actor, command_id: uuid.UUID) -> dict[str, Any]:
    """What its sender had typed, to fill it in again: for the sender only, since it may be confidential."""
    row = Command.objects.filter(id=command_id, person_id=sender_of(actor), state=CommandState.REFUSED).first()
    if row is None:
        raise NotKnown("没有这条记录，或者它已经处理过了。")
    payload: dict[str, Any] = row.payload
    return payload


def sender_of(actor: Actor) -> uuid.UUID:
    """The person behind a phone; the system itself sends nothing."""
    if actor.person_id is None:
        raise NotKnown("没有这条记录。")
    return actor.person_id


def _cursor(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotKnown("没有这一页。") from None


def _conflict(row: Command, actor: Actor, people: dict[Any, str], units: dict[str, str]) -> Conflict:
    return Conflict(
        id=row.id, label=row.payload.get("label") or "手机记录", sentence=row.answer.get("sentence", ""),
        person=people.get(row.person_id, "已离任人员"), unit=units.get(row.unit_path, ""), captured_at=row.captured_at,
        is_own=row.person_id == actor.person_id, sheet=str(row.payload.get("body", {}).get("sheet", "")),
    )  # fmt: skip
