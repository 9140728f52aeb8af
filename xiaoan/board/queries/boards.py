"""The board of a unit: sums, matters, documents and what stands below it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.board.queries.clauses import Total, near, total
from xiaoan.board.queries.places import TIER_LETTERS, children, sizes
from xiaoan.board.queries.tiles import Tile, lay_out
from xiaoan.board.spans import Stretch
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.figures import DutyFigure, figures_below
from xiaoan.obligations.states import NA, WORST
from xiaoan.policies.book import book
from xiaoan.policies.models import Document, Practice

Figures = list[DutyFigure]


@dataclass(frozen=True)
class Matter:
    """A practice, over all the documents that ask for it."""

    practice: Practice
    total: Total
    late: int

    @property
    def gap(self) -> float:
        """How far behind where it should be."""
        return float((self.total.expected or 0) - (self.total.ratio or 0))


@dataclass(frozen=True)
class Paper:
    """A document's line on the board."""

    document: Document
    tier: str
    total: Total

    @property
    def words(self) -> str:
        n = self.total.states
        return f"{n['late']} 条逾期" if n["late"] else f"{n['due']} 条将到期" if n["due"] else "正常"


@dataclass(frozen=True)
class Below:
    """One unit below, with its figure, its size and how many requirements are late there."""

    unit: Unit
    total: Total
    schools: int
    pupils: int

    @property
    def late(self) -> int:
        return self.total.states["late"]


@dataclass(frozen=True)
class Board:
    """What every board above the school shows."""

    unit: Unit
    span: Stretch
    on: date
    figures: Figures
    total: Total
    matters: list[Matter]
    papers: list[Paper]
    below: list[Below]
    tiles: list[Tile]
    schools: int  # counted for a city or province; a county lists its own

    @property
    def requirements(self) -> int:
        return len({f.duty.key for f in self.figures if f.bound})

    @property
    def behind(self) -> list[Below]:
        """The units below, the one furthest behind first."""
        return sorted(self.below, key=lambda b: (b.total.ratio if b.total.ratio is not None else 2, b.unit.path))


def read_board(unit: Unit, span: Stretch, on: date) -> Board:
    """One reading of tallies for the unit and, above the county, for all that stands directly below it."""
    duties = near(unit, book().duties)
    under = [u for u in children(unit) if not u.is_school] if unit.rank in ("province", "city") else []
    found = figures_below([unit, *under], duties, span.start, span.end, on)
    figures = [f for f in found[unit.path].values() if f.bound]
    size = sizes([unit.path, *(u.path for u in under)]) if under else {}
    below = [Below(u, total(found[u.path].values()), *size[u.path]) for u in under]
    return Board(
        unit, span, on, figures, total(figures), matters(figures), papers(figures), below,
        lay_out([(b.unit.label, b.pupils, b) for b in below]), size.get(unit.path, (0, 0))[0],
    )  # fmt: skip


def matters(figures: Figures) -> list[Matter]:
    """By practice, furthest behind first; what is not owed yet is left out."""
    groups: dict[str, Figures] = {}
    for figure in figures:
        groups.setdefault(figure.duty.practice.key, []).append(figure)
    rows = [Matter(g[0].duty.practice, total(g), sum(f.late for f in g)) for g in groups.values()]
    rows = [r for r in rows if r.total.ratio is not None]
    return sorted(rows, key=lambda r: (WORST.index(r.total.state), -r.gap, r.total.ratio or 0, r.practice.name))


def papers(figures: Figures) -> list[Paper]:
    """By document, worst first. One query."""
    groups: dict[Any, Figures] = {}
    for figure in figures:
        groups.setdefault(figure.duty.document_id, []).append(figure)
    known = Document.objects.defer("source_text", "sections").in_bulk(list(groups))
    rows = [Paper(known[k], TIER_LETTERS.get(known[k].tier, "部门"), total(g)) for k, g in groups.items() if k in known]
    return sorted(rows, key=lambda r: (WORST.index(r.total.state), r.total.ratio or 0, r.document.short))


def is_empty(board: Board) -> bool:
    """Nothing is in force here yet."""
    return not board.figures or all(f.state == NA for f in board.figures)
