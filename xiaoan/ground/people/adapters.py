"""What allauth asks the project: Chinese sentences, no talkative messages, sealed secrets, compulsory factors."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiaoan.ground.people.middleware import where_from
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.oidc import farewell
from xiaoan.ground.people.passwords import first_has_lapsed
from xiaoan.ground.people.rights import current_posts, is_second_factor_due
from xiaoan.ground.people.signin import BY_PROVIDER

FRESH = 300  # seconds after signing in during which nobody is asked for the password again
QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "账号或密码不对，请检查后再输。忘记密码请联系本单位的系统管理员。",
        "incorrect_password": "密码不对，请重新输入。",
        "enter_current_password": "现在的密码不对，请重新输入。",
        "password_mismatch": "两次输入的新密码不一样，请重新输入。",
        "too_many_login_attempts": "尝试的次数太多，请过几分钟再试。",
        "account_inactive": "这个账号已停用，请联系本单位的系统管理员。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: Any, level: Any, message_template: Any = None, *args: Any, **kwargs: Any) -> None:
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        records = get_authentication_records(context.request, context.request.user)
        return not any(time.time() - record["at"] < FRESH for record in records)

    def get_client_ip(self, request: HttpRequest) -> str:
        return where_from(request)

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        by_provider = "sociallogin" in (kwargs.get("signal_kwargs") or {})  # such a person needs no password here
        if first_has_lapsed(user) and not by_provider:
            return render(request, "people/first_password_lapsed.html", status=403)
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "xiaoan.ground.people.adapters.FactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def logout(self, request: HttpRequest) -> None:
        by_provider = request.session.get(BY_PROVIDER)
        super().logout(request)
        if by_provider:
            farewell(request)


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second factor, unless the identity provider says that it has just asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        came = (self.login.signal_kwargs or {}).get("sociallogin")
        has_factor = bool(came and came.state.get("has_factor"))
        return not has_factor and bool(super()._should_handle(request))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "验证码不对。请看手机验证器上现在的 6 位数字，并检查手机时间是否准确。",
        "cannot_delete_authenticator": "市级和省级岗位必须使用两步验证，不能关闭。换手机请先用恢复码登录，再由系统管理员重置。",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not is_second_factor_due(current_posts(authenticator.user))


def _cipher() -> Fernet:
    key = hashlib.sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
