"""Matters in the API: list and detail by the declaration, reporting, and the steps of a partner body's own system.
Restricted clues, mediation, key persons and contacts are not here."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.matters.kinds import kind
from xiaoan.matters.models import Matter
from xiaoan.matters.resource import MATTERS
from xiaoan.matters.seeing import NOT_HERE, listed_for
from xiaoan.matters.services import cases

router = router_for(MATTERS)
Told = detail_schema(MATTERS)


class Given(Schema):
    """A problem around a school, a dispute, a petition. `partner` passes it on at once."""

    kind: str = Field(max_length=20)
    words: str = Field(max_length=1000)
    place: str = Field("", max_length=80)
    unit: uuid.UUID | None = None
    partner: uuid.UUID | None = None


class Words(Schema):
    """What was done, or why; `step` is the one that was read, if it must still hold."""

    words: str = Field("", max_length=1000)
    outcome: str = Field("", max_length=12)
    step: int | None = Field(None, ge=0, lt=1_000_000)


@router.post("/", response={201: Told}, summary="登记周边问题和矛盾", url_name="list_matters")
@writes("matters.report")
def report_one(request: HttpRequest, given: Given) -> Any:
    """Tell of a matter, and pass it on when a department is named."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if kind(given.kind).restricted:
        raise Invalid("受限线索不能通过接口报送，请在平台上报送。", {"kind": "不能通过接口报送。"})
    partner = Unit.objects.filter(id=given.partner).first() if given.partner else None
    row = cases.report_matter(
        actor=actor,
        unit=unit_below(actor, given.unit),
        kind_key=given.kind,
        words=given.words,
        place=given.place,
        partner=partner,
    )
    return _told(actor, row.id)


@router.post("/{uuid:matter}/receive/", response=Told, summary="部门签收", url_name="receive_matter")
@writes("matters.answer")
def receive(request: HttpRequest, matter: uuid.UUID, given: Words) -> Any:
    """The department signs for it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    cases.receive(actor=actor, matter=_found(actor, matter), seen=given.step)
    return _told(actor, matter)


@router.post("/{uuid:matter}/answer/", response=Told, summary="部门答复", url_name="answer_matter")
@writes("matters.answer")
def answer(request: HttpRequest, matter: uuid.UUID, given: Words) -> Any:
    """The department says what was done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    cases.answer(actor=actor, matter=_found(actor, matter), words=given.words, outcome=given.outcome, seen=given.step)
    return _told(actor, matter)


def _found(actor: Actor, matter: uuid.UUID) -> Matter:
    row: Matter | None = listed_for(actor).filter(id=matter).first()
    if row is None:
        raise NotKnown(NOT_HERE)
    return row


def _told(actor: Actor, matter: uuid.UUID) -> dict[str, Any]:
    return detail_of(MATTERS, actor, listed_for(actor).get(pk=matter))
