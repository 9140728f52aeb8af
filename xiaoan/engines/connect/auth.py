"""Who asks the API: a system by its token, or a person by the session of the pages. Both become an Actor."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.security import APIKeyCookie, HttpBearer

from xiaoan.engines.connect.problems import problem
from xiaoan.engines.connect.tokens import actor_by
from xiaoan.engines.resource.api import NO_RIGHT
from xiaoan.ground.people.gate import View, needs
from xiaoan.ground.people.middleware import where_from
from xiaoan.kernel import wall
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed, Refusal


class Token(HttpBearer):
    """`Authorization: Bearer xa_…`. A wrong token is refused, also where a cookie would have done. No CSRF: no browser
    sends this header by itself."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return enter(request, token)


class Session(APIKeyCookie):
    """The session of the pages; what changes something needs the CSRF token as they do."""

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            return None
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if not actor:
            raise NotAllowed("您的账号现在没有任何岗位，请联系本单位的系统管理员。")
        _check_right(request, actor)
        return actor


def enter(request: HttpRequest, token: str) -> Actor:
    """Put the token's actor on the request, and behind the second wall. Raises NotSignedIn, NotAllowed."""
    actor = actor_by(token, where_from(request))
    request.actor, request.by_token = actor, True  # type: ignore[attr-defined]
    wall.ask_as(actor)
    _check_right(request, actor)
    return actor


def _check_right(request: HttpRequest, actor: Actor) -> None:
    """The operation's right, before its body is read: `api_urls` has put the rights on the view."""
    rights: dict[str, str] = getattr(request.resolver_match and request.resolver_match.func, "rights", {})
    right = rights.get(request.method or "", "")
    if right and not actor.holds(right):
        raise NotAllowed(NO_RIGHT)


def for_readers(view: View) -> View:
    """The description of the API: for who is signed in, and for who has a token."""
    by_session = needs("")(view)

    @wraps(by_session)
    def described(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return by_session(request, *args, **kwargs)
        try:
            enter(request, token)
        except Refusal as why:
            return problem(why.status, why.sentence)
        return view(request, *args, **kwargs)

    return described
