"""What the schools of one county have not done that is over or falls due: one gap a school and matter.

The same periods as on a school's own list, so that the office and the school never see different things.
Duties of every day are left out: they are judged by their share, not chased one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import Period
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.obligations.fitting import DELIVERABLE_SHEET
from xiaoan.obligations.models import Completion, Exemption
from xiaoan.obligations.queries import periods_now
from xiaoan.policies.book import Duty, book, fits
from xiaoan.policies.models import Practice

Wanted = list[tuple[Duty, Period]]


@dataclass
class Gap:
    """A school has not done a matter that was due on `due`, the oldest of its open duties."""

    school: Unit
    key: str
    name: str
    practice: Practice
    due: date
    duties: list[Duty]

    def is_late(self, on: date) -> bool:
        return self.due < on

    @property
    def documents(self) -> int:
        return len({d.document_id for d in self.duties})


def gaps_of(unit: Unit, schools: list[Unit], on: date, until: date) -> list[Gap]:
    """Gaps of the schools below a county, township or school: late, or due up to `until`. Three queries."""
    wanted = _wanted(unit, on, until)
    if not wanted:
        return []
    done, exempt = _done(unit, wanted), _exempt(unit, on)
    found: dict[tuple[str, str], Gap] = {}
    for group in _by_binds(wanted):
        binds = group[0][0].binds
        for school in schools:
            if fits(binds, school.facts()):
                _collect(found, school, group, done, exempt)
    return list(found.values())


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


def _by_binds(wanted: Wanted) -> Iterable[Wanted]:
    """Duties that bind alike together: whom they bind is asked once a school and group."""
    groups: dict[str, Wanted] = {}
    for duty, period in wanted:
        groups.setdefault(repr(duty.binds), []).append((duty, period))
    return groups.values()


def _collect(
    found: dict[tuple[str, str], Gap], school: Unit, group: Wanted, done: set[tuple[str, str, str]],
    exempt: set[tuple[str, str]],
) -> None:  # fmt: skip
    for duty, period in group:
        if not school.path.startswith(duty.root) or (school.path, duty.key, period.key) in done:
            continue
        if (school.path, duty.key) in exempt:
            continue
        named = duty.practice.sheet == DELIVERABLE_SHEET
        key = duty.key if named else duty.practice.key
        gap = found.get((school.path, key))
        if gap is None:
            name = duty.duty if named else duty.practice.name
            found[(school.path, key)] = Gap(school, key, name, duty.practice, period.due, [duty])
        else:
            gap.duties.append(duty)
            gap.due = min(gap.due, period.due)


def _done(unit: Unit, wanted: Wanted) -> set[tuple[str, str, str]]:
    rows = Completion.objects.filter(
        below(unit.path, "unit_path"), county_path=unit.county_path, requirement__in={d.key for d, _ in wanted},
        period__in={p.key for _, p in wanted}, done_on__isnull=False,
    )  # fmt: skip
    return set(rows.values_list("unit_path", "requirement", "period"))


def _exempt(unit: Unit, on: date) -> set[tuple[str, str]]:
    rows = Exemption.objects.filter(
        below(unit.path, "unit_path"), county_path=unit.county_path, state="granted", starts__lte=on, ends__gte=on
    )
    return set(rows.values_list("unit_path", "requirement"))
