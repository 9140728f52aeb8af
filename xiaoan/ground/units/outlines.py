"""Checking an uploaded file of outlines: what may be in it, and which unit each outline belongs to."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xiaoan.ground.units.models import Unit
from xiaoan.kernel.errors import Invalid

MOST_BYTES = 2 * 1024 * 1024
MOST_POINTS = 100_000
DECIMALS = 4  # about ten metres: enough for a map of a screen's width
KEYS = ("code", "adcode", "division", "name")
CODE_DIGITS = 12
Ring = list[list[float]]


@dataclass(frozen=True)
class Outlines:
    """What a file holds: the outlines of `matched` units as `geojson`, and the names that belong to nobody here."""

    geojson: str
    matched: list[Unit]
    unmatched: list[str]
    without: list[Unit]

    @property
    def said(self) -> str:
        """One sentence on what was left out; empty when nothing was."""
        if not self.unmatched:
            return ""
        names = "、".join(f"“{name}”" for name in self.unmatched[:20])
        more = f"等 {len(self.unmatched)} 个" if len(self.unmatched) > 20 else ""
        return f"文件里的{names}{more}与直属下级单位对不上，不会保存；请核对名称或行政区划代码。"


def read_outlines(text: str | bytes, children: Sequence[Unit]) -> Outlines:
    """Check the whole file and match its outlines with `children`. Raises Invalid with the first fault found."""
    features = _features(text)
    known = _keys_of(children)
    budget = [MOST_POINTS]
    kept: dict[Any, tuple[int, Unit, dict[str, Any]]] = {}
    unmatched: list[str] = []
    for n, feature in enumerate(features, 1):
        outline, names = _outline(n, feature, budget), _names(n, feature)
        unit = next((known[key] for key in map(_key, names) if key in known), None)
        if unit is None:
            unmatched.append(names[-1])
        elif unit.pk in kept:
            raise _wrong(f"第 {kept[unit.pk][0]} 个和第 {n} 个图形都对应{unit.name}；请合并成一个再上传。")
        else:
            kept[unit.pk] = (n, unit, outline)
    if not kept:
        raise _wrong("没有一个图形能与直属下级单位对上；请核对每个图形的名称或行政区划代码。")
    matched = [unit for _, unit, _ in kept.values()]
    return Outlines(_written(kept.values()), matched, unmatched, [u for u in children if u.pk not in kept])


def _features(text: str | bytes) -> list[Any]:
    size = len(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise _wrong(f"文件有 {size / 1024 / 1024:.1f} 兆字节，最多 2 兆字节；请把边界简化后再上传。")
    try:
        told = json.loads(
            text.decode("utf-8-sig") if isinstance(text, bytes) else text, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        raise _wrong("文件不是有效的地图图形文件，读不出来；请重新导出成通用的地图图形格式。") from None
    features = told.get("features") if isinstance(told, dict) and told.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise _wrong("文件里没有图形集合；请导出成一个集合，每个下级单位一个图形。")
    return features


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _outline(n: int, feature: Any, budget: list[int]) -> dict[str, Any]:
    """The geometry, checked, with two rounded coordinates a point. `budget` is what is left of the points."""
    shape = feature.get("geometry") if isinstance(feature, dict) and feature.get("type") == "Feature" else None
    kind = shape.get("type") if isinstance(shape, dict) else None
    if not isinstance(shape, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise _wrong(f"第 {n} 个图形不是面；只收面和多个面，点和线请先去掉。")
    held = shape.get("coordinates")
    parts = [held] if kind == "Polygon" else held
    if not isinstance(parts, list) or not parts:
        raise _wrong(f"第 {n} 个图形没有坐标。")
    drawn = [_polygon(n, part, budget) for part in parts]
    return {"type": kind, "coordinates": drawn[0] if kind == "Polygon" else drawn}


def _polygon(n: int, rings: Any, budget: list[int]) -> list[Ring]:
    if not isinstance(rings, list) or not rings:
        raise _wrong(f"第 {n} 个图形没有坐标。")
    return [_ring(n, ring, budget) for ring in rings]


def _ring(n: int, points: Any, budget: list[int]) -> Ring:
    if not isinstance(points, list) or len(points) < 4 or points[0] != points[-1]:
        raise _wrong(f"第 {n} 个图形的边界没有闭合，或不足三个点；首尾两点应当相同。")
    budget[0] -= len(points)
    if budget[0] < 0:
        raise _wrong("全部图形合计超过 10 万个点；请把边界简化后再上传。")
    return [_point(n, point) for point in points]


def _point(n: int, point: Any) -> list[float]:
    pair = point[:2] if isinstance(point, list) else []
    if len(pair) != 2 or not all(_is_number(value) for value in pair):
        raise _wrong(f"第 {n} 个图形里有一个坐标不是数字。")
    lon, lat = pair
    if abs(lon) > 180 or abs(lat) > 90:
        raise _wrong(f"第 {n} 个图形的坐标超出经纬度范围；请用经纬度导出，经度在前、纬度在后，不用投影坐标。")
    return [round(float(lon), DECIMALS), round(float(lat), DECIMALS)]


def _is_number(value: Any) -> bool:
    # An integer of any length is compared with the range, never turned into a float first.
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _names(n: int, feature: Any) -> list[str]:
    """What the outline calls its unit: codes first, then the name; the only properties that are read."""
    told = feature.get("properties")
    values = [told.get(key) for key in KEYS] if isinstance(told, dict) else []
    names = [str(v)[:80].encode("utf-8", "replace").decode().strip() for v in values if type(v) in (str, int)]
    if not any(names):
        raise _wrong(f"第 {n} 个图形没有写明是哪个单位；请给它加上名称或行政区划代码。")
    return [name for name in names if name]


def _key(name: str) -> str:
    """A code is compared with all its digits: 370100 and 3701 are one place."""
    return name.ljust(CODE_DIGITS, "0") if name.isascii() and name.isdigit() else name


def _keys_of(children: Sequence[Unit]) -> dict[str, Unit]:
    keys = {name: unit for unit in children for name in (unit.short, unit.name) if name}
    return keys | {_key(unit.division): unit for unit in children if unit.division}


def _written(kept: Iterable[tuple[int, Unit, dict[str, Any]]]) -> str:
    features = [
        {"type": "Feature", "properties": {"name": str(unit.pk)}, "geometry": outline} for _, unit, outline in kept
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, {"file": sentence})
