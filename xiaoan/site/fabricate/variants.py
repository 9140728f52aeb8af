"""Ready answers of each sheet, and what each of them proves at each kind of school: asked once, used many times."""

import json
import random
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from xiaoan.engines.sheets.answers import clean, columns_of
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.calendar.days import SchoolCalendar
from xiaoan.ground.calendar.periods import Period
from xiaoan.obligations.events import triggers
from xiaoan.obligations.fitting import BY_RECORDS, fits_record, period_for, reason_for
from xiaoan.obligations.measures import measures
from xiaoan.policies.book import Duty, book, fits, likeness
from xiaoan.site.demo.answers import answers_for
from xiaoan.site.fabricate.cells import NULL
from xiaoan.site.fabricate.shape import SHEETS

EACH = 24  # variants of a sheet


@dataclass(frozen=True)
class Variant:
    """One set of answers as its row holds them; `model` is a record with them, not saved. `figures` are the cells of
    headcount, minutes, failed and summary."""

    number: int
    model: Record
    version: str
    answers: str
    topics: str
    figures: tuple[str, str, str, str]
    is_quick: bool

    @property
    def summary(self) -> str:
        return self.figures[-1]


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
        told, topics = (json.dumps(x, ensure_ascii=False) for x in (answers, model.topics))
        if "\\" in told or "\t" in model.summary:
            continue
        figures = (_cell(model.headcount), _cell(model.minutes), str(model.failed), model.summary)
        made.append(Variant(len(made), model, str(form.version), told, topics, figures, form.quick))
    return tuple(made)


def _cell(value: int | None) -> str:
    return NULL if value is None else str(value)


class Proofs:
    """What a variant proves at schools with the same facts in the same place."""

    def __init__(self, seed: int, calendar: SchoolCalendar) -> None:
        self.seed, self.calendar, self.book = seed, calendar, book()
        self.alike = likeness(self.book.duties)
        self._duties: dict[Hashable, list[Duty]] = {}
        self._periods: dict[Hashable, tuple[Period, str] | None] = {}

    def of(self, place: str, alike: Hashable, facts: dict[str, Any], variant: Variant) -> list[Duty]:
        """The duties that the variant fits at a school below `place` with these facts."""
        key = (place, alike, variant.model.sheet, variant.number)
        if key not in self._duties:
            listening = self.book.listening(variant.model.sheet)
            self._duties[key] = list(_fitting(listening, place, facts, variant))
        return self._duties[key]

    def period(self, duty: Duty, variant: Variant, day: date) -> tuple[Period, str] | None:
        """The period in which a record of that day counts for the duty, and the reason; None where it does not."""
        key = (duty.key, variant.model.sheet, variant.number, day)
        if key not in self._periods:
            period = period_for(duty, day, self.calendar)
            variant.model.happened_on = day
            self._periods[key] = (period, reason_for(duty, variant.model, period)) if period else None
        return self._periods[key]


def _fitting(listening: Iterable[Duty], place: str, facts: dict[str, Any], variant: Variant) -> Iterable[Duty]:
    seen = set()
    for duty in listening:
        bound = place.startswith(duty.root) and fits(duty.binds, facts)
        if bound and duty.kind in BY_RECORDS and duty.key not in seen and fits_record(duty, variant.model):
            seen.add(duty.key)
            yield duty


def sheets_of(has: Iterable[str]) -> list[str]:
    """The sheets that a school with these facilities fills in."""
    return [key for key, (_, needs, _) in SHEETS.items() if not needs or needs in has]
