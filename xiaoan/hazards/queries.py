"""Reads of hazards."""

import uuid
from collections import Counter
from typing import Any

from django.db.models import Q

from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Hazard, HazardQuerySet
from xiaoan.hazards.repeats import place_key
from xiaoan.hazards.states import CLOSED
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.kernel.ids import read_id
from xiaoan.policies.book import Duty, book

FEW = 3
MOST_UNITS = 400
PRACTICES = ("monthly_check", "holiday_rectification", "major_hazard_check")  # that the loop of hazards serves


def find_hazard(actor: Actor, hazard_id: uuid.UUID) -> Hazard:
    """The case, to those who may know of it. Raises NotKnown."""
    found = (
        Hazard.objects.visible_to(actor, "hazards.read")
        .select_related("unit", "earlier", "duplicate_of", "point", "control")
        .filter(id=hazard_id)
        .first()
    )
    if found is None:
        raise NotKnown("没有这件隐患，或者它不在您的管理范围内。")
    return found  # type: ignore[no-any-return]


def open_at(unit_path: str) -> HazardQuerySet:
    """Open cases of the unit and all below it, newest first."""
    return Hazard.objects.under(unit_path).still_open().order_by("-id")


def hazards_of(origin_type: str, origin_id: uuid.UUID) -> HazardQuerySet:
    """What an inspection, a round, a warning has raised, in order."""
    return Hazard.objects.filter(origin_type=origin_type, origin_id=origin_id).order_by("id")


def open_here(point_id: uuid.UUID) -> tuple[dict[str, int], list[tuple[uuid.UUID, str]]]:
    """How many open cases of each level lie at a risk point, and which controls of it the judged ones say have failed."""
    columns = ("level", "state", "control_id", "number")
    rows = list(Hazard.objects.filter(point_id=point_id).still_open().order_by("id").values_list(*columns))
    failed = [(control, number) for _, state, control, number in rows if control and state != "reported"]
    return Counter(level for level, *_ in rows), failed


def similar_here(
    actor: Actor, unit_path: str, *, hazard: Hazard | None = None, place: str = "", item: str = "", category: str = "",
    point: str = "",
) -> list[Hazard]:  # fmt: skip
    """Open cases of a unit like the one given, or like what is being typed: at the same place, or with the same cause."""
    if hazard:
        place, item, category, point = hazard.place, hazard.item, hazard.category, str(hazard.point_id or "")
    near, at = Q(pk__in=[]), read_id(point)
    near |= Q(place_key=place_key(place)) if place_key(place) else Q()
    near |= Q(item=item) if item else Q()
    near |= Q(category=category) if category and not item else Q()
    near |= Q(point=at) if at else Q()
    rows = Hazard.objects.visible_to(actor, "hazards.read").filter(near, unit_path=unit_path).still_open()
    rows = rows.exclude(id=hazard.id) if hazard else rows
    return list(rows.order_by("-id")[:FEW])


def similar_elsewhere(actor: Actor, hazard: Hazard) -> list[Hazard]:
    """Closed cases of the county with the same cause: how others did it."""
    if not hazard.category or not actor.holds("hazards.read"):
        return []
    cause: dict[str, Any] = {"item": hazard.item} if hazard.item else {"subcategory": hazard.subcategory}
    rows = Hazard.objects.visible_to(actor, "hazards.read").filter(category=hazard.category, state=CLOSED, **cause)
    rows = rows.filter(county_path=hazard.county_path).exclude(id__in=[hazard.id, hazard.earlier_id or hazard.id])
    return list(rows.select_related("unit").order_by("-id")[:2])


def touched(hazard: Hazard) -> list[Duty]:
    """What documents ask of the unit that this loop serves."""
    unit = hazard.unit
    found = book().binding(unit.path, unit.facts())
    return [d for d in found if d.practice.key in PRACTICES[: 3 if hazard.is_major else 2]][:FEW]


def places_to_report(actor: Actor) -> list[Unit]:
    """Where the actor may report from a list: the own unit and, for a bureau, schools below when they are few."""
    rows = Unit.objects.under(actor.scope).active().exclude(rank__in=[Rank.DEPARTMENT, Rank.PARTNER])
    found = list(rows.only("id", "name", "path").order_by("path")[: MOST_UNITS + 1])
    return found if len(found) <= MOST_UNITS else found[:1]
