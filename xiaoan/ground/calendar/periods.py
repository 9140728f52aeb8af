"""Periods: the stretches of school time in which a recurring duty is owed once (or n times).

A period knows its key (stable, beginning with its year, sortable within a rhythm), both ends and the day it is
due. Months, weeks and days without pupils give no period to duties that need pupils. When a term is moved after
records exist, the keys of its periods stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from xiaoan.ground.calendar.days import DAY, SchoolCalendar, Span, each_day
from xiaoan.kernel.clock import iso_week

# 开学前后: two weeks before the term begins and two weeks after.
TERM_OPENING = timedelta(days=14)
# A longer gap between two terms is a term that nobody has entered, not a vacation.
LONGEST_VACATION = timedelta(days=100)

EVERY = {
    "daily": "每天", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "half_yearly": "每半年",
    "per_term": "每学期", "term_first_week": "开学第一周", "yearly": "每年", "holiday": "放假前后", "per_event": "每次",
}  # fmt: skip
# From strictest to loosest: which rhythm wins where several documents ask for one practice.
STRICTNESS = [
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "term_first_week",
    "per_term",
    "half_yearly",
    "holiday",
    "yearly",
]


@dataclass(frozen=True)
class Period:
    key: str
    start: date
    end: date
    due: date
    label: str


def periods(
    every: str, start: date, end: date, calendar: SchoolCalendar, *, with_pupils: bool = True, window: str = ""
) -> list[Period]:
    """All periods that overlap `start`..`end`, in order. Raises KeyError for an unknown rhythm."""
    return list(_overlapping(every, start, end, calendar, with_pupils, window))


def period_of(
    every: str, day: date, calendar: SchoolCalendar, *, with_pupils: bool = True, window: str = ""
) -> Period | None:
    """The period that contains `day`, or None (in August a monthly drill has none)."""
    return next(iter(periods(every, day, day, calendar, with_pupils=with_pupils, window=window)), None)


@lru_cache(maxsize=4096)
def _overlapping(
    every: str, start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str
) -> tuple[Period, ...]:
    """Kept, because a board asks the same of hundreds of duties, and again a minute later."""
    made = _MAKERS[every](start, end, calendar, pupils, window)
    return tuple(p for p in made if p.end >= start and p.start <= end)


def _daily(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
    wanted = calendar.has_pupils if pupils else calendar.is_working
    return [Period(d.isoformat(), d, d, d, f"{d.month}月{d.day}日") for d in each_day(start, end) if wanted(d)]


def _weekly(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
    made = []
    monday = start - DAY * start.weekday()
    while monday <= end:
        sunday = monday + DAY * 6
        days = calendar.pupil_days(monday, sunday)
        if not pupils or len(days) >= calendar.week_days:
            made.append(
                Period(
                    iso_week(monday),
                    monday,
                    sunday,
                    _week_due(monday, days, calendar),
                    _week_label(monday, sunday),
                )
            )
        monday += DAY * 7
    return made


def _week_due(monday: date, pupil_days: list[date], calendar: SchoolCalendar) -> date:
    """The last day with pupils, else the last working day, else Sunday (the week of a long holiday)."""
    days = pupil_days or [d for d in each_day(monday, monday + DAY * 6) if calendar.is_working(d)]
    return days[-1] if days else monday + DAY * 6


def _week_label(monday: date, sunday: date) -> str:
    last = f"{sunday.day}日" if sunday.month == monday.month else f"{sunday.month}月{sunday.day}日"
    return f"{monday.month}月{monday.day}日—{last}"


def _months(start: date, end: date, size: int) -> list[tuple[date, date]]:
    """Stretches of `size` calendar months that overlap start..end."""
    spans = []
    month = (start.year * 12 + start.month - 1) // size * size
    while date(month // 12, month % 12 + 1, 1) <= end:
        upto = month + size
        spans.append((date(month // 12, month % 12 + 1, 1), date(upto // 12, upto % 12 + 1, 1) - DAY))
        month = upto
    return spans


def _by_months(size: int, key: Callable[[date], str], label: Callable[[date], str]) -> "Maker":
    def make(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
        made = []
        for first, last in _months(start, end, size):
            days = calendar.pupil_days(first, last) if pupils else []
            if pupils and len(days) < calendar.month_days:
                continue
            due = days[-1] if days else last
            made.append(Period(key(first), first, last, due, label(first)))
        return made

    return make


def _per_term(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
    opening = TERM_OPENING if window == "term_opening" else DAY * 0
    near = (t for t in calendar.terms if t.starts - opening <= end and t.ends >= start)
    return [_term_period(term, window) for term in near]


def _term_period(term: Span, window: str) -> Period:
    # A window moves the due day only: done late in the term still counts, as late.
    if window == "first_week":
        return Period(term.key, term.starts, term.ends, term.starts + DAY * 6, term.name + "第一周")
    if window == "term_opening":
        due = term.starts + TERM_OPENING - DAY
        return Period(term.key, term.starts - TERM_OPENING, term.ends, due, term.name + "开学前后")
    return Period(term.key, term.starts, term.ends, term.ends, term.name)


def _first_week(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
    return _per_term(start, end, calendar, pupils, "first_week")


def _holiday(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
    """Vacations between terms; with window before_holiday every break, due on its last pupil day before."""
    if window != "before_holiday":
        return _vacations(start, end, calendar)
    return [
        Period(f"{last + DAY}-H", last - DAY * 6, last, last, f"{(last + DAY).month}月{(last + DAY).day}日放假前")
        for last, _ in calendar.breaks(start, end + DAY * 6)
    ]


def _vacations(start: date, end: date, calendar: SchoolCalendar) -> list[Period]:
    made = []
    for before, after in pairwise(calendar.terms):
        first, last = before.ends + DAY, after.starts - DAY
        if last >= start and first <= end and DAY * 0 < last - first < LONGEST_VACATION:
            season, letter = ("暑假", "S") if first.month in (5, 6, 7, 8) else ("寒假", "W")
            made.append(Period(f"{first.year}-V{letter}", first, last, last, f"{last.year}年{season}"))
    return made


Maker = Callable[[date, date, SchoolCalendar, bool, str], list[Period]]
_MAKERS: dict[str, Maker] = {
    "daily": _daily,
    "weekly": _weekly,
    "monthly": _by_months(1, lambda d: f"{d:%Y-%m}", lambda d: f"{d.month}月"),
    "quarterly": _by_months(3, lambda d: f"{d.year}-Q{(d.month + 2) // 3}", lambda d: f"{d.year}年第{'一二三四'[(d.month - 1) // 3]}季度"),
    "half_yearly": _by_months(6, lambda d: f"{d.year}-H{1 if d.month < 7 else 2}", lambda d: f"{d.year}年{'上' if d.month < 7 else '下'}半年"),
    "yearly": _by_months(12, lambda d: f"{d.year}", lambda d: f"{d.year}年"),
    "per_term": _per_term,
    "term_first_week": _first_week,
    "holiday": _holiday,
    "per_event": lambda *_: [],
}  # fmt: skip
