"""A norm declared twice or with a default of the wrong kind stops the start."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import Error, register

KINDS: dict[str, Any] = {"int": int, "number": (int, float), "text": str, "flag": bool}


@register()
def norms_are_sound(app_configs: Any, **kwargs: Any) -> list[Any]:
    found, seen = [], set()
    for module in settings.XIAOAN_NORMS:
        for norm in import_module(module).NORMS:
            if norm.key in seen:
                found.append(Error(f"norm {norm.key} is declared twice", id="norms.E001"))
            if not isinstance(norm.default, KINDS[norm.kind]):
                found.append(Error(f"norm {norm.key}: default {norm.default!r} is no {norm.kind}", id="norms.E002"))
            seen.add(norm.key)
    return found
