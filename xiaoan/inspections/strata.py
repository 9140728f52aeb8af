"""The grade by which a draw stratifies: what the last visits found at a unit."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Sum

from xiaoan.ground.units.models import Unit
from xiaoan.inspections.models import Visit
from xiaoan.kernel import clock

MANY, FEW, NONE, NEVER = "问题多", "问题少", "没有问题", "两年未查"
YEARS = timedelta(days=730)
MANY_FROM = 5  # findings in two years


def grades_of(units: Sequence[Unit]) -> dict[UUID, str]:
    """{unit id: its grade}: findings of the last two years' visits."""
    rows = Visit.objects.filter(place__in=[u.id for u in units], counted_on__gte=clock.today() - YEARS)
    found = {r["place"]: r["n"] for r in rows.order_by().values("place").annotate(n=Sum("failed"))}
    return {u.id: _grade(found.get(u.id)) for u in units}


def _grade(found: int | None) -> str:
    if found is None:
        return NEVER
    return MANY if found >= MANY_FROM else FEW if found else NONE
