"""Units: reading the tree, adding, changing, renaming, moving, merging, closing."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.engines.resource.declare import Column, Filter, Options, Resource
from xiaoan.ground.units.kinds import FACILITIES, PartnerKind, Rank, SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import search_rows
from xiaoan.ground.units.reshaping import merge_units, rename_unit, reparent_unit
from xiaoan.ground.units.services import change_unit, close_unit, create_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.ids import read_id

KINDS = [(str(value), str(label)) for value, label in [*SchoolKind.choices, *PartnerKind.choices]]


def _rows(actor: Actor) -> QuerySet[Unit]:
    return Unit.objects.visible_to(actor, "units.read")


def _ranks(actor: Actor) -> Options:
    return [(str(value), str(label)) for value, label in Rank.choices]


def _by_state(rows: QuerySet[Unit], value: str, actor: Actor) -> QuerySet[Unit]:
    return rows if value == "all" else rows.filter(Q(closed_on=None) if value == "open" else ~Q(closed_on=None))


def _detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("credit_code", "统一社会信用代码", lambda u: u.credit_code),
        Column("boarders", "寄宿生", lambda u: u.boarders, type=int),
        Column("staff", "教职工", lambda u: u.staff, type=int),
        Column("classes", "班级", lambda u: u.classes, type=int),
        Column("has", "设施", lambda u: u.has, type=list[str]),
        Column("opened_on", "设立日期", lambda u: u.opened_on, type=date),
        Column("successor", "并入的单位", lambda u: u.successor_id, type=uuid.UUID),
    ]


UNITS = Resource(
    key="units",
    one="unit",
    name="单位",
    right="units.read",
    rows=_rows,
    columns=[
        Column("name", "名称", lambda u: u.name),
        Column("short", "简称", lambda u: u.short),
        Column("rank", "层级", lambda u: u.rank),
        Column("kind", "类别", lambda u: u.kind),
        Column("division", "行政区划代码", lambda u: u.division),
        Column("identifier", "学校标识码", lambda u: u.identifier),
        Column("pupils", "学生", lambda u: u.pupils, type=int),
        Column("closed_on", "撤销日期", lambda u: u.closed_on, type=date),
    ],
    filters=[
        Filter("words", "名称、曾用名或代码", lambda rows, value, actor: search_rows(rows, value), kind="words"),
        Filter("rank", "层级", lambda rows, value, actor: rows.filter(rank=value), options=_ranks),
        Filter("kind", "类别", lambda rows, value, actor: rows.filter(kind=value), options=lambda actor: KINDS),
        Filter("parent", "上级单位编号", lambda rows, value, actor: rows.filter(parent=read_id(value)), kind="words"),
        Filter("state", "状态", _by_state, options=lambda actor: [("open", "在办"), ("closed", "已撤销"), ("all", "全部")], default="open"),
    ],
    keys=[Column("parent", "上级单位编号", lambda u: u.parent_id, type=uuid.UUID)],
    order=("path",),
    href=lambda unit: reverse("units:show", args=[unit.pk]),
    detail=_detail,
)  # fmt: skip

router = router_for(UNITS)
UnitTold = detail_schema(UNITS)


class UnitFacts(Schema):
    """What is not given stays as it is."""

    short: str | None = Field(None, max_length=24)
    kind: SchoolKind | PartnerKind | None = None
    division: str | None = Field(None, max_length=9)
    identifier: str | None = Field(None, max_length=10)
    credit_code: str | None = Field(None, max_length=18)
    pupils: int | None = Field(None, ge=0, le=200_000)
    boarders: int | None = Field(None, ge=0, le=200_000)
    staff: int | None = Field(None, ge=0, le=50_000)
    classes: int | None = Field(None, ge=0, le=5_000)
    has: list[str] | None = Field(None, max_length=10)


class UnitGiven(UnitFacts):
    parent: uuid.UUID
    rank: Rank
    name: str = Field(max_length=80)


class NameGiven(Schema):
    name: str = Field(max_length=80)
    short: str = Field("", max_length=24)
    basis: str = Field(max_length=120)


class PlaceGiven(Schema):
    parent: uuid.UUID
    basis: str = Field(max_length=120)


class MergeGiven(Schema):
    into: uuid.UUID
    on: date
    basis: str = Field(max_length=120)


class CloseGiven(Schema):
    on: date


@router.post("/", response={201: UnitTold}, summary="新增单位", url_name="list_units")
@writes("units.manage")
def add_unit(request: HttpRequest, given: UnitGiven) -> Any:
    """Put a new unit under another."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    parent, facts = unit_below(actor, given.parent), _facts(given)
    return _told(actor, create_unit(actor=actor, parent=parent, rank=given.rank.value, name=given.name, **facts))


@router.post("/{uuid:unit}/change/", response=UnitTold, summary="修改单位资料", url_name="change_unit")
@writes("units.manage")
def change(request: HttpRequest, unit: uuid.UUID, given: UnitFacts) -> Any:
    """Facts but the name: renaming asks for its basis."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    facts = _facts(given)
    if not facts:
        raise Invalid("没有要改的内容。")
    return _told(actor, change_unit(actor=actor, unit=unit_below(actor, unit), **facts))


@router.post("/{uuid:unit}/rename/", response=UnitTold, summary="单位改名", url_name="rename_unit")
@writes("units.manage")
def rename(request: HttpRequest, unit: uuid.UUID, given: NameGiven) -> Any:
    """The former name stays findable."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _told(actor, rename_unit(actor=actor, unit=unit_below(actor, unit), **given.dict()))


@router.post("/{uuid:unit}/move/", response=UnitTold, summary="调整隶属", url_name="move_unit")
@writes("units.manage")
def move(request: HttpRequest, unit: uuid.UUID, given: PlaceGiven) -> Any:
    """Move a unit with all below it under another parent."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found, parent = unit_below(actor, unit), unit_below(actor, given.parent)
    return _told(actor, reparent_unit(actor=actor, unit=found, parent=parent, basis=given.basis))


@router.post("/{uuid:unit}/merge/", response=UnitTold, summary="合并单位", url_name="merge_unit")
@writes("units.manage")
def merge(request: HttpRequest, unit: uuid.UUID, given: MergeGiven) -> Any:
    """Dissolve this unit into another of its rank; the answer is the other one."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    units, into = [unit_below(actor, unit)], unit_below(actor, given.into)
    return _told(actor, merge_units(actor=actor, units=units, into=into, on=given.on, basis=given.basis))


@router.post("/{uuid:unit}/close/", response=UnitTold, summary="撤销单位", url_name="close_unit")
@writes("units.manage")
def close(request: HttpRequest, unit: uuid.UUID, given: CloseGiven) -> Any:
    """Its posts end on that day; its records stay."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _told(actor, close_unit(actor=actor, unit=unit_below(actor, unit), on=given.on))


def _facts(given: UnitFacts) -> dict[str, Any]:
    facts = given.dict(include=set(UnitFacts.model_fields), exclude_none=True)
    if unknown := sorted(set(facts.get("has", ())) - set(FACILITIES)):
        raise Invalid(f"没有“{unknown[0][:20]}”这种设施，可用的有：{'、'.join(FACILITIES)}。", {"has": "设施不对。"})
    return {key: getattr(value, "value", value) for key, value in facts.items()}


def _told(actor: Actor, unit: Unit) -> dict[str, Any]:
    return detail_of(UNITS, actor, unit)
