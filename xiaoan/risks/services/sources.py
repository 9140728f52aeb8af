"""The four steps of a risk source: identified and declared by the school, registered and supervised by the county."""

from collections.abc import Sequence

from django.db import transaction

from xiaoan.engines.flow.services import run_move
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.flows import POINT
from xiaoan.risks.models import Point, Supervision
from xiaoan.risks.services.standing import reckon


def declare_points(*, actor: Actor, unit: Unit, points: Sequence[Point]) -> list[Point]:
    """Declare graded points to the county, several at once."""
    if any(not p.is_assessed for p in points):
        raise Invalid("还没有评估的风险点不能申报，请先评估。")
    if not points:
        raise Invalid("没有选中要申报的风险点。")
    with transaction.atomic():
        done = [run_move(POINT, actor=actor, case=p, move="declare", sets={"updated_at": clock.now()}) for p in points]
        reckon(unit)
    return done


def register_point(*, actor: Actor, point: Point, supervision: str, seen: int | None = None) -> Point:
    """The county registers a declared point and says how it will be supervised."""
    told = {"supervision": supervision[:300]}
    return run_move(POINT, actor=actor, case=point, move="register", seen=seen, filled=told)


def refuse_point(*, actor: Actor, point: Point, note: str, seen: int | None = None) -> Point:
    """Back to the school, with the reason."""
    return run_move(POINT, actor=actor, case=point, move="refuse", seen=seen, filled={"note": note[:300]})


def supervise_point(*, actor: Actor, point: Point, note: str, seen: int | None = None) -> Point:
    """The county looked at it: what it saw and what it wants. Counts as a visit to the school on that day."""
    with transaction.atomic():
        done = run_move(POINT, actor=actor, case=point, move="supervise", seen=seen, filled={"note": note[:300]})
        Supervision.objects.create(
            point=point, words=done.note, at=clock.now(), on=clock.today(), by=actor.name, by_id=actor.person_id,
            unit_id=point.unit_id, unit_path=point.unit_path, county_path=point.county_path,
        )  # fmt: skip
    return done


def end_point(*, actor: Actor, point: Point, note: str, seen: int | None = None) -> Point:
    """The risk is there no longer; its history stays."""
    with transaction.atomic():
        sets = {"is_active": False, "ended_on": clock.today(), "updated_at": clock.now()}
        done = run_move(POINT, actor=actor, case=point, move="end", seen=seen, filled={"note": note[:300]}, sets=sets)
        point.controls.filter(is_active=True).update(is_active=False, updated_at=clock.now(), updated_by=actor.name)
        reckon(point.unit)
    return done
