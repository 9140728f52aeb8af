"""Pages by keyset: a page begins after a row, never at a number, so the millionth costs what the first does."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan


@dataclass(frozen=True)
class Page:
    """Rows in order, and the cursors of its neighbours; empty at the ends."""

    rows: list[Any]
    after: str = ""
    before: str = ""


def read_page(rows: QuerySet[Any], order: Sequence[str], *, after: str = "", before: str = "", size: int = 20) -> Page:
    """The page after (or before) the row of a cursor. A cursor that cannot be read gives the first page."""
    back = bool(before)
    place = _read_cursor(rows, order, before or after)
    if place is None:
        back = False
    ordered = rows.order_by(*[_turned(name) if back else name for name in order])
    found = list(ordered.filter(_beyond(order, place, back))[: size + 1] if place else ordered[: size + 1])
    is_more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    return Page(
        rows=found,
        after=cursor(found[-1], order) if found and (back or is_more) else "",
        before=cursor(found[0], order) if found and (is_more if back else place is not None) else "",
    )


def first_page(found: list[Any], order: Sequence[str], size: int) -> Page:
    """The first page of rows of which up to one more than `size` was read."""
    rows = found[:size]
    return Page(rows, after=cursor(rows[-1], order) if len(found) > size else "")


def cursor(row: Any, order: Sequence[str]) -> str:
    """Where a row stands in the order, as an opaque word for addresses."""
    values = [str(getattr(row, name.lstrip("-"))) for name in order]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read_cursor(rows: QuerySet[Any], order: Sequence[str], text: str) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or any(
            "\0" in v.encode().decode() for v in values
        ):  # no database takes it, nor half of a surrogate pair
            return None
        fields = [rows.model._meta.get_field(name.lstrip("-")) for name in order]
        return [f.to_python(v) for f, v in zip(fields, values, strict=True)] if text else None
    except (binascii.Error, ValueError, TypeError, AttributeError, OverflowError, ValidationError, RecursionError):
        return None


def _beyond(order: Sequence[str], place: list[Any], back: bool) -> Any:
    """Rows that come after the place. Where all columns go one way it is one comparison of rows, which an index begins
    at; else the bound on the first column is said alone as well, so that an index can use that."""
    if len({name.startswith("-") for name in order}) == 1 and len(order) > 1:
        names = [name.lstrip("-") for name in order]
        here, there = _tuple([F(name) for name in names]), _tuple([Value(value) for value in place])
        return LessThan(here, there) if order[0].startswith("-") != back else GreaterThan(here, there)
    lead, tied, beyond = Q(), Q(), Q()
    for number, (name, value) in enumerate(zip(order, place, strict=True)):
        column, sign = name.lstrip("-"), "lt" if name.startswith("-") != back else "gt"
        if number == 0:
            lead = Q(**{f"{column}__{sign}e": value})
        beyond |= tied & Q(**{f"{column}__{sign}": value})
        tied &= Q(**{column: value})
    return lead & beyond


def _tuple(parts: Sequence[Any]) -> Func:
    return Func(*parts, template="(%(expressions)s)", output_field=BooleanField())


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"
