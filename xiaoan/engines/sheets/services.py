"""Filing and withdrawing records: one transaction holds the record, the journal, the tallies and what listens."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils.module_loading import import_string

from xiaoan.engines.files.services import claim_files
from xiaoan.engines.sheets.answers import clean, columns_of
from xiaoan.engines.sheets.catalogue import Sheet
from xiaoan.engines.sheets.catalogue import sheet as find_sheet
from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.sheets.queries import may_undo
from xiaoan.engines.tally.services import add
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.bulk import insert_object, lock
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.kernel.kept import Kept
from xiaoan.kernel.together import together

BY_ID = Kept(lambda pk: Record.objects.filter(pk=pk), uuid.UUID(int=1))
EARLIEST_YEAR = 2000
MOST_SECONDS = 4 * 3600
FILE_TYPES = ("photo", "file", "signature")


def file_record(
    *, actor: Actor, unit: Unit, sheet: str, answers: dict[str, Any], happened_at: datetime,
    captured_at: datetime | None = None, record_id: uuid.UUID | None = None, seconds: int = 0, source: str = "desk",
    about: str = "",
) -> Record:  # fmt: skip
    """File a record. Sending the same `record_id` again returns the record that is there, with no second effect.

    Raises Invalid by question, NotKnown/NotAllowed for the right, Stale when the id belongs to another unit.
    """
    _require_own(actor, unit.path)
    form = find_sheet(sheet)
    if unit.rank not in form.ranks:
        raise NotAllowed(f"{unit.get_rank_display()}不填“{form.name}”。")
    now = clock.now()
    _check_moment(happened_at, now)
    try:
        with together():
            checked = clean(form, answers)
            record = Record(
                id=record_id or new_id(), sheet=sheet, version=form.version, answers=checked, about=about,
                happened_at=happened_at, happened_on=clock.day_of(happened_at), captured_at=captured_at or now,
                received_at=now, person_id=actor.person_id, person_name=actor.name, source=source,
                seconds=max(0, min(seconds, MOST_SECONDS)), **columns_of(form, checked), **scope_of(unit),
            )  # fmt: skip
            _write(actor, form, record, unit)
    except (IntegrityError, Invalid):  # what is filed under the id stands; it may be one that the actor may not see
        with wall.opened():
            sent = BY_ID.first(record_id) if record_id else None
        if sent is None:
            raise
        return _same(sent, unit, sheet)
    return record


def withdraw_record(*, actor: Actor, record: Record, why: str) -> Record:
    """Take a record back with a reason; what it proved is undone in the same transaction."""
    _require_own(actor, record.unit_path)
    if not why.strip():
        raise Invalid("请写明撤回的原因。", {"why": "撤回原因没有填写。"})
    with together():
        # whoever links the unit's records at this moment goes first, or sees this one gone
        lock(Unit, [record.unit_id])
        changed = Record.objects.filter(id=record.id, state=RecordState.FILED).update(
            state=RecordState.WITHDRAWN, withdrawn_why=why.strip()[:200]
        )
        if not changed:
            raise Stale("这条记录已经撤回，不用再撤。")
        record.refresh_from_db()
        _journal(actor, "撤回记录", record, {"why": why})
        _count(record, -1)
        _tell(record, "withdrawn")
    return record


def undo_record(*, actor: Actor, record: Record) -> Record:
    """Take an own record back at once, within the norm sheets.undo_minutes and without asking why."""
    if not may_undo(actor, record):
        raise Stale("撤销的时间已过。需要撤回时请写明原因。")
    return withdraw_record(actor=actor, record=record, why="填报人提交后随即撤销")


def _require_own(actor: Actor, path: str) -> None:
    """A unit's records are its own: an office above reads them but never writes them."""
    require(actor, "records.write", path)
    if not actor.is_system and path != actor.scope:
        raise NotAllowed("只能填报和撤回本单位的记录。")


def _write(actor: Actor, form: Sheet, record: Record, unit: Unit) -> None:
    insert_object(record)
    _claim_files(form, record, unit)
    _journal(actor, form.verb, record, {"summary": record.summary})
    _tell(record, "filed")
    _count(record, 1)  # last: it goes in one statement with what listeners count


def _check_moment(happened_at: datetime, now: datetime) -> None:
    if happened_at > now + timedelta(minutes=10):
        raise Invalid("发生时间还没有到，请改成已经发生的时间。", {"happened_at": "发生时间还没有到。"})
    if happened_at.year < EARLIEST_YEAR:
        raise Invalid("发生时间太早，请检查年份。", {"happened_at": "发生时间太早，请检查年份。"})


def _claim_files(form: Sheet, record: Record, unit: Unit) -> None:
    """The record's pictures and attachments belong to it from now on; one that is not there refuses the record."""
    wrong = {}
    for field in form.fields:
        ids = record.answers.get(field.key, []) if field.type in FILE_TYPES else []
        if ids and claim_files(ids=ids, unit=unit, subject_type="record", subject_id=record.id):
            wrong[field.key] = f"“{field.label}”有文件没有传到，请重新选择。"
    if wrong:
        raise Invalid("；".join(wrong.values()), wrong)


def _same(sent: Record, unit: Unit, sheet: str) -> Record:
    if sent.unit_id != unit.id or sent.sheet != sheet:
        raise Stale("这个编号已用在别的记录上，请重新填写一次。")
    sent.is_repeat = True
    return sent


def _journal(actor: Actor, verb: str, record: Record, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="record", subject_id=record.id, subject_name=str(record),
        unit_path=record.unit_path, changes=changes,
    )  # fmt: skip


def _count(record: Record, sign: int) -> None:
    path, month, week = record.unit_path, f"{record.happened_on:%Y-%m}", clock.iso_week(record.happened_on)
    add(
        [
            ((path, "records", record.sheet, month), sign),
            ((path, "seconds", record.sheet, week), sign * record.seconds),
            ((path, "forms", record.sheet, week), sign),
        ]
    )


def _tell(record: Record, change: str) -> None:
    for listener in settings.XIAOAN_RECORD_LISTENERS:
        import_string(listener)(record, change)
