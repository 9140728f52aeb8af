"""Reads of people and posts."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from xiaoan.ground.people.models import Person, Post, PostQuerySet
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown

PAGE = 50


@dataclass(frozen=True)
class Page:
    posts: list[Post]
    after: str
    before: str


def posts_in(
    actor: Actor, *, path: str = "", role: str = "", words: str = "", was: bool = False, after: str = "",
    before: str = "", size: int = PAGE,
) -> Page:  # fmt: skip
    """One page of the posts at or below `path` in the actor's scope, the newest first, by keyset on the id.

    `words` is the beginning of a name, a whole account or a whole phone number; `was` shows ended posts.
    """
    rows = _matching(actor, path, role, words, was)
    older, newer = _cursor(after), _cursor(before)
    if newer:
        found = list(reversed(rows.filter(id__gt=newer).order_by("id")[: size + 1]))
        posts = found[-size:]
        return Page(posts, str(posts[-1].id) if posts else "", str(posts[0].id) if len(found) > size else "")
    found = list((rows.filter(id__lt=older) if older else rows).order_by("-id")[: size + 1])
    posts = found[:size]
    return Page(posts, str(posts[-1].id) if len(found) > size else "", str(posts[0].id) if older and posts else "")


def all_posts_in(actor: Actor, *, path: str = "", role: str = "", words: str = "", was: bool = False) -> PostQuerySet:
    """The rows of all pages of `posts_in`, in the same order."""
    return _matching(actor, path, role, words, was).order_by("-id")


def person_seen_by(actor: Actor, person_id: UUID) -> tuple[Person, list[Post]]:
    """A person with the posts, past and present, that lie in the actor's scope. NotKnown when there is none."""
    posts = list(
        Post.objects.visible_to(actor, "people.read").filter(person_id=person_id)
        .select_related("person", "unit", "deputy_for__person").order_by("-starts", "-id")
    )  # fmt: skip
    if not posts:
        raise NotKnown("没有这个人员，或者不在您的管理范围内。")
    return posts[0].person, posts


def post_seen_by(actor: Actor, post_id: UUID) -> Post:
    """One post in the actor's scope. NotKnown when there is none."""
    found = Post.objects.visible_to(actor, "people.read").filter(id=post_id).select_related("person", "unit").first()
    if found is None:
        raise NotKnown("没有这个岗位，或者不在您的管理范围内。")
    return found  # type: ignore[no-any-return]


def _matching(actor: Actor, path: str, role: str, words: str, was: bool) -> PostQuerySet:
    rows = Post.objects.visible_to(actor, "people.read").select_related("person", "unit", "deputy_for__person")
    rows = rows if was else rows.current()
    if path:
        rows = rows.under(path)
    if role:
        rows = rows.filter(role=role)
    if words:
        found = Person.objects.filter(Q(name__startswith=words) | Q(username=words) | Q(phone=words))
        rows = rows.filter(person__in=found)
    return rows


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
