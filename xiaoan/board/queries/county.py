"""What a county or township board adds: gaps by matter, the week, the tree-map of its schools."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
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
    schools: list[Unit]
    due: date
    tier: str
    source: str
    document_id: Any
    clause_key: str
    documents: int
    by: tuple[str, ...]

    @property
    def who(self) -> str:
        first = self.schools[0].label
        return f"{first}等 {len(self.schools)} 所" if len(self.schools) > 1 else first


@dataclass(frozen=True)
class County:
    """Gaps of a county (or township) today: `late` and `coming`, each one school and one matter."""

    on: date
    late: list[Gap]
    coming: list[Gap]
    late_things: list[Thing]
    coming_things: list[Thing]
    week: list[Day]
    schools: list[Unit]
    map: dict[str, Any]

    @property
    def late_schools(self) -> int:
        return len({g.school.path for g in self.late})

    @property
    def coming_schools(self) -> int:
        return len({g.school.path for g in self.coming})

    @property
    def longest(self) -> int:
        return max(((self.on - g.due).days for g in self.late), default=0)

    @property
    def due_today(self) -> int:
        return sum(g.due == self.on for g in self.coming)

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
    return County(
        on, late, coming, things(late), things(coming), _week(unit, found, monday, on), schools,
        _map(unit, schools, late, coming),
    )  # fmt: skip


def things(gaps: list[Gap]) -> list[Thing]:
    """Gaps by matter, the longest overdue first, then the most schools."""
    groups: dict[str, list[Gap]] = {}
    for gap in gaps:
        groups.setdefault(gap.key, []).append(gap)
    rows = [_thing(g) for g in groups.values()]
    return sorted(rows, key=lambda t: (t.due, -len(t.schools), t.name))


def _thing(gaps: list[Gap]) -> Thing:
    first = min(gaps, key=lambda g: (g.due, g.school.path))
    duty = first.duties[0]
    return Thing(
        first.key, first.name, [g.school for g in sorted(gaps, key=lambda g: (g.due, g.school.path))], first.due,
        TIER_LETTERS.get(duty.tier, "部门"), duty.document_short, duty.document_id, duty.clause_key,
        max(g.documents for g in gaps), duty.by,
    )  # fmt: skip


def _week(unit: Unit, gaps: list[Gap], monday: date, on: date) -> list[Day]:
    """Open matters by the day they fall due, Monday to Sunday."""
    calendar = calendar_for(unit.path)
    due = Counter(g.due for g in gaps)
    days = [monday + timedelta(days=n) for n in range(7)]
    return [Day(d, due[d], today=d == on, off=not calendar.has_pupils(d) and not due[d], past=d < on) for d in days]


def _map(unit: Unit, schools: list[Unit], late: list[Gap], coming: list[Gap]) -> dict[str, Any]:
    """Data of the tree-map: schools by township, area by pupils."""
    bad, soon = Counter(g.school.path for g in late), Counter(g.school.path for g in coming)
    groups = by_township(schools, townships(unit)) if unit.rank == "county" else {unit.label: schools}
    return {
        "groups": [
            {"name": name, "children": [_square(s, bad[s.path], soon[s.path]) for s in members]}
            for name, members in groups.items()
        ]
    }


def _square(school: Unit, late: int, coming: int) -> dict[str, Any]:
    state = "late" if late else "due" if coming else "ok"
    return {
        "name": school.name, "value": max(school.pupils, 30), "href": f"/board/{school.id}/", "state": state,
        "n": late or coming,
    }  # fmt: skip
