"""Norms: the numbers that regions set, as they hold at a unit."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import held
from xiaoan.ground.norms.declare import declared
from xiaoan.ground.norms.queries import Value, value_at, values_at
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

router = Router(tags=["规范值"])


class NormTold(Schema):
    """`unit` set the value; null is the platform's default."""

    norm: str
    sentence: str
    kind: str
    measure: str
    value: int | float | str | bool
    unit: uuid.UUID | None
    since: date | None
    basis: str


class NormGiven(Schema):
    unit: uuid.UUID | None = None
    value: str = Field(max_length=200)
    valid_from: date
    basis: str = Field(max_length=200)


class AskedUnit(Schema):
    unit: uuid.UUID | None = Field(None, description="单位编号，不给就是本单位")


@router.get("/", response=list[NormTold], summary="一个单位的规范值", url_name="list_norms")
@held("norms.read")
def list_norms(request: HttpRequest, asked: AskedUnit = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """Every norm as it holds at a unit today."""
    unit = unit_below(request.actor, asked.unit)  # type: ignore[attr-defined]
    return _told(values_at(unit.path))


@router.post("/{norm}/", response=NormTold, summary="设定规范值", url_name="set_norm")
@writes("norms.set")
def set_one(request: HttpRequest, norm: str, given: NormGiven) -> Any:
    """Give it another value at a unit and below, from a day on; the answer is what holds there today."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if norm not in declared():
        raise NotKnown("没有这个规范值。")
    unit = unit_below(actor, given.unit)
    set_norm(actor=actor, unit=unit, key=norm, text=given.value, valid_from=given.valid_from, basis=given.basis)
    return _told([value_at(norm, unit.path)])[0]


def _told(values: list[Value]) -> list[dict[str, Any]]:
    ids = dict(Unit.objects.filter(path__in={v.unit_path for v in values}).values_list("path", "id"))
    return [
        {
            "norm": v.norm.key, "sentence": v.norm.sentence, "kind": v.norm.kind, "measure": v.norm.unit, "value": v.value,
            "unit": ids.get(v.unit_path), "since": v.valid_from, "basis": v.basis,
        } for v in values
    ]  # fmt: skip
