"""What pages show of school time: terms and who set them, the twelve months of a school year, the warning."""

from dataclasses import dataclass
from datetime import date

from xiaoan.ground.calendar.days import DAY, SchoolCalendar, Span, calendar_for, each_day, known_until
from xiaoan.ground.calendar.models import SpecialDay, Term
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors

WARN_DAYS = 60
MARKS = {"pupils": "", "weekend": "", "holiday": "休", "makeup": "班", "vacation": "", "office": ""}


@dataclass(frozen=True)
class TermShown:
    """A term in force at a unit, the unit that set it (None: the platform's usual one), and its pupil days."""

    span: Span
    source: Unit | None
    days: int


@dataclass(frozen=True)
class DayShown:
    day: date
    kind: str
    is_today: bool

    @property
    def mark(self) -> str:
        return MARKS[self.kind]


@dataclass(frozen=True)
class MonthShown:
    first: date
    lead: range  # empty cells before the first day; weeks begin on Monday
    days: list[DayShown]
    pupil_days: int


def school_year_of(day: date) -> int:
    """The year in which the school year of a day begins."""
    return day.year - (day.month < 8)


def terms_shown(unit: Unit, year: int) -> list[TermShown]:
    """The terms of a school year at a unit, with their sources."""
    calendar = calendar_for(unit.path)
    rows = Term.objects.filter(unit_path__in=ancestors(unit.path)).select_related("unit").order_by("unit_path")
    sources = {row.key: row.unit for row in rows}  # the nearest comes last
    return [
        TermShown(span, sources.get(span.key), len(calendar.pupil_days(span.starts, span.ends)))
        for span in calendar.terms
        if span.key.startswith(f"{year}-")
    ]


def months_shown(calendar: SchoolCalendar, year: int, today: date) -> list[MonthShown]:
    """September to August."""
    firsts = [date(year + (month > 12), (month - 1) % 12 + 1, 1) for month in range(9, 21)]
    return [_month(calendar, first, today) for first in firsts]


def _month(calendar: SchoolCalendar, first: date, today: date) -> MonthShown:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    days = [DayShown(d, kind_of(calendar, d), d == today) for d in each_day(first, following - DAY)]
    return MonthShown(first, range(first.weekday()), days, sum(calendar.has_pupils(d.day) for d in days))


def kind_of(calendar: SchoolCalendar, day: date) -> str:
    """pupils, makeup (pupils on a weekend), holiday (a weekday off in term), weekend, or vacation."""
    is_weekend = day.weekday() >= 5
    if calendar.has_pupils(day):
        return "makeup" if is_weekend else "pupils"
    if calendar.term_of(day) is None:
        return "vacation"
    return "weekend" if is_weekend else "holiday"


def special_days_of(year: int) -> list[SpecialDay]:
    return list(SpecialDay.objects.filter(day__year=year).order_by("day"))


def calendar_warning(today: date) -> str:
    """A sentence when the known holidays end within sixty days; empty before that."""
    until = known_until()
    if (until - today).days >= WARN_DAYS:
        return ""
    end = f"{until.year}年{until.month}月{until.day}日"
    return f"节假日安排只知道到 {end}，之后按周一至周五上课推算。请上传 {until.year + 1} 年的放假安排。"
