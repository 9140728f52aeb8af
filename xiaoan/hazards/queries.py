"""Reads of hazards."""

import uuid

from django.db.models import Count

from xiaoan.hazards.models import Hazard, HazardQuerySet
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown


def find_hazard(actor: Actor, hazard_id: uuid.UUID) -> Hazard:
    """The case, to those who may know of it. Raises NotKnown."""
    found = Hazard.objects.visible_to(actor, "hazards.read").select_related("unit").filter(id=hazard_id).first()
    if found is None:
        raise NotKnown("没有这件隐患，或者它不在您的管理范围内。")
    return found  # type: ignore[no-any-return]


def open_at(unit_path: str) -> HazardQuerySet:
    """Open cases of the unit and all below it, newest first."""
    return Hazard.objects.under(unit_path).still_open().order_by("-id")


def hazards_of(origin_type: str, origin_id: uuid.UUID) -> HazardQuerySet:
    """What an inspection, a round, a warning has raised, in order."""
    return Hazard.objects.filter(origin_type=origin_type, origin_id=origin_id).order_by("id")


def open_by_level(point_id: uuid.UUID) -> dict[str, int]:
    """How many open cases of each level lie at a risk point."""
    rows = Hazard.objects.filter(point_id=point_id).still_open().values_list("level").annotate(n=Count("id"))
    return dict(rows.order_by())
