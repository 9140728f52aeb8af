"""The lists of this floor in the API; points made, graded and declared, and controls confirmed by another system."""

import uuid
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.risks.models import Control
from xiaoan.risks.queries import find_point
from xiaoan.risks.resource import ACCEPTANCES, CONTROLS, NOTICES, POINTS, STANDINGS, STUDIES
from xiaoan.risks.services import assess_point
from xiaoan.risks.services.chain import make_point
from xiaoan.risks.services.confirming import confirm_controls
from xiaoan.risks.services.sources import declare_points

points, controls, standings = router_for(POINTS), router_for(CONTROLS), router_for(STANDINGS)
notices, studies, acceptances = router_for(NOTICES), router_for(STUDIES), router_for(ACCEPTANCES)
Told, PointTold = detail_schema(CONTROLS), detail_schema(POINTS)


class Seen(Schema):
    """`found` is 0 (it holds), 1 (something is wrong) or 2 (out of use); what is wrong is said in `note`."""

    found: str = Field("0", max_length=1)
    note: str = Field("", max_length=200)


class PointGiven(Schema):
    """`area` is the key of a key area, `kind` the code of a category of checks. Without a grade yet: assess it next."""

    name: str = Field(max_length=40)
    area: str = Field(max_length=16)
    kind: str = Field(max_length=8)
    place: str = Field("", max_length=60)
    factors: str = Field("", max_length=300)
    accidents: str = Field("", max_length=120)
    emergency: str = Field("", max_length=300)
    post: str = Field("", max_length=40)
    owner: str = Field("", max_length=60)
    announced_at: str = Field("", max_length=60)
    cycle_months: int | None = Field(None, ge=1, le=36)


class Graded(Schema):
    """`factors` are those of the region's method, by their letters: {"L": "3", "S": "4"}, or {"level": "2"}. `why` is
    initial, due, incident or change; `step` is the one that was read, if it must still hold."""

    factors: dict[str, str] = Field(max_length=5)
    why: Literal["", "initial", "due", "incident", "change"] = ""
    reason: str = Field("", max_length=300)
    step: int | None = Field(None, ge=0, lt=1_000_000)


@points.post("/", response={201: PointTold}, summary="建立风险点", url_name="list_points")
@writes("risks.write")
def make(request: HttpRequest, given: PointGiven) -> Any:
    """A risk point of the own school, to be graded next."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = make_point(actor=actor, unit=unit_below(actor, None), **given.dict())
    return detail_of(POINTS, actor, POINTS.rows(actor).get(pk=row.id))


@points.post("/{uuid:point}/assess/", response=PointTold, summary="评估风险点", url_name="assess_point")
@writes("risks.write")
def assess(request: HttpRequest, point: uuid.UUID, given: Graded) -> Any:
    """Grade a point by the region's method; what open hazards have raised stays raised."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = find_point(actor, point)
    assess_point(actor=actor, point=row, factors=given.factors, why=given.why, reason=given.reason, seen=given.step)
    return detail_of(POINTS, actor, POINTS.rows(actor).get(pk=row.id))


@points.post("/{uuid:point}/declare/", response=PointTold, summary="申报风险源", url_name="declare_point")
@writes("risks.write")
def declare(request: HttpRequest, point: uuid.UUID) -> Any:
    """Declare a graded point to the county, which registers it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = find_point(actor, point)
    declare_points(actor=actor, unit=row.unit, points=[row])
    return detail_of(POINTS, actor, POINTS.rows(actor).get(pk=row.id))


@controls.post("/{uuid:control}/confirm/", response=Told, summary="确认管控措施", url_name="confirm_control")
@writes("risks.confirm")
def confirm(request: HttpRequest, control: uuid.UUID, given: Seen) -> Any:
    """Say that a control of the own school holds, or does not."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row: Control | None = (
        Control.objects.visible_to(actor, "risks.confirm").select_related("point", "unit").filter(id=control).first()
    )
    if row is None:
        raise NotKnown("没有这项措施，或者它不在您的管理范围内。")
    confirm_controls(actor=actor, unit=row.unit, controls=[row], found=given.found, note=given.note)
    return detail_of(CONTROLS, actor, CONTROLS.rows(actor).get(pk=row.id))
