"""Moments and small JSON, spelled as the databases and the journal's digests spell them."""

import json
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.utils import timezone

SECONDS = 86_400
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_CLOCK = [f"{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}" for n in range(SECONDS)]


class _Days(dict[int, str]):
    """The days of the epoch as text, each spelled when it is first asked for."""

    def __missing__(self, day: int) -> str:
        text = self[day] = (date(1970, 1, 1) + timedelta(days=day)).isoformat()
        return text


_DAYS = _Days()


@lru_cache(maxsize=4000)
def midnight(day: date) -> int:
    """The second of the epoch at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone()).timestamp())


def spelled(second: int) -> str:
    """A second of the epoch in UTC, as both databases read it."""
    return f"{_DAYS[second // SECONDS]} {_CLOCK[second % SECONDS]}"


def day_and_clock(second: int) -> tuple[str, str]:
    """The same in its two parts."""
    return _DAYS[second // SECONDS], _CLOCK[second % SECONDS]


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def day_at(second: int) -> date:
    """The local day of a second of the epoch, as clock.day_of tells it."""
    return datetime.fromtimestamp(second, _zone()).date()


@cache
def _zone() -> tzinfo:
    return timezone.get_default_timezone()


def before_seals(first: date) -> int:
    """The day of the epoch that has the seal number 0 when the data begin on `first`: a day's number is its distance.
    A fabricated journal is sealed once a day."""
    return midnight(first) // SECONDS - 1


class Told(NamedTuple):
    plain: str
    escaped: str  # as it stands inside another JSON text


@lru_cache(maxsize=10_000)
def told(key: str, value: str) -> Told:
    """A one-entry dictionary as JSON."""
    return told_all({key: value})


def told_all(changes: dict[str, Any]) -> Told:
    """A dictionary as JSON, once more escaped."""
    plain = _ENCODER.encode(changes)
    return Told(plain, json.dumps(plain, ensure_ascii=False)[1:-1] if "\\" in plain else plain.replace('"', '\\"'))
