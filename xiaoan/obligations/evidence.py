"""From a record to evidence: in the record's own transaction, for every duty of every document that it fits."""

from collections.abc import Iterable, Sequence
from typing import Any

from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.bulk import insert, raw_id
from xiaoan.obligations.completions import Raise, raise_counts
from xiaoan.obligations.costs import charge
from xiaoan.obligations.events import answer_event, close_occasions, open_occasions
from xiaoan.obligations.fitting import BY_RECORDS, Hit, fits_record, period_for, reason_for
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.obligations.standing import read_measures
from xiaoan.policies.book import Book, book

# The columns of evidence_row, in order.
EVIDENCE = (
    "record_id", "unit_id", "unit_path", "county_path", "requirement", "period", "document", "happened_on", "reason",
)  # fmt: skip


def on_record(record: Record, change: str) -> None:
    """Listener of the sheets engine: link evidence for a filed record, take it back for a withdrawn one."""
    if change == "filed":
        prove(record, held := book())
        open_occasions(record, held)
        read_measures(record.unit, record.sheet)
    else:
        disprove(record)
        close_occasions(record)
        read_measures(record.unit, record.sheet)


def prove(record: Record, held: Book) -> None:
    """Link a new record to every duty that it fits, and charge what it cost."""
    hits = hits_of(record, record.unit, held) + answer_event(record, held)
    add([*link(record, hits), *charge(record, None, {h.duty.document_id for h in hits}).items()])


def link(record: Record, hits: Sequence[Hit]) -> list[tuple[Key, int]]:
    """Write the evidence and raise the completions. Returns the tally's changes."""
    insert(Evidence, EVIDENCE, (evidence_row(record, hit) for hit in hits))
    return raise_counts(raised(record, hit) for hit in hits)


def hits_of(record: Record, unit: Unit, held: Book) -> list[Hit]:
    """The duties that the record proves; one hit per requirement."""
    facts, calendar = unit.facts(), calendar_for(unit.path)
    hits: dict[str, Hit] = {}
    for duty in held.listening(record.sheet):
        if duty.kind not in BY_RECORDS or not duty.binds_unit(unit.path, facts):
            continue
        if fits_record(duty, record) and (period := period_for(duty, record.happened_on, calendar)):
            hits[duty.key] = Hit(duty, period)
    return list(hits.values())


def disprove(record: Record) -> None:
    """Take back all that a withdrawn record proved; what other records prove as well stays done."""
    links = list(Evidence.objects.filter(record=record))
    changes = list(charge(record, {e.document for e in links}, None).items())
    Evidence.objects.filter(record=record).delete()
    for row in _rows(record, {(e.requirement, e.period) for e in links}):
        was_done = row.is_done
        row.count -= 1
        if row.count < row.need:
            row.done_on = None
        if was_done and not row.is_done:
            changes.append((done_key(row), -1))
        row.save(update_fields=["count", "done_on"])
    add(changes)


def done_key(row: Completion) -> Key:
    return (row.unit_path, "done", row.requirement, row.period)


def evidence_row(record: Record, hit: Hit) -> tuple[Any, ...]:
    return (
        raw_id(record.id), raw_id(record.unit_id), record.unit_path, record.county_path, hit.duty.key,
        hit.period.key, raw_id(hit.duty.document_id), record.happened_on, reason_for(hit.duty, record, hit.period),
    )  # fmt: skip


def raised(record: Record, hit: Hit) -> Raise:
    return Raise(
        raw_id(record.unit_id), record.unit_path, record.county_path, hit.duty.key, hit.period.key, hit.duty.times,
        hit.period.due, record.happened_on,
    )  # fmt: skip


def _rows(record: Record, keys: Iterable[tuple[str, str]]) -> list[Completion]:
    """The unit's completions of these (requirement, period), locked until the transaction ends."""
    wanted = set(keys)
    found = Completion.objects.select_for_update().filter(
        unit_id=record.unit_id, requirement__in={k for k, _ in wanted}, period__in={p for _, p in wanted}
    )
    return [row for row in found.order_by("requirement", "period") if (row.requirement, row.period) in wanted]
