"""Which checklists a unit may use, and what of them concerns it."""

import uuid

from django.db.models import Q, QuerySet

from xiaoan.checks.catalogue import Item, facilities_of, items_for
from xiaoan.checks.models import Checklist, Purpose, State
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown


def checklists_for(unit: Unit, purpose: str = "") -> list[Checklist]:
    """The published checklists that hold at the unit, the nearest bureau's first. `purpose` is self or inspection.

    Where a bureau above has published any for self-checks, a school uses those and not its own."""
    found = Checklist.objects.filter(state=State.PUBLISHED, unit_path__in=unit.ancestor_paths)
    if purpose:
        found = found.filter(purpose__in=[purpose, Purpose.ANY])
    fitting = [c for c in found.order_by("-unit_path", "title") if not c.kinds or unit.kind in c.kinds]
    above = [c for c in fitting if c.unit_path != unit.path]
    return above if above and unit.rank == Rank.SCHOOL and purpose == Purpose.SELF else fitting


def lines_of(checklist: Checklist | None, unit: Unit) -> list[Item]:
    """The lines of a checklist that concern the unit; without a checklist the starter set's."""
    if checklist is None:
        return items_for(unit)
    has = facilities_of(unit)
    return [i for i in checklist.items if i.concerns(unit.kind, has)]


def seen_by(actor: Actor) -> QuerySet[Checklist]:
    """What the actor may read: of the units below, and what was published above. Drafts are for those who write them."""
    if not actor.holds("checks.read"):
        return Checklist.objects.none()
    above = Q(unit_path__in=ancestors(actor.scope)) & ~Q(state=State.DRAFT)
    rows = Checklist.objects.filter(below(actor.scope, "unit_path") | above)
    return rows if actor.holds("checks.write") else rows.exclude(state=State.DRAFT)


def find_checklist(actor: Actor, checklist_id: uuid.UUID) -> Checklist:
    """One that the actor may read. Raises NotKnown."""
    row = seen_by(actor).select_related("unit").filter(id=checklist_id).first()
    if row is None:
        raise NotKnown("没有这份检查清单，或者它不在您的管理范围内。")
    return row


def versions_of(actor: Actor, checklist: Checklist) -> list[Checklist]:
    """All versions that the reader may know, newest first."""
    return list(seen_by(actor).filter(family=checklist.family).defer("lines").order_by("-version"))
