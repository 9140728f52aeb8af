"""Rules of the black list and sets of lines, read from catalogue/inspections."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings


@dataclass(frozen=True)
class Line:
    """One line of a visit's list: what to look at and the regulation that asks for it."""

    key: str
    category: str
    text: str
    basis: str
    is_verified: bool = True
    group: str = ""


@dataclass(frozen=True)
class LineSet:
    """A list of its own. `kinds` are the units it is for (all when empty); `shows` are sheets whose newest record is
    shown beside it."""

    key: str
    name: str
    kinds: tuple[str, ...]
    lines: tuple[Line, ...]
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListRule:
    """When a unit is put on the black list, and for how many days."""

    key: str
    name: str
    sentence: str
    days: int
    source: str
    confidence: str


@cache
def line_sets() -> dict[str, LineSet]:
    return {raw["key"]: _read_set(raw) for raw in _read("sets.yaml")}


@cache
def list_rules() -> dict[str, ListRule]:
    return {raw["key"]: ListRule(**raw) for raw in _read("blacklist.yaml")}


def _read_set(raw: dict[str, Any]) -> LineSet:
    lines = tuple(
        Line(line["key"], part["name"], line["text"], line["basis"], line["confidence"] == "source", part["key"])
        for part in raw["parts"]
        for line in part["lines"]
    )
    return LineSet(raw["key"], raw["name"], tuple(raw["kinds"]), lines, tuple(raw.get("shows", ())))


def _read(name: str) -> Any:
    path = Path(settings.XIAOAN_CATALOGUE, "inspections", name)
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
