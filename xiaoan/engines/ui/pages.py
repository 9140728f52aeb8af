"""Whole page or part: one helper decides, so that no view asks about headers itself."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part: not for a boosted link, nor when it restores a page from history."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    part: str | Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or only its part when htmx asks for it.

    `part` is the template that the page itself includes, or several of them by the id of the element
    that they fill: {"rows": "hazards/parts/rows.html"}. An id that is not named gets the whole page.
    """
    chosen = template
    if part is not None and wants_part(request):
        target = request.headers.get("HX-Target", "")
        chosen = part if isinstance(part, str) else part.get(target, template)
    response = render(request, chosen, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
