"""The value of a norm at a unit on a day, and where it comes from."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet

from xiaoan.ground.norms.declare import Norm, declared
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.kernel import clock
from xiaoan.kernel.kept import Kept

_known: ContextVar[tuple[str, frozenset[str], list[NormRow]] | None] = ContextVar("known_norms", default=None)


@dataclass(frozen=True)
class Value:
    norm: Norm
    value: Any
    unit_path: str  # of the unit that set it; empty for the platform's default
    valid_from: date | None
    basis: str


def value_at(key: str, unit_path: str, on: date | None = None) -> Value:
    """The norm's value at a unit: the nearest ancestor's newest row in force, else the default."""
    path, keys, rows = _known.get() or ("", frozenset(), [])
    if path == unit_path and key in keys:
        return choose(key, rows, unit_path, on)
    return choose(key, NormRow.objects.filter(key=key, unit_path__in=ancestors(unit_path)), unit_path, on)


@contextmanager
def known(keys: Sequence[str], unit_path: str) -> Iterator[None]:
    """Ask for these norms at a unit together and once, for whatever looks one of them up meanwhile."""
    token = _known.set((unit_path, frozenset(keys), _rows(keys, unit_path)))
    try:
        yield
    finally:
        _known.reset(token)


def choose(key: str, rows: Iterable[NormRow], unit_path: str, on: date | None = None) -> Value:
    """As `value_at`, from rows that the caller holds (of any unit and any key)."""
    norm, day = declared()[key], on or clock.today()
    fitting = [r for r in rows if r.key == key and unit_path.startswith(r.unit_path) and r.valid_from <= day]
    row = max(fitting, key=lambda r: (len(r.unit_path), r.valid_from), default=None)
    if row is None:
        return Value(norm, norm.default, "", None, norm.basis)
    return Value(norm, row.value, row.unit_path, row.valid_from, row.basis)


def norm(key: str, unit_path: str = "", on: date | None = None) -> Any:
    """Only the value of `value_at`."""
    return value_at(key, unit_path, on).value


def norms(keys: list[str], unit_path: str, on: date | None = None) -> list[Any]:
    """Only the values of several norms, by one query, in the order asked."""
    rows = _rows(keys, unit_path)
    return [choose(key, rows, unit_path, on).value for key in keys]


def values_at(unit_path: str, on: date | None = None) -> list[Value]:
    """Every declared norm's value at a unit, by one query, in the order of declaration."""
    rows = list(NormRow.objects.filter(unit_path__in=ancestors(unit_path)))
    return [choose(key, rows, unit_path, on) for key in declared()]


def rows_around(key: str, unit_path: str) -> QuerySet[NormRow]:
    """All rows of a norm that were ever set at the unit, above it or below it, newest first."""
    near = below(unit_path, "unit_path") if unit_path else below("")
    held = NormRow.objects.filter(key=key)
    return (
        (held.filter(near) | held.filter(unit_path__in=ancestors(unit_path)))
        .select_related("unit")
        .order_by("-valid_from", "unit_path")
    )


def _rows(keys: Sequence[str], unit_path: str) -> list[NormRow]:
    paths = ancestors(unit_path)
    return _asked(len(keys), len(paths))(*keys, *paths) if paths else []


@cache
def _asked(keys: int, paths: int) -> Kept[NormRow]:
    samples = [*(f"key {n}" for n in range(keys)), *(f"path {n}" for n in range(paths))]
    return Kept(lambda *told: NormRow.objects.filter(key__in=told[:keys], unit_path__in=told[keys:]), *samples)
