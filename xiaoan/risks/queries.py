"""Reading risks: a unit's points, one point by its QR, a person's controls."""

import uuid
from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.risks.models import Control, Point, Standing


def points_of(unit: Unit) -> list[Point]:
    """The active points of a school, the worst first."""
    return list(Point.objects.filter(unit_path=unit.path, is_active=True).order_by("level", "code"))


def point_by_token(token: str) -> Point | None:
    """The point whose QR carries this token, for anybody who stands before it; None when there is none (any more)."""
    with wall.opened():
        return Point.objects.select_related("unit").filter(token=token, is_active=True).first()


def find_point(actor: Actor, point_id: uuid.UUID) -> Point:
    """A point that the actor may know of. Raises NotKnown."""
    row: Point | None = (
        Point.objects.visible_to(actor, "risks.read").select_related("unit", "plan").filter(id=point_id).first()
    )
    if row is None:
        raise NotKnown("没有这个风险点，或者它不在您的管理范围内。")
    return row


def controls_of(point: Point) -> list[Control]:
    """The active controls of a point, by unit and event."""
    return list(
        Control.objects.filter(point=point, is_active=True)
        .select_related("event__risk_unit")
        .order_by("event__risk_unit__id", "event_id", "id")
    )


def control_at(unit: Unit, control_id: uuid.UUID | None) -> Control | None:
    """An active control of this unit, with its point."""
    rows = Control.objects.filter(unit_path=unit.path, is_active=True).select_related("point")
    found: Control | None = rows.filter(id=control_id).first() if control_id else None
    return found


def control_for(point_id: uuid.UUID | None, item: str) -> Control | None:
    """The control of a point that this check item looks at."""
    if point_id is None or not item:
        return None
    rows = Control.objects.filter(point_id=point_id, item=item, is_active=True)
    found: Control | None = rows.order_by("id").first()
    return found


def my_controls(actor: Actor) -> QuerySet[Control]:
    """The controls that the actor's person has to confirm."""
    rows: QuerySet[Control] = Control.objects.filter(
        unit_path=actor.scope, holder_id=actor.person_id, is_active=True
    ).select_related("point")
    return rows if actor.person_id else rows.none()


def overdue_controls(path: str, on: date | None = None) -> QuerySet[Control]:
    """Controls below a unit that should have been confirmed before the day."""
    rows: QuerySet[Control] = Control.objects.filter(is_active=True, due__lt=on or clock.today())
    return rows.under(path).select_related("point", "unit")  # type: ignore[attr-defined,no-any-return]


def standing_of(unit: Unit) -> Standing:
    """How the school stands; of one that has not begun an empty row, not saved."""
    return Standing.objects.filter(unit_path=unit.path).first() or Standing(unit=unit, unit_path=unit.path)


def controls_by_point(points: Collection[Point]) -> dict[uuid.UUID, list[Control]]:
    """The active controls of several points, by one query."""
    found: dict[uuid.UUID, list[Control]] = {}
    for control in Control.objects.filter(point__in=points, is_active=True).order_by("id"):
        found.setdefault(control.point_id, []).append(control)
    return found


def with_controls(points: Collection[Point]) -> list[tuple[Point, list[Control]]]:
    """Each point with its active controls."""
    found = controls_by_point(points)
    return [(point, found.get(point.id, [])) for point in points]
