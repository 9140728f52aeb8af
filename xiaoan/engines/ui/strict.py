"""Strictness of components: a wrong property stops the page in development instead of drawing nonsense."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from django.template import TemplateSyntaxError

Shape = TypeVar("Shape")


def one_of(value: str, allowed: Collection[str], what: str) -> str:
    """Return `value` when it is allowed; else raise, naming what may be used."""
    if value not in allowed:
        raise TemplateSyntaxError(f"{what}: {value!r} is not one of {', '.join(allowed)}")
    return value


def shaped(cls: type[Shape], value: Any) -> Shape:
    """Return `value` as the dataclass `cls`; a mapping is accepted when it has exactly its properties."""
    if isinstance(value, cls):
        return value
    if not isinstance(value, Mapping):
        raise TemplateSyntaxError(f"{cls.__name__} expected, not {type(value).__name__}")
    try:
        return cls(**value)
    except TypeError as error:
        known = ", ".join(field.name for field in fields(cls))  # type: ignore[arg-type]
        raise TemplateSyntaxError(f"{cls.__name__}: {error}; its properties are {known}") from error


def all_shaped(cls: type[Shape], values: Iterable[Any]) -> list[Shape]:
    """Return every one of `values` as the dataclass `cls`."""
    return [shaped(cls, value) for value in values]
