"""How dates and times are written on pages: 11月21日 周六; the year only when it is not this one."""

from datetime import date, datetime, time

from django.utils import timezone

from xiaoan.kernel import clock

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def local(value: date | datetime) -> date | datetime:
    """Return an aware moment in the platform's time zone; dates and naive moments as they are."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _day(value: date, *, year: int | None = None) -> str:
    this_year = clock.today().year if year is None else year
    head = "" if value.year == this_year else f"{value.year}年"
    return f"{head}{value.month}月{value.day}日"


def cn_day(value: date | datetime | None) -> str:
    """Write the day without its weekday: 11月21日."""
    return _day(local(value)) if value else ""


def cn_date(value: date | datetime | None) -> str:
    """Write the day with its weekday: 11月21日 周六, 2025年12月9日 周二."""
    if not value:
        return ""
    day = local(value)
    return f"{_day(day)} {WEEKDAYS[day.weekday()]}"


def cn_time(value: datetime | time | None) -> str:
    """Write the time of day in 24 hours: 09:40."""
    if value is None:
        return ""
    moment = local(value) if isinstance(value, datetime) else value
    return moment.strftime("%H:%M")


def cn_moment(value: datetime | None) -> str:
    """Write day and time together: 11月17日 周二 09:40."""
    return f"{cn_date(value)} {cn_time(value)}" if value else ""


def cn_stamp(value: datetime | None) -> str:
    """Write the time for which a figure holds: 截至 11月17日 周二 09:40."""
    return f"截至 {cn_moment(value)}" if value else ""


def cn_span(start: date | None, end: date | None) -> str:
    """Write a span with no word twice: 11月16日—22日, 11月28日—12月4日."""
    if not start or not end:
        return cn_day(start or end)
    first, last = local(start), local(end)
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return cn_date(start)
    if (first.year, first.month) == (last.year, last.month):
        return f"{_day(first)}—{last.day}日"
    return f"{_day(first)}—{_day(last, year=first.year)}"
