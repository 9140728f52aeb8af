"""The board of one school: its own lines by state, its documents, the term ahead."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiaoan.board.queries.boards import Matter, Paper, matters, papers
from xiaoan.board.queries.clauses import Total, total
from xiaoan.board.spans import Stretch
from xiaoan.engines.ui.blocks import Day
from xiaoan.ground.calendar.days import SchoolCalendar, calendar_for
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.figures import figures
from xiaoan.obligations.queries import DutyLine, duties_binding, duties_of
from xiaoan.obligations.states import DUE, GO, LATE, OK

WEEKS_AHEAD = 20


@dataclass(frozen=True)
class Week:
    """One week of the term: its first day, pupil days, and what falls due in it."""

    label: str
    monday: date
    days: int
    due: int
    is_now: bool
    is_past: bool


@dataclass(frozen=True)
class School:
    unit: Unit
    span: Stretch
    on: date
    lines: list[DutyLine]
    total: Total
    matters: list[Matter]
    papers: list[Paper]
    week: list[Day]
    weeks: list[Week]

    @property
    def late(self) -> list[DutyLine]:
        return [line for line in self.lines if line.state == LATE]

    @property
    def coming(self) -> list[DutyLine]:
        sunday = self.on + timedelta(days=6 - self.on.weekday())
        return [line for line in self.lines if line.state in (DUE, GO) and line.due <= sunday]

    @property
    def later(self) -> list[DutyLine]:
        soon = {id(line) for line in self.coming}
        return [line for line in self.lines if line.state in (DUE, GO) and id(line) not in soon]

    @property
    def done(self) -> list[DutyLine]:
        return [line for line in self.lines if line.state == OK]


def read_school(unit: Unit, span: Stretch, on: date) -> School:
    """The school's own rows only."""
    lines = duties_of(unit, on)
    found = [f for f in figures(unit, duties_binding(unit, on), span.start, span.end, on).values() if f.bound]
    calendar = calendar_for(unit.path)
    return School(
        unit, span, on, lines, total(found), matters(found), papers(found), _week(lines, calendar, on),
        _weeks(lines, calendar, on),
    )  # fmt: skip


def _week(lines: list[DutyLine], calendar: SchoolCalendar, on: date) -> list[Day]:
    due = Counter(line.due for line in lines if line.state != OK)
    monday = on - timedelta(days=on.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    return [Day(d, due[d], today=d == on, off=not calendar.has_pupils(d) and not due[d], past=d < on) for d in days]


def _weeks(lines: list[DutyLine], calendar: SchoolCalendar, on: date) -> list[Week]:
    """The weeks of the term, with what falls due in each."""
    term = calendar.term_of(on)
    if term is None:
        return []
    open_lines: list[Any] = [line for line in lines if line.state != OK]
    made: list[Week] = []
    monday = term.starts - timedelta(days=term.starts.weekday())
    while monday <= term.ends and len(made) < WEEKS_AHEAD + 4:
        sunday = monday + timedelta(days=6)
        due = sum(monday <= line.due <= sunday for line in open_lines)
        pupils = len(calendar.pupil_days(monday, sunday))
        made.append(Week(f"第{len(made) + 1}周", monday, pupils, due, monday <= on <= sunday, sunday < on))
        monday += timedelta(days=7)
    return made
