"""Working days and days with pupils."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import chinese_calendar

from xiaoan.ground.calendar.models import SpecialDay, Term
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.norms.queries import choose
from xiaoan.ground.units.paths import STEP
from xiaoan.kernel import clock
from xiaoan.kernel.replica import primary

DAY = timedelta(days=1)
LIBRARY_YEARS = frozenset(d.year for d in chinese_calendar.holidays)
FEW = ("calendar.month_days", "calendar.week_days", "calendar.break_days")


@dataclass(frozen=True)
class Span:
    """A term, with both ends in it."""

    key: str
    name: str
    starts: date
    ends: date


@dataclass(frozen=True, eq=False)
class SchoolCalendar:
    """What periods need to know of a county: its terms and the days that differ from the library's. One object for all
    who share it, so that what is found by it can be kept.

    The days with pupils are computed once, at the first question, and kept sorted: every later question is a
    look-up or a bisection.
    """

    terms: tuple[Span, ...]
    special: tuple[tuple[date, bool], ...]
    month_days: int
    week_days: int
    break_days: int

    def is_working(self, day: date) -> bool:
        """Whether the state's calendar makes it a working day; unknown years count Monday to Friday."""
        said = self._special_days.get(day)
        return _library_says(day) if said is None else said

    def has_pupils(self, day: date) -> bool:
        return day in self._pupil_set

    def term_of(self, day: date) -> Span | None:
        return next((t for t in self.terms if t.starts <= day <= t.ends), None)

    def pupil_days(self, start: date, end: date) -> list[date]:
        """The days with pupils from `start` to `end`, both in."""
        days = self._pupil_list
        return days[bisect_left(days, start) : bisect_right(days, end)]

    def breaks(self, start: date, end: date) -> list[tuple[date, date]]:
        """(last pupil day before, first pupil day after) of each break whose last pupil day lies in start..end.

        A break is a gap of at least `break_days`; a weekend alone is shorter.
        """
        days = self._pupil_list
        found = range(bisect_left(days, start), min(bisect_right(days, end), len(days) - 1))
        return [(days[n], days[n + 1]) for n in found if (days[n + 1] - days[n]).days > self.break_days]

    @cached_property
    def _special_days(self) -> dict[date, bool]:
        return dict(self.special)

    @cached_property
    def _pupil_list(self) -> list[date]:
        return sorted({d for t in self.terms for d in each_day(t.starts, t.ends) if self.is_working(d)})

    @cached_property
    def _pupil_set(self) -> frozenset[date]:
        return frozenset(self._pupil_list)


def each_day(start: date, end: date) -> list[date]:
    return [start + DAY * n for n in range((end - start).days + 1)]


@lru_cache(maxsize=20_000)
def _library_says(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day)) if day.year in LIBRARY_YEARS else day.weekday() < 5


def known_until() -> date:
    """The last day that the library or an uploaded table knows."""
    last = SpecialDay.objects.order_by("-day").values_list("day", flat=True).first()
    library = date(max(LIBRARY_YEARS), 12, 31)
    return max(library, date(last.year, 12, 31) if last else library)


class _Shelf:
    """All terms, special days and calendar norms of the site, read together by three queries."""

    def __init__(self) -> None:
        self.terms: dict[str, list[Term]] = {}
        for term in Term.objects.order_by("starts"):
            self.terms.setdefault(term.key, []).append(term)
        self.places = sorted({t.unit_path for rows in self.terms.values() for t in rows})
        self.special = tuple(SpecialDay.objects.order_by("day").values_list("day", "is_working"))
        self.norms = list(NormRow.objects.filter(key__in=FEW))
        self.calendars: dict[str, SchoolCalendar] = {}

    def calendar(self, path: str) -> SchoolCalendar:
        if path not in self.calendars:
            few = [choose(key, self.norms, path).value for key in FEW]
            self.calendars[path] = _shared(self._terms_at(path), self.special, *few)
        return self.calendars[path]

    def _terms_at(self, path: str) -> tuple[Span, ...]:
        """For each term the nearest ancestor's row; the usual term where nobody has set it."""
        spans = {s.key: s for s in _usual_terms()}
        for key, rows in self.terms.items():
            fitting = [r for r in rows if path.startswith(r.unit_path)]
            if fitting:
                row = max(fitting, key=lambda r: len(r.unit_path))
                spans[key] = Span(key, row.name, row.starts, row.ends)
        return tuple(sorted(spans.values(), key=lambda s: s.starts))


_held: tuple[int, _Shelf] | None = None


def calendar_for(path: str) -> SchoolCalendar:
    """The calendar in force at a unit; kept for a minute in this process, one object for all who share it."""
    return _shelf().calendar(path)


def own_calendars(path: str) -> list[str]:
    """Paths of the units below one whose own terms differ from what is in force above them."""
    shelf = _shelf()
    below = shelf.places[bisect_right(shelf.places, path) : bisect_left(shelf.places, path + "~")]
    return [p for p in below if shelf.calendar(p) is not shelf.calendar(p[:-STEP])]


def _shelf() -> _Shelf:
    global _held
    stamp, held = int(clock.now().timestamp() // 60), _held
    if held is None or held[0] != stamp:
        with primary():
            _held = held = (stamp, _Shelf())
    return held[1]


def forget_calendars() -> None:
    """Drop what this process keeps, after terms or days have changed."""
    global _held
    _held = None


@lru_cache(maxsize=512)
def _shared(
    terms: tuple[Span, ...], special: tuple[tuple[date, bool], ...], month: int, week: int, gap: int
) -> SchoolCalendar:
    return SchoolCalendar(terms, special, month, week, gap)


@lru_cache(maxsize=1)
def _usual_terms() -> tuple[Span, ...]:
    """Terms for a place that has set none: 1 September to 20 January, 20 February to 5 July."""
    spans = []
    for year in range(2017, 2041):
        name = f"{year}—{year + 1}学年"
        spans.append(Span(f"{year}-{year + 1}-1", name + "第一学期", date(year, 9, 1), date(year + 1, 1, 20)))
        spans.append(Span(f"{year}-{year + 1}-2", name + "第二学期", date(year + 1, 2, 20), date(year + 1, 7, 5)))
    return tuple(spans)
