"""The start-up library: areas, and the points that a school with such facilities and places should think of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from xiaoan.checks.catalogue import Item, items
from xiaoan.risks.models import Sort

MOST_PLACES = 12
# A check of the law, of paper or of people is not one of things.
UPKEEP = {
    "设施",
    "结构",
    "附属",
    "悬挂",
    "门窗",
    "井盖",
    "用电",
    "燃气",
    "油烟",
    "检验",
    "维保",
    "设备",
    "器材",
    "床铺",
    "技防",
    "物防",
}
ENGINEERING = {"布局", "建材", "封堵", "防坠", "防雷", "围挡", "施工", "合建"}
# Days, months or years between two confirmations of a control.
RHYTHMS = {
    "daily": (1, "day"), "weekly": (7, "day"), "weekly_in_flood_season": (7, "day"), "biweekly": (15, "day"),
    "monthly": (1, "month"), "quarterly": (3, "month"), "per_term": (6, "month"), "half_yearly": (6, "month"),
    "yearly": (1, "year"), "three_yearly": (3, "year"), "on_hire": (1, "year"), "per_event": (1, "month"),
}  # fmt: skip


@dataclass(frozen=True)
class Area:
    key: str
    name: str
    protection: str = ""
    is_verified: bool = True
    is_own: bool = False


@dataclass(frozen=True)
class Place:
    """A kind of place of which a school may have several, by name."""

    key: str
    name: str
    default: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A point of the library."""

    key: str
    name: str
    area: str
    kind: str
    event: str
    accidents: str
    factors: str
    emergency: str
    ls: tuple[int, int]
    items: tuple[str, ...]
    per: str = ""
    needs: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    is_old: bool = False

    def concerns(self, kind: str, has: Iterable[str]) -> bool:
        """Whether such a school should think of it."""
        return Item("", self.kind, "", "", needs=self.needs, any_of=self.any_of, kinds=self.kinds).concerns(kind, has)

    @property
    def checks(self) -> list[Item]:
        return [items()[key] for key in self.items]


@dataclass(frozen=True)
class Proposed:
    """A proposal at one place of the school. `key` names both, for the form."""

    proposal: Proposal
    place: str = ""

    @property
    def key(self) -> str:
        return f"{self.proposal.key}@{self.place}" if self.place else self.proposal.key

    @property
    def name(self) -> str:
        return f"{self.place}{self.proposal.name}" if self.place else self.proposal.name


@dataclass(frozen=True)
class Library:
    places: tuple[Place, ...]
    points: dict[str, Proposal] = field(default_factory=dict)


@cache
def areas() -> dict[str, Area]:
    raw = _yaml("areas")
    return {
        a["key"]: Area(a["key"], a["name"], a["protection"], a.get("verified", True), a.get("own", False)) for a in raw
    }


@cache
def library() -> Library:
    """Raises ValueError naming what a proposal refers to and is not there."""
    raw = _yaml("library")
    places = tuple(Place(p["key"], p["name"], p["default"], tuple(p.get("needs", ()))) for p in raw["places"])
    found = {p["key"]: _read(p) for p in raw["points"]}
    for each in found.values():
        if wrong := {*each.items} - set(items()):
            raise ValueError(f"library {each.key}: no such items {sorted(wrong)}")
        if each.area not in areas() or (each.per and each.per not in {p.key for p in places}):
            raise ValueError(f"library {each.key}: no such area or place")
    return Library(places, found)


def proposals(kind: str, has: Iterable[str], places: Mapping[str, Iterable[str]]) -> list[Proposed]:
    """What a school of this kind, with these facilities and these named places, should think of, by area."""
    held = set(has)
    made = []
    for each in sorted(library().points.values(), key=lambda p: p.area):
        if each.concerns(kind, held):
            named = [n.strip()[:20] for n in places.get(each.per, ()) if n.strip()][:MOST_PLACES] if each.per else []
            made += [Proposed(each, name) for name in dict.fromkeys(named)] or [Proposed(each)]
    return made


def rhythm_of(item: Item) -> tuple[int, str]:
    return RHYTHMS.get(item.frequency, (1, "month"))


def sort_of(item: Item) -> str:
    """How the exchange format sorts a control that is looked at by this item."""
    if item.category == "C19":
        return Sort.EMERGENCY
    if item.subcategory in ENGINEERING:
        return Sort.ENGINEERING
    return Sort.UPKEEP if item.subcategory in UPKEEP else Sort.CONDUCT


PARTS = {Sort.ENGINEERING: "其他", Sort.UPKEEP: "静设备", Sort.CONDUCT: "操作记录", Sort.EMERGENCY: "应急设施"}


def _read(raw: dict[str, Any]) -> Proposal:
    lists: dict[str, Any] = {n: tuple(raw.get(n, ())) for n in ("items", "needs", "any_of", "kinds", "ls")}
    return Proposal(**{**raw, **lists})


def _yaml(name: str) -> Any:
    path = Path(settings.XIAOAN_CATALOGUE, "risks", f"{name}.yaml")
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
