"""The one clock. Nothing else in the project asks the system for the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone

_held: ContextVar[datetime | None] = ContextVar("held_clock", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _held.get() or timezone.now()


def today() -> date:
    """Today in the platform's time zone (China has one)."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The local date of an aware moment."""
    return timezone.localtime(moment).date()


@lru_cache(maxsize=1000)
def iso_week(day: date) -> str:
    """The ISO week of a day as periods and tallies spell it: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (aware): for tests and for making demo records of past days."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
