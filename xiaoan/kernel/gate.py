"""The gate of every page: signed in, in post, with the right. A page says which of three it is:
`needs("right.key")`, `signed_in` (any person, even without a post) or `public`.

It lies in the kernel because every floor has pages and it knows of no table.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from xiaoan.kernel import wall
from xiaoan.kernel.errors import NotAllowed, NotKnown

View = Callable[..., HttpResponseBase]  # a file that is streamed is no HttpResponse

NO_POST = "您的账号现在没有任何岗位，请联系本单位的系统管理员。"
NO_RIGHT = "您现在的岗位没有这项权限。需要时请联系本单位的系统管理员。"


def needs(right: str) -> Callable[[View], View]:
    """Only an actor who holds `right` comes in; a service's refusal becomes 404 or 403."""

    def wrap(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor  # type: ignore[attr-defined]
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not actor:
                raise PermissionDenied(NO_POST)
            if right and not actor.holds(right):
                raise PermissionDenied(NO_RIGHT)
            wall.ask_as(actor)
            return _answered(view, request, *args, **kwargs)

        gated.right = right  # type: ignore[attr-defined]
        return gated

    return wrap


def signed_in(view: View) -> View:
    """Anybody who is signed in comes in, with or without a post: one's own account."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return _answered(view, request, *args, **kwargs)

    gated.right = ""  # type: ignore[attr-defined]
    return gated


def public(view: View) -> View:
    """Mark a page that anyone may open without signing in."""
    view.right = None  # type: ignore[attr-defined]
    return view


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back here afterwards."""
    return send_to(request, f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect of the whole page, also when only a part of it was asked for."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _answered(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        return view(request, *args, **kwargs)
    except NotKnown as why:
        raise Http404(why.sentence) from why
    except NotAllowed as why:
        raise PermissionDenied(why.sentence) from why
