"""Reading integrations, their endpoints and what was sent to them."""

import uuid

from django.db.models import Q, QuerySet

from xiaoan.engines.connect.models import Delivery, Endpoint, Integration
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.queries import post_seen_by
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit, UnitQuerySet
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

PAGE = 50
ASIDE = (Rank.DEPARTMENT, Rank.PARTNER)
MOST_POSTS = 300
NOT_KNOWN = "没有这个接口，或者它不在您的管理范围内。"


def integrations_of(actor: Actor, after: str = "") -> tuple[list[Integration], str]:
    """A page of the integrations in the actor's scope, the newest first, and the cursor of the next. One query."""
    rows = all_integrations_of(actor)
    if after:
        rows = rows.filter(id__lt=_cursor(after))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""


def all_integrations_of(actor: Actor) -> QuerySet[Integration]:
    """The integrations in the actor's scope, the newest first."""
    rows = Integration.objects.visible_to(actor, "connect.manage").select_related("unit", "post__person", "post__unit")
    return rows.order_by("-id")


def find_integration(actor: Actor, integration_id: uuid.UUID) -> Integration:
    rows = Integration.objects.visible_to(actor, "connect.manage").select_related("unit", "post__person", "post__unit")
    found: Integration | None = rows.filter(id=integration_id).first()
    if found is None:
        raise NotKnown(NOT_KNOWN)
    return found


def find_endpoint(actor: Actor, endpoint_id: uuid.UUID) -> Endpoint:
    rows = Endpoint.objects.visible_to(actor, "connect.manage").select_related("integration__unit")
    found: Endpoint | None = rows.filter(id=endpoint_id).first()
    if found is None:
        raise NotKnown("没有这个推送地址，或者它不在您的管理范围内。")
    return found


def find_delivery(actor: Actor, delivery_id: uuid.UUID) -> Delivery:
    seen = Endpoint.objects.visible_to(actor, "connect.manage")
    found = Delivery.objects.select_related("endpoint__integration").filter(id=delivery_id, endpoint__in=seen).first()
    if found is None:
        raise NotKnown("没有这条推送，或者它不在您的管理范围内。")
    return found


def deliveries_of(endpoint: Endpoint, most: int = 30) -> list[Delivery]:
    """The newest deliveries of an endpoint."""
    return list(endpoint.deliveries.order_by("-id")[:most])


def posts_for(actor: Actor) -> list[Post]:
    """Posts of the actor's own unit and its sections that a system may act in: everybody's but the actor's own."""
    rows = Post.objects.current().under(actor.scope).filter(unit__in=_own_units(actor)).select_related("person", "unit")
    return [p for p in rows.order_by("role", "-id")[:MOST_POSTS] if not actor.is_person(p.person_id)]


def post_for(actor: Actor, post_id: uuid.UUID) -> Post:
    """A post in the actor's scope. Raises NotKnown."""
    return post_seen_by(actor, post_id)


def _own_units(actor: Actor) -> UnitQuerySet:
    """The unit itself with its sections and partner bodies."""
    return Unit.objects.filter(Q(path=actor.scope) | Q(parent__path=actor.scope, rank__in=ASIDE))


def _cursor(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotKnown("没有这一页。") from None
