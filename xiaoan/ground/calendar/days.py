"""Working days and days with pupils."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from xiaoan.ground.calendar.models import SpecialDay, Term
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel import clock

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A term, with both ends in it."""

    key: str
    name: str
    starts: date
    ends: date


@dataclass(frozen=True)
class SchoolCalendar:
    """What periods need to know of a county: its terms and the days that differ from the library's."""

    terms: tuple[Span, ...]
    special: tuple[tuple[date, bool], ...]
    month_days: int
    week_days: int
    break_days: int

    def is_working(self, day: date) -> bool:
        """Whether the state's calendar makes it a working day; unknown years count Monday to Friday."""
        for special, working in self.special:
            if special == day:
                return working
        return _library_says(day)

    def has_pupils(self, day: date) -> bool:
        return self.is_working(day) and self.term_of(day) is not None

    def term_of(self, day: date) -> Span | None:
        return next((t for t in self.terms if t.starts <= day <= t.ends), None)

    def pupil_days(self, start: date, end: date) -> list[date]:
        """The days with pupils from `start` to `end`, both in."""
        return [d for d in each_day(start, end) if self.has_pupils(d)]


def each_day(start: date, end: date) -> list[date]:
    return [start + DAY * n for n in range((end - start).days + 1)]


@lru_cache(maxsize=4096)
def _library_says(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def known_until() -> date:
    """The last day that the library or an uploaded table knows."""
    last = SpecialDay.objects.order_by("-day").values_list("day", flat=True).first()
    library = date(max(d.year for d in chinese_calendar.holidays), 12, 31)
    return max(library, date(last.year, 12, 31) if last else library)


_cache: dict[str, tuple[object, SchoolCalendar]] = {}


def calendar_for(path: str) -> SchoolCalendar:
    """The calendar in force at a unit; kept for a minute in this process."""
    stamp = int(clock.now().timestamp() // 60)
    held = _cache.get(path)
    if held and held[0] == stamp:
        return held[1]
    made = _load(path)
    _cache[path] = (stamp, made)
    return made


def forget_calendars() -> None:
    """Drop what this process keeps, after terms or days have changed."""
    _cache.clear()


def _load(path: str) -> SchoolCalendar:
    rows = list(Term.objects.filter(unit_path__in=ancestors(path)).order_by("starts"))
    nearest = max((len(r.unit_path) for r in rows), default=0)
    terms = tuple(Span(r.key, r.name, r.starts, r.ends) for r in rows if len(r.unit_path) == nearest)
    special = tuple(SpecialDay.objects.order_by("day").values_list("day", "is_working"))
    return SchoolCalendar(
        terms or _usual_terms(),
        special,
        norm("calendar.month_days", path),
        norm("calendar.week_days", path),
        norm("calendar.break_days", path),
    )


def _usual_terms() -> tuple[Span, ...]:
    """Terms for a place that has set none: 1 September to 20 January, 20 February to 5 July."""
    spans = []
    for year in range(2017, 2041):
        name = f"{year}—{year + 1}学年"
        spans.append(Span(f"{year}-{year + 1}-1", name + "第一学期", date(year, 9, 1), date(year + 1, 1, 20)))
        spans.append(Span(f"{year}-{year + 1}-2", name + "第二学期", date(year + 1, 2, 20), date(year + 1, 7, 5)))
    return tuple(spans)
