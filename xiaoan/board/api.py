"""Figures: the board of a unit and the living document, as their pages show them."""

import uuid
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xiaoan.board.queries.boards import read_board
from xiaoan.board.queries.clauses import Total
from xiaoan.board.queries.documents import find_document, read_living
from xiaoan.board.queries.places import find_unit
from xiaoan.board.spans import Stretch, stretch
from xiaoan.engines.resource.api import held
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.kernel import clock

boards, living = Router(tags=["总览"]), Router(tags=["活文件"])


class SpanTold(Schema):
    key: str
    label: str
    start: date
    end: date


class TotalTold(Schema):
    """`done` is the mean of the ratios of all requirements, cut to tenths of a per cent; null where nothing is owed.
    `states` says how many requirements are in each state."""

    done: float | None
    state: str
    states: dict[str, int]


class MatterTold(Schema):
    practice: str
    name: str
    total: TotalTold
    late: int


class PaperTold(Schema):
    document: uuid.UUID
    short: str
    total: TotalTold


class BelowTold(Schema):
    unit: uuid.UUID
    name: str
    rank: str
    total: TotalTold
    schools: int
    pupils: int


class BoardTold(Schema):
    unit: uuid.UUID
    name: str
    span: SpanTold
    on: date
    total: TotalTold
    requirements: int
    matters: list[MatterTold]
    documents: list[PaperTold]
    below: list[BelowTold]


class ClauseFigure(Schema):
    """`wears` is live, own (of the unit itself), free (binds nobody here) or soft (a principle); `done` in whole per cent."""

    clause: str
    wears: str
    state: str
    done: int | None
    due: date | None


class LivingTold(Schema):
    document: uuid.UUID
    unit: uuid.UUID
    span: SpanTold
    on: date
    total: TotalTold
    clauses: list[ClauseFigure]


class AskedBoard(Schema):
    span: Literal["week", "month", "term", "year"] = "week"


class AskedLiving(Schema):
    unit: uuid.UUID | None = Field(None, description="单位编号，不给就是本单位")
    span: Literal["month", "term", "year", "all"] = "term"


@boards.get("/{uuid:unit}/", response=BoardTold, summary="一个单位的落实情况", url_name="get_board")
@held("boards.read")
def get_board(request: HttpRequest, unit: uuid.UUID, asked: AskedBoard = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """What a unit and all below it have done, by matter, by document, and by the units directly below."""
    found, today = find_unit(request.actor, unit), clock.today()  # type: ignore[attr-defined]
    held = read_board(found, stretch(asked.span, today, calendar_for(found.path)), today)
    return {
        "unit": found.id, "name": found.name, "span": _span(held.span), "on": today, "total": _total(held.total),
        "requirements": held.requirements,
        "matters": [
            {"practice": m.practice.key, "name": m.practice.name, "total": _total(m.total), "late": m.late} for m in held.matters
        ],
        "documents": [{"document": p.document.id, "short": p.document.short, "total": _total(p.total)} for p in held.papers],
        "below": [
            {"unit": b.unit.id, "name": b.unit.name, "rank": b.unit.rank, "total": _total(b.total), "schools": b.schools,
             "pupils": b.pupils} for b in held.below
        ],
    }  # fmt: skip


@living.get("/{uuid:document}/", response=LivingTold, summary="一份文件的落实情况", url_name="get_living")
@held("policies.read")
def get_living(request: HttpRequest, document: uuid.UUID, asked: AskedLiving = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """Each clause with its completion at a unit and below."""
    actor, today = request.actor, clock.today()  # type: ignore[attr-defined]
    live = read_living(find_document(actor, document), find_unit(actor, asked.unit), asked.span, today)
    rows = ((c.key, live.states[c.key]) for c in live.clauses)
    return {
        "document": live.document.id, "unit": live.unit.id, "span": _span(live.span), "on": today, "total": _total(live.total),
        "clauses": [{"clause": k, "wears": s.wears, "state": s.state, "done": s.percent, "due": s.due} for k, s in rows],
    }  # fmt: skip


def _span(span: Stretch) -> dict[str, Any]:
    return {"key": span.key, "label": span.label, "start": span.start, "end": span.end}


def _total(total: Total) -> dict[str, Any]:
    tenths = total.tenths
    return {"done": None if tenths is None else tenths / 10, "state": total.state, "states": dict(total.states)}
