"""Exemptions: asking, granting, refusing, ending."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.kernel.actor import Actor
from xiaoan.obligations import exemptions as services
from xiaoan.obligations.resource import EXEMPTIONS

exemptions = router_for(EXEMPTIONS)
Told = detail_schema(EXEMPTIONS)


class Wish(Schema):
    requirement: str = Field(max_length=48)
    reason: str = Field(max_length=300)
    ends: date


class Answer(Schema):
    """`ends` only with a grant: until when; the day that was wished for unless given."""

    decision: str = Field("", max_length=300)
    ends: date | None = None
    step: int | None = Field(None, ge=0, lt=1_000_000)


@exemptions.post("/", response={201: Told}, summary="申请免做", url_name="list_exemptions")
@writes("exemptions.ask")
def ask_exemption(request: HttpRequest, given: Wish) -> Any:
    """Say why a requirement does not fit the own school, and until when."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = services.ask_exemption(actor=actor, unit=unit_below(actor, None), **given.dict())
    return _told(actor, row.id)


@exemptions.post("/{uuid:exemption}/grant/", response=Told, summary="同意免做", url_name="grant_exemption")
@writes("exemptions.decide")
def grant(request: HttpRequest, exemption: uuid.UUID, given: Answer) -> Any:
    """Agree until a day: the unit counts as bound no more."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = services.find_exemption(actor, exemption)
    services.grant(actor=actor, exemption=row, decision=given.decision, ends=given.ends, seen=given.step)
    return _told(actor, row.id)


@exemptions.post("/{uuid:exemption}/refuse/", response=Told, summary="不同意免做", url_name="refuse_exemption")
@writes("exemptions.decide")
def refuse(request: HttpRequest, exemption: uuid.UUID, given: Answer) -> Any:
    """Do not agree, and say why."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = services.find_exemption(actor, exemption)
    services.refuse(actor=actor, exemption=row, decision=given.decision, seen=given.step)
    return _told(actor, row.id)


@exemptions.post("/{uuid:exemption}/end/", response=Told, summary="结束免做", url_name="end_exemption")
@writes("exemptions.decide")
def end(request: HttpRequest, exemption: uuid.UUID, given: Answer) -> Any:
    """The unit owes the requirement again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = services.find_exemption(actor, exemption)
    services.end(actor=actor, exemption=row, seen=given.step)
    return _told(actor, row.id)


def _told(actor: Actor, exemption: uuid.UUID) -> dict[str, Any]:
    return detail_of(EXEMPTIONS, actor, EXEMPTIONS.rows(actor).get(pk=exemption))
