"""The value of a norm at a unit on a day, and where it comes from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.ground.norms.declare import Norm, declared
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel import clock


@dataclass(frozen=True)
class Value:
    norm: Norm
    value: Any
    unit_path: str  # of the unit that set it; empty for the platform's default
    valid_from: date | None
    basis: str


def value_at(key: str, unit_path: str, on: date | None = None) -> Value:
    """The norm's value at a unit: the nearest ancestor's newest row in force, else the default."""
    norm = declared()[key]
    rows = NormRow.objects.filter(
        key=key, unit_path__in=ancestors(unit_path), valid_from__lte=on or clock.today()
    ).order_by("-unit_path", "-valid_from")
    row = max(rows, key=lambda r: (len(r.unit_path), r.valid_from), default=None)
    if row is None:
        return Value(norm, norm.default, "", None, norm.basis)
    return Value(norm, row.value, row.unit_path, row.valid_from, row.basis)


def norm(key: str, unit_path: str = "", on: date | None = None) -> Any:
    """Only the value of `value_at`."""
    return value_at(key, unit_path, on).value
