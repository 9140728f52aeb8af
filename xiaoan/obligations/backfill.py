"""Linking the records that exist to a publication's duties, some hundred units at a time."""

import gc
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, Q, TextField, When
from django.db.models.functions import Cast

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.tally.services import Key, add_up
from xiaoan.ground.calendar.days import SchoolCalendar, calendar_for
from xiaoan.ground.calendar.periods import periods
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.bulk import among, insert, lock, raw_id
from xiaoan.kernel.clock import iso_week
from xiaoan.obligations.completions import Raise, raise_counts
from xiaoan.obligations.costs import Documents, moved
from xiaoan.obligations.evidence import EVIDENCE
from xiaoan.obligations.fitting import BY_RECORDS, Asked, Seen, fits_record, period_for, reason, reason_around, said
from xiaoan.obligations.models import Evidence
from xiaoan.policies.book import Duty, likeness

UNITS = 400
TWO = 2  # one reckons while the other's statements run
LONGEST_WAIT = "5s"
MOST_KEPT = 20_000  # answers to what a group of records proves
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


class Row(NamedTuple):
    """A record as linking reads it. Its id, answers and topics are text: most are passed on or never looked into."""

    id: str
    unit_path: str
    sheet: str
    happened_on: date
    about: str
    headcount: int | None
    summary: str
    seconds: int
    answers: str | None  # where a duty asks for them
    topics: str | None


class Link(NamedTuple):
    """What records of one content, one day and one kind of unit prove. `around` is of the reason."""

    requirement: str
    period: str
    document: str
    need: int
    due: date
    around: tuple[str, str]


class Place(NamedTuple):
    """A unit as its records are linked: its columns, the duties that bind it by sheet, its calendar."""

    where: tuple[str, str, str]
    bound: dict[str, tuple[Duty, ...]]
    calendar: SchoolCalendar


class Linker:
    """Links the records of units to the duties of one publication. What is the same for many records is asked once."""

    def __init__(self, duties: Sequence[Duty], path: str) -> None:
        self.duties = [d for d in duties if d.kind in BY_RECORDS]
        self.documents = frozenset(d.document_id for d in self.duties)
        self.wanted = worth_reading(self.duties, path)
        self.asked = {key: Asked.by(ds) for key, ds in _by_sheet(self.duties).items()}
        self._alike = likeness(self.duties)
        self._bound: dict[Any, dict[str, tuple[Duty, ...]]] = {}
        self._same: dict[tuple[str, ...], tuple[Duty, ...]] = {}
        self._links: dict[Any, list[Link]] = {}

    def link(self, units: Sequence[Unit]) -> int:
        """Link all records of these units, in one transaction. Safe to repeat. Returns how many links are new.

        The units are held: a record that is withdrawn meanwhile would leave its evidence behind.
        """
        places = {u.path: self._place(u) for u in units}
        with transaction.atomic():
            lock(Unit, [u.pk for u in units])
            records, made = self._read(units), Made(self.documents)
            known = _known(records)
            for record in records:
                place = places[record.unit_path]
                if links := self._proved(record, place):
                    made.add(record, place.where, links, known.get(record.id, {}))
            made.write()
        return len(made.evidence)

    def _place(self, unit: Unit) -> Place:
        facts = unit.facts()
        kind = (self._alike(facts), *(d.root for d in self.duties[:1] if unit.path.startswith(d.root)))
        if kind not in self._bound:
            found = _by_sheet(d for d in self.duties if d.binds_unit(unit.path, facts))
            self._bound[kind] = {key: self._once(tuple(duties)) for key, duties in found.items()}
        return Place((raw_id(unit.id), unit.path, unit.county_path), self._bound[kind], calendar_for(unit.county_path))

    def _once(self, duties: tuple[Duty, ...]) -> tuple[Duty, ...]:
        """One object for the same duties, whichever kind of unit they bind: it is known by its address."""
        return self._same.setdefault(tuple(d.key for d in duties), duties)

    def _read(self, units: Sequence[Unit]) -> list[Row]:
        """The records of these units, in the order of their ids. Their counties are named too: a sheet that counts from
        today on is then looked up in them, and not in the day of the whole country."""
        told, given = among("unit_path", [u.path for u in units], "default")
        near, counties = among("county_path", sorted({u.county_path for u in units}), "default")
        wanted = Record.objects.filter(self.wanted, state=RecordState.FILED)
        rows = wanted.extra(where=[told, near], params=[*given, *counties])
        answers = _text_where("answers", [key for key, asked in self.asked.items() if asked.fields])
        topics = _text_where("topics", [key for key, asked in self.asked.items() if asked.is_topics])
        plain = Row._fields[1:-2]
        found = rows.order_by("id").values_list(Cast("id", TextField()), *plain, answers, topics)
        return [Row(*row) for row in found]

    def _proved(self, record: Row, place: Place) -> list[Link]:
        """What the record proves: asked once for records that say the same on one day, where the same duties bind."""
        bound = place.bound.get(record.sheet)
        if not bound:
            return []
        asked = self.asked[record.sheet]
        answers = json.loads(record.answers) if asked.fields and record.answers else {}
        said_of_it = (record.about, *[repr(answers.get(f)) for f in asked.fields], record.topics)
        group = (
            id(bound), id(place.calendar), record.happened_on, said_of_it, record.headcount if asked.is_headcount else None,
        )  # fmt: skip
        links = self._links.get(group)
        if links is None:
            if len(self._links) > MOST_KEPT:
                self._links.clear()
            seen = Seen(answers, record.about, json.loads(record.topics or "[]"), record.headcount)
            found = [d for d in bound if fits_record(d, seen)]
            links = self._links[group] = list(_links(found, record, place.calendar))
        return links


def _links(duties: list[Duty], record: Row, calendar: SchoolCalendar) -> Iterator[Link]:
    for duty in duties:
        if period := period_for(duty, record.happened_on, calendar):
            around = reason_around(duty, record.sheet, record.happened_on, period)
            yield Link(duty.key, period.key, raw_id(duty.document_id), duty.times, period.due, around)


class Made:
    """What a batch of records proves, until it is written."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.changes, self.evidence, self.raises = Counter[Key](), list[Any](), dict[Any, Raise]()

    def add(self, record: Row, where: tuple[str, str, str], links: list[Link], known: dict[str, Any]) -> None:
        """What the record proves beyond the links that are `known`."""
        links = [link for link in links if link.requirement not in known] if known else links
        if not links:
            return
        path, day, before = where[1], record.happened_on, frozenset(known.values())
        told, week, written = said(record.sheet, record.summary), iso_week(day), str(day)
        for figure, n in moved(record.sheet, record.seconds, before, before | self.documents):
            self.changes[(path, *figure, week)] += n
        for link in links:
            self.evidence.append((
                record.id, *where, link.requirement, link.period, link.document, written,
                reason(link.around, told),
            ))  # fmt: skip
            key = (path, link.requirement, link.period)
            if held := self.raises.get(key):
                held.count_on(day)
            else:
                self.raises[key] = Raise(*where, link.requirement, link.period, link.need, link.due, day)

    def write(self) -> None:
        """The figures last, which all batches share: whoever waits for them shall not wait for the rest as well."""
        insert(Evidence, EVIDENCE, self.evidence)
        self.changes.update(dict(raise_counts(self.raises.values())))
        add_up(self.changes)


def _by_sheet(duties: Iterable[Duty]) -> dict[str, list[Duty]]:
    found: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        found[duty.practice.sheet].append(duty)
    return found


def _text_where(column: str, sheets: list[str]) -> Case:
    """The column's JSON as text in records of these sheets, nothing in others."""
    return Case(When(sheet__in=sheets, then=Cast(column, TextField())), default=None, output_field=TextField())


def link_all(linker: Linker, root: str, after: str) -> Iterator[tuple[str, int, int]]:
    """Link the units below `root` behind `after`, in order: (path of the last one, units, new links) for each batch.

    Two batches go at once, each in a connection of its own: one reckons while the other's statements run. Not on SQLite,
    which has one writer, nor inside a transaction, which others do not see.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield from ((units[-1].path, len(units), linker.link(units)) for units in _batches(root, after))
        return
    with _resting_collector(), ThreadPoolExecutor(TWO) as pool:
        waiting = list[tuple[Any, list[Unit]]]()
        for units in _batches(root, after):
            waiting.append((pool.submit(copy_context().run, _in_thread, linker.link, units), units))
            if len(waiting) > TWO:
                yield _done(*waiting.pop(0))
        yield from (_done(*each) for each in waiting)


@contextmanager
def _resting_collector() -> Iterator[None]:
    """Millions of small objects come and go without cycles: looking for some takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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


def _known(records: list[Row]) -> dict[str, dict[str, Any]]:
    """{record: {requirement: document}} of the links that exist."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    told, given = among("record_id", [r.id for r in records], "default", "uuid")
    rows = Evidence.objects.extra(where=[told], params=given)
    for record, requirement, document in rows.values_list(Cast("record_id", TextField()), "requirement", "document"):
        found[record][requirement] = document
    return found
