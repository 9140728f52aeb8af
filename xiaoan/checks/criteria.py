"""Criteria of major hazards: national rows, what counties set over them, and judging by them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.conf import settings

from xiaoan.checks.catalogue import Item, items
from xiaoan.checks.models import CriterionRow, Mode
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel import clock


@dataclass(frozen=True)
class Criterion:
    """A rule row. `direct`: a single hit makes a hazard major; `composite`: `at_least` of its group together do.

    `unit_path` is that of who set it, empty for a national row; `is_verified`: its wording was seen in the source."""

    key: str
    category: str
    mode: str
    words: str
    basis: str
    group: str = ""
    at_least: int = 1
    is_verified: bool = True
    items: tuple[str, ...] = ()
    unit_path: str = ""
    valid_from: date | None = None

    @property
    def is_direct(self) -> bool:
        return self.mode == Mode.DIRECT

    @property
    def mode_words(self) -> str:
        return "直接判定" if self.is_direct else f"综合判定（同组满足 {self.at_least} 条）"


@dataclass(frozen=True)
class Verdict:
    """Whether these hits make a major hazard, and why. `is_verified`: by rows whose wording was seen, or which a bureau
    has set itself; others only propose."""

    is_major: bool
    why: str = ""
    is_verified: bool = False


def criteria_for(path: str, on: date | None = None) -> list[Criterion]:
    """The criteria in force at a unit on a day: national ones, replaced or joined by the nearest bureau's newest row."""
    day, found = on or clock.today(), dict(_national(norm("checks.composite_least", path, on)))
    rows = CriterionRow.objects.filter(unit_path__in=ancestors(path), valid_from__lte=day)
    for row in sorted(rows, key=lambda r: (len(r.unit_path), r.valid_from)):
        if row.is_off:
            found.pop(row.key, None)
        else:
            found[row.key] = _of_row(row)
    return list(found.values())


def judge(path: str, hits: Collection[str]) -> Verdict:
    """What the criteria that were hit (by key) come to."""
    hit = [c for c in criteria_for(path) if c.key in hits]
    if direct := sorted((c for c in hit if c.is_direct), key=lambda c: not c.is_verified):
        first = direct[0]
        return Verdict(True, f"直接判定：{first.words}（{_source(first)}）", first.is_verified)
    for group in dict.fromkeys(c.group for c in hit):
        same = [c for c in hit if c.group == group]
        if len(same) >= same[0].at_least:
            told = "；".join(c.words for c in same)
            return Verdict(
                True,
                f"综合判定：同时存在 {len(same)} 条（满 {same[0].at_least} 条即构成）：{told}（{_source(same[0])}）",
                all(c.is_verified for c in same),
            )
    return Verdict(False, "没有触发重大事故隐患判定标准。" if hit or not hits else "")


def suggested(path: str, item_key: str) -> list[Criterion]:
    """The criteria that a fault of this check item may hit."""
    item = items().get(item_key)
    linked = set(item.criteria) if item else set()
    return [c for c in criteria_for(path) if c.key in linked or item_key in c.items]


def levels_at(path: str) -> Callable[[Item], str]:
    """The grade that a fault of any item has at a unit: only a direct criterion makes it major; an item that is called
    a candidate for major without one is proposed as larger."""
    direct = [c for c in criteria_for(path) if c.is_direct]

    def level(item: Item) -> str:
        if any(c.key in item.criteria or item.key in c.items for c in direct):
            return "major"
        return "larger" if item.level == "major" else item.level

    return level


def national(path: str) -> dict[str, Criterion]:
    """The national rows as they count at a unit, by key, whatever was set over them."""
    return _national(norm("checks.composite_least", path))


@cache
def _national(at_least: int) -> dict[str, Criterion]:
    raw = yaml.load(
        Path(settings.XIAOAN_CATALOGUE, "checks", "criteria.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    made = [
        Criterion(basis=raw["basis"], is_verified=row.pop("verified", True), **row) for row in map(dict, raw["rows"])
    ]
    linked: dict[str, list[str]] = {}
    for item in items().values():
        for key in item.criteria:
            linked.setdefault(key, []).append(item.key)
    unknown = set(linked) - {c.key for c in made}
    if unknown:
        raise ValueError(f"check items name no such criterion: {sorted(unknown)}")
    return {
        c.key: replace(c, items=tuple(linked.get(c.key, ())), at_least=1 if c.is_direct else at_least) for c in made
    }


def _of_row(row: CriterionRow) -> Criterion:
    return Criterion(
        key=row.key, category=row.category, mode=row.mode, words=row.words, basis=row.basis, group=row.group,
        at_least=row.at_least or (1 if row.mode == Mode.DIRECT else norm("checks.composite_least", row.unit_path)),
        items=tuple(row.items), unit_path=row.unit_path, valid_from=row.valid_from,
    )  # fmt: skip


def _source(criterion: Criterion) -> str:
    return criterion.basis if criterion.is_verified else f"{criterion.basis}，条文未核实"
