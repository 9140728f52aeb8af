"""Puts `request.actor` on each request: the post chosen in the session, else the newest in force."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from xiaoan.ground.people.rights import actor_for, current_posts
from xiaoan.kernel.actor import Actor

SESSION_KEY = "post"


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.posts = SimpleLazyObject(lambda: posts_of(request))  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: find_actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def posts_of(request: HttpRequest) -> list[object]:
    return list(current_posts(request.user)) if request.user.is_authenticated else []


def find_actor(request: HttpRequest) -> Actor | None:
    """The actor of this request, or None when nobody is signed in or the person holds no post."""
    posts = request.posts  # type: ignore[attr-defined]
    chosen = request.session.get(SESSION_KEY) if posts else None
    post = next((p for p in posts if str(p.id) == chosen), posts[0] if posts else None)
    return actor_for(post, request.META.get("REMOTE_ADDR", "")) if post else None
