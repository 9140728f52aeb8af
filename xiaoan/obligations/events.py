"""Event duties: when a record of one sheet is filed, a record of another is owed within some days."""

from datetime import timedelta

from xiaoan.engines.sheets.answers import matches
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.services import add
from xiaoan.ground.calendar.periods import Period
from xiaoan.obligations.fitting import Hit, conditions, fits_record
from xiaoan.obligations.models import Completion
from xiaoan.policies.book import Book, Duty


def open_occasions(record: Record, held: Book) -> None:
    """Open one obligation for each event duty whose trigger this record is."""
    facts = record.unit.facts()
    rows = [
        Completion(
            requirement=duty.key,
            period=_occasion(record),
            need=duty.times,
            due=record.happened_on + timedelta(days=duty.within_days or 0),
            unit_id=record.unit_id,
            unit_path=record.unit_path,
            county_path=record.county_path,
        )
        for duty in held.by_trigger.get(record.sheet, ())
        if duty.kind == "event" and duty.binds_unit(record.unit_path, facts) and triggers(duty, record)
    ]
    Completion.objects.bulk_create(rows, ignore_conflicts=True)
    add([((r.unit_path, "owed", r.requirement, r.period[:7]), 1) for r in rows])


def answer_event(record: Record, held: Book) -> list[Hit]:
    """The oldest open occasion of each event duty that this record answers."""
    duties = {d.key: d for d in held.listening(record.sheet) if d.kind == "event" and fits_record(d, record)}
    if not duties:
        return []
    opened = Completion.objects.filter(unit_id=record.unit_id, requirement__in=duties, done_on__isnull=True)
    hits: dict[str, Hit] = {}
    for row in opened.order_by("-period"):
        due = row.due or record.happened_on
        hits[row.requirement] = Hit(
            duties[row.requirement], Period(row.period, due, due, due, f"{due.month}月{due.day}日前办理")
        )
    return list(hits.values())


def close_occasions(record: Record) -> None:
    """A withdrawn trigger asks for nothing any more: its occasions go, done or not."""
    rows = Completion.objects.filter(unit_id=record.unit_id, period=_occasion(record))
    changes = []
    for row in rows:
        changes.append(((row.unit_path, "owed", row.requirement, row.period[:7]), -1))
        if row.is_done:
            changes.append(((row.unit_path, "done", row.requirement, row.period), -1))
    rows.delete()
    add(changes)


def _occasion(record: Record) -> str:
    return f"{record.happened_on.isoformat()}-E{record.id.hex[-12:]}"


def triggers(duty: Duty, record: Record) -> bool:
    return all(matches(record.answers.get(c["field"]), c["is"]) for c in conditions(duty.trigger))
