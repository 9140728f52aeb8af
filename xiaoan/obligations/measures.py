"""Measures: figures that are computed, never typed in. Declared in catalogue/measures.yaml."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.module_loading import import_string

from xiaoan.engines.sheets.answers import matches
from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock


@dataclass(frozen=True)
class Measure:
    """`of` says what the figure is a share of: schools that hold it, a sum, or a practice's obligations. `register` says
    in words what a floor above knows it from (the site names the function), `page` names the page of it."""

    key: str
    name: str
    definition: str
    of: str
    sheet: str = ""
    post: str = ""
    page: str = ""
    practice: str = ""
    within_days: int = 400
    holds: dict[str, Any] = field(default_factory=dict)
    where: tuple[dict[str, Any], ...] = ()
    numerator: str = ""
    denominator: str = ""
    register: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Figure:
    numerator: int
    denominator: int
    expires_on: date | None

    @property
    def holds(self) -> bool:
        return self.denominator > 0 and self.numerator >= self.denominator


@cache
def measures() -> dict[str, Measure]:
    """All measures by key. Raises TypeError for an unknown property."""
    raw = yaml.safe_load(Path(settings.XIAOAN_CATALOGUE, "measures.yaml").read_text(encoding="utf-8"))
    return {m["key"]: Measure(**{**m, "where": tuple(m.get("where", ()))}) for m in raw}


def figure_at(measure: Measure, unit: Unit) -> Figure | None:
    """The measure's figure at a unit today, or None where nothing tells it."""
    if measure.register and (counted := import_string(settings.XIAOAN_MEASURES[measure.key])(unit)):
        return _from_register(counted, _from_record(measure, unit) if measure.sheet else None)
    if measure.post:
        return _from_posts(measure, unit)
    if measure.sheet:
        return _from_record(measure, unit)
    return None


def _from_posts(measure: Measure, unit: Unit) -> Figure:
    posts = Post.objects.current().filter(unit=unit, role=measure.post)
    ends = [p.ends for p in posts]
    return Figure(int(bool(ends)), 1, None if None in ends else max((e for e in ends if e), default=None))


def _from_register(counted: tuple[int, int], told: Figure | None) -> Figure:
    """What the school's register says. One that holds fewer than the school has said that there are is not complete."""
    if told and told.denominator > counted[1]:
        return Figure(counted[0], told.denominator, told.expires_on)
    return Figure(*counted, None)


def _from_record(measure: Measure, unit: Unit) -> Figure | None:
    since = clock.today() - timedelta(days=measure.within_days)
    records = Record.objects.filter(
        unit_path=unit.path, sheet=measure.sheet, state=RecordState.FILED, happened_on__gte=since
    ).order_by("-happened_on", "-id")
    record = next(
        (r for r in records[:50] if all(matches(r.answers.get(c["field"]), c["is"]) for c in measure.where)), None
    )
    if record is None:
        return None
    expires = record.happened_on + timedelta(days=measure.within_days + 1)
    if measure.of == "sum":
        return Figure(_number(record, measure.numerator), _number(record, measure.denominator), expires)
    return Figure(int(_holds(measure.holds, record)), 1, expires)


def _holds(condition: dict[str, Any], record: Record) -> bool:
    if "all" in condition:
        return all(_holds(c, record) for c in condition["all"])
    if not condition:
        return True
    value = record.answers.get(condition["field"])
    if "is" in condition:
        return matches(value, condition["is"])
    least = condition.get("at_least")
    if "at_least_field" in condition:
        least = record.answers.get(condition["at_least_field"])
    if "at_most" in condition:
        return value is not None and value <= condition["at_most"]
    return value is not None and least is not None and value >= least


def _number(record: Record, key: str) -> int:
    return int(record.answers.get(key) or 0)
