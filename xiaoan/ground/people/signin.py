"""Signing in: how many failures lock an account and for how long, what a session starts with, what is journaled."""

import math
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.signals import user_logged_in as after_sign_in
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm, norms
from xiaoan.ground.people.middleware import where_from
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.passwords import is_too_old
from xiaoan.ground.people.rights import home_path, self_actor
from xiaoan.kernel import clock

SEEN, IDLE, OLD, NEAR = "seen", "idle", "password_old", "near"
BY_PROVIDER, FACTOR = "by_provider", "factor_by_provider"


def failure_limit(request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
    """How many failures in a row lock this account."""
    return int(norm("people.lock_failures", _path_of(_name_in(request, credentials))))


def lock_time(request: HttpRequest | None = None, credentials: dict[str, Any] | None = None) -> timedelta:
    """How long a locked account stays locked."""
    return timedelta(minutes=norm("people.lock_minutes", _path_of(_name_in(request, credentials))))


def locked_page(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """The answer to whoever tries a locked account, with or without the right password."""
    name, span = _name_in(request, credentials), lock_time(request, credentials)
    attempts = AccessAttempt.objects.filter(username=name, ip_address=request.axes_ip_address)  # type: ignore[attr-defined]
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first() or timezone.now()
    left = max(1, math.ceil((last + span - timezone.now()).total_seconds() / 60))
    reason = (
        f"密码连续输错 {failure_limit(request, credentials)} 次，这个账号在这里锁定 {span.total_seconds() // 60:.0f} 分钟。"
        f"还要等 {left} 分钟；{timezone.localtime(last + span):%H:%M} 以后可以再试。"
    )
    return render(request, "429.html", {"reason": reason}, status=429)


@receiver(user_logged_in)
def on_sign_in(sender: Any, request: HttpRequest, user: Person, **kwargs: Any) -> None:
    """Start the idle clock, note whether the password is too old, journal it."""
    request.session[SEEN] = int(clock.now().timestamp())
    minutes, near = norms(["people.idle_minutes", "people.admin_addresses"], home_path(user))
    request.session[IDLE], request.session[NEAR] = 60 * minutes, near
    request.session[OLD] = is_too_old(user)
    _journal(request, user, "登录")


@receiver(after_sign_in)
def on_sign_in_by_provider(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Note that no password opened this session, so that its rules do not hold, and whether a factor was asked."""
    if came := kwargs.get("sociallogin"):
        request.session[BY_PROVIDER], request.session[OLD] = True, False
        request.session[FACTOR] = bool(came.state.get("has_factor"))


@receiver(user_logged_out)
def on_sign_out(sender: Any, request: HttpRequest, user: Person | None, **kwargs: Any) -> None:
    """Journal that somebody signed out."""
    if user:
        _journal(request, user, "退出")


@receiver(user_locked_out)
def on_lock(sender: Any, request: HttpRequest, username: str, **kwargs: Any) -> None:
    """Journal the failure that locks an account, not the tries that follow it."""
    person = Person.objects.filter(username=username or "").first()
    if person and getattr(request, "axes_failures_since_start", None):
        _journal(request, person, "账号锁定")


def has_idled(request: HttpRequest) -> int:
    """Minutes after which this session has ended for want of use; 0 when it goes on. Moves the idle clock."""
    seen, idle = request.session.get(SEEN), request.session.get(IDLE)
    present = int(clock.now().timestamp())
    if seen and idle and present - seen > idle:
        return int(idle) // 60
    if seen is None or present - seen > 60:  # each write is a row: once a minute is exact enough
        request.session[SEEN] = present
    return 0


def is_near(request: HttpRequest) -> bool:
    """Whether the session's person may administer from the address that the request comes from, as the norm was at
    sign-in. A list that cannot be read lets nobody in but who has no need of it."""
    near = [part.strip() for part in str(request.session.get(NEAR, "")).replace("，", ",").split(",") if part.strip()]
    try:
        return not near or any(ip_address(where_from(request)) in ip_network(each, strict=False) for each in near)
    except ValueError:
        return False


def _journal(request: HttpRequest, person: Person, verb: str) -> None:
    write_entry(
        actor=self_actor(person, where_from(request)), verb=verb, subject_type="account",
        subject_id=person.id, subject_name=person.name,
    )  # fmt: skip


def _name_in(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The account that somebody tries: axes tells it, or the sign-in form, or who re-enters a password."""
    if credentials and credentials.get("username"):
        return str(credentials["username"])
    if request is None:
        return ""
    typed = request.POST.get("login", "").strip()
    return typed or getattr(getattr(request, "user", None), "username", "")


def _path_of(username: str) -> str:
    person = Person.objects.filter(username=username).first() if username else None
    return home_path(person) if person else ""
