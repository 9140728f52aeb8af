"""The map of a board whose bureau uploaded outlines: the same figures as its tree-map, one area a unit below."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from xiaoan.board.queries.boards import Board
from xiaoan.board.queries.county import County
from xiaoan.board.queries.places import townships
from xiaoan.engines.ui.states import MAP_STATES, STATES
from xiaoan.ground.units.models import Shapes, Unit
from xiaoan.ground.units.shapes import shapes_of


@dataclass(frozen=True)
class Ground:
    """What stands in the card of the tree-map. `map` is empty while the tree-map is shown."""

    shapes: Shapes
    map: dict[str, Any]
    alt: str
    legend: list[tuple[str, str]]


def read_ground(unit: Unit, board: Board, county: County | None, shown: bool) -> Ground | None:
    """None where no outlines were uploaded: nothing changes there. One query, a second for a county's map."""
    shapes = shapes_of(unit)
    if shapes is None:
        return None
    if not shown:
        return Ground(shapes, {}, "", [])
    areas = _areas_of_county(unit, county) if county else _areas_of_region(board)
    outlines = f"{reverse('board:outlines', args=[unit.id])}?v={shapes.digest}"
    words = {a["state"]: a["word"] for a in areas}
    legend = [(s, words[s]) for s in ("late", "due", "go", "ok", "na") if s in words]
    subject = "各镇街的学校有没有逾期和本周到期的事" if county else "各下级单位的落实情况和比例"
    return Ground(shapes, {"outlines": outlines, "areas": areas}, subject, legend)


def _areas_of_region(board: Board) -> list[dict[str, Any]]:
    return [_area(b.unit, b.total.state, STATES[b.total.state].label, b.total.percent) for b in board.below]


def _areas_of_county(unit: Unit, county: County) -> list[dict[str, Any]]:
    """A township is as its worst school is, with how many schools are so."""
    counts: dict[str, Counter[str]] = {}
    for school in county.schools:
        state = "late" if school.path in county.late else "due" if school.path in county.coming else "ok"
        counts.setdefault(school.path[:-4], Counter())[state] += 1
    areas = []
    for path, town in townships(unit).items():
        held = counts.get(path, Counter())
        state = next((s for s in MAP_STATES if held[s]), "na")
        areas.append(_area(town, state, MAP_STATES[state], f"{held[state]} 所" if held else ""))
    return areas


def _area(unit: Unit, state: str, word: str, figure: str) -> dict[str, Any]:
    href = reverse("board:unit", args=[unit.id])
    return {"unit": str(unit.id), "label": unit.label, "state": state, "word": word, "figure": figure, "href": href}
