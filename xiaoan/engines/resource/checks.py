"""A declaration that cannot work is told at start-up, with the mistake in words."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from xiaoan.engines.resource.declare import Resource
from xiaoan.ground.people.rights import declared_rights
from xiaoan.kernel.actor import SYSTEM


def check_resources(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every resource that the site lists."""
    found = [import_string(path) for path in settings.XIAOAN_RESOURCES]
    return [Error(f"{r.key}: {why}", id="xiaoan.resource") for r in found for why in mistakes(r)]


def mistakes(resource: Resource) -> Iterator[str]:
    """What is wrong with a declaration, one sentence each."""
    if resource.right not in declared_rights():
        yield f"the right {resource.right} is not declared"
    for what, keys in (
        ("column", [c.key for c in (*resource.columns, *resource.keys)]),
        ("filter", [f.key for f in resource.filters]),
    ):
        if len(keys) != len(set(keys)):
            yield f"a {what} is declared twice"
    model = resource.rows(SYSTEM).model
    for name in resource.order:
        if model._meta.get_field(name.lstrip("-")).null:
            yield f"the order column {name} may be null, so paging would lose rows"
    for order in (resource.order, *(o for f in resource.filters for o in f.orders.values())):
        if not model._meta.get_field(order[-1].lstrip("-")).unique:
            yield f"the order must end in a unique column, not {order[-1]}"
    if clashing := {f.key for f in resource.filters} & {"after", "before", "reset", "limit"}:
        yield f"a filter cannot be called {sorted(clashing)[0]}"
