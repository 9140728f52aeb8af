"""Ready answers of each sheet, and what each of them proves at each kind of school: asked once, used many times."""

import json
import random
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from xiaoan.engines.sheets.answers import clean, columns_of
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.calendar.days import SchoolCalendar
from xiaoan.obligations.events import triggers
from xiaoan.obligations.fitting import BY_RECORDS, fits_record, period_for, reason_for
from xiaoan.obligations.measures import measures
from xiaoan.policies.book import Duty, book, fits, likeness
from xiaoan.site.demo.answers import answers_for
from xiaoan.site.fabricate.cells import NULL, row
from xiaoan.site.fabricate.shape import SHEETS
from xiaoan.site.fabricate.written import Told, told

EACH = 24  # variants of a sheet


class Proof(NamedTuple):
    """A duty that a record proves, the key of the period in which it does and its last day; `cells` end the row of the
    evidence."""

    duty: Duty
    period: str
    due: date
    cells: str


class Proven(NamedTuple):
    """What a record proves, and whose duties these are."""

    proofs: tuple[Proof, ...]
    documents: frozenset[UUID]


Bound = dict[str, tuple[Duty, ...]]


@dataclass(frozen=True)
class Variant:
    """One set of answers; `model` is a record with them, not saved. `kind` are the cells of sheet and version, `cells`
    those from the answers to the summary, `changes` is what the journal tells of it."""

    model: Record
    kind: str
    cells: str
    changes: Told
    is_quick: bool


@cache
def variants(key: str, seed: int) -> tuple[Variant, ...]:
    """Ready answers of one sheet. None of them opens an event duty or feeds a measure: those follow a record one by
    one, which no bulk load does."""
    if any(m.sheet == key for m in measures().values()):
        raise ValueError(f"{key} feeds a measure")
    rng, form, made = random.Random(f"{seed}/{key}"), sheet(key), list[Variant]()
    while len(made) < EACH:
        answers = clean(form, answers_for(rng, form, [], [], date(2026, 1, 5), rng.randint(60, 900)))
        model = Record(sheet=key, version=form.version, answers=answers, **columns_of(form, answers))
        if any(triggers(d, model) for d in book().by_trigger.get(key, ())):
            continue
        answers_text, topics = (json.dumps(x, ensure_ascii=False) for x in (answers, model.topics))
        if "\\" in answers_text or "\t" in model.summary:
            continue
        figures = (_cell(model.headcount), _cell(model.minutes), str(model.failed), model.summary)
        cells, changes = row(answers_text, "", topics, *figures), told("summary", model.summary)
        made.append(Variant(model, row(key, str(form.version)), cells, changes, form.quick))
    return tuple(made)


def _cell(value: int | None) -> str:
    return NULL if value is None else str(value)


class Proofs:
    """What a variant proves on a day, asked once for all schools at which the same duties bind."""

    def __init__(self, seed: int, calendar: SchoolCalendar) -> None:
        self.seed, self.calendar, self.book = seed, calendar, book()
        self.alike = likeness(self.book.duties)
        self._bound: dict[Hashable, Bound] = {}
        self._same: dict[tuple[Any, ...], tuple[Duty, ...]] = {}
        self._proved: dict[Hashable, Proven] = {}

    def bound(self, county: str, facts: dict[str, Any]) -> Bound:
        """{sheet: the duties that its records may prove} at a school of the county with these facts. One object for the
        same duties, so that they are known by their address."""
        kind = (county, self.alike(facts))
        if kind not in self._bound:
            found = ((key, tuple(_binding(ds, county, facts))) for key, ds in self.book.by_sheet.items())
            self._bound[kind] = {
                key: self._same.setdefault(tuple((d.publication_id, d.key) for d in ds), ds) for key, ds in found if ds
            }
        return self._bound[kind]

    def of(self, bound: tuple[Duty, ...], variant: Variant, day: date) -> Proven:
        """What a record of that day with these answers proves."""
        key = (id(bound), id(variant), day)
        if (found := self._proved.get(key)) is None:
            proofs = tuple(self._proving(bound, variant, day))
            found = self._proved[key] = Proven(proofs, frozenset(p.duty.document_id for p in proofs))
        return found

    def _proving(self, bound: tuple[Duty, ...], variant: Variant, day: date) -> Iterator[Proof]:
        variant.model.happened_on = day
        for duty in bound:
            if fits_record(duty, variant.model) and (period := period_for(duty, day, self.calendar)):
                reason = reason_for(duty, variant.model, period)
                yield Proof(
                    duty,
                    period.key,
                    period.due,
                    row(duty.key, period.key, duty.document_id.hex, reason, day.isoformat()),
                )


def _binding(listening: Iterable[Duty], county: str, facts: dict[str, Any]) -> Iterator[Duty]:
    """The duties that bind there; a requirement counts once however often it was published."""
    seen = set()
    for duty in listening:
        if (
            duty.kind in BY_RECORDS
            and duty.key not in seen
            and county.startswith(duty.root)
            and fits(duty.binds, facts)
        ):
            seen.add(duty.key)
            yield duty


_held: Proofs | None = None


def proofs_of(seed: int, calendar: SchoolCalendar) -> Proofs:
    """Kept from county to county, as long as the same is asked: also of a calendar that was read anew and says the same."""
    global _held
    if _held is None or _held.seed != seed or asdict(_held.calendar) != asdict(calendar) or _held.book is not book():
        _held = Proofs(seed, calendar)
    return _held


def sheets_of(has: Iterable[str]) -> list[str]:
    """The sheets that a school with these facilities fills in."""
    return [key for key, (_, needs, _) in SHEETS.items() if not needs or needs in has]
