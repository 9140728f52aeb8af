"""What a draft is made of. Places count characters of the text with white space removed."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Requirement:
    """One drafted duty; quote is the words at [start, end), page debris left out.

    because names, for each value found, the words that it was read from. confidence is 0 to 1.
    """

    kind: str
    actors: tuple[str, ...]
    practice: str
    every: str | None
    times: int | None
    window: str | None
    deadline: date | None
    figure: str | None
    quote: str
    start: int
    end: int
    confidence: float
    because: dict[str, str]


@dataclass(frozen=True)
class Clause:
    """A numbered part and its requirements; level 0 is what stands before the first number."""

    heading: str
    level: int
    start: int
    end: int
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True)
class Draft:
    """A document read into clauses; title, number and the rest are None when not stated."""

    title: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    starts: date | None
    ends: date | None
    clauses: tuple[Clause, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists, numbers and strings; dates as YYYY-MM-DD."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
