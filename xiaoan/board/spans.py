"""Stretches of time that figures are asked for: this week, month, term, year, or a document's whole life."""

from dataclasses import dataclass
from datetime import date, timedelta

from xiaoan.ground.calendar.days import DAY, SchoolCalendar

BOARD_KEYS = ("week", "month", "term", "year")
DOCUMENT_KEYS = ("month", "term", "year", "all")


@dataclass(frozen=True)
class Stretch:
    """Both ends are in it. `key` is what addresses carry."""

    key: str
    label: str
    start: date
    end: date


def stretch(key: str, on: date, calendar: SchoolCalendar, whole: tuple[date, date] | None = None) -> Stretch:
    """The stretch of that key around a day. Raises KeyError for an unknown key."""
    if key == "all":
        first, last = whole or (date(on.year, 1, 1), date(on.year, 12, 31))
        return Stretch(key, "全周期", first, last)
    return {"week": _week, "month": _month, "year": _year}[key](on) if key != "term" else _term(on, calendar)


def before(asked: Stretch, calendar: SchoolCalendar) -> Stretch:
    """The stretch of the same key that ended before this one began."""
    return stretch(asked.key, asked.start - DAY, calendar, None)


def options(keys: tuple[str, ...], on: date) -> list[tuple[str, str]]:
    """(key, words) for the segments of a page."""
    words = {"week": "本周", "month": "本月", "term": "本学期", "year": f"{on.year}年", "all": "全周期"}
    return [(key, words[key]) for key in keys]


def _week(on: date) -> Stretch:
    monday = on - DAY * on.weekday()
    return Stretch("week", "本周", monday, monday + DAY * 6)


def _month(on: date) -> Stretch:
    first = on.replace(day=1)
    return Stretch("month", f"{on.month}月", first, (first + timedelta(days=31)).replace(day=1) - DAY)


def _year(on: date) -> Stretch:
    return Stretch("year", f"{on.year}年", date(on.year, 1, 1), date(on.year, 12, 31))


def _term(on: date, calendar: SchoolCalendar) -> Stretch:
    """The term of the day; in a vacation the one that has just ended."""
    begun = [t for t in calendar.terms if t.starts <= on]
    if not begun:
        return _year(on)
    return Stretch("term", "本学期" if begun[-1].ends >= on else begun[-1].name, begun[-1].starts, begun[-1].ends)
