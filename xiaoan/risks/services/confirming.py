"""Confirming that controls hold."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.services import make_entry
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed
from xiaoan.risks.models import Confirmation, Control, Found, Point
from xiaoan.risks.services.chain import after, refresh_due
from xiaoan.risks.services.standing import reckon


def confirm_controls(
    *, actor: Actor, unit: Unit, controls: Sequence[Control], found: str = Found.WELL, note: str = ""
) -> list[Confirmation]:
    """Say of one's own controls that they hold (or do not): each is next due one rhythm from now. A school's leads may
    confirm any. Done again on the same day it counts as looked at again."""
    require(actor, "risks.confirm", unit.path)
    if found not in Found.values:
        raise Invalid("请选结果。", {"found": "请选结果。"})
    if found != Found.WELL and not note.strip():
        raise Invalid("请写明哪里有问题。", {"note": "请写明哪里有问题。"})
    if not controls or any(c.unit_path != unit.path or not c.is_active for c in controls):
        raise Invalid("没有选中要确认的措施。")
    if not actor.holds("risks.write") and any(not actor.is_person(c.holder_id) for c in controls):
        raise NotAllowed("这些措施由各自的责任人确认。")
    with transaction.atomic():
        rows = [_row(actor, c, found, note.strip()[:200]) for c in controls]
        Confirmation.objects.bulk_create(rows)
        for row in rows:
            Control.objects.filter(id=row.control_id).update(
                due=row.next_due, confirmed_at=row.at, confirmed_by=row.by, updated_at=row.at, updated_by=row.by
            )
        points = {c.point_id: c.point for c in controls}
        for point in points.values():
            Point.objects.filter(id=point.id).update(checked_on=clock.today())
            refresh_due(point)
        Entry.objects.bulk_create(_entries(actor, unit, points, controls, found, note))
        reckon(unit)
    return rows


def _row(actor: Actor, control: Control, found: str, note: str) -> Confirmation:
    return Confirmation(
        control=control, found=found, note=note, at=clock.now(), by=actor.name, by_id=actor.person_id,
        next_due=after(clock.today(), control.every, control.period), unit_id=control.unit_id,
        unit_path=control.unit_path, county_path=control.county_path,
    )  # fmt: skip


def _entries(
    actor: Actor, unit: Unit, points: dict[Any, Point], controls: Sequence[Control], found: str, note: str
) -> list[Entry]:
    """One entry for each point, so that its history tells it."""
    return [
        make_entry(
            actor=actor, verb="确认管控措施", subject_type="point", subject_id=pk, subject_name=point.name,
            unit_path=unit.path, changes={
                "controls": sum(c.point_id == pk for c in controls), "found": Found(found).label, "note": note[:200],
            },
        )
        for pk, point in points.items()
    ]  # fmt: skip
