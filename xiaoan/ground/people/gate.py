"""The gate of every page: signed in, in post, with the right. Pages without it must be marked public."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from xiaoan.kernel.errors import NotAllowed, NotKnown

View = Callable[..., HttpResponse]


def needs(right: str) -> Callable[[View], View]:
    """Only an actor who holds `right` comes in; a service's refusal becomes 404 or 403."""

    def wrap(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            if not request.user.is_authenticated:
                return HttpResponseRedirect(f"{settings.LOGIN_URL}?next={quote(request.get_full_path())}")
            if not actor:
                raise PermissionDenied("您的账号现在没有任何岗位,请联系本单位的系统管理员。")
            if right and not actor.holds(right):
                raise PermissionDenied("您现在的岗位没有这项权限。需要时请联系本单位的系统管理员。")
            try:
                return view(request, *args, **kwargs)
            except NotKnown as why:
                raise Http404(why.sentence) from why
            except NotAllowed as why:
                raise PermissionDenied(why.sentence) from why

        gated.right = right  # type: ignore[attr-defined]
        return gated

    return wrap


def public(view: View) -> View:
    """Mark a page that anyone may open without signing in."""
    view.right = None  # type: ignore[attr-defined]
    return view
