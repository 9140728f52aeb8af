"""Charts: the data is checked here, drawn by charts.js, and told again in words and a table."""

from collections.abc import Mapping
from typing import Any

from django.template import TemplateSyntaxError

from xiaoan.engines.ui.numbers import count
from xiaoan.engines.ui.states import MAP_STATES, STATES
from xiaoan.engines.ui.strict import one_of

# Per kind: what must be there, what may be there.
SHAPES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "trend": (
        frozenset({"labels", "own", "unit"}),
        frozenset({"expected", "forecast", "ceiling", "max", "bare"}),
    ),
    "bars": (frozenset({"labels", "values", "unit"}), frozenset({"states", "hrefs", "max"})),
    "stack": (frozenset({"labels", "series", "unit"}), frozenset()),
    "treemap": (frozenset({"groups"}), frozenset()),
    "map": (frozenset({"outlines", "areas"}), frozenset()),
}

MAP_COLOURS = {**STATES, **MAP_STATES}


def chart(kind: str, data_id: str, data: Mapping[str, Any], *, alt: str, height: int = 160) -> dict[str, Any]:
    """Show a chart. `alt` is the one sentence that it says; `data_id` must be unique on the page; height 0 fills the card."""
    one_of(kind, SHAPES, "chart")
    _check(kind, data)
    head, rows = TABLES[kind](data)
    return {"kind": kind, "id": data_id, "data": data, "alt": alt, "height": height, "head": head, "rows": rows}


def _check(kind: str, data: Mapping[str, Any]) -> None:
    must, may = SHAPES[kind]
    missing, unknown = must - set(data), set(data) - must - may
    if missing or unknown:
        raise TemplateSyntaxError(f"chart {kind}: missing {sorted(missing)}, unknown {sorted(unknown)}")
    for state in data.get("states") or ():
        one_of(state, STATES, "chart bars")
    for group in data.get("groups", ()):
        for child in group["children"]:
            one_of(child["state"], MAP_STATES, "chart treemap")
    for area in data.get("areas", ()):
        one_of(area["state"], MAP_COLOURS, "chart map")


def _cell(values: Any, at: int, unit: str) -> str:
    value = values[at] if values and at < len(values) else None
    if value is None:
        return "—"
    return f"{value}%" if unit == "%" else count(value, unit)


def _trend(data: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    names = [("own", "实际"), ("expected", "应达"), ("forecast", "预计")]
    used = [(key, name) for key, name in names if data.get(key)]
    rows = [
        [label, *(_cell(data[key], at, data["unit"]) for key, _ in used)] for at, label in enumerate(data["labels"])
    ]
    return ["时间", *(name for _, name in used)], rows


def _bars(data: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    rows = [[label, _cell(data["values"], at, data["unit"])] for at, label in enumerate(data["labels"])]
    return ["名称", "数值"], rows


def _stack(data: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    rows = [
        [label, *(_cell(part["values"], at, data["unit"]) for part in data["series"])]
        for at, label in enumerate(data["labels"])
    ]
    return ["时间", *(part["name"] for part in data["series"])], rows


def _treemap(data: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    rows = []
    for group in data["groups"]:
        states = [child["state"] for child in group["children"]]
        rows.append([group["name"], *(count(states.count(state), "所") for state in MAP_STATES)])
    return ["镇街", *MAP_STATES.values()], rows


def _areas(data: Mapping[str, Any]) -> tuple[list[str], list[list[str]]]:
    return ["单位", "情况", "数字"], [[area["label"], area["word"], area["figure"]] for area in data["areas"]]


TABLES = {"trend": _trend, "bars": _bars, "stack": _stack, "treemap": _treemap, "map": _areas}
