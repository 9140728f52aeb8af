"""Hazards for programs: reporting, moving, and what is like one."""

import uuid
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import AwareDatetime, Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import answer, detail_of, detail_schema, held, router_for
from xiaoan.engines.tally.queries import read_one
from xiaoan.hazards.doing import as_typed, do_move
from xiaoan.hazards.figures import NOW
from xiaoan.hazards.models import REPORT_ONLY, Hazard
from xiaoan.hazards.queries import find_hazard
from xiaoan.hazards.resource import HAZARDS
from xiaoan.hazards.services import report_hazard
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed

router = router_for(HAZARDS)
Told = detail_schema(HAZARDS)


class Fixed(Schema):
    """Fixed on the spot: who did it, how, and what it looks like now."""

    by: str = Field(max_length=60)
    how: str = Field("", max_length=500)
    photos: list[uuid.UUID] = Field([], max_length=9)


class Report(Schema):
    """`photos` are ids of files that were uploaded before; `control` is the control of a risk point that did not hold.
    Without a unit it is the own one."""

    words: str = Field(max_length=500)
    unit: uuid.UUID | None = None
    place: str = Field("", max_length=120)
    point: uuid.UUID | None = None
    control: uuid.UUID | None = None
    item: str = Field("", max_length=40)
    category: str = Field("", max_length=8)
    level: Literal["", "major", "larger", "general", "low"] = ""
    source: str = Field("self_check", max_length=16)
    kind: Literal["hazard", "surroundings"] = "hazard"
    photos: list[uuid.UUID] = Field([], max_length=9)
    happened_at: AwareDatetime | None = None
    is_anonymous: bool = False
    fixed: Fixed | None = None


class Moved(Schema):
    """What the desk's form of this move asks, by its field names; `step` is the one that was read, if it must still hold."""

    told: dict[str, str | int | list[str] | None] = {}
    photos: list[uuid.UUID] = Field([], max_length=9)
    step: int | None = Field(None, ge=0, lt=1_000_000)


class HazardCount(Schema):
    state: str
    level: str
    category: str
    hazards: int


@router.get("/counts/", response=list[HazardCount], summary="各类隐患的数量", url_name="count_hazards")
@held("hazards.read")
def count_hazards(request: HttpRequest) -> Any:
    """Cases of the actor's whole scope by state, level and category, from the tally: a province costs what a school does.
    Whoever sees own cases only counts none."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role in (*REPORT_ONLY, "partner_officer"):
        raise NotAllowed("统计只给学校和教育行政部门看。")
    told = ((*subject.split("."), n) for (subject, _), n in sorted(read_one(actor.scope, NOW).items()) if n)
    return answer([{"state": s, "level": level, "category": c, "hazards": n} for s, level, c, n in told])


@router.post("/", response={201: Told}, summary="上报隐患", url_name="list_hazards")
@writes("hazards.report")
def report(request: HttpRequest, given: Report) -> Any:
    """Take a hazard in: it is numbered, held and due at once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = given.dict(exclude={"unit"})
    hazard = report_hazard(actor=actor, unit=unit_below(actor, given.unit), **asked)
    return detail_of(HAZARDS, actor, hazard)


@router.post("/{uuid:hazard}/moves/{slug:move}/", response=Told, summary="办理隐患", url_name="move_hazard")
@writes("hazards.read")
def move(request: HttpRequest, hazard: uuid.UUID, move: str, given: Moved) -> Any:
    """Judge, assign, hand in, verify, return …: any move that the actor may run now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = find_hazard(actor, hazard)
    do_move(actor, case, move, as_typed(given.told), [str(p) for p in given.photos], given.step)
    return detail_of(HAZARDS, actor, _again(case))


def _again(hazard: Hazard) -> Hazard:
    return Hazard.objects.select_related("unit").get(id=hazard.id)  # type: ignore[no-any-return]
