"""The rows of one county: records, what they prove, the journal, the tallies, as lines of text.

Written for speed: what can be made once per school, sheet, variant or day is, and a row is spelled in one go.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import models

from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.models import Count
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.units.paths import STEP, ancestors
from xiaoan.kernel.clock import iso_week
from xiaoan.obligations.costs import OWN, moved
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.site.fabricate.cells import NULL, Row
from xiaoan.site.fabricate.entries import Author, entry_line, hand
from xiaoan.site.fabricate.ids import dashed, minted_twice
from xiaoan.site.fabricate.loader import columns_of
from xiaoan.site.fabricate.places import Place
from xiaoan.site.fabricate.shape import ON_DUTY_ALWAYS, SENT_LATE, SHEETS, WITHDRAWN, SchoolDay
from xiaoan.site.fabricate.variants import EACH, Proofs, Proven, Variant, sheets_of, variants
from xiaoan.site.fabricate.written import SECONDS, Told, midnight, spelled, told

Figure = tuple[str, str, str]  # measure, subject, period
Sums = Counter[tuple[str, Figure]]  # (unit_path, figure) -> n
More = Callable[[Place], Counter[Figure]]
Write = Callable[[type[models.Model], list[Row]], None]
AT_ONCE = 20_000
NOTHING = Proven((), frozenset())
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


class Progress(NamedTuple):
    """How far the school is with one duty in one period: how often it must and until when, and on which days it did."""

    need: int
    due: date
    days: list[date]


class Span(NamedTuple):
    """The month and the week of a day, for which tallies are kept."""

    month: str
    week: str


@dataclass(frozen=True)
class Today:
    """One day, spelled once for all its records."""

    plan: SchoolDay
    start: int
    text: str
    words: str
    span: Span

    @classmethod
    def of(cls, plan: SchoolDay) -> "Today":
        day = plan.day
        words = f"{day.year}年{day.month}月{day.day}日"
        return cls(plan, midnight(day), day.isoformat(), words, Span(day.isoformat()[:7], iso_week(day)))


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
    """One school's rows, sheet by sheet."""

    def __init__(self, place: Place, proofs: Proofs, buffers: Buffers, days: list[Today], unsealed: int) -> None:
        self.place, self.proofs, self.days, self.unsealed = place, proofs, days, unsealed
        self.last = days[-1].start + SECONDS - 1
        self.rng = random.Random(f"{proofs.seed}/{place.path}")
        self.rows, self.figures = buffers.rows, Counter[Figure]()
        self.progress: dict[tuple[str, str], Progress] = {}
        self.bound = proofs.bound(place.county, place.facts())
        self.of_record, self.of_evidence = (place.where(columns_of(m)) for m in (Record, Evidence))
        self.author = hand(Author(dashed(place.person), place.who, dashed(place.post), place.role))

    def fill(self, scale: float) -> int:
        """Make the records of all days. Returns how many."""
        usual = self.place.activity * scale
        return sum(Filing(self, key).fill(usual) for key in sheets_of(self.place.has))

    def close(self) -> Counter[Figure]:
        """Write the completions and the school's own figures; returns the figures."""
        done, where = self.rows[Completion], self.place.where(columns_of(Completion))
        for (key, period), (need, due, days) in self.progress.items():
            done_on = sorted(days)[need - 1].isoformat() if len(days) >= need else NULL
            if done_on != NULL:
                self.figures[("done", key, period)] += 1
            done.append(f"{where}\t{key}\t{period}\t{need}\t{len(days)}\t{due}\t{done_on}")
        path = self.place.path
        self.rows[Count].extend([f"{path}\t{m}\t{s}\t{p}\t{n}" for (m, s, p), n in self.figures.items() if n])
        return self.figures


class Filing:
    """The records of one sheet at one school. What they add to the tallies is summed up first: sheets.services and
    obligations.costs say which."""

    def __init__(self, school: School, key: str) -> None:
        self.school, self.key, self.form = school, key, sheet(key)
        self.rate, _, self.hours = SHEETS[key]
        self.ready, self.bound = variants(key, school.proofs.seed), school.bound.get(key, ())
        self.records, self.entries = school.rows[Record], school.rows[Entry]
        self.sums: dict[Span, list[int]] = defaultdict(lambda: [0, 0, 0])

    def fill(self, usual: float) -> int:
        """Make the records of all days. Returns how many."""
        chance, hours, rate, made = self.school.rng.random, self.hours, self.rate * usual, 0
        for day in self.school.days:
            if day.plan.with_pupils or self.key in ON_DUTY_ALWAYS:
                for _ in range(int(rate * day.plan.weight + chance())):
                    self._record(day, hours[int(chance() * len(hours))])
                    made += 1
        self._count()
        return made

    def _record(self, day: Today, hour: int) -> None:
        school = self.school
        rng, place, chance = school.rng, school.place, school.rng.random
        chosen = self.ready[int(chance() * EACH)]
        captured = day.start + hour * 3600 + int(chance() * 3600)
        is_late = chance() < SENT_LATE
        received = captured + int(rng.expovariate(1 / 40_000) if is_late else 1 + chance() * 8)
        received = min(received, max(captured, school.last))
        seconds = int(5 + chance() * 10) if chosen.is_quick else int(18 + chance() * 62)
        is_withdrawn = chance() < WITHDRAWN
        record, dashed = minted_twice(rng, captured)
        written = spelled(captured)
        self.records.append(
            f"{school.of_record}\t{record}\t{chosen.kind}\t{'withdrawn' if is_withdrawn else 'filed'}\t{day.text}\t{written}\t"
            f"{written}\t{spelled(received)}\t{place.person}\t{place.who}\t{chosen.cells}\t{seconds}\t"
            f"{'phone' if is_late or chance() < 0.8 else 'desk'}\t{WITHDRAWN_WHY if is_withdrawn else ''}"
        )
        self._tell(received, self.form.verb, dashed, day, chosen.changes)
        if is_withdrawn:
            self._tell(min(received + 600, school.last), "撤回记录", dashed, day, told("why", WITHDRAWN_WHY))
        else:
            self._prove(record, chosen, day, seconds)

    def _tell(self, at: int, verb: str, record: str, day: Today, changes: Told) -> None:
        school, name = self.school, f"{self.form.name} {day.words}"
        self.entries.append(entry_line(
            school.rng, at, school.unsealed, school.author, verb, "record", record, name, school.place.path, changes,
        ))  # fmt: skip

    def _prove(self, record: str, chosen: Variant, day: Today, seconds: int) -> None:
        """Link the record to the duties that it fits, and remember what it adds to the tallies."""
        sums, school = self.sums[day.span], self.school
        sums[0] += 1
        sums[1] += seconds
        proofs, documents = school.proofs.of(self.bound, chosen, day.plan.day) if self.bound else NOTHING
        if not documents:
            sums[2] += seconds
            return
        for duty, period, due, cells in proofs:
            school.rows[Evidence].append(f"{school.of_evidence}\t{record}\t{cells}")
            key = (duty.key, period)
            if key not in school.progress:
                school.progress[key] = Progress(duty.times, due, [])
            school.progress[key].days.append(day.plan.day)
        for figure, n in moved(self.key, seconds, None, documents):
            school.figures[(*figure, day.span.week)] += n

    def _count(self) -> None:
        figures, key = self.school.figures, self.key
        for (month, week), (forms, seconds, own) in self.sums.items():
            figures[("records", key, month)] += forms
            figures[("forms", key, week)] += forms
            figures[("seconds", key, week)] += seconds
            figures[("cost", OWN, week)] += own
