"""The addresses of signing in, one by one: what allauth offers and is not named here does not exist.

No sign-up, no e-mail, no password reset by mail: an administrator gives out accounts. The one provider of the
settings signs in people who have one (oidc.py).
"""

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from xiaoan.ground.people import oidc
from xiaoan.kernel.gate import View, public, signed_in


def _own(view: Callable[..., Any]) -> View:
    """A page about one's own account: no post is needed, only being signed in."""

    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    return signed_in(page)


urlpatterns: list[URLPattern] = [
    path("login/", public(account.login), name="account_login"),
    path("oidc/", public(oidc.leave_for_provider), name="oidc_sign_in"),
    # allauth makes the address to come back to from this name and argument.
    path(
        "oidc/callback/",
        public(oidc.come_from_provider),
        {"provider_id": oidc.PROVIDER},
        name="openid_connect_callback",
    ),
    path("2fa/authenticate/", public(factor.authenticate), name="mfa_authenticate"),
    # Also the way back from a half-finished sign-in, when nobody is signed in yet.
    path("logout/", public(account.logout), name="account_logout"),
    path("inactive/", public(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", _own(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", _own(account.password_change), name="account_change_password"),
    path("2fa/", _own(factor.index), name="mfa_index"),
    path("2fa/reauthenticate/", _own(factor.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", _own(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", _own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", _own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", _own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", _own(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]
