"""What phones may do with matters: functions(actor, command) -> answer, named in the site's list."""

from typing import Any

from xiaoan.engines.sync.sent import Sent
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.kernel.ids import read_id
from xiaoan.matters.kinds import kind
from xiaoan.matters.models import Cell
from xiaoan.matters.picking import picked
from xiaoan.matters.seeing import find_matter
from xiaoan.matters.services import around, cases, keepers


def report_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`matter.report` {unit, kind, words, place, cell, partner} and photos: the matter takes the command's id."""
    told = sent.payload
    unit = _unit(actor, told.get("unit"))
    what = kind(str(told.get("kind", "")))
    cell = picked(Cell.objects.filter(unit_path=unit.path), told.get("cell"))
    partner = picked(Unit.objects.all(), told.get("partner"))
    row = cases.report_matter(
        actor=actor, unit=unit, kind_key=what.key, words=str(told.get("words", "")), place=str(told.get("place", "")),
        cell=cell, partner=partner, photos=[str(f) for f in told.get("photos") or ()], happened_at=sent.happened_at,
        matter_id=sent.id,
    )  # fmt: skip
    return {"matter": "" if row.is_restricted else str(row.id), "number": row.number}


def answer_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`matter.receive` and `matter.answer` {matter, words, outcome, step}, for people of a partner body on their way."""
    told = sent.payload
    matter = find_matter(actor, read_id(told.get("matter")) or sent.id)
    seen = told.get("step") if isinstance(told.get("step"), int) else None
    if sent.kind == "matter.receive":
        cases.receive(actor=actor, matter=matter, seen=seen)
    else:
        words, outcome = str(told.get("words", "")), str(told.get("outcome", ""))
        cases.answer(actor=actor, matter=matter, words=words, outcome=outcome, seen=seen)
    return {"matter": str(matter.id), "state": matter.state}


def contact_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`matter.contact` {matter, words, calm}: a talk or a visit with who petitions."""
    told = sent.payload
    matter = find_matter(actor, read_id(told.get("matter")) or sent.id)
    keepers.record_contact(
        actor=actor, matter=matter, words=str(told.get("words", "")), calm=str(told.get("calm", "")), at=sent.happened_at,
        contact_id=sent.id,
    )  # fmt: skip
    return {"matter": str(matter.id)}


def tick_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`peak.tick` {unit, peak, seen: [police, car, light]}: the record 护学岗 takes the command's id."""
    told = sent.payload
    record = around.tick_peak(
        actor=actor, unit=_unit(actor, told.get("unit")), key=str(told.get("peak", "")),
        seen=[str(s) for s in told.get("seen") or ()], at=sent.happened_at, captured_at=sent.captured_at, record_id=sent.id,
        source="phone",
    )  # fmt: skip
    return {"record": str(record.id)}


def visit_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`grid.visit` {unit, cells, words}: a patrol through squares around a school."""
    told = sent.payload
    rows = around.visit_cells(
        actor=actor, unit=_unit(actor, told.get("unit")), cells=[str(c) for c in told.get("cells") or ()],
        words=str(told.get("words", "")), at=sent.happened_at, command=sent.id,
    )  # fmt: skip
    return {"cells": len(rows)}


def _unit(actor: Actor, unit_id: Any) -> Unit:
    """The unit that it was told for, which need not be the one of the post held now."""
    unit = picked(Unit.objects.under(actor.scope), unit_id)
    if unit is None:
        raise NotKnown("这条记录是为别的单位填的，您现在的岗位不能替它提交。请切换岗位后重新填写。")
    return unit
