"""Moments and small JSON, spelled as the databases and the journal's digests spell them."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone

SECONDS = 86_400
_CLOCK = [f"{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}" for n in range(SECONDS)]


def midnight(day: date) -> int:
    """The second of the epoch at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone()).timestamp())


def spelled(second: int) -> str:
    """A second of the epoch in UTC, as both databases read it."""
    day, rest = divmod(second, SECONDS)
    return f"{_day_text(day)} {_CLOCK[rest]}"


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
    plain = json.dumps({key: value}, ensure_ascii=False, sort_keys=True)
    return Told(plain, json.dumps(plain, ensure_ascii=False)[1:-1])


@lru_cache(maxsize=4000)
def _day_text(day: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date().isoformat()
