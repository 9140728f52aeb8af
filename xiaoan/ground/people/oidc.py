"""Signing in by the identity provider that the site trusts (OpenID Connect, code flow with state, nonce and PKCE).

Nobody gets an account by it: an identity is tied, at its first sign-in, to the person whose account name the provider
tells in the claim that the site chose. From then on the provider's own number for the identity (`sub`) counts.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.adapter import get_adapter as social_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from requests import RequestException

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.middleware import where_from
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.rights import self_actor

PROVIDER = "oidc"
# Claims that a provider may hand on unchecked, as the person typed them; it says in a second claim whether it checked.
CHECKED = {"email": "email_verified", "phone_number": "phone_number_verified"}
FAILED = "没有登录成功：{name}没有给出可信的答复，或者停留太久。请重新登录；总是这样时，请联系本单位的系统管理员。"
AWAY = "现在连不上{name}。请过一会儿再试，或者用账号和密码登录。"
CANCELLED = "您在{name}取消了登录。要继续，请重新登录，或者用账号和密码登录。"
NO_NAME = "{name}没有告诉本平台您的账号（{claim}），不能登录。请联系本单位的系统管理员。"
UNKNOWN = "{name}给出的账号“{account}”在本平台没有对应的人员，不能登录。请联系本单位的系统管理员，先在本平台建立账号。"
OTHERS = "账号“{account}”已经关联{name}里的另一个身份，不能登录。请联系本单位的系统管理员，重置密码后再关联。"


def trusted() -> Any:
    """The provider of the settings (site.conf.Oidc), or None."""
    return settings.XIAOAN_OIDC


@dataclass(frozen=True)
class Told:
    """What the provider said about who comes: nothing more of it is kept."""

    account: str
    nonce: str
    has_factor: bool


class ProviderAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Takes the provider's answer, strictly: a signed token of this very issuer, one subject, no leftovers."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        try:
            login = super().complete_login(request, app, token, **kwargs)
            answer = login.account.extra_data
            if self.openid_config["issuer"].rstrip("/") != trusted().issuer.rstrip("/"):
                raise OAuth2Error("another issuer")
            if answer["userinfo"]["sub"] != answer["id_token"]["sub"]:
                raise OAuth2Error("userinfo of another subject")
        except (KeyError, TypeError, ValueError, AttributeError) as why:  # an answer of another shape
            raise OAuth2Error("malformed answer") from why
        login.told = _told(answer["id_token"], answer["userinfo"])
        # The issuer, so that another provider's subject of the same number is another identity.
        login.account.provider, login.account.extra_data = trusted().issuer, {}
        return login


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def list_apps(self, request: Any, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """The one provider of the settings; never one from the database."""
        told = trusted()
        if not told or client_id not in (None, told.client):
            return []
        facts = {"server_url": told.issuer, "oauth_pkce_enabled": True, "scope": ["openid", "profile", *told.scopes]}
        return [
            SocialApp(
                provider="openid_connect", provider_id=PROVIDER, name=told.name, client_id=told.client,
                secret=told.secret, settings=facts,
            )
        ]  # fmt: skip

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> Any:
        """Nothing: the person is one of ours, or nobody."""
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an answer to another question; tie an identity that comes for the first time to its person."""
        told: Told = sociallogin.told
        if not told.nonce or not secrets.compare_digest(told.nonce, sociallogin.state.get("nonce", "")):
            raise _refused(request, FAILED)
        sociallogin.state["has_factor"] = told.has_factor
        if not sociallogin.is_existing:
            sociallogin.user = tie(request, sociallogin.account, told.account)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        if isinstance(exception, RequestException):
            raise _refused(request, AWAY)
        raise _refused(request, CANCELLED if error == "cancelled" else FAILED)


def tie(request: HttpRequest, account: SocialAccount, name: str) -> Person:
    """The person with this account name, from now on known by the provider's identity; refused when there is none."""
    if not name:
        raise _refused(request, NO_NAME)
    try:
        with transaction.atomic():
            person = Person.objects.select_for_update().filter(username=name).first()
            if not person:
                raise _refused(request, UNKNOWN, name)
            if not person.is_active:
                raise ImmediateHttpResponse(redirect("account_inactive"))
            if SocialAccount.objects.filter(user=person, provider=account.provider).exists():
                raise _refused(request, OTHERS, name)
            account.user = person
            account.save()
            write_entry(
                actor=self_actor(person, where_from(request)), verb="关联统一身份", subject_type="account",
                subject_id=person.id, subject_name=person.name,
            )  # fmt: skip
    except IntegrityError:  # the same identity came twice at once: the other is tied now
        raise _refused(request, FAILED) from None
    return person


def leave_for_provider(request: HttpRequest) -> HttpResponse:
    """Go to the provider. A plain link: whoever is sent here by a stranger signs in as nobody but themselves."""
    if not trusted():
        return redirect("account_login")
    nonce = secrets.token_urlsafe(24)
    provider = social_adapter(request).get_provider(request, PROVIDER)
    try:
        answer: HttpResponse = provider.redirect(
            request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request), auth_params={"nonce": nonce},
            nonce=nonce,
        )  # fmt: skip
    except (RequestException, KeyError, TypeError):
        return _refusal(request, AWAY)
    return answer


def come_from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider sends the person back, with a code for this session's state."""
    if not trusted():
        return redirect("account_login")
    answer: HttpResponse = OAuth2CallbackView.adapter_view(ProviderAdapter(request, provider_id))(request)
    return answer


def farewell(request: HttpRequest) -> None:
    """Say that signing out here leaves the provider's session alive: on a shared computer that matters."""
    if told := trusted():
        messages.info(request, f"已退出本平台。公用电脑上，请再到{told.name}退出一次。")


def _told(token: dict[str, Any], more: dict[str, Any]) -> Told:
    claim = trusted().claim
    said = {**more, **token}
    name = said.get(claim)
    is_sure = claim not in CHECKED or said.get(CHECKED[claim]) is True
    nonce = token.get("nonce")
    return Told(
        account=name.strip() if isinstance(name, str) and is_sure else "",
        nonce=nonce if isinstance(nonce, str) and nonce.isascii() else "",
        has_factor=says_two_factors(token),
    )


def says_two_factors(token: dict[str, Any]) -> bool:
    """Whether the signed token says that two factors were asked for: `mfa`, or a one-time code beside another way.
    A one-time code alone may be a sign-in by text message, which is one factor."""
    ways = token.get("amr")
    amr = {way for way in ways if isinstance(way, str)} if isinstance(ways, list) else set()
    acr = token.get("acr")
    words = set(re.split(r"[^a-z0-9]+", acr.lower())) if isinstance(acr, str) else set()
    return "mfa" in amr | words or ("otp" in amr and len(amr) > 1)


def _refused(request: HttpRequest, sentence: str, account: str = "") -> ImmediateHttpResponse:
    return ImmediateHttpResponse(_refusal(request, sentence, account))


def _refusal(request: HttpRequest, sentence: str, account: str = "") -> HttpResponse:
    told = trusted()
    reason = sentence.format(name=told.name, claim=told.claim, account=account[:60])
    return render(request, "people/oidc_refused.html", {"reason": reason}, status=403)
