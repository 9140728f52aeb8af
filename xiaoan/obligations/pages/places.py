"""Which unit a page is about."""

import uuid

from django.http import HttpRequest

from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

ASIDE = (Rank.DEPARTMENT, Rank.PARTNER)


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def unit_of(request: HttpRequest) -> Unit:
    """The unit of `?unit=`, or the actor's own bureau or school. Raises NotKnown outside the scope."""
    return find_unit(actor_of(request), request.GET.get("unit", ""))


def find_unit(actor: Actor, asked: str = "") -> Unit:
    """The unit of that id, or the actor's own bureau or school. Raises NotKnown outside the scope."""
    if not asked:
        return own_unit(actor)
    try:
        found = Unit.objects.under(actor.scope).exclude(rank__in=ASIDE).filter(id=uuid.UUID(asked)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return found
