"""Periods: the stretches of school time in which a recurring duty is owed once (or n times).

A period knows its key (stable, beginning with its year, sortable within a rhythm), both ends and the day it is due. Months, weeks
and days without pupils give no period to duties that need pupils.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from xiaoan.ground.calendar.days import DAY, SchoolCalendar, each_day

EVERY = {
    "daily": "每天", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "half_yearly": "每半年",
    "per_term": "每学期", "term_first_week": "开学第一周", "yearly": "每年", "holiday": "放假前后", "per_event": "每次",
}  # fmt: skip
# From strictest to loosest: which rhythm wins where several documents ask for one practice.
STRICTNESS = ["daily", "weekly", "monthly", "quarterly", "term_first_week", "per_term", "half_yearly", "holiday", "yearly"]


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
    return [
        p
        for p in _MAKERS[every](start, end, calendar, with_pupils, window)
        if p.end >= start and p.start <= end
    ]  # fmt: skip


def period_of(
    every: str, day: date, calendar: SchoolCalendar, *, with_pupils: bool = True, window: str = ""
) -> Period | None:
    """The period that contains `day`, or None (in August a monthly drill has none)."""
    return next(iter(periods(every, day, day, calendar, with_pupils=with_pupils, window=window)), None)


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
            year, week, _ = monday.isocalendar()
            due = days[-1] if days else monday + DAY * 4
            label = f"{monday.month}月{monday.day}日—{sunday.month}月{sunday.day}日"
            made.append(Period(f"{year}-W{week:02d}", monday, sunday, due, label))
        monday += DAY * 7
    return made


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
    made = []
    for term in calendar.terms:
        # A window moves the due day only: done late in the term still counts, as late.
        if window == "first_week":
            due = term.starts + timedelta(days=6)
            made.append(Period(term.key, term.starts, term.ends, due, term.name + "第一周"))
        elif window == "term_opening":
            first, due = term.starts - timedelta(days=14), term.starts + timedelta(days=13)
            made.append(Period(term.key, first, term.ends, due, term.name + "开学前后"))
        else:
            made.append(Period(term.key, term.starts, term.ends, term.ends, term.name))
    return made


def _first_week(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
    return _per_term(start, end, calendar, pupils, "first_week")


def _holiday(start: date, end: date, calendar: SchoolCalendar, pupils: bool, window: str) -> list[Period]:
    """Vacations between terms; with window before_holiday every break, due on its last pupil day before."""
    if window != "before_holiday":
        return _vacations(calendar)
    made = []
    for first, last in _breaks(start - timedelta(days=14), end + timedelta(days=14), calendar):
        if calendar.term_of(first - DAY) is None:
            continue
        due = next((d for d in (first - DAY * n for n in range(1, 10)) if calendar.has_pupils(d)), first - DAY)
        made.append(Period(f"{first.isoformat()}-H", due - timedelta(days=6), due, due, f"{first.month}月{first.day}日放假前"))
    return made


def _vacations(calendar: SchoolCalendar) -> list[Period]:
    made = []
    for before, after in zip(calendar.terms, calendar.terms[1:], strict=False):
        first, last = before.ends + DAY, after.starts - DAY
        if last > first:
            season = "暑假" if first.month in (6, 7, 8) else "寒假"
            made.append(Period(f"{first.year}-V{'S' if season == '暑假' else 'W'}", first, last, last, f"{last.year}年{season}"))
    return made


def _breaks(start: date, end: date, calendar: SchoolCalendar) -> list[tuple[date, date]]:
    """Runs of days without pupils of at least the norm's length; weekends alone are too short."""
    runs: list[tuple[date, date]] = []
    first: date | None = None
    for day in each_day(start, end):
        if calendar.has_pupils(day):
            if first and (day - first).days >= calendar.break_days:
                runs.append((first, day - DAY))
            first = None
        else:
            first = first or day
    if first and (end - first).days + 1 >= calendar.break_days:
        runs.append((first, end))
    return runs


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
