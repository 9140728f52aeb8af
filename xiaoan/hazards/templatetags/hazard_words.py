"""A few words that only pages of hazards use."""

from typing import Any

from django.http import HttpRequest
from django.template import Library

from xiaoan.obligations.recording import why_url
from xiaoan.policies.templatetags.policies_words import tier_word

register = Library()
register.filter(tier_word)


@register.filter
def why_of(key: str, unit: Any) -> str:
    """The address of the panel that says where a requirement comes from."""
    return why_url(key, f"?unit={unit}")


@register.filter
def holds(request: HttpRequest, right: str) -> bool:
    """Whether the reader holds a right."""
    return bool(request.actor.holds(right))  # type: ignore[attr-defined]
