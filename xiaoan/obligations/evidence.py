"""From a record to evidence: in the record's own transaction, for every duty of every document that it fits."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.costs import charge
from xiaoan.obligations.events import answer_event, close_occasions, open_occasions
from xiaoan.obligations.fitting import Hit, fits_record, period_for, reason_for
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.obligations.standing import read_measures
from xiaoan.policies.book import book


def on_record(record: Record, change: str) -> None:
    """Listener of the sheets engine: link evidence for a filed record, take it back for a withdrawn one."""
    if change == "filed":
        prove(record)
        open_occasions(record)
        read_measures(record.unit, record.sheet)
    else:
        disprove(record)
        close_occasions(record)
        read_measures(record.unit, record.sheet)


def prove(record: Record, only: set[str] | None = None) -> int:
    """Link the record to every duty that it fits (`only` these keys, for a back-fill). Safe to repeat.
    Returns how many new links were made."""
    hits = hits_of(record, record.unit)
    if only is None:
        return _link(record, hits + answer_event(record), None)
    hits = [h for h in hits if h.duty.key in only]
    # Locked: two documents published at once would share out the same seconds twice, or prove by a withdrawn record.
    if not hits or not Record.objects.select_for_update().filter(id=record.id, state=RecordState.FILED).exists():
        return 0
    known = dict(Evidence.objects.filter(record=record).values_list("requirement", "document"))
    hits = [h for h in hits if h.duty.key not in known]
    return _link(record, hits, set(known.values())) if hits else 0


def _link(record: Record, hits: list[Hit], before: set[Any] | None) -> int:
    """Write the evidence and what follows from it; `before` are the documents that the record proved already."""
    if hits:
        Evidence.objects.bulk_create(_evidence(record, hit) for hit in hits)
        _raise(record, hits)
    charge(record, before, (before or set()) | {h.duty.document_id for h in hits})
    return len(hits)


def hits_of(record: Record, unit: Unit) -> list[Hit]:
    """The duties that the record proves; one hit per requirement."""
    facts, calendar = unit.facts(), calendar_for(unit.path)
    hits: dict[str, Hit] = {}
    for duty in book().listening(record.sheet):
        if duty.kind not in ("recurring", "deliverable") or not duty.binds_unit(unit.path, facts):
            continue
        if fits_record(duty, record) and (period := period_for(duty, record.happened_on, calendar)):
            hits[duty.key] = Hit(duty, period)
    return list(hits.values())


def disprove(record: Record) -> None:
    """Take back all that a withdrawn record proved; what other records prove as well stays done."""
    links = list(Evidence.objects.filter(record=record))
    charge(record, {e.document for e in links}, None)
    if not links:
        return
    Evidence.objects.filter(record=record).delete()
    changes: list[tuple[Key, int]] = []
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


def _evidence(record: Record, hit: Hit) -> Evidence:
    return Evidence(
        record=record, requirement=hit.duty.key, period=hit.period.key, happened_on=record.happened_on,
        document=hit.duty.document_id, reason=reason_for(hit.duty, record, hit.period), unit_id=record.unit_id, unit_path=record.unit_path,
        county_path=record.county_path,
    )  # fmt: skip


def _raise(record: Record, hits: list[Hit]) -> None:
    """Count the record in each completion; write a delta for each that becomes done by it."""
    rows = {(r.requirement, r.period): r for r in _rows(record, {(h.duty.key, h.period.key) for h in hits})}
    fresh, changed = [], []
    changes: list[tuple[Key, int]] = []
    for hit in hits:
        row = rows.get((hit.duty.key, hit.period.key))
        if row is None:
            row = Completion(
                requirement=hit.duty.key, period=hit.period.key, need=hit.duty.times, due=hit.period.due,
                unit_id=record.unit_id, unit_path=record.unit_path, county_path=record.county_path,
            )  # fmt: skip
            fresh.append(row)
        else:
            changed.append(row)
        row.count += 1
        if not row.is_done and row.count >= row.need:
            row.done_on = record.happened_on
            changes.append((done_key(row), 1))
    Completion.objects.bulk_create(fresh)
    if changed:
        rows_of = Completion.objects.filter(id__in=[r.id for r in changed])
        rows_of.update(count=F("count") + 1)
        rows_of.filter(done_on__isnull=True, count__gte=F("need")).update(done_on=record.happened_on)
    add(changes)


def _rows(record: Record, keys: Iterable[tuple[str, str]]) -> list[Completion]:
    """The unit's completions of these (requirement, period), locked until the transaction ends."""
    wanted = set(keys)
    found = Completion.objects.select_for_update().filter(
        unit_id=record.unit_id, requirement__in={k for k, _ in wanted}, period__in={p for _, p in wanted}
    )
    return [row for row in found.order_by("id") if (row.requirement, row.period) in wanted]
