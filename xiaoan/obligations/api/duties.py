"""What a unit has to do today, and what it costs its people."""

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xiaoan.engines.resource.api import held
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid
from xiaoan.obligations.agenda import sections
from xiaoan.obligations.burden import Share, burden_of
from xiaoan.obligations.pages.places import find_unit
from xiaoan.obligations.queries import DutyLine, duties_of

duties, burden = Router(tags=["要做的事"]), Router(tags=["基层负担"])


class DutySource(Schema):
    requirement: str
    document: uuid.UUID
    document_name: str
    clause: str
    rhythm: str
    period: str
    due: date
    is_done: bool


class DutyTold(Schema):
    """One thing to do, with every requirement that asks for it. `section` is where the page lists it."""

    section: str
    key: str
    name: str
    practice: str
    sheet: str
    about: str
    state: str
    due: date
    period: str
    count: int
    need: int
    sources: list[DutySource]


class DutiesTold(Schema):
    unit: uuid.UUID
    on: date
    rows: list[DutyTold]


class ShareTold(Schema):
    key: str
    name: str
    seconds: int
    forms: int


class BurdenTold(Schema):
    """Seconds by ISO week, sheet, document and office; minutes per school and week."""

    unit: uuid.UUID
    schools: int
    by_week: dict[str, int]
    this_week: float | None
    average: float | None
    ceiling: int
    saved: int
    saved_seconds: int
    by_sheet: list[ShareTold]
    by_document: list[ShareTold]
    by_office: list[ShareTold]


class Asked(Schema):
    unit: uuid.UUID | None = Field(None, description="单位编号，不给就是本单位")
    role: str = Field("", max_length=24, description="只看这个岗位要做的")


class AskedUnit(Schema):
    unit: uuid.UUID | None = Field(None, description="单位编号，不给就是本单位")


@duties.get("/", response=DutiesTold, summary="一个单位要做的事", url_name="list_duties")
@held("duties.read")
def list_duties(request: HttpRequest, asked: Asked = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """What the unit owes now, as its page lists it."""
    if asked.role and asked.role not in ROLES:
        raise Invalid("没有这个岗位。", {"role": "没有这个岗位。"})
    unit, today = _unit(request, asked.unit), clock.today()
    found = sections(duties_of(unit, today, role=asked.role), unit, today)
    return {"unit": unit.id, "on": today, "rows": [_line(line, s.key) for s in found for line in s.lines]}


@burden.get("/", response=BurdenTold, summary="一个单位的负担", url_name="get_burden")
@held("burden.read")
def get_burden(request: HttpRequest, asked: AskedUnit = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """The last twelve weeks of a unit and all below it."""
    unit = _unit(request, asked.unit)
    found = burden_of(unit, clock.today())
    plain = ("schools", "by_week", "this_week", "average", "ceiling", "saved", "saved_seconds")
    shares = {name: [_share(s) for s in getattr(found, name)] for name in ("by_sheet", "by_document", "by_office")}
    return {"unit": unit.id, **{name: getattr(found, name) for name in plain}, **shares}


def _unit(request: HttpRequest, unit: uuid.UUID | None) -> Unit:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return find_unit(actor, str(unit or ""))


def _line(line: DutyLine, section: str) -> dict[str, Any]:
    return {
        "section": section, "key": line.key, "name": line.name, "practice": line.practice.key, "sheet": line.practice.sheet,
        "about": line.about, "state": line.state, "due": line.due, "period": line.period_label, "count": line.count,
        "need": line.need, "sources": [_source(s) for s in line.sources],
    }  # fmt: skip


def _source(source: Any) -> dict[str, Any]:
    duty = source.duty
    return {
        "requirement": duty.key, "document": duty.document_id, "document_name": duty.document_short, "clause": duty.clause_key,
        "rhythm": source.rhythm, "period": source.period.key, "due": source.period.due, "is_done": source.is_done,
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    return {"key": share.key, "name": share.name, "seconds": share.seconds, "forms": share.forms}
