"""What a signed-in person must do before any other page: go on in time, choose a password, add a second factor."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.rights import is_second_factor_due
from xiaoan.ground.people.roles import APART
from xiaoan.ground.people.signin import BY_PROVIDER, FACTOR, NEAR, OLD, has_idled, is_near
from xiaoan.kernel.gate import send_to

ALWAYS = {"account_logout", "account_reauthenticate", "mfa_reauthenticate", "account_change_password"}
FOR_FACTOR = ALWAYS | {"mfa_activate_totp"}


class GateMiddleware:
    """Ends idle sessions and sends people to what they owe their account first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        if was_in and (minutes := has_idled(request)):
            logout(request)
            messages.info(request, f"超过 {minutes} 分钟没有操作，已自动退出，请重新登录。")
        response = self.get_response(request)
        if was_in:
            _keep_private(response, is_out=not request.user.is_authenticated)
            _journal_download(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or getattr(view, "right", "") is None:
            return None
        here = request.resolver_match.url_name if request.resolver_match else ""
        if _must_change(request) and here not in ALWAYS:
            return _first(request, "account_change_password", "请先更换密码，再做别的操作。")
        if here not in ALWAYS and request.session.get(NEAR) and _is_far(request):
            raise PermissionDenied("系统管理员和审计员只能从规定的网络地址操作，请到规定的电脑上办理。")
        if here not in FOR_FACTOR and _lacks_factor(request):
            return _first(request, "mfa_activate_totp", "市级和省级岗位必须先开启两步验证，再做别的操作。")
        return None


def _keep_private(response: HttpResponse, is_out: bool) -> None:
    """No proxy keeps what a signed-in person sees, and the browser asks again; after signing out it forgets its pages
    and pictures, for the next person at this computer may be another."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if is_out:
        response.headers["Clear-Site-Data"] = '"cache"'


def _is_far(request: HttpRequest) -> bool:
    actor = request.actor  # type: ignore[attr-defined]
    return bool(actor) and actor.role in APART and not is_near(request)


def _journal_download(request: HttpRequest, response: HttpResponse) -> None:
    """Whoever takes a file with them leaves a trace: which, whose scope, when, from where."""
    told = response.headers.get("Content-Disposition", "")
    actor = request.actor  # type: ignore[attr-defined]
    if response.status_code == 200 and told.startswith("attachment") and actor:
        write_entry(
            actor=actor, verb="导出", subject_type="export", subject_id=request.path[:64], subject_name=request.path[:120],
            changes={"query": request.META.get("QUERY_STRING", "")[:300]},
        )  # fmt: skip


def _must_change(request: HttpRequest) -> bool:
    if request.session.get(BY_PROVIDER):
        return False
    return bool(request.user.must_change_password or request.session.get(OLD))  # type: ignore[union-attr]


def _lacks_factor(request: HttpRequest) -> bool:
    if request.session.get(FACTOR):
        return False
    posts = request.posts  # type: ignore[attr-defined]
    return is_second_factor_due(posts) and not is_mfa_enabled(request.user, [Authenticator.Type.TOTP])


def _first(request: HttpRequest, name: str, sentence: str) -> HttpResponse:
    """Send a page there; refuse anything else, or a phone would take the redirect for a delivery."""
    if request.method not in ("GET", "HEAD"):
        raise PermissionDenied(sentence)
    messages.warning(request, sentence)
    return send_to(request, reverse(name))
