"""What one reading of some words found: the value and the words it was read from."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rhythm:
    """How often: every is a word of RHYTHMS, times a count within it; [start, end) in the searched text."""

    start: int
    end: int
    every: str
    times: int | None
    window: str | None
    confidence: float


@dataclass(frozen=True)
class Deadline:
    """By when. words is what it was read from; is_range when it ends a stretch such as 5月至9月."""

    start: int
    end: int
    day: date
    confidence: float
    words: str
    is_range: bool = False


RHYTHMS = (
    "daily", "weekly", "monthly", "quarterly", "half_yearly", "per_term", "term_first_week",
    "yearly", "holiday", "per_event",
)
