"""Linking the records that exist to a publication's duties, some hundred units at a time."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.tally.services import Key, add_up
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import Period, periods
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.bulk import among, insert, raw_id
from xiaoan.obligations.completions import Raise, raise_counts
from xiaoan.obligations.costs import charge
from xiaoan.obligations.evidence import EVIDENCE, evidence_row, raised
from xiaoan.obligations.fitting import BY_RECORDS, Hit, Seen, fits_record, period_for
from xiaoan.obligations.models import Evidence
from xiaoan.policies.book import Duty, likeness

UNITS = 400
TWO = 2  # one reckons while the other's statements run
LONGEST_WAIT = "5s"
LONGEST = timedelta(days=400)  # more than any period lasts


def let_writers_finish() -> None:
    """Wait until every record that is being written now is written or given up.

    Whoever began before the publication was visible did not ask its duties; afterwards its record can be read here.
    On SQLite there is one writer at a time, and the caller's own write has waited already. Where a long import holds
    the table this gives up after some seconds, and the job comes again: meanwhile others could not write either.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
            cursor.execute(f"LOCK TABLE {Record._meta.db_table} IN SHARE MODE")


def worth_reading(duties: Iterable[Duty], path: str) -> Q:
    """The records that may prove one of these duties: by sheet, from the first day that still counts."""
    first: dict[str, date] = {}
    for duty in duties:
        if duty.kind in BY_RECORDS:
            sheet = duty.practice.sheet
            first[sheet] = min(first.get(sheet, date.max), first_day(duty, path))
    found = Q(pk__in=[])
    for sheet, day in first.items():
        found |= Q(sheet=sheet, happened_on__gte=day)
    return found


def first_day(duty: Duty, path: str) -> date:
    """The first day whose records can prove the duty: of the period that runs when the document is published."""
    if duty.kind != "recurring" or duty.since <= duty.starts:
        return duty.starts
    pupils, before = duty.practice.with_pupils, max(duty.starts, duty.since - LONGEST)
    running = periods(duty.every, before, duty.since, calendar_for(path), with_pupils=pupils, window=duty.window)
    return max(duty.starts, min((p.start for p in running if p.due >= duty.since), default=duty.since))


class Linker:
    """Links the records of units to the duties of one publication. What is the same for many records is asked once."""

    def __init__(self, duties: Sequence[Duty], path: str) -> None:
        self.duties = [d for d in duties if d.kind in BY_RECORDS]
        self.wanted = worth_reading(self.duties, path)
        self._alike = likeness(self.duties)
        self._bound: dict[Any, dict[str, list[Duty]]] = {}
        self._periods: dict[tuple[str, date, str], Period | None] = {}

    def link(self, units: Sequence[Unit]) -> int:
        """Link all records of these units, in one transaction. Safe to repeat. Returns how many links are new.

        The records are locked: one that is withdrawn meanwhile would leave its evidence behind.
        """
        bound = {u.id: self._bound_at(u) for u in units}
        with transaction.atomic():
            rows = Record.objects.filter(self.wanted, unit_path__in=[u.path for u in units], state=RecordState.FILED)
            found = rows.order_by("id").select_for_update(no_key=True).values_list(*Seen._fields)
            records = [Seen(*row) for row in found]
            known = _known(records)
            changes, evidence, raises = Counter[Key](), list[Any](), dict[Any, Raise]()
            for record in records:
                linked = known.get(record.id, {})
                hits = [h for h in self._hits(record, bound[record.unit_id]) if h.duty.key not in linked]
                if hits:
                    before = set(linked.values())
                    changes.update(charge(record, before, before | {h.duty.document_id for h in hits}))
                    evidence += [evidence_row(record, hit) for hit in hits]
                    _gather(raises, [raised(record, hit) for hit in hits])
            insert(Evidence, EVIDENCE, evidence)
            changes.update(dict(raise_counts(raises.values())))
            add_up(changes)
        return len(evidence)

    def _bound_at(self, unit: Unit) -> dict[str, list[Duty]]:
        """{sheet: the duties that a record of it may prove} at a unit."""
        facts = unit.facts()
        kind = (self._alike(facts), *(d.root for d in self.duties[:1] if unit.path.startswith(d.root)))
        if kind not in self._bound:
            found: dict[str, list[Duty]] = defaultdict(list)
            for duty in self.duties:
                if duty.binds_unit(unit.path, facts):
                    found[duty.practice.sheet].append(duty)
            self._bound[kind] = found
        return self._bound[kind]

    def _hits(self, record: Seen, bound: dict[str, list[Duty]]) -> Iterator[Hit]:
        for duty in bound.get(record.sheet, ()):
            if fits_record(duty, record) and (period := self._period(duty, record.happened_on, record.county_path)):
                yield Hit(duty, period)

    def _period(self, duty: Duty, day: date, county: str) -> Period | None:
        key = (duty.key, day, county)
        if key not in self._periods:
            self._periods[key] = period_for(duty, day, calendar_for(county))
        return self._periods[key]


def link_all(linker: Linker, root: str, after: str) -> Iterator[tuple[str, int, int]]:
    """Link the units below `root` behind `after`, in order: (path of the last one, units, new links) for each batch.

    Two batches go at once, each in a connection of its own: one reckons while the other's statements run. Not on SQLite,
    which has one writer, nor inside a transaction, which others do not see.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield from ((units[-1].path, len(units), linker.link(units)) for units in _batches(root, after))
        return
    with ThreadPoolExecutor(TWO) as pool:
        waiting = list[tuple[Any, list[Unit]]]()
        for units in _batches(root, after):
            waiting.append((pool.submit(copy_context().run, _in_thread, linker.link, units), units))
            if len(waiting) > TWO:
                yield _done(*waiting.pop(0))
        yield from (_done(*each) for each in waiting)


def _in_thread(link: Callable[[Sequence[Unit]], int], units: Sequence[Unit]) -> int:
    try:
        return link(units)
    finally:
        connection.close()


def _done(future: Any, units: list[Unit]) -> tuple[str, int, int]:
    return units[-1].path, len(units), future.result()


def _batches(root: str, after: str) -> Iterator[list[Unit]]:
    """The units below, a batch at a time in order of path."""
    while units := list(Unit.objects.under(root).filter(path__gt=after).order_by("path")[:UNITS]):
        yield units
        after = units[-1].path


def _known(records: list[Seen]) -> dict[Any, dict[str, Any]]:
    """{record: {requirement: document}} of the links that exist."""
    found: dict[Any, dict[str, Any]] = defaultdict(dict)
    told, given = among("record_id", [raw_id(r.id) for r in records], "default", "uuid")
    rows = Evidence.objects.extra(where=[told], params=given).values_list("record_id", "requirement", "document")
    for record, requirement, document in rows:
        found[record][requirement] = document
    return found


def _gather(raises: dict[Any, Raise], more: Iterable[Raise]) -> None:
    """Add up what counts for one completion; the day is the one that reaches the need."""
    for one in more:
        held = raises.setdefault(one.key, one)
        if held is not one:
            held.day = max(held.day, one.day) if held.count < held.need else held.day
            held.count += 1
