"""What the register of classes and rooms says of a school, for the measures that stand on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import Count, Q

from xiaoan.ground.units.models import Unit
from xiaoan.obligations.standing import read_register
from xiaoan.officers.models import CURRENT, Group

MEASURES = {"class": "class_officers", "dormitory": "room_officers"}  # kind of group -> measure
JUNIOR = 7  # the first grade whose classes must have an officer


def classes(unit: Unit) -> tuple[int, int] | None:
    """(classes with an officer, all), from the seventh grade."""
    return _counted(unit, Q(kind="class", grade__gte=JUNIOR))


def rooms(unit: Unit) -> tuple[int, int] | None:
    return _counted(unit, Q(kind="dormitory"))


@contextmanager
def read_after(unit_id: UUID, *kinds: str) -> Iterator[Unit]:
    """Change the register inside; then the measures on it are read anew. Who changes it at the same moment waits: both
    would read without what the other wrote."""
    unit = Unit.objects.select_for_update(no_key=True).get(id=unit_id)
    yield unit
    read_register(unit, [MEASURES[kind] for kind in kinds if kind in MEASURES])


def _counted(unit: Unit, which: Q) -> tuple[int, int] | None:
    rows = Group.objects.filter(CURRENT, which, unit=unit)
    found = rows.aggregate(n=Count("id"), held=Count("id", filter=Q(has_officer=True)))
    return (found["held"], found["n"]) if found["n"] else None
