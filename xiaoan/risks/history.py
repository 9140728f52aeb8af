"""How things stood: the state of points on a past day, figures of two days side by side, a point's own history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from xiaoan.kernel import clock
from xiaoan.risks.models import Assessment, Confirmation, Control, Level, Point
from xiaoan.risks.services.chain import after

MOST = 3000  # red and orange points of a county that two days are compared of


@dataclass(frozen=True)
class Day:
    """Red and orange risks below a unit at the end of a day, and how many of them were under control."""

    on: date
    red: int
    orange: int
    held: int

    @property
    def total(self) -> int:
        return self.red + self.orange

    @property
    def percent(self) -> int | None:
        """How many in a hundred were under control, cut; None without any."""
        return 100 * self.held // self.total if self.total else None


def points_on(path: str, on: date) -> QuerySet[Any]:
    """The points below a unit that were there at the end of a day, each with `level_then` (None: not yet graded)."""
    last = Assessment.objects.filter(point=OuterRef("pk"), at__lt=_end(on)).order_by("-at", "-id")
    rows = Point.objects.under(path).filter(made_on__lte=on).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))
    found: QuerySet[Any] = rows.annotate(level_then=Subquery(last.values("level")[:1])).select_related("unit")
    return found


def figures_on(path: str, on: date) -> Day:
    """Red and orange at the end of a day and how many were held: owned, with a control, none of them overdue then."""
    points = list(points_on(path, on).filter(level_then__lte=Level.ORANGE)[:MOST])
    held = held_on(points, on)
    return Day(
        on, sum(p.level_then == Level.RED for p in points), sum(p.level_then == Level.ORANGE for p in points), len(held)
    )


def held_on(points: Iterable[Point], on: date) -> set[Any]:
    """Ids of the points that were under control at the end of a day, from what had been confirmed by then."""
    rows = list(points)
    last = Confirmation.objects.filter(control=OuterRef("pk"), at__lt=_end(on)).order_by("-at", "-id")
    controls = Control.objects.filter(point__in=rows, made_on__lte=on).annotate(
        due_then=Subquery(last.values("next_due")[:1])
    )
    first: dict[Any, date] = {}
    for c in controls:
        gone = not c.is_active and clock.day_of(c.updated_at) <= on
        if not gone:
            due = c.due_then or _first_due(c)
            first[c.point_id] = min(due, first.get(c.point_id, due))
    return {p.id for p in rows if p.owner and p.id in first and first[p.id] >= on}


def _first_due(control: Control) -> date:
    return control.due if control.confirmed_at is None else after(control.made_on, control.every, control.period)


def _end(day: date) -> datetime:
    """The first moment of the next day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
