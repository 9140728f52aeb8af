"""The rows of one county: records, what they prove, the journal, the tallies, as cells of text.

Written for speed: what can be made once per school, variant or day is, and a record is one tuple.
"""

import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import models

from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.models import Count
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.paths import STEP, ancestors
from xiaoan.kernel.clock import iso_week
from xiaoan.obligations.costs import split
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.policies.book import Duty
from xiaoan.site.fabricate.cells import NULL, Row
from xiaoan.site.fabricate.entries import Author, Subject, entry_row
from xiaoan.site.fabricate.ids import dashed, minted
from xiaoan.site.fabricate.places import Place
from xiaoan.site.fabricate.shape import ON_DUTY_ALWAYS, SENT_LATE, SHEETS, WITHDRAWN, SchoolDay
from xiaoan.site.fabricate.variants import Proofs, Variant, sheets_of, variants
from xiaoan.site.fabricate.written import SECONDS, midnight, spelled, told

Figure = tuple[str, str, str]  # measure, subject, period
Sums = Counter[tuple[str, Figure]]  # (unit_path, figure) -> n
More = Callable[[Place], Counter[Figure]]
Write = Callable[[type[models.Model], list[Row]], None]
AT_ONCE = 20_000
WITHDRAWN_WHY = "填错学校或重复填报（合成）"


@dataclass
class Buffers:
    """Rows that wait to be written, by table."""

    write: Write
    rows: dict[type[models.Model], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def flush(self, most: int = 0) -> None:
        for model, rows in self.rows.items():
            if len(rows) > most:
                self.write(model, rows)
                self.rows[model] = []


@dataclass
class Progress:
    """How far the school is with one duty in one period."""

    need: int
    due: date
    count: int = 0
    done: date | None = None


@dataclass(frozen=True)
class Today:
    """One day, spelled once for all its records."""

    plan: SchoolDay
    start: int
    text: str
    words: str
    month: str
    week: str

    @classmethod
    def of(cls, plan: SchoolDay) -> "Today":
        day = plan.day
        words = f"{day.year}年{day.month}月{day.day}日"
        return cls(plan, midnight(day), day.isoformat(), words, day.isoformat()[:7], iso_week(day))


def write_county(
    schools: Iterable[Place], plans: list[SchoolDay], proofs: Proofs, scale: float, unsealed: int, buffers: Buffers,
    more: More,
) -> tuple[int, Sums]:  # fmt: skip
    """Write all rows of these schools. Returns the number of records and the sums of all units above them. `more` writes
    what a school has besides records, and returns its figures."""
    days, sums, made = [Today.of(p) for p in plans], Sums(), 0
    towns: dict[str, Counter[Figure]] = defaultdict(Counter)
    for school in schools:
        maker = School(school, proofs, buffers, days, unsealed)
        made += maker.fill(scale)
        maker.figures.update(more(school))
        towns[school.path[:-STEP]].update(maker.close())
        buffers.flush(AT_ONCE)
    for town, figures in towns.items():
        for path in ancestors(town):
            for figure, n in figures.items():
                sums[(path, figure)] += n
    buffers.flush()
    return made, sums


class School:
    """One school's rows, day by day."""

    def __init__(self, place: Place, proofs: Proofs, buffers: Buffers, days: list[Today], unsealed: int) -> None:
        self.place, self.proofs, self.days, self.unsealed = place, proofs, days, unsealed
        self.last = days[-1].start + SECONDS - 1
        self.rng = random.Random(f"{proofs.seed}/{place.path}")
        self.rows, self.figures = buffers.rows, Counter[Figure]()
        self.progress: dict[tuple[str, str], Progress] = {}
        self.where, self.bound = (place.id, place.path, place.county), proofs.bound(place.county, place.facts())
        self.author = Author(dashed(place.person), place.who, dashed(place.post), place.role)

    def fill(self, scale: float) -> int:
        """Make the records of all days. Returns how many."""
        chance, made = self.rng.random, 0
        usual = [(k, SHEETS[k][0] * self.place.activity * scale, SHEETS[k][2]) for k in sheets_of(self.place.has)]
        for day in self.days:
            for key, rate, hours in usual:
                if day.plan.with_pupils or key in ON_DUTY_ALWAYS:
                    for _ in range(int(rate * day.plan.weight + chance())):
                        self._record(day, key, hours[int(chance() * len(hours))])
                        made += 1
        return made

    def _record(self, day: Today, key: str, hour: int) -> None:
        rng, place, chance = self.rng, self.place, self.rng.random
        ready = variants(key, self.proofs.seed)
        chosen = ready[int(chance() * len(ready))]
        captured = day.start + hour * 3600 + int(chance() * 3600)
        is_late = chance() < SENT_LATE
        received = captured + int(rng.expovariate(1 / 40_000) if is_late else 1 + chance() * 8)
        received = min(received, max(captured, self.last))
        seconds = int(5 + chance() * 10) if chosen.is_quick else int(18 + chance() * 62)
        record, is_withdrawn = minted(rng, captured), chance() < WITHDRAWN
        written = spelled(captured)
        self.rows[Record].append((
            *self.where, record, key, chosen.version, "withdrawn" if is_withdrawn else "filed", day.text, written, written,
            spelled(received), place.person, place.who, chosen.answers, "", chosen.topics, *chosen.figures, str(seconds),
            "phone" if is_late or chance() < 0.8 else "desk", WITHDRAWN_WHY if is_withdrawn else "",
        ))  # fmt: skip
        self._entry(received, sheet(key).verb, record, f"{sheet(key).name} {day.words}", "summary", chosen.summary)
        if is_withdrawn:
            at = min(received + 600, self.last)
            self._entry(at, "撤回记录", record, f"{sheet(key).name} {day.words}", "why", WITHDRAWN_WHY)
        else:
            self._count(key, day, seconds, self._prove(record, chosen, day))

    def _entry(self, at: int, verb: str, record: str, name: str, key: str, value: str) -> None:
        of = Subject("record", dashed(record), name, self.place.path)
        self.rows[Entry].append(entry_row(self.rng, at, self.unsealed, self.author, verb, of, told(key, value)))

    def _prove(self, record: str, chosen: Variant, day: Today) -> set[uuid.UUID]:
        """Link the record to the duties that it fits. Returns the documents."""
        bound = self.bound.get(chosen.model.sheet)
        if not bound:
            return set()
        proofs, mint, evidence = self.proofs.of(bound, chosen, day.plan.day), self.rng, self.rows[Evidence]
        for duty, period, due, reason in proofs:
            evidence.append((
                *self.where, minted(mint), record, duty.key, period, duty.document_id.hex, reason, day.text,
            ))  # fmt: skip
            self._raise(duty, period, due, day.plan.day)
        return {p.duty.document_id for p in proofs}

    def _raise(self, duty: Duty, period: str, due: date, day: date) -> None:
        key = (duty.key, period)
        row = self.progress.get(key)
        if row is None:
            row = self.progress[key] = Progress(duty.times, due)
        row.count += 1
        if row.done is None and row.count >= row.need:
            row.done = day
            self.figures[("done", *key)] += 1

    def _count(self, key: str, day: Today, seconds: int, documents: set[uuid.UUID]) -> None:
        """The tallies that filing a record adds to: sheets.services and obligations.costs say which."""
        figures, week = self.figures, day.week
        figures[("records", key, day.month)] += 1
        figures[("seconds", key, week)] += seconds
        figures[("forms", key, week)] += 1
        if len(documents) > 1:
            figures[("saved", key, week)] += len(documents) - 1
        for subject, n in split(seconds, documents).items():
            figures[("cost", subject, week)] += n

    def close(self) -> Counter[Figure]:
        """Write the completions and the school's own figures; returns the figures."""
        self.rows[Completion].extend(
            (
                *self.where, minted(self.rng), requirement, period, str(row.need), str(row.count), str(row.due),
                str(row.done) if row.done else NULL,
            )
            for (requirement, period), row in self.progress.items()
        )  # fmt: skip
        path = self.place.path
        self.rows[Count].extend((path, *figure, str(n)) for figure, n in self.figures.items() if n)
        return self.figures
