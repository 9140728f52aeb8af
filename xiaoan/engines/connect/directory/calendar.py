"""School time: terms and the days that the state's calendar moves."""

import uuid
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import held
from xiaoan.ground.calendar.models import SpecialDay
from xiaoan.ground.calendar.queries import school_year_of, terms_shown
from xiaoan.ground.calendar.services import TermGiven, set_term
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

router = Router(tags=["校历"])
FIRST_YEAR, LAST_YEAR = 2017, 2039


class TermTold(Schema):
    """`unit` set the term; null is the platform's usual one. `days` are days with pupils."""

    key: str
    name: str
    starts: date
    ends: date
    unit: uuid.UUID | None = None
    days: int | None = None


class DayTold(Schema):
    day: date
    is_working: bool
    name: str
    basis: str


class NewTerm(Schema):
    """School year 2026 is 2026—2027."""

    unit: uuid.UUID | None = None
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    part: Literal["1", "2", "3"]
    starts: date
    ends: date


class AskedTerms(Schema):
    unit: uuid.UUID | None = Field(None, description="单位编号，不给就是本单位")
    year: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR, description="学年开始的年份，不给就是本学年")


@router.get("/terms/", response=list[TermTold], summary="一个单位的学期", url_name="list_terms")
@held("calendar.read")
def list_terms(request: HttpRequest, asked: AskedTerms = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """The terms of a school year as they hold at a unit."""
    unit = unit_below(request.actor, asked.unit)  # type: ignore[attr-defined]
    year = school_year_of(clock.today()) if asked.year is None else asked.year
    return [
        {
            "key": t.span.key, "name": t.span.name, "starts": t.span.starts, "ends": t.span.ends,
            "unit": t.source.id if t.source else None, "days": t.days,
        } for t in terms_shown(unit, year)
    ]  # fmt: skip


@router.post("/terms/", response={201: TermTold}, summary="设定学期", url_name="list_terms")
@writes("calendar.manage")
def set_one_term(request: HttpRequest, given: NewTerm) -> Any:
    """Set a term for a unit and all below it, or move it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = TermGiven(given.year, given.part, given.starts, given.ends)
    row = set_term(actor=actor, unit=unit_below(actor, given.unit), given=wanted)
    return {"key": row.key, "name": row.name, "starts": row.starts, "ends": row.ends, "unit": row.unit_id}


@router.get("/days/", response=list[DayTold], summary="放假和调休", url_name="list_days")
@held("calendar.read")
def list_days(request: HttpRequest) -> Any:
    """Days off and make-up days that were uploaded, the newest first; those of known years come with the platform."""
    return list(SpecialDay.objects.order_by("-day").values("day", "is_working", "name", "basis")[:400])
