"""Puts `request.actor` on each request: the post chosen in the session, else the newest in force."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for, current_posts
from xiaoan.kernel import wall
from xiaoan.kernel.actor import Actor

SESSION_KEY = "post"


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts = SimpleLazyObject(lambda: posts_of(request))  # type: ignore[attr-defined]
        request.post = SimpleLazyObject(lambda: chosen_post(request))  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: find_actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def posts_of(request: HttpRequest) -> list[Post]:
    """The person's posts in force, as they came with the account."""
    if not request.user.is_authenticated:
        return []
    held: list[Post] | None = getattr(request.user, "posts_at_sight", None)
    return list(current_posts(request.user)) if held is None else held


def chosen_post(request: HttpRequest) -> Post | None:
    """The post that the person acts in: what was chosen last, as long as it is in force."""
    posts = request.posts  # type: ignore[attr-defined]
    chosen = request.session.get(SESSION_KEY) if posts else None
    return next((p for p in posts if str(p.id) == chosen), posts[0] if posts else None)


def find_actor(request: HttpRequest) -> Actor | None:
    """The actor of this request, or None when nobody is signed in or the person holds no post."""
    post = request.post  # type: ignore[attr-defined]
    actor = actor_for(post, where_from(request)) if post else None
    wall.ask_as(actor)
    return actor


def where_from(request: HttpRequest) -> str:
    """The address that a request comes from. Behind HTTPS a proxy of ours stands before us: what it added last to
    X-Forwarded-For is true; what stands before that, anybody may have written."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.XIAOAN_PROXIED else ""
    return told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
