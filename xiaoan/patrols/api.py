"""Rounds in the API: reading them, and sending one that was walked."""

import uuid
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.kernel.actor import Actor
from xiaoan.patrols.resource import ROUNDS
from xiaoan.patrols.services import find_route, walk_round

rounds = router_for(ROUNDS)
RoundTold = detail_schema(ROUNDS)


class StopGiven(Schema):
    """What was seen at one stop. `bad` are keys of the checks that failed; `photos` ids of files uploaded before."""

    state: Literal["ok", "bad", "na"]
    bad: list[str] = Field([], max_length=40)
    note: str = Field("", max_length=300)
    photos: list[uuid.UUID] = Field([], max_length=3)
    at: datetime | None = None
    scanned: bool = False


class RoundGiven(Schema):
    route: uuid.UUID
    period: str = Field("", max_length=20)
    slot: str = Field("", max_length=5)
    started_at: datetime
    ended_at: datetime
    stops: dict[uuid.UUID, StopGiven] = Field(max_length=60)
    note: str = Field("", max_length=300)
    seconds: int = Field(0, ge=0, le=14400)


@rounds.post("/", response={201: RoundTold}, summary="记一次巡查", url_name="list_rounds")
@writes("patrols.walk")
def walk(request: HttpRequest, given: RoundGiven) -> Any:
    """A round of the own school as it was walked; what is wrong at a stop becomes a hazard."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = walk_round(
        actor=actor, route=find_route(actor, given.route, "patrols.walk"), period=given.period, slot=given.slot,
        started_at=given.started_at, ended_at=given.ended_at, note=given.note, seconds=given.seconds,
        stops={str(k): s.dict() for k, s in given.stops.items()},
    )  # fmt: skip
    return detail_of(ROUNDS, actor, row)
