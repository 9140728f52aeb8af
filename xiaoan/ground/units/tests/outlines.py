"""Synthetic outlines: squares in a row, in the middle of the sea. No real border is kept in the repository."""

import json
from typing import Any


def square(n: int = 0, side: float = 1) -> list[list[float]]:
    """A closed ring, the `n`th in a row."""
    x, y = 1.000049 + n * side, 2.0
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def feature(n: int = 0, ring: Any = None, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    outline = [ring if ring is not None else square(n)]
    coordinates = outline if kind == "Polygon" else [outline]
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)


def file_of(*names: str) -> str:
    """A file with a square for each unit named."""
    return collection(*(feature(n, name=name) for n, name in enumerate(names)))
