"""A tree-map laid out here, in per cent of its box: area is pupils, the ground says how far behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

RATIO = 1.9  # the box is wider than high; tiles are kept near squares in it


@dataclass(frozen=True)
class Tile:
    """A rectangle in per cent of the box, with what it stands for."""

    name: str
    left: float
    top: float
    width: float
    height: float
    of: Any


def lay_out(rows: Iterable[tuple[str, float, Any]]) -> list[Tile]:
    """Squarified: the largest first, each row of tiles as near to squares as it can be."""
    items = sorted(((name, float(max(size, 1)), of) for name, size, of in rows), key=lambda r: (-r[1], r[0]))
    whole = sum(size for _, size, _ in items)
    if not items:
        return []
    scaled = [(name, size / whole * RATIO, of) for name, size, of in items]
    made: list[Tile] = []
    x, y, width, height = 0.0, 0.0, RATIO, 1.0
    while scaled:
        side = min(width, height)
        n = _best(scaled, side)
        row, scaled = scaled[:n], scaled[n:]
        thick = sum(s for _, s, _ in row) / side
        at = 0.0
        for name, size, of in row:
            long = size / thick
            box = (x, y + at, thick, long) if width >= height else (x + at, y, long, thick)
            made.append(_tile(name, box, of))
            at += long
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
    return made


def _best(items: list[tuple[str, float, Any]], side: float) -> int:
    """How many of the next items make the row whose worst tile is nearest to a square."""
    best, most = 1, float("inf")
    for n in range(1, len(items) + 1):
        sizes = [s for _, s, _ in items[:n]]
        thick = sum(sizes) / side
        worst = max(max(thick / (s / thick), (s / thick) / thick) for s in sizes)
        if worst > most:
            break
        best, most = n, worst
    return best


def _tile(name: str, box: tuple[float, float, float, float], of: Any) -> Tile:
    left, top, width, height = box
    return Tile(
        name,
        round(left / RATIO * 100, 2),
        round(top * 100, 2),
        round(width / RATIO * 100, 2),
        round(height * 100, 2),
        of,
    )
