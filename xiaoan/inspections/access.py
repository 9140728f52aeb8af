"""Who may know of a visit, and acting on it in the bureau's name.

An inspector may belong to another county, to a school, to a partner body or to a third party: on the visits that they were
sent to they act for the bureau that sent them, and nowhere else.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import QuerySet

from xiaoan.inspections.models import Campaign, Part, Visit
from xiaoan.inspections.rights import AROUND
from xiaoan.kernel import wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import NotAllowed, NotKnown

UNKNOWN = "没有这次检查，或者它不在您的管理范围内。"
# What a bureau's inspector does in its name, whatever their own role may do.
ON_BEHALF = frozenset(
    {"inspections.read", "inspections.do", "records.write", "records.read", "hazards.report", "hazards.read"}
)


def parts_of(actor: Actor) -> "QuerySet[Part]":
    """What the person was given to inspect, wherever it stands."""
    return Part.objects.filter(person_id=actor.person_id) if actor.person_id else Part.objects.none()


def is_on(actor: Actor, visit: Visit) -> bool:
    """Whether the person was sent to this visit."""
    with wall.opened():
        return actor.holds("inspections.do") and parts_of(actor).filter(visit=visit).exists()


def find_visit(actor: Actor, visit_id: uuid.UUID) -> Visit:
    """The visit, to those who were sent to it and to those in whose scope it stands. Raises NotKnown."""
    with wall.opened():
        rows = Visit.objects.select_related("campaign__document", "campaign__plan_item", "place", "unit")
        row: Visit | None = rows.filter(pk=visit_id).first()
    if row is None or not (actor.is_system or is_on(actor, row) or _sees(actor, row)):
        raise NotKnown(UNKNOWN)
    return row


def visits_seen_by(actor: Actor) -> QuerySet[Visit]:
    """The visits of lists: those in the scope; who is only given some sees those."""
    rows = Visit.objects.visible_to(actor, "inspections.read")
    if actor.role in AROUND:
        rows = rows.filter(pk__in=parts_of(actor).values("visit"))
    return rows


def find_campaign(actor: Actor, campaign_id: uuid.UUID, right: str = "inspections.read") -> Campaign:
    """A campaign of a bureau in the actor's scope. Raises NotKnown."""
    rows = Campaign.objects.visible_to(actor, right) if actor.role not in AROUND else Campaign.objects.none()
    row: Campaign | None = rows.select_related("unit", "document", "plan_item").filter(pk=campaign_id).first()
    if row is None:
        raise NotKnown("没有这次督查，或者它不在您的管理范围内。")
    return row


def is_of_bureau(actor: Actor, visit: Visit) -> bool:
    """Whether the actor belongs to the bureau that inspects, in its own rooms."""
    return actor.is_system or (actor.scope == visit.by_path and actor.role not in AROUND)


@contextmanager
def on_behalf(actor: Actor, visit: Visit) -> Iterator[Actor]:
    """Act for the bureau that inspects. Raises NotAllowed to who neither belongs to it nor was sent."""
    if not (is_on(actor, visit) or (is_of_bureau(actor, visit) and actor.holds("inspections.do"))):
        require(actor, "inspections.do", visit.unit_path)
        raise NotAllowed("这次检查没有派您参加。")
    acting = as_bureau(actor, visit.by_path)
    with wall.asking(acting):
        yield acting


def as_bureau(actor: Actor, by_path: str) -> Actor:
    """The same person, with the scope of the bureau that sent them and what its inspectors may do."""
    if actor.is_system:
        return actor
    return actor.sent_by(by_path, ON_BEHALF)


@contextmanager
def looking(actor: Actor, visit: Visit) -> Iterator[Actor]:
    """Read a visit with all that belongs to it: in the bureau's name for those who were sent."""
    acting = as_bureau(actor, visit.by_path) if is_on(actor, visit) or is_of_bureau(actor, visit) else actor
    with wall.asking(acting):
        yield acting


def _sees(actor: Actor, visit: Visit) -> bool:
    return actor.holds("inspections.read") and actor.sees(visit.unit_path) and actor.role not in AROUND
