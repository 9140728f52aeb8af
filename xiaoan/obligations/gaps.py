"""What the schools of one county have not done that is over or falls due, by matter and by what of it is open.

The same periods as on a school's own list, so that the office and the school never see different things.
Duties of every day are left out: they are judged by their share, not chased one by one.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import Period
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.obligations.fitting import DELIVERABLE_SHEET
from xiaoan.obligations.models import Completion, Exemption
from xiaoan.obligations.queries import periods_now
from xiaoan.policies.book import Duty, Terms, binder, book, term_of
from xiaoan.policies.models import Practice

Wanted = list[tuple[Duty, Period]]
Pair = tuple[str, str]  # (requirement, key of the period)


@dataclass
class Gap:
    """Schools of which the same duties of one matter are open, the oldest since `due`."""

    key: str
    name: str
    practice: Practice
    due: date
    duties: list[Duty]
    schools: list[Unit] = field(default_factory=list)

    def is_late(self, on: date) -> bool:
        return self.due < on

    @cached_property
    def documents(self) -> int:
        return len({d.document_id for d in self.duties})


class _Matter:
    """What a kind of schools is asked in one matter, and the gaps found in it."""

    def __init__(self, key: str, asked: Wanted) -> None:
        self.key, self.asked = key, asked
        self.pairs = frozenset((duty.key, period.key) for duty, period in asked)
        self.gaps: dict[frozenset[Pair], Gap] = {}

    def gap(self, still: frozenset[Pair]) -> Gap:
        """Where so much of it is open."""
        if still not in self.gaps:
            rows = [(duty, period) for duty, period in self.asked if (duty.key, period.key) in still]
            first = rows[0][0]
            name = first.duty if self.key == first.key else first.practice.name
            due = min(period.due for _, period in rows)
            self.gaps[still] = Gap(self.key, name, first.practice, due, [duty for duty, _ in rows])
        return self.gaps[still]


def gaps_of(unit: Unit, schools: list[Unit], on: date, until: date) -> list[Gap]:
    """Gaps of the schools below a county, township or school: late, or due up to `until`. Three queries.

    What is asked is found once for schools alike, what is open once for those of them that have done the same.
    """
    wanted = _wanted(unit, on, until)
    if not wanted:
        return []
    terms, done = binder([d for d, _ in wanted]), _done(unit, wanted, on)
    groups: dict[tuple[Terms, frozenset[Pair]], list[Unit]] = defaultdict(list)
    for school in schools:
        groups[(terms(school.path, school.facts()), done.get(school.path, frozenset()))].append(school)
    asked: dict[Terms, list[_Matter]] = {}
    for (bound, did), members in groups.items():
        if bound not in asked:
            asked[bound] = _matters([(d, p) for d, p in wanted if term_of(d) in bound])
        for matter in asked[bound]:
            if still := matter.pairs - did:
                matter.gap(still).schools += members
    return [gap for matters in asked.values() for matter in matters for gap in matter.gaps.values()]


def _wanted(unit: Unit, on: date, until: date) -> Wanted:
    """(duty, period) that is over, or falls due up to `until`."""
    calendar = calendar_for(unit.path)
    near = [
        d
        for d in book().duties
        if (unit.path.startswith(d.root) or d.root.startswith(unit.path)) and d.starts <= on <= d.ends
    ]
    rows = [(d, p) for d in near if d.every != "daily" for p, _ in periods_now(d, on, calendar)]
    return [(d, p) for d, p in rows if p.due <= until]


def _matters(asked: Wanted) -> list[_Matter]:
    """By practice; a named deliverable is a matter of its own."""
    found = defaultdict[str, Wanted](list)
    for duty, period in asked:
        named = duty.practice.sheet == DELIVERABLE_SHEET
        found[duty.key if named else duty.practice.key].append((duty, period))
    return [_Matter(key, rows) for key, rows in found.items()]


def _done(unit: Unit, wanted: Wanted, on: date) -> Mapping[str, frozenset[Pair]]:
    """What each school has done, or need not do, of what is wanted."""
    rows = Completion.objects.filter(
        below(unit.path, "unit_path"), county_path=unit.county_path, requirement__in={d.key for d, _ in wanted},
        period__in={p.key for _, p in wanted}, done_on__isnull=False,
    )  # fmt: skip
    exempt = Exemption.objects.filter(
        below(unit.path, "unit_path"), county_path=unit.county_path, state="granted", starts__lte=on, ends__gte=on
    )
    free: dict[str, list[Pair]] = defaultdict(list)
    for path, requirement, period in rows.values_list("unit_path", "requirement", "period"):
        free[path].append((requirement, period))
    for path, requirement in exempt.values_list("unit_path", "requirement"):
        free[path] += [(d.key, p.key) for d, p in wanted if d.key == requirement]
    return {path: frozenset(pairs) for path, pairs in free.items()}
