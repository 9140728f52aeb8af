"""Rights of a role and the actor that a post makes."""

from datetime import date
from functools import cache
from importlib import import_module
from uuid import UUID

from django.conf import settings

from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.paths import STEP
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, Right
from xiaoan.kernel.kept import Kept


@cache
def declared_rights() -> dict[str, Right]:
    """Every right by key, from the modules that the site lists."""
    return {right.key: right for module in settings.XIAOAN_RIGHTS for right in import_module(module).RIGHTS}


@cache
def rights_of(role: str) -> frozenset[str]:
    """Keys of the rights that a role holds."""
    return frozenset(key for key, right in declared_rights().items() if role in right.roles)


def actor_for(post: Post, where: str = "") -> Actor:
    """The actor that `post` makes: a department's or partner's post acts over the bureau it belongs to."""
    unit = post.unit
    scope = unit.path[:-STEP] if unit.rank in (Rank.DEPARTMENT, Rank.PARTNER) else unit.path
    return Actor(
        person_id=post.person_id,
        name=post.person.name,
        post_id=post.id,
        role=post.role,
        unit_id=unit.id,
        unit_path=unit.path,
        scope=scope,
        rank=unit.rank,
        rights=rights_of(post.role),
        where=where,
        home=unit,
    )


POSTS_OF = Kept(
    lambda person, day: (
        Post.objects.current(day).filter(person=person).select_related("unit", "person").order_by("-starts", "id")
    ),
    UUID(int=1),
    date(2000, 1, 1),
)


def current_posts(person: Person) -> list[Post]:
    """The person's posts in force today: their own before those they stand in for, each newest first."""
    return posts_of(person.pk)


def posts_of(person: UUID) -> list[Post]:
    """The same by the person's id, all with one and the same Person."""
    with wall.opened():
        found = POSTS_OF(person, clock.today())
    for post in found[1:]:
        post.person = found[0].person
    return sorted(found, key=lambda post: post.deputy_for_id is not None)


def home_path(person: Person) -> str:
    """The path of the unit whose norms hold for a person: of the post that would be chosen, else of the last one."""
    posts = current_posts(person)
    if posts:
        return posts[0].unit_path
    with wall.opened():
        last = Post.objects.filter(person=person).order_by("-starts").values_list("unit_path", flat=True).first()
    return last or ""


def self_actor(person: Person, where: str = "") -> Actor:
    """A person minding their own account: in their post when they hold one, else without any right."""
    posts = current_posts(person)
    if posts:
        return actor_for(posts[0], where)
    return Actor(person.id, person.name, None, "", None, home_path(person), "", "", frozenset(), where)


def is_second_factor_due(posts: list[Post]) -> bool:
    """Whether one of the posts acts over a city or a province: those must sign in with a second factor."""
    return settings.XIAOAN_TOTP and any(len(actor_for(post).scope) <= 2 * STEP for post in posts)
