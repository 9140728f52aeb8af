"""Printed pages: notice cards and the board, each card with the QR code of its point."""

import uuid
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.errors import NotKnown, Refusal
from xiaoan.risks.pages.places import actor_of, unit_below
from xiaoan.risks.prints import board_pdf, cards_pdf
from xiaoan.risks.queries import find_point, points_of

MOST_CARDS = 120


@require_GET
@needs("risks.read")
def card(request: HttpRequest, point: uuid.UUID) -> HttpResponse:
    """The notice card of one point."""
    row = find_point(actor_of(request), point)
    return _given(request, lambda: cards_pdf([row], _address(request)), f"风险告知卡 {row.name}.pdf")


@require_GET
@needs("risks.read")
def cards(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """The cards of all graded points of a school, the worst first."""
    school = _school(request, unit)
    rows = [p for p in points_of(school) if p.is_assessed][:MOST_CARDS]
    if not rows:
        return _none(request, "还没有评估过的风险点，没有卡片可印。")
    return _given(request, lambda: cards_pdf(rows, _address(request)), f"风险告知卡 {school.name}.pdf")


@require_GET
@needs("risks.read")
def board(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """The board for the gate: levels, list of 较大 and up, colours by area."""
    school = _school(request, unit)
    rows = [p for p in points_of(school) if p.is_assessed]
    if not rows:
        return _none(request, "还没有评估过的风险点，没有公告栏可印。")
    return _given(request, lambda: board_pdf(school, rows), f"安全风险公告栏 {school.name}.pdf")


def _school(request: HttpRequest, unit: uuid.UUID) -> Unit:
    found = unit_below(actor_of(request), unit)
    if not found.is_school:
        raise NotKnown("公告和告知卡按学校印。")
    return found


def _given(request: HttpRequest, make: Any, name: str) -> HttpResponse:
    try:
        response = HttpResponse(make(), content_type="application/pdf")
    except Refusal as why:
        return _none(request, why.sentence, 503)
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    return response


def _none(request: HttpRequest, sentence: str, status: int = 200) -> HttpResponse:
    return page(request, "risks/nothing.html", {"sentence": sentence}, status=status)


def _address(request: HttpRequest) -> Any:
    """Where the QR code of a point leads: this site as the reader came to it."""
    return lambda point: request.build_absolute_uri(reverse("point", args=[point.token]))
