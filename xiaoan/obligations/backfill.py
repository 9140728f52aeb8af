"""Linking the records that exist to a publication's duties, some hundred units at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.tally.services import Key, add_up
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import periods
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.bulk import insert
from xiaoan.obligations.completions import Raise, raise_counts
from xiaoan.obligations.costs import charge
from xiaoan.obligations.evidence import EVIDENCE, evidence_row, raised
from xiaoan.obligations.fitting import Hit, fits_record, period_for
from xiaoan.obligations.models import Evidence
from xiaoan.policies.book import Duty, likeness

UNITS = 100
# What fitting asks of a record, and what its evidence and its cost are written from.
FIELDS = (
    "id", "unit_id", "unit_path", "county_path", "sheet", "happened_on", "answers", "about", "topics", "headcount",
    "summary", "seconds",
)  # fmt: skip
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
        if duty.kind in ("recurring", "deliverable"):
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


def link_units(units: Sequence[Unit], duties: Sequence[Duty], wanted: Q) -> int:
    """Link all records of these units, in one transaction. Safe to repeat. Returns how many links are new.

    The records are locked: one that is withdrawn meanwhile would leave its evidence behind.
    """
    listening = _by_sheet(units, duties)
    with transaction.atomic():
        rows = Record.objects.filter(wanted, unit_path__in=[u.path for u in units], state=RecordState.FILED)
        records = list(rows.only(*FIELDS).order_by("id").select_for_update(no_key=True))
        known = _known(rows)
        changes, evidence, raises = Counter[Key](), list[Any](), dict[Any, Raise]()
        for record in records:
            hits = [h for h in _hits(record, listening) if h.duty.key not in known[record.id]]
            if hits:
                before = set(known[record.id].values())
                changes.update(charge(record, before, before | {h.duty.document_id for h in hits}))
                evidence += [evidence_row(record, hit) for hit in hits]
                _gather(raises, [raised(record, hit) for hit in hits])
        insert(Evidence, EVIDENCE, evidence)
        changes.update(dict(raise_counts(raises.values())))
        add_up(changes)
    return len(evidence)


def _known(records: QuerySet[Record]) -> dict[Any, dict[str, Any]]:
    """{record: {requirement: document}} of the links that exist."""
    found: dict[Any, dict[str, Any]] = defaultdict(dict)
    rows = Evidence.objects.filter(record__in=records.values("id"))
    for record, requirement, document in rows.values_list("record_id", "requirement", "document"):
        found[record][requirement] = document
    return found


Listening = dict[Any, dict[str, list[Duty]]]  # unit -> sheet -> the duties that a record of it may prove


def _by_sheet(units: Iterable[Unit], duties: Sequence[Duty]) -> Listening:
    found, alike, bound = Listening(), likeness(duties), dict[Any, dict[str, list[Duty]]]()
    roots = {d.root for d in duties}
    for unit in units:
        facts = unit.facts()
        kind = (alike(facts), tuple(r for r in roots if unit.path.startswith(r)))
        if kind not in bound:
            bound[kind] = defaultdict(list)
            for duty in duties:
                if duty.kind in ("recurring", "deliverable") and duty.binds_unit(unit.path, facts):
                    bound[kind][duty.practice.sheet].append(duty)
        found[unit.id] = bound[kind]
    return found


def _hits(record: Record, listening: Listening) -> list[Hit]:
    calendar = calendar_for(record.county_path)
    return [
        Hit(duty, period)
        for duty in listening[record.unit_id].get(record.sheet, ())
        if fits_record(duty, record) and (period := period_for(duty, record.happened_on, calendar))
    ]


def _gather(raises: dict[Any, Raise], more: Iterable[Raise]) -> None:
    """Add up what counts for one completion; the day is the one that reaches the need."""
    for one in more:
        held = raises.setdefault(one.key, one)
        if held is not one:
            held.day = max(held.day, one.day) if held.count < held.need else held.day
            held.count += 1


def units_of(publication_root: str, after: str) -> QuerySet[Unit]:
    """The next units below, in order of path."""
    return Unit.objects.under(publication_root).filter(path__gt=after).order_by("path")[:UNITS]
