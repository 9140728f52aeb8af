"""The menu: groups of entries, each shown to those who hold its right."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Entry:
    name: str
    icon: str
    url: str
    right: str


GROUPS: list[tuple[str, list[Entry]]] = []


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """What the signed-in actor sees in the sidebar: [{name, entries: [Entry]}]."""
    actor = getattr(request, "actor", None)
    if not actor:
        return []
    shown = [(name, [e for e in entries if actor.holds(e.right)]) for name, entries in GROUPS]
    return [{"name": name, "entries": entries} for name, entries in shown if entries]
