"""Which unit an operation is about."""

import uuid

from xiaoan.ground.units import queries
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

NOT_KNOWN = "没有这个单位，或者它不在您的管理范围内。"


def unit_below(actor: Actor, unit_id: uuid.UUID | None) -> Unit:
    """A unit in the actor's scope; the top of the scope when none is named. Raises NotKnown."""
    found = queries.unit_below(actor, unit_id)
    if found is None:
        raise NotKnown(NOT_KNOWN)
    return found
