"""Rights that are declared twice or name unknown roles, and pages that say no right, stop the start."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from django.urls import URLPattern, get_resolver

from xiaoan.ground.people.rights import declared_rights
from xiaoan.ground.people.roles import ROLES


@register()
def rights_are_sound(app_configs: Any, **kwargs: Any) -> list[Any]:
    found: list[Any] = []
    seen: dict[str, str] = {}
    for module in settings.XIAOAN_RIGHTS:
        for right in import_module(module).RIGHTS:
            if right.key in seen:
                found.append(
                    Error(f"right {right.key} is declared in {seen[right.key]} and in {module}", id="rights.E001")
                )
            if unknown := sorted(set(right.roles) - set(ROLES)):
                found.append(Error(f"right {right.key}: unknown roles {', '.join(unknown)}", id="rights.E002"))
            if not right.sentence.strip():
                found.append(Error(f"right {right.key} has no sentence", id="rights.E003"))
            seen[right.key] = module
    return found


@register("urls")
def pages_say_their_right(app_configs: Any, **kwargs: Any) -> list[Any]:
    found: list[Any] = []
    for route, pattern in page_patterns():
        if not hasattr(pattern.callback, "right"):
            hint = "Decorate it with needs('right.key'), signed_in or public from xiaoan.kernel.gate."
            found.append(Error(f"page /{route} says no right", hint=hint, id="rights.E004"))
        elif (right := pattern.callback.right) and right not in declared_rights():
            found.append(Error(f"page /{route} needs {right}, which no module declares", id="rights.E005"))
    return found


def page_patterns(resolver: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site: (its route as written, its pattern)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from page_patterns(pattern, route)
