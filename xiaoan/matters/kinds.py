"""Kinds of matter, read from catalogue/matters.yaml."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from xiaoan.kernel.errors import Invalid

FAMILIES = {"surroundings": "周边问题", "dispute": "矛盾纠纷", "petition": "信访", "enquiry": "政策咨询"}
OF_PEOPLE = ("dispute", "petition")  # read with disputes.read only


@dataclass(frozen=True)
class Outcome:
    """What a partner body may answer with; `closes` closes the place in the register."""

    key: str
    name: str
    closes: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of matter. `to` are kinds of partner body proposed first, `days` is the norm until the answer."""

    key: str
    name: str
    family: str
    to: tuple[str, ...]
    days: str
    icon: str
    listed: bool = False
    road: bool = False
    spot: bool = False
    restricted: bool = False
    outcomes: tuple[Outcome, ...] = ()

    def outcome_name(self, key: str) -> str:
        return next((o.name for o in self.outcomes if o.key == key), "")


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by key, in the catalogue's order."""
    path = Path(settings.XIAOAN_CATALOGUE, "matters.yaml")
    rows: list[dict[str, Any]] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return {row["key"]: _kind(row) for row in rows}


def kind(key: str) -> Kind:
    """The kind of that key; raises Invalid."""
    if key not in kinds():
        raise Invalid("请选择是哪一类事情。", {"kind": "没有这一类。"})
    return kinds()[key]


def kinds_of(*families: str, restricted: bool = False) -> list[Kind]:
    """The kinds of these families; restricted ones only when asked for."""
    return [k for k in kinds().values() if k.family in families and k.restricted == restricted]


def _kind(row: dict[str, Any]) -> Kind:
    outcomes = tuple(Outcome(**o) for o in row.get("outcomes", ()))
    return Kind(**{**row, "to": tuple(row["to"]), "outcomes": outcomes})
