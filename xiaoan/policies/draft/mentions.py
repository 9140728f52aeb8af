"""What one reading of some words found: the value and the words it was read from."""

from collections.abc import Iterable
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

    def moved(self, by: int) -> "Rhythm":
        """The same, its places counted from further back."""
        return Rhythm(self.start + by, self.end + by, self.every, self.times, self.window, self.confidence)


@dataclass(frozen=True)
class Deadline:
    """By when. words is what it was read from; is_range when it ends a stretch such as 5月至9月."""

    start: int
    end: int
    day: date
    confidence: float
    words: str
    is_range: bool = False

    def moved(self, by: int) -> "Deadline":
        """The same, its places counted from further back."""
        return Deadline(self.start + by, self.end + by, self.day, self.confidence, self.words, self.is_range)


Mention = Rhythm | Deadline


def without_mentions(text: str, start: int, end: int, mentions: Iterable[Mention]) -> str:
    """The words of text between two places, less the mentions that lie wholly between them."""
    words, here = [], start
    for mention in sorted(mentions, key=lambda m: m.start):
        if here <= mention.start and mention.end <= end:
            words.append(text[here : mention.start])
            here = mention.end
    return "".join(words) + text[here:end]


RHYTHMS = (
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "half_yearly",
    "per_term",
    "term_first_week",
    "yearly",
    "holiday",
    "per_event",
)
