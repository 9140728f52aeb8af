"""The API of records: the list and the single record of the resource, filing and withdrawing, the sheets themselves."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import AwareDatetime, Field

from xiaoan.engines.connect.writing import key_of, writes, writes_itself
from xiaoan.engines.resource.api import NOT_HERE, answer, held, router_for
from xiaoan.engines.sheets.answers import clean
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.describe import describe
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.queries import sheets_for
from xiaoan.engines.sheets.resource import RECORDS
from xiaoan.engines.sheets.services import file_record, withdraw_record
from xiaoan.engines.sync.once import REUSED
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown

router = router_for(RECORDS)


class RecordGiven(Schema):
    """A filled-in sheet. `unit` is the token's own unit unless given; `answers` are as the sheet's questions say."""

    sheet: str = Field(max_length=32)
    answers: dict[str, Any]
    happened_at: AwareDatetime | None = None
    unit: uuid.UUID | None = None
    seconds: int = Field(0, ge=0, le=14400, description="填写用了多少秒")
    about: str = Field("", max_length=48, description="直接回应的要求的编号")


class RecordFiled(Schema):
    id: uuid.UUID
    sheet: str
    summary: str
    happened_on: date


class Why(Schema):
    why: str = Field(max_length=200)


@router.post("/", response={201: RecordFiled}, summary="记一条", url_name="list_records")
@writes_itself("records.write")
def file_one_record(request: HttpRequest, given: RecordGiven) -> Any:
    """The record takes the Idempotency-Key as its id: a second sending finds it there."""
    key, actor = key_of(request), request.actor  # type: ignore[attr-defined]
    if given.sheet not in sheets():
        raise Invalid("没有这种记录表。", {"sheet": "没有这种记录表，可用的见 /api/records/sheets/。"})
    record = file_record(
        actor=actor.doing(key), unit=_unit(actor, given.unit), sheet=given.sheet, answers=given.answers,
        happened_at=given.happened_at or clock.now(), record_id=key, seconds=given.seconds, source="api", about=given.about,
    )  # fmt: skip
    if record.is_repeat and not _is_same(record, given):
        raise Invalid(REUSED)
    return record


@router.post("/{uuid:record}/withdraw/", response=RecordFiled, summary="撤回记录", url_name="withdraw_record")
@writes("records.write")
def withdraw(request: HttpRequest, record: uuid.UUID, given: Why) -> Any:
    """Take it back with a reason; what it proved is undone."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = Record.objects.visible_to(actor, "records.write").filter(id=record).first()
    if found is None:
        raise NotKnown(NOT_HERE)
    done = withdraw_record(actor=actor, record=found, why=given.why)
    return {"id": done.id, "sheet": done.sheet, "summary": done.summary, "happened_on": done.happened_on}


class RecordCount(Schema):
    sheet: str
    month: str
    records: int


@router.get("/counts/", response=list[RecordCount], summary="各类记录每月的数量", url_name="count_records")
@held("records.read")
def count_records(request: HttpRequest) -> Any:
    """Valid records of the actor's whole scope by sheet and month, from the tally: a province costs what a school does."""
    figures = read_one(request.actor.scope, "records")  # type: ignore[attr-defined]
    return answer([{"sheet": s, "month": m, "records": n} for (s, m), n in sorted(figures.items()) if n])


@router.get("/sheets/", response=list[dict[str, Any]], summary="本单位可填的记录类型", url_name="list_sheets")
@held("records.write")
def list_sheets(request: HttpRequest) -> Any:
    """What the actor's own unit may fill in, each with its questions."""
    return [describe(s) for s in sheets_for(own_unit(request.actor).rank)]  # type: ignore[attr-defined]


@router.get("/sheets/{sheet}/", response=dict[str, Any], summary="一种记录的全部问题", url_name="get_sheet")
@held("records.read")
def get_sheet(request: HttpRequest, sheet: str) -> Any:
    """Any sheet by its key, for reading records of units below."""
    if sheet not in sheets():
        raise NotKnown("没有这种记录类型。")
    return describe(sheets()[sheet])


def _unit(actor: Actor, unit_id: uuid.UUID | None) -> Unit:
    """The unit that it is filed for: the own one, which alone may be named. One query."""
    unit = own_unit(actor)
    if unit_id not in (None, unit.id):
        raise NotKnown("只能为令牌或岗位所在的单位填报记录。")
    return unit


def _is_same(record: Record, given: RecordGiven) -> bool:
    """Whether what was sent under a key that has a record already is that record."""
    is_then = given.happened_at in (None, record.happened_at)
    return is_then and record.about == given.about and record.answers == clean(sheets()[given.sheet], given.answers)
