"""Deadlines in working days, as the state's calendar and the county's own table have them."""

from datetime import date, timedelta

from xiaoan.ground.calendar.days import calendar_for
from xiaoan.kernel import clock

DAY = timedelta(days=1)


def due_in(days: int, path: str, start: date | None = None) -> date:
    """The `days`-th working day after `start` (today) at the unit; none at all means `start` itself."""
    calendar, day = calendar_for(path), start or clock.today()
    for _ in range(days):
        day += DAY
        while not calendar.is_working(day):
            day += DAY
    return day


def working_days(path: str, start: date, end: date) -> int:
    """How many working days lie after `start` up to `end`."""
    calendar = calendar_for(path)
    return sum(calendar.is_working(start + DAY * n) for n in range(1, (end - start).days + 1))
