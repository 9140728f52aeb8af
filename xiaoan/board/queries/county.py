"""What a county or township board adds: gaps by matter, the week, the tree-map of its schools."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Any

from xiaoan.board.queries.places import TIER_LETTERS, by_township, schools_below, townships
from xiaoan.engines.ui.blocks import Day
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.gaps import Gap, gaps_of

MOST = 7
GAPS_MEAN = "一所学校的一件事算一件；几份文件要求同一件事只算一件。每天做的事看比例，不在这里逐件催。"


@dataclass(frozen=True)
class Thing:
    """One matter with the schools that have not done it."""

    key: str
    name: str
    due: date
    tier: str
    source: str
    document_id: Any
    clause_key: str
    documents: int
    by: tuple[str, ...]
    gaps: list[Gap]

    @cached_property
    def schools(self) -> list[Unit]:
        """The longest overdue first."""
        found = [(gap.due, school.path, school) for gap in self.gaps for school in gap.schools]
        return [school for _, _, school in sorted(found, key=lambda row: row[:2])]

    @property
    def count(self) -> int:
        return sum(len(gap.schools) for gap in self.gaps)

    @property
    def who(self) -> str:
        first = _first_of(self.gaps)[1].label
        return f"{first}等 {self.count} 所" if self.count > 1 else first


@dataclass(frozen=True)
class County:
    """Gaps of a county (or township) today, each one school and one matter: how many are `late` and `coming` at each
    school that has any, by its path."""

    on: date
    late: Counter[str]
    coming: Counter[str]
    longest: int
    due_today: int
    late_things: list[Thing]
    coming_things: list[Thing]
    week: list[Day]
    schools: list[Unit]
    map: dict[str, Any]

    @property
    def late_gaps(self) -> int:
        return self.late.total()

    @property
    def coming_gaps(self) -> int:
        return self.coming.total()

    @property
    def marks(self) -> dict[str, int]:
        """Schools by the letter they wear on the map."""
        states = Counter(c["state"] for g in self.map["groups"] for c in g["children"])
        return {k: states[k] for k in ("late", "due", "ok")}


def read_county(unit: Unit, on: date) -> County:
    """Five queries and a pass over the county's schools; nothing above a county comes here."""
    monday = on - timedelta(days=on.weekday())
    sunday = monday + timedelta(days=6)
    schools = schools_below(unit)
    found = gaps_of(unit, schools, on, sunday)
    late = [g for g in found if g.is_late(on)]
    coming = [g for g in found if not g.is_late(on)]
    by_late, by_coming = _by_school(late), _by_school(coming)
    return County(
        on, by_late, by_coming, max(((on - g.due).days for g in late), default=0),
        sum(len(g.schools) for g in coming if g.due == on), things(late), things(coming), _week(unit, found, monday, on),
        schools, _map(unit, schools, by_late, by_coming),
    )  # fmt: skip


def _by_school(gaps: list[Gap]) -> Counter[str]:
    """How many gaps each school has, by its path."""
    counts: Counter[str] = Counter()
    for gap in gaps:
        counts.update([school.path for school in gap.schools])
    return counts


def things(gaps: list[Gap]) -> list[Thing]:
    """Gaps by matter, the longest overdue first, then the most schools."""
    groups: dict[str, list[Gap]] = {}
    for gap in gaps:
        groups.setdefault(gap.key, []).append(gap)
    rows = [_thing(g) for g in groups.values()]
    return sorted(rows, key=lambda t: (t.due, -t.count, t.name))


def _first_of(gaps: list[Gap]) -> tuple[Gap, Unit]:
    """The school that a matter is open at for longest, and its gap."""
    rows = [(gap, min(gap.schools, key=attrgetter("path"))) for gap in gaps]
    return min(rows, key=lambda row: (row[0].due, row[1].path))


def _thing(gaps: list[Gap]) -> Thing:
    first, _ = _first_of(gaps)
    duty = first.duties[0]
    return Thing(
        first.key, first.name, first.due, TIER_LETTERS.get(duty.tier, "部门"), duty.document_short, duty.document_id,
        duty.clause_key, max(g.documents for g in gaps), duty.by, gaps,
    )  # fmt: skip


def _week(unit: Unit, gaps: list[Gap], monday: date, on: date) -> list[Day]:
    """Open matters by the day they fall due, Monday to Sunday."""
    calendar, due = calendar_for(unit.path), Counter[date]()
    for gap in gaps:
        due[gap.due] += len(gap.schools)
    days = [monday + timedelta(days=n) for n in range(7)]
    return [Day(d, due[d], today=d == on, off=not calendar.has_pupils(d) and not due[d], past=d < on) for d in days]


def _map(unit: Unit, schools: list[Unit], late: Counter[str], coming: Counter[str]) -> dict[str, Any]:
    """Data of the tree-map: schools by township, area by pupils."""
    groups = by_township(schools, townships(unit)) if unit.rank == "county" else {unit.label: schools}
    return {
        "groups": [
            {"name": name, "children": [_square(s, late[s.path], coming[s.path]) for s in members]}
            for name, members in groups.items()
        ]
    }


def _square(school: Unit, late: int, coming: int) -> dict[str, Any]:
    state = "late" if late else "due" if coming else "ok"
    return {
        "name": school.name, "value": max(school.pupils, 30), "href": f"/board/{school.id}/", "state": state,
        "n": late or coming,
    }  # fmt: skip
