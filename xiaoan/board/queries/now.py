"""How each school of one county stands with some duties in their newest period. Bounded by the county."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from xiaoan.ground.calendar.days import SchoolCalendar
from xiaoan.ground.calendar.periods import Period
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.obligations.figures import spans_of
from xiaoan.obligations.models import Completion
from xiaoan.policies.book import Duty

WORDS = {"ok": "已完成", "part": "部分完成", "none": "未开始", "free": "不适用"}


@dataclass(frozen=True)
class Standing:
    """One school: ok, part, none or free, over `bound` duties of which `done` are done."""

    school: Unit
    state: str
    bound: int
    done: int


def newest(duty: Duty, start: date, end: date, on: date, calendar: SchoolCalendar) -> Period | None:
    """The newest period of the duty that has begun within the stretch; of daily and weekly ones the newest that
    is over, because a day that has just begun says nothing about who did it."""
    found = spans_of(duty, start, end, on, calendar)
    over = [p for p in found if p.due < on] if duty.every in ("daily", "weekly") else []
    return over[-1] if over else found[-1] if found else None


def stand(unit: Unit, schools: list[Unit], duties: Iterable[Duty], periods: dict[str, Period]) -> list[Standing]:
    """Each school's standing with the duties in those periods ({requirement key: period}). One query."""
    wanted = [d for d in duties if d.key in periods]
    rows = Completion.objects.filter(
        below(unit.path, "unit_path"), county_path=unit.county_path, requirement__in={d.key for d in wanted},
        period__in={p.key for p in periods.values()},
    ).values_list("unit_path", "requirement", "period", "done_on")  # fmt: skip
    held = {(path, key): done for path, key, period, done in rows if periods[key].key == period}
    return [_standing(school, wanted, held) for school in schools]


def done_pairs(unit: Unit, periods: dict[str, Period]) -> set[tuple[str, str]]:
    """(school path, requirement key) of what is done in those periods below a county or township. One query."""
    rows = Completion.objects.filter(
        below(unit.path, "unit_path"), county_path=unit.county_path, requirement__in=list(periods),
        period__in={p.key for p in periods.values()}, done_on__isnull=False,
    ).values_list("unit_path", "requirement", "period")  # fmt: skip
    return {(path, key) for path, key, period in rows if periods[key].key == period}


def _standing(school: Unit, duties: list[Duty], held: dict[tuple[str, str], date | None]) -> Standing:
    facts = school.facts()
    mine = [d for d in duties if d.binds_unit(school.path, facts)]
    done = sum(held.get((school.path, d.key)) is not None for d in mine)
    begun = any((school.path, d.key) in held for d in mine)
    state = "free" if not mine else "ok" if done == len(mine) else "part" if begun else "none"
    return Standing(school, state, len(mine), done)
