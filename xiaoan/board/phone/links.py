"""Addresses of pages outside the phone, by what they are for."""

from typing import Any

from django.urls import NoReverseMatch, reverse

NAMES = {
    "conflicts": "sync:conflicts",
    "living": "board:living",
    "feed": "obligations:feed_settings",
    "ask": "obligations:ask_exemption",
    "desk": "obligations:mine",
    "assignment": "obligations:assignment",
    "hazard": "hazards:hazard",
}


def link_to(what: str, *args: Any) -> str:
    """The address, or nothing where the site has no such page: the phone then leaves the link out."""
    try:
        return reverse(NAMES[what], args=args)
    except NoReverseMatch:
        return ""
