"""The book: every requirement in force, held in memory and reloaded when the stamp rises.

It answers the two questions of the hot path without a query per requirement: which requirements bind a unit,
and which listen to a sheet.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F

from xiaoan.ground.units.kinds import GENERAL_KINDS
from xiaoan.kernel import clock
from xiaoan.kernel.kept import Kept
from xiaoan.kernel.replica import primary
from xiaoan.policies.models import Practice, Publication, PublicationState, Requirement, Stamp, shift

Terms = frozenset[tuple[str, str]]  # (root, binds) of duties


@dataclass(frozen=True)
class Duty:
    """A requirement as it is in force under one publication."""

    key: str
    requirement_id: Any
    publication_id: Any
    root: str
    document_id: Any
    document_short: str
    tier: str
    clause_id: Any
    clause_key: str
    kind: str
    practice: Practice = field(compare=False)
    duty: str = ""
    every: str = ""
    assumed: bool = False
    times: int = 1
    window: str = ""
    deadline: date | None = None
    starts: date = date.min
    since: date = date.min  # when it was published: nothing that was due before is asked for afterwards
    ends: date = date.max
    figure: dict[str, Any] = field(default_factory=dict, compare=False)
    measure: str = ""
    binds: dict[str, Any] = field(default_factory=dict, compare=False)
    by: tuple[str, ...] = ()
    counts: dict[str, Any] = field(default_factory=dict, compare=False)
    season: tuple[int, ...] = ()
    trigger: dict[str, Any] = field(default_factory=dict, compare=False)
    within_days: int | None = None

    def binds_unit(self, path: str, facts: dict[str, Any]) -> bool:
        """Whether a unit at `path` with these facts (Unit.facts()) owes it."""
        return path.startswith(self.root) and fits(self.binds, facts)


@dataclass(frozen=True)
class Book:
    stamp: int
    duties: tuple[Duty, ...]
    by_sheet: dict[str, tuple[Duty, ...]]
    by_trigger: dict[str, tuple[Duty, ...]]
    by_document: dict[Any, tuple[Duty, ...]]
    by_measure: dict[str, tuple[Duty, ...]]

    def binding(self, path: str, facts: dict[str, Any]) -> list[Duty]:
        """All duties that bind a unit."""
        return [d for d in self.duties if d.binds_unit(path, facts)]

    def listening(self, sheet: str) -> tuple[Duty, ...]:
        return self.by_sheet.get(sheet, ())

    def above(self, path: str) -> list[Duty]:
        """Duties in force anywhere in the subtree at `path` or published from above it."""
        return [d for d in self.duties if d.root.startswith(path) or path.startswith(d.root)]


def fits(binds: dict[str, Any], facts: dict[str, Any]) -> bool:
    """Whether facts of a unit meet a `binds` condition."""
    if facts["rank"] not in binds.get("ranks", ["school"]):
        return False
    if facts["rank"] != "school":
        return True
    if facts["kind"] not in (binds.get("kinds") or GENERAL_KINDS):
        return False
    if "boarding" in binds and facts["boarding"] != binds["boarding"]:
        return False
    if not set(binds.get("has", ())) <= set(facts["has"]):
        return False
    pupils = facts["pupils"]
    return bool(binds.get("min_pupils", 0) <= pupils <= binds.get("max_pupils", pupils))


def likeness(duties: Iterable[Duty]) -> Callable[[dict[str, Any]], Hashable]:
    """A function that gives the same for units in one place that each of these duties treats alike: so that a question
    about 20,000 schools is asked some hundred times."""
    steps = sorted({n for d in duties for n in _pupil_steps(d.binds)})

    def alike(facts: dict[str, Any]) -> Hashable:
        size = bisect_right(steps, facts["pupils"])
        return facts["rank"], facts["kind"], facts["boarding"], tuple(sorted(facts["has"])), size

    return alike


def term_of(duty: Duty) -> tuple[str, str]:
    """Where and whom a duty binds: two of the same terms bind the same units."""
    return duty.root, repr(duty.binds)


def binder(duties: Collection[Duty]) -> Callable[[str, dict[str, Any]], Terms]:
    """A function that gives the terms of these duties that bind a unit (its path, its facts). Of units alike in one
    place one is asked about: a county's board asks about hundreds of schools."""
    alike, held = likeness(duties), {term_of(d): d for d in duties}
    roots, known = {d.root for d in duties}, dict[Hashable, Terms]()

    def binding(path: str, facts: dict[str, Any]) -> Terms:
        kind = alike(facts), *(root for root in roots if path.startswith(root))
        if kind not in known:
            known[kind] = frozenset(term for term, duty in held.items() if duty.binds_unit(path, facts))
        return known[kind]

    return binding


def _pupil_steps(binds: dict[str, Any]) -> Iterator[int]:
    """The numbers of pupils at which a duty begins or ceases to bind."""
    if "min_pupils" in binds:
        yield binds["min_pupils"]
    if "max_pupils" in binds:
        yield binds["max_pupils"] + 1


STAMP = Kept(lambda: Stamp.objects.all())
_held: Book | None = None


def book() -> Book:
    """The book in force; one small query when nothing has changed. Always the primary's, whoever asks: it is kept for
    the next request, which may write."""
    global _held
    with primary():
        stamp = STAMP.first()
        number = stamp.number if stamp else 0
        held = _held
        if held is None or held.stamp != number:
            _held = held = _load(number)
    return held


def on_record(record: Any, change: str) -> None:
    """Listener of records, before those that read the book: its stamp comes with whatever they ask first."""
    if change == "filed":
        STAMP.ahead()


def raise_stamp() -> None:
    """Say that what is in force has changed, in the transaction that changed it."""
    Stamp.objects.get_or_create(id=1)
    Stamp.objects.filter(id=1).update(number=F("number") + 1)


def forget_book() -> None:
    """Drop what this process holds (a test's rolled-back transaction takes the stamp with it)."""
    global _held
    _held = None


def _load(number: int) -> Book:
    publications = list(
        Publication.objects.exclude(state=PublicationState.ENDED).select_related("document").order_by("unit_path", "id")
    )
    rows: dict[Any, list[Requirement]] = {}
    wanted = {p.document_id for p in publications}
    kept = Requirement.objects.filter(document__in=wanted, is_kept=True)
    for row in kept.select_related("practice", "clause").order_by("clause__position", "key"):
        rows.setdefault(row.document_id, []).append(row)
    duties = tuple(_duty(p, row) for p in publications for row in rows.get(p.document_id, ()))
    return Book(
        number,
        duties,
        _group(duties, lambda d: d.practice.sheet),
        _group([d for d in duties if d.trigger], lambda d: d.trigger["sheet"]),
        _group(duties, lambda d: d.document_id),
        _group([d for d in duties if d.measure], lambda d: d.measure),
    )


def _group(duties: Any, key: Any) -> dict[Any, tuple[Duty, ...]]:
    found: dict[Any, list[Duty]] = {}
    for duty in duties:
        found.setdefault(key(duty), []).append(duty)
    return {k: tuple(v) for k, v in found.items()}


def _duty(publication: Publication, row: Requirement) -> Duty:
    return Duty(
        key=row.key, requirement_id=row.id, publication_id=publication.id, root=publication.unit_path,
        document_id=row.document_id, document_short=publication.document.short, tier=publication.document.tier,
        clause_id=row.clause_id, clause_key=row.clause.key, kind=row.kind, practice=row.practice, duty=row.duty,
        every=row.every, assumed=row.assumed, times=row.times, window=row.window,
        deadline=shift(row.deadline, publication.shift_years), starts=publication.starts, ends=publication.ends, since=clock.day_of(publication.published_at),
        figure=row.figure, measure=row.measure, binds=row.binds, by=tuple(row.by or row.practice.by),
        counts=row.counts, season=tuple(row.season), trigger=row.trigger, within_days=row.within_days,
    )  # fmt: skip
