"""Notice cards and boards as PDF: the words of a risk beside its colour, and the QR code of its point."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import segno

from xiaoan.engines.typeset.pdf import make_pdf
from xiaoan.engines.ui.context import is_demo
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.risks.library import areas
from xiaoan.risks.models import COLOURS, Level, Point
from xiaoan.risks.queries import controls_by_point

HERE = Path(__file__).parent
FILLS = {1: "#b5121b", 2: "#bf4a00", 3: "#f5c518", 4: "#1f66b8"}
INKS = {1: "#ffffff", 2: "#ffffff", 3: "#3d2c00", 4: "#ffffff"}
MOST_MEASURES = 8


def qr_svg(address: str) -> str:
    """A QR code as SVG text, strong enough to be read from a scratched plate."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=2, xmldecl=False)
    return out.getvalue().decode()


def cards_pdf(points: Sequence[Point], address: Callable[[Point], str]) -> bytes:
    """One A5 card for each point."""
    measures = controls_by_point(points)
    cards = [
        {
            **_point(p), "measures": [c.words for c in measures.get(p.id, ())][:MOST_MEASURES], "qr": qr_svg(address(p)),
            "school": p.unit.name,
        }
        for p in points
    ]  # fmt: skip
    return make_pdf(HERE / "card.typ", {"cards": cards, "on": _day(), "demo": is_demo()})


def board_pdf(unit: Unit, points: Sequence[Point]) -> bytes:
    """The board of a school: counts by level, areas in their colours, the list of 较大 and up."""
    measures = controls_by_point([p for p in points if p.level <= Level.ORANGE])
    high = [
        {**_point(p), "measures": "；".join(c.words for c in measures.get(p.id, [])[:3])}
        for p in points if p.level <= Level.ORANGE
    ]  # fmt: skip
    told: dict[str, Any] = {
        "school": unit.name, "on": _day(), "high": high, "areas": _areas(points), "demo": is_demo(),
        "levels": [
            {"name": Level(n).label, "colour": COLOURS[n], "fill": FILLS[n], "ink": INKS[n],
             "count": sum(p.level == n for p in points)}
            for n in (1, 2, 3, 4)
        ],
    }  # fmt: skip
    return make_pdf(HERE / "board.typ", told)


def _areas(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Each area in the colour of its worst point."""
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.area, []).append(point)
    rows: list[dict[str, Any]] = [
        {"name": areas()[key].name if key in areas() else key, "level": min(p.level for p in held), "count": len(held)}
        for key, held in found.items()
    ]
    return [
        {**r, "fill": FILLS[r["level"]], "ink": INKS[r["level"]], "word": Level(r["level"]).label}
        for r in sorted(rows, key=lambda r: r["level"])
    ]


def _point(point: Point) -> dict[str, Any]:
    return {
        "name": point.name, "code": _code(point), "place": point.place or areas()[point.area].name,
        "level": Level(point.level).label, "colour": COLOURS[point.level], "fill": FILLS[point.level],
        "ink": INKS[point.level], "accidents": point.accidents, "factors": point.factors,
        "emergency": point.emergency, "owner": " ".join(filter(None, (point.post, point.owner))),
    }  # fmt: skip


def _code(point: Point) -> str:
    """School identifier, area, number."""
    return f"{point.unit.identifier}-{point.code}" if point.unit.identifier else point.code


def _day() -> str:
    today = clock.today()
    return f"{today.year}年{today.month}月{today.day}日"
