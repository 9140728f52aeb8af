"""What a document will cost a school, before it is published: minutes per school-week, reuse counted as free."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from xiaoan.policies.book import Book, Duty
from xiaoan.policies.models import Requirement

SCHOOL_WEEKS = 40
DELIVERABLE = "deliverable"
# Times a school-week. A year has two terms of 20 weeks and 10 months with pupils.
RATES = {
    "daily": 5.0, "weekly": 1.0, "monthly": 10 / SCHOOL_WEEKS, "quarterly": 4 / SCHOOL_WEEKS,
    "half_yearly": 2 / SCHOOL_WEEKS, "per_term": 2 / SCHOOL_WEEKS, "term_first_week": 2 / SCHOOL_WEEKS,
    "yearly": 1 / SCHOOL_WEEKS, "holiday": 2 / SCHOOL_WEEKS,
}  # fmt: skip
ONCE = 1 / SCHOOL_WEEKS
SCHOOL_MONTHS = 10


@dataclass(frozen=True)
class Line:
    """One practice that the document makes new or more frequent, and what it adds."""

    name: str
    minutes: float
    is_new: bool


@dataclass(frozen=True)
class Estimate:
    """`reused` practices are owed as often already, `denser` ones less often; `fresh` ones not at all."""

    reused: int = 0
    denser: int = 0
    fresh: int = 0
    minutes: float = 0.0
    held_minutes: float = 0.0
    lines: list[Line] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """已有 12 项可复用，新增 3 项，每校每周约 8 分钟."""
        denser = f"{self.denser} 项要做得更勤，" if self.denser else ""
        return f"已有 {self.reused} 项可复用，{denser}新增 {self.fresh} 项，每校每周约 {said(self.minutes)}"


def estimate(requirements: Iterable[Requirement], held_duties: Iterable[Duty]) -> Estimate:
    """What `requirements` add for a school that owes `held_duties` already."""
    held, wanted = _rates(held_duties), _rates(requirements)
    lines, reused, denser = [], 0, 0
    for key, (name, minutes, rate) in wanted.items():
        before = held[key].rate if key in held else 0.0
        if key in held and rate <= before:
            reused += 1
            continue
        denser += key in held
        lines.append(Line(name, minutes * (rate - before), key not in held))
    lines.sort(key=lambda line: (-line.minutes, line.name))
    return Estimate(
        reused, denser, len(lines) - denser, sum(line.minutes for line in lines),
        sum(one.minutes * one.rate for one in held.values()), lines,
    )  # fmt: skip


def held_at(book: Book, path: str, but: object = None) -> list[Duty]:
    """Duties that every school below `path` owes already, those of one document (`but`) left out."""
    return [d for d in book.duties if path.startswith(d.root) and d.document_id != but]


def said(minutes: float) -> str:
    """Minutes as people say them."""
    if 0 < minutes < 1:
        return "不到 1 分钟"
    return f"{round(minutes)} 分钟"


class _Rate(NamedTuple):
    """A practice as often as it is asked: minutes each time, times a school-week."""

    name: str
    minutes: int
    rate: float


def _rates(rows: Iterable[Requirement | Duty]) -> dict[str, _Rate]:
    """Practices that schools owe, by key; of several demands the most frequent one counts."""
    found: dict[str, _Rate] = {}
    for row in rows:
        if "school" not in row.binds.get("ranks", ["school"]):
            continue
        key, rate = _key(row), _rate(row)
        name = row.duty if row.practice.sheet == DELIVERABLE else row.practice.name
        if key not in found or found[key].rate < rate:
            found[key] = _Rate(name, row.practice.minutes, rate)
    return found


def _key(row: Requirement | Duty) -> str:
    """A document to hand in is asked for each time anew; a record serves all who ask for its practice."""
    return f"{row.practice.key}/{row.key}" if row.practice.sheet == DELIVERABLE else row.practice.key


def _rate(row: Requirement | Duty) -> float:
    if row.kind != "recurring":
        return ONCE
    share = min(1.0, len(row.season) / SCHOOL_MONTHS) if row.season else 1.0
    return RATES.get(row.every, ONCE) * row.times * share
