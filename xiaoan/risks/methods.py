"""Grading methods: factors with score tables, and the variants of thresholds that regions choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from xiaoan.ground.norms.queries import norm, norms
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.models import COLOURS, Assessment, Level


@dataclass(frozen=True)
class Factor:
    key: str
    name: str
    scores: tuple[tuple[Decimal, str], ...]


@dataclass(frozen=True)
class Variant:
    """Thresholds of a method. `bounds` say from which value 红, 橙 and 黄 begin, `by` whether that value is in it (from)
    or below it (above). A variant without bounds is chosen from `levels` directly."""

    key: str
    name: str
    basis: str
    by: str = "from"
    bounds: tuple[Decimal, ...] = ()
    norms: tuple[str, ...] = ()
    levels: tuple[int, ...] = (1, 2, 3, 4)
    is_verified: bool = True

    def level_of(self, value: Decimal) -> int:
        """The level of a value, 1 to 4."""
        for level, bound in enumerate(self.bounds, 1):
            if value > bound or (self.by == "from" and value == bound):
                return level
        return int(Level.BLUE)

    @property
    def in_words(self) -> str:
        """重大（红）从 20 起，…"""
        if not self.bounds:
            return "、".join(f"{Level(n).label}（{COLOURS[n]}）" for n in self.levels)
        sign = "从 {:g} 起" if self.by == "from" else "大于 {:g}"
        told = [f"{Level(n).label}（{COLOURS[n]}）{sign.format(b)}" for n, b in enumerate(self.bounds, 1)]
        return "，".join([*told, "其余为低风险（蓝）"])


@dataclass(frozen=True)
class Method:
    key: str
    name: str
    words: str
    basis: str
    factors: tuple[Factor, ...]
    variants: tuple[Variant, ...]

    def variant(self, key: str) -> Variant:
        """The variant of that key, else the first."""
        return next((v for v in self.variants if v.key == key), self.variants[0])


@dataclass(frozen=True)
class Grade:
    """What an assessment comes to."""

    method: Method
    variant: Variant
    value: Decimal | None
    level: int

    @property
    def in_words(self) -> str:
        if self.value is None:
            return f"{self.method.name}：{Level(self.level).label}"
        return f"{self.method.name} {self.value:g}，{Level(self.level).label}（{self.variant.name}）"


@cache
def methods() -> dict[str, Method]:
    raw = yaml.load(
        Path(settings.XIAOAN_CATALOGUE, "risks", "methods.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return {m["key"]: _read(m) for m in raw}


def method_for(path: str, key: str = "") -> Method:
    """The method that a unit uses, or the one named. A norm that names none falls back to LS."""
    return methods().get(key or norm("risks.method", path)) or methods()["ls"]


def variant_for(path: str, method: Method) -> Variant:
    """The thresholds that hold at a unit."""
    if not method.factors:
        return method.variants[0]
    chosen = method.variant(norm(f"risks.{method.key}_variant", path))
    if not chosen.norms:
        return chosen
    bounds = tuple(Decimal(str(n)) for n in norms(list(chosen.norms), path))
    return Variant(chosen.key, chosen.name, chosen.basis, chosen.by, bounds)


def grade(path: str, factors: Mapping[str, Any], method: str = "") -> Grade:
    """The level of a point at a unit from its factors. Raises Invalid by factor."""
    used = method_for(path, method)
    return graded(used, variant_for(path, used), factors)


def graded(used: Method, variant: Variant, factors: Mapping[str, Any]) -> Grade:
    """The same for whoever holds method and variant already."""
    if not used.factors:
        return Grade(used, variant, None, _direct(factors, variant))
    value = prod((_score(f, factors.get(f.key)) for f in used.factors), start=Decimal(1))
    return Grade(used, variant, value, variant.level_of(value))


def _direct(factors: Mapping[str, Any], variant: Variant) -> int:
    level = str(factors.get("level", ""))
    if level not in {str(n) for n in variant.levels}:
        raise Invalid("请选风险等级。", {"level": "请选风险等级。"})
    return int(level)


def _score(factor: Factor, value: Any) -> Decimal:
    known = {str(score): score for score, _ in factor.scores}
    if str(value) not in known:
        raise Invalid(f"请选“{factor.name}”。", {factor.key: f"请选“{factor.name}”。"})
    return known[str(value)]


def _read(raw: dict[str, Any]) -> Method:
    factors = tuple(
        Factor(f["key"], f["name"], tuple((Decimal(str(s["score"])), s["words"]) for s in f["scores"]))
        for f in raw["factors"]
    )
    return Method(raw["key"], raw["name"], raw["words"], raw["basis"], factors, tuple(map(_variant, raw["variants"])))


def _variant(raw: dict[str, Any]) -> Variant:
    return Variant(
        raw["key"], raw["name"], raw["basis"], raw.get("by", "from"),
        tuple(Decimal(str(b)) for b in raw.get("bounds", ())), tuple(raw.get("norms", ())),
        tuple(raw.get("levels", (1, 2, 3, 4))), raw.get("verified", True),
    )  # fmt: skip


def rested_on(row: Assessment) -> str:
    """What an assessment rested on, in words; empty for one without scores."""
    method = methods().get(row.method)
    if method is None or row.value is None:
        return ""
    factors = "，".join(f"{k}={v}" for k, v in row.factors.items())
    return f"{method.name}：{factors}，得 {row.value.normalize():f}"
