"""When a route is due: from its rhythm and the school's calendar. Nothing is stored for rounds to come."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import periods
from xiaoan.patrols.models import Route

END_OF_DAY = "23:59"


@dataclass(frozen=True)
class Slot:
    """One round that is due. `key` is (period, time of day)."""

    period: str
    time: str
    due: datetime
    label: str

    @property
    def key(self) -> tuple[str, str]:
        return self.period, self.time

    @property
    def day(self) -> date:
        return timezone.localtime(self.due).date()


def slots_of(route: Route, start: date, end: date) -> list[Slot]:
    """The rounds of a route that are due from `start` to `end`, both in, in order; none before the route began."""
    first = max(start, route.starts)
    if first > end or not route.is_active:
        return []
    found = periods(route.rhythm, first, end, calendar_for(route.unit_path), with_pupils=route.needs_pupils)
    times = (route.times or [END_OF_DAY]) if route.rhythm == "daily" else [END_OF_DAY]
    made = [
        Slot(p.key, at, _moment(p.due, at), f"{p.label} {at}前" if at != END_OF_DAY else p.label)
        for p in found
        if first <= p.due <= end
        for at in times
    ]
    return sorted(made, key=lambda slot: slot.due)


def next_slot(route: Route, now: datetime) -> Slot | None:
    """The round that somebody who begins now is walking: the first that is not over yet, within a month."""
    today = timezone.localtime(now).date()
    return next((s for s in slots_of(route, today, today + timedelta(days=31)) if s.due >= now), None)


def _moment(day: date, at: str) -> datetime:
    hour, minute = map(int, at.split(":"))
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
