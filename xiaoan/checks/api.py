"""Checklists, starter items and criteria in the API."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xiaoan.checks.catalogue import items
from xiaoan.checks.criteria import criteria_for, levels_at
from xiaoan.checks.resource import CHECKLISTS
from xiaoan.engines.resource.api import held, router_for
from xiaoan.kernel.actor import Actor

checklists = router_for(CHECKLISTS)
criteria = Router(tags=["重大隐患判定标准"])
check_items = Router(tags=["基础检查项目"])


class ToldCriterion(Schema):
    key: str
    category: str
    mode: str
    group: str
    at_least: int
    words: str
    basis: str
    is_verified: bool
    items: list[str]


class ToldItem(Schema):
    """`level` is the grade that a fault has at the asker's unit."""

    key: str
    category: str
    subcategory: str
    text: str
    frequency: str
    post: str
    basis: str
    level: str
    is_verified: bool
    needs: list[str]
    any_of: list[str]
    kinds: list[str]
    criteria: list[str]


@criteria.get("/", response=list[ToldCriterion], summary="重大隐患判定标准", url_name="list_criteria")
@held("checks.read")
def list_criteria(request: HttpRequest) -> Any:
    """The criteria in force at the asker's unit today."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return [{**vars(c), "items": list(c.items)} for c in criteria_for(actor.scope)]


@check_items.get("/", response=list[ToldItem], summary="基础检查项目", url_name="list_check_items")
@held("checks.read")
def list_items(request: HttpRequest) -> Any:
    """The starter set."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    lists, level = ("needs", "any_of", "kinds", "criteria"), levels_at(actor.scope)
    return [
        {**vars(i), "level": level(i), **{name: list(getattr(i, name)) for name in lists}} for i in items().values()
    ]
