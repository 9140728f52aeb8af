"""The starter set of check items, read from catalogue/checks/c*.yaml into frozen facts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from xiaoan.ground.units.kinds import FACILITIES
from xiaoan.ground.units.models import Unit

LEVELS = {"major": "重大", "larger": "较大", "general": "一般", "low": "低"}
EVERY = {
    "daily": "每天", "weekly": "每周", "weekly_in_flood_season": "汛期每周", "biweekly": "每半月", "monthly": "每月",
    "quarterly": "每季度", "per_term": "每学期", "half_yearly": "每半年", "yearly": "每年", "three_yearly": "每三年",
    "on_hire": "入职时", "per_event": "每次",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """Something to look at. `level` is the grade that a fault has unless somebody judges otherwise (重大 here means: a
    candidate, see `criteria`). `needs` are facilities that a school must all have for it to concern it, of `any_of` one
    is enough. `score` is its weight in a checklist that scores."""

    key: str
    category: str
    subcategory: str
    text: str
    frequency: str = ""
    post: str = ""
    basis: str = ""
    level: str = "general"
    is_verified: bool = True
    needs: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    score: int = 1

    @property
    def every(self) -> str:
        return EVERY.get(self.frequency, self.frequency)

    @property
    def grade(self) -> str:
        return LEVELS[self.level]

    def concerns(self, kind: str, has: Iterable[str]) -> bool:
        """Whether a school of this kind with these facilities has such a thing at all."""
        held = set(has)
        return (
            held.issuperset(self.needs)
            and (not self.any_of or not held.isdisjoint(self.any_of))
            and (not self.kinds or kind in self.kinds)
        )


@dataclass(frozen=True)
class Category:
    code: str
    name: str
    icon: str
    items: tuple[Item, ...] = field(repr=False, default=())

    @property
    def parts(self) -> list[str]:
        """Its subcategories, in order."""
        return list(dict.fromkeys(i.subcategory for i in self.items))


@cache
def categories() -> dict[str, Category]:
    """The twenty categories by code. Raises ValueError naming the file of a wrong declaration."""
    return {c.code: c for c in _read_all()}


@cache
def items() -> dict[str, Item]:
    """Every starter item by key."""
    return {i.key: i for c in categories().values() for i in c.items}


def category_names() -> dict[str, str]:
    return {c.code: c.name for c in categories().values()}


def facilities_of(unit: Unit) -> set[str]:
    """What a school has, boarders counting as boarding."""
    return {*unit.has, *(["boarding"] if unit.boarders else [])}


def items_for(unit: Unit) -> list[Item]:
    """The starter items that concern the unit, by category."""
    has = facilities_of(unit)
    return [i for i in items().values() if i.concerns(unit.kind, has)]


def _read_all() -> Iterator[Category]:
    for path in sorted(Path(settings.XIAOAN_CATALOGUE, "checks").glob("c[0-9]*.yaml")):
        raw = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        try:
            made = tuple(_read(raw["code"], dict(each)) for each in raw["items"])
        except (TypeError, KeyError, ValueError) as why:
            raise ValueError(f"{path.name}: {why}") from why
        yield Category(raw["code"], raw["name"], raw["icon"], made)


def _read(code: str, raw: dict[str, Any]) -> Item:
    lists: dict[str, Any] = {name: tuple(raw.pop(name, ())) for name in ("needs", "any_of", "kinds", "criteria")}
    if unknown := {*lists["needs"], *lists["any_of"]} - set(FACILITIES):
        raise ValueError(f"no such facility {sorted(unknown)}")
    made = Item(
        category=code, subcategory=raw.pop("part"), frequency=raw.pop("every"),
        is_verified=raw.pop("verified", True), **lists, **raw,
    )  # fmt: skip
    if made.frequency not in EVERY or made.level not in LEVELS:
        raise ValueError(f"{made.key}: unknown frequency or level")
    return made
