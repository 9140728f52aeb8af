"""One move of a hazard: the flow's, with holder, deadline and figures kept with it."""

from datetime import date
from typing import Any

from django.db import transaction

from xiaoan.engines.flow.services import run_move
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.paths import below
from xiaoan.ground.units.reshaping import moved
from xiaoan.hazards.figures import cells, count
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.placing import placed, verifier
from xiaoan.hazards.queries import open_here
from xiaoan.hazards.repeats import earlier_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.risks.services import hazard_changed, loop_moved

PATHS = ("holder_path", "verify_path", "partner_path", "escalated_to")


def move(
    actor: Actor, hazard: Hazard, key: str, seen: int | None = None, filled: dict[str, Any] | None = None,
    sets: dict[str, Any] | None = None, due: date | None = None,
) -> Hazard:  # fmt: skip
    """Run a move of the flow HAZARD. `due` is the deadline of the new state where it is not the norm's."""
    before, to = cells(hazard), HAZARD.move(key).to

    def following(values: dict[str, Any]) -> dict[str, Any]:
        changes = {**values, **(sets or {})}
        return {**(sets or {}), **placed(hazard, to, changes, due)}

    with transaction.atomic():
        run_move(HAZARD, actor=actor, case=hazard, move=key, seen=seen, filled=filled, sets=following)
        count(before, cells(hazard))
        tell_risks(hazard)
    return hazard


def tell_risks(hazard: Hazard) -> None:
    """The school's loop has moved, and where a risk point is concerned its level follows what is open there."""
    if hazard.unit.rank == Rank.SCHOOL:
        loop_moved(hazard.unit)
    if hazard.point_id:
        by_level, failed = open_here(hazard.point_id)
        hazard_changed(hazard.point_id, by_level, hazard.number, failed)


def remember(hazard: Hazard) -> None:
    """Link the case to the closed one that has come back with it, and put that closing in doubt."""
    earlier = None if hazard.earlier_id else earlier_of(hazard)
    if earlier is None:
        return
    before, hazard.earlier = cells(hazard), earlier
    Hazard.objects.filter(id=hazard.id).update(earlier=earlier)
    Hazard.objects.filter(id=earlier.id).update(questioned_on=clock.today())
    count(before, cells(hazard))
    told(SYSTEM, "原销号待复核", earlier, {"why": "同一地点、同一原因再次出现", "hazard": hazard.number})


def told(actor: Actor, verb: str, hazard: Hazard, changes: dict[str, Any] | None = None) -> None:
    """A line of the case's history that is no move."""
    write_entry(
        actor=actor, verb=verb, subject_type=HAZARD.key, subject_id=hazard.id, subject_name=str(hazard),
        unit_path=hazard.unit_path, changes=changes or {},
    )  # fmt: skip


def on_move(old: str, new: str) -> None:
    """Listener of units that move: whoever stands on the way of a case is found anew."""
    for column in PATHS:
        rows = Hazard.objects.filter(below(old, column)).exclude(**{column: ""})
        rows.update(**{column: moved(column, old, new)})
    for hazard in Hazard.objects.filter(below(new, "unit_path")).still_open():
        after = placed(hazard, hazard.state, {}, hazard.due)
        Hazard.objects.filter(id=hazard.id).update(**after)
    closed = Hazard.objects.filter(below(new, "unit_path"), holder_path="")
    for path, level in closed.values_list("unit_path", "level").distinct():
        one = Hazard(unit_path=path, level=level)
        closed.filter(unit_path=path, level=level).update(verify_path=verifier(one))
