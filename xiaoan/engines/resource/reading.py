"""Rows of a resource for a page, a call or one address. What is asked most, the first page without a filter and a single
row, is compiled once for all who stand on one level of the tree."""

import uuid
from dataclasses import replace
from typing import Any

from xiaoan.engines.resource.declare import Resource, Values
from xiaoan.engines.resource.paging import Page, first_page, read_page
from xiaoan.ground.units.paths import depth
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.kept import Kept

NO_STEP = "~"  # in no path
SOME_ROW = uuid.UUID(int=1)
_pages: dict[tuple[str, str, int], Kept[Any]] = {}
_rows: dict[tuple[str, str, int], Kept[Any]] = {}


def page_of(resource: Resource, actor: Actor, values: Values, *, after: str, before: str, size: int) -> Page:
    """The page after or before a cursor, else the first. One query."""
    is_first = not (values or after or before) and size == resource.page_size
    if not is_first or not _goes_by_scope(resource, actor):
        rows, order = resource.listed(actor, values), resource.order_of(values)
        return read_page(rows, order, after=after, before=before, size=size)
    level, rank = _level(resource, actor), actor.rank
    if level not in _pages:
        _pages[level] = Kept(
            lambda scope: resource.listed(_asker(rank, scope), {})[: size + 1], NO_STEP * len(actor.scope)
        )
    return first_page(_pages[level](actor.scope), resource.order_of({}), size)


def row_of(resource: Resource, actor: Actor, pk: uuid.UUID) -> Any | None:
    """A row that the actor may see. One query, without the order that first() would add."""
    if not _goes_by_scope(resource, actor):
        return next(iter(resource.rows(actor).filter(pk=pk)[:1]), None)
    level, rank = _level(resource, actor), actor.rank
    if level not in _rows:
        made = Kept(
            lambda scope, row: resource.rows(_asker(rank, scope)).filter(pk=row)[:1],
            NO_STEP * len(actor.scope),
            SOME_ROW,
        )
        _rows[level] = made
    return _rows[level].first(actor.scope, pk)


def _goes_by_scope(resource: Resource, actor: Actor) -> bool:
    return bool(actor.scope) and actor.holds(resource.right) and resource.by_scope(actor)


def _level(resource: Resource, actor: Actor) -> tuple[str, str, int]:
    """Actors for whom the statements differ in the path of their scope only."""
    return resource.key, actor.rank, depth(actor.scope)


def _asker(rank: str, scope: str) -> Actor:
    """Somebody of this rank who holds the right."""
    return replace(SYSTEM, rank=rank, scope=scope)
