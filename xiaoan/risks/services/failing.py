"""Controls that open hazards say do not hold: marked while they are open, with their numbers."""

import uuid
from collections.abc import Sequence

from django.db.models import Q

from xiaoan.ground.journal.services import write_entry
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.risks.models import Control, Point

Failed = tuple[uuid.UUID, str]  # a control, and the number of a hazard that says it failed


def mark_failed(point: Point, failed: Sequence[Failed]) -> None:
    """Write to the point's controls which hazards say that they failed, and take it back where none does any more."""
    told: dict[uuid.UUID, list[str]] = {}
    for control_id, number in failed:
        told.setdefault(control_id, []).append(number)
    for control in Control.objects.filter(Q(id__in=told) | ~Q(failed_by=""), point=point):
        words = "、".join(told.get(control.id, ()))[:120]
        if words != control.failed_by:
            _mark(point, control, words)


def _mark(point: Point, control: Control, words: str) -> None:
    on = (control.failed_on or clock.today()) if words else None
    Control.objects.filter(id=control.id).update(failed_by=words, failed_on=on)
    write_entry(
        actor=SYSTEM, verb="管控措施失效" if words else "管控措施恢复", subject_type="point", subject_id=point.id,
        subject_name=point.name, unit_path=point.unit_path,
        changes={"control": control.words, "hazards": words or control.failed_by},
    )  # fmt: skip
