"""The same place, the same cause: what was there before."""

import re
from datetime import timedelta

from django.db.models import Q

from xiaoan.ground.norms.queries import norm
from xiaoan.hazards.models import Hazard, HazardQuerySet
from xiaoan.hazards.states import CLOSED
from xiaoan.kernel import clock


def place_key(place: str) -> str:
    """A place as it is compared: without blanks and signs, in one case."""
    return re.sub(r"[\W_]+", "", place).lower()[:120]


def earlier_of(hazard: Hazard) -> Hazard | None:
    """The newest case that was closed and has come back: same place and cause, closed within the norm's days."""
    rows = like(hazard)
    if rows.query.is_empty():
        return None
    since = clock.today() - timedelta(days=norm("hazards.repeat_days", hazard.unit_path))
    return rows.filter(state=CLOSED, closed_on__gte=since).order_by("-id").first()


def like(hazard: Hazard) -> HazardQuerySet:
    """Cases of the unit at the same place with the same cause, without the case itself; none where either is not known."""
    place = _place(hazard)
    if not hazard.category or place is None:
        return Hazard.objects.none()
    cause = Q(item=hazard.item) if hazard.item else Q(subcategory=hazard.subcategory)
    rows = Hazard.objects.filter(place, cause, unit_path=hazard.unit_path, category=hazard.category)
    return rows.exclude(id=hazard.id)


def _place(hazard: Hazard) -> Q | None:
    if hazard.point_id:
        return Q(point_id=hazard.point_id)
    return Q(place_key=hazard.place_key) if hazard.place_key else None
