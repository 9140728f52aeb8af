"""What waits for the person: a page, a short card on the home board, the number on the bell. The last two are fetched
after the page that they stand on, so that no page pays for them.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from xiaoan.board.queries.cases import hazard_lines
from xiaoan.engines.ui.frame import Bell
from xiaoan.engines.ui.pages import page, wants_part
from xiaoan.engines.ui.waiting import waiting
from xiaoan.ground.people.gate import needs
from xiaoan.kernel.actor import Actor

KEPT = "private, max-age=60"  # a minute: many pages in a row ask once


def bell(request: HttpRequest) -> Bell:
    """The bell of every desk page: it asks for its number by itself."""
    if not getattr(request, "actor", None):
        return Bell("")
    return Bell(reverse("board:waiting"), asks=reverse("board:waiting_bell"))


@require_GET
@needs("")
def waits(request: HttpRequest) -> HttpResponse:
    """All that waits, by kind, and how the hazards of the scope stand."""
    part = "board/parts/waiting.html"
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = {"lines": waiting(actor), "hazards": hazard_lines(actor)}
    return page(request, part if wants_part(request) else "board/waiting.html", shown)


@require_GET
@needs("")
def waiting_bell(request: HttpRequest) -> HttpResponse:
    """The bell with its number."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    count = sum(line.count for line in waiting(actor))
    response = page(request, "ui/bell.html", {"bell": Bell(reverse("board:waiting"), count)})
    response["Cache-Control"] = KEPT
    return response
