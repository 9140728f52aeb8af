"""Who sees which matter: one rule for lists, pages, the API, boards and services."""

import uuid

from django.db.models import Q, QuerySet

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import ScopedQuerySet
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed, NotKnown
from xiaoan.matters.kinds import OF_PEOPLE
from xiaoan.matters.models import Keeper, Matter, Party

NOT_HERE = "没有这件事，或者它不在您的管理范围内。"
RELATED = ("unit", "partner", "cell", "spot", "sweep")


def listed_for(actor: Actor) -> ScopedQuerySet:
    """What lists, exports, figures and the API may hold. Restricted clues are in none of them."""
    rows = _narrowed(Matter.objects.visible_to(actor, "matters.read"), actor)
    return rows.filter(is_restricted=False).select_related(*RELATED)


def clues_for(actor: Actor) -> ScopedQuerySet:
    """Restricted clues: of the police that they went to, and of the bureau's keeper of clues."""
    rows = Matter.objects.visible_to(actor, "matters.read").filter(is_restricted=True).select_related(*RELATED)
    if actor.is_system:
        return rows
    mine = Q(partner_path=actor.unit_path)
    if is_keeper(actor, "clues"):
        mine |= Q(holder_path=actor.unit_path)
    return rows.filter(mine)


def find_matter(actor: Actor, matter_id: uuid.UUID) -> Matter:
    """The matter, to those who may know of it. Raises NotKnown."""
    found: Matter | None = (
        listed_for(actor).filter(id=matter_id).first() or clues_for(actor).filter(id=matter_id).first()
    )
    if found is None:
        raise NotKnown(NOT_HERE)
    return found


def _narrowed(rows: ScopedQuerySet, actor: Actor) -> ScopedQuerySet:
    """A partner body's post sees what was given to it; matters of people need their own right."""
    if actor.is_system:
        return rows
    if actor.rank == Rank.PARTNER:
        return rows.filter(partner_path=actor.unit_path)
    return rows if actor.holds("disputes.read") else rows.exclude(family__in=OF_PEOPLE)


def is_keeper(actor: Actor, duty: str) -> bool:
    """Whether the actor's post is one that its unit has named for this duty."""
    if actor.is_system:
        return True
    named = Keeper.objects.filter(unit_path=actor.unit_path, duty=duty, ended_at__isnull=True)
    return actor.post_id is not None and named.filter(post_id=actor.post_id).exists()


def keepers_above(path: str, duty: str) -> QuerySet[Keeper]:
    """Keepers at the unit or at a bureau above it; ask with the wall opened."""
    current = Post.objects.current().values("id")
    rows = Keeper.objects.filter(unit_path__in=ancestors(path), duty=duty, ended_at__isnull=True, post__in=current)
    return rows.select_related("post__person", "unit")


def require_keeper(actor: Actor, duty: str, what: str) -> None:
    """Only a keeper reads on; the refusal of anybody else is in the journal."""
    if not is_keeper(actor, duty):
        refuse(actor, what)


def is_in_case(actor: Actor, matter: Matter) -> bool:
    """Those who take part in a mediation, and the unit's keeper of mediation."""
    within = actor.person_id and Party.objects.filter(matter=matter, person_id=actor.person_id).exists()
    return bool(actor.is_system or within or is_keeper(actor, "mediation"))


def require_in_case(actor: Actor, matter: Matter) -> None:
    """Only those in the case read on; the refusal of anybody else is in the journal."""
    if not is_in_case(actor, matter):
        refuse(actor, f"调解记录 {matter.number}")


def refuse(actor: Actor, what: str) -> None:
    """Write down that somebody asked for what is not for them, then raise."""
    write_entry(
        actor=actor, verb="查看被拒绝", subject_type="refusal", subject_id=actor.person_id, subject_name=what,
        unit_path=actor.unit_path,
    )  # fmt: skip
    raise NotAllowed("这些内容只给指定的专人看。这次请求已经记入操作日志。")
