"""Addresses of pages outside the phone, by what they are for."""

from typing import Any

from django.urls import reverse

NAMES = {"conflicts": "sync:conflicts", "living": "board:living"}


def link_to(what: str, *args: Any) -> str:
    """The address, or nothing where the site has no such page: the phone then leaves the link out."""
    name = NAMES.get(what)
    return reverse(name, args=args) if name else ""
