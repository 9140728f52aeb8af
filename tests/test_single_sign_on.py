"""Signing in by OpenID Connect, against a real provider in a process of its own and over real HTTP."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.oidc import says_two_factors
from xiaoan.ground.people.services import reset_first_password
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.site.conf import Oidc, WrongSetting, read_conf

HERE, OUT = "http://testserver", "/accounts/login/?next=/people/"
ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "Provider-2026"
# account name at the provider -> what it tells besides the usual, by where it tells it
PEOPLE: dict[str, dict[str, Any]] = {
    "principal": {},
    "nobody-here": {},
    "city": {},
    "city-mfa": {"id_token": {"preferred_username": "city", "amr": ["pwd", "mfa"]}},
    "city-loose": {"id_token": {"preferred_username": "city"}, "userinfo": {"amr": ["mfa"]}},
    "second": {"id_token": {"preferred_username": "principal"}},
    "replayed": {"id_token": {"preferred_username": "principal", "nonce": "of another sign-in"}},
    "mixed": {"userinfo": {"sub": "somebody else"}},
    "shapeless": {"id_token": {"preferred_username": ["principal"]}},
    "gone": {},
}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running provider whose client is our site."""
    home = tmp_path_factory.mktemp("provider")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    (home / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    told = {
        "people": PEOPLE, "password": PASSWORD, "client": "xiaoan", "secret": "client secret",
        "back": f"{HERE}/accounts/oidc/callback/",
    }  # fmt: skip
    environ = {**os.environ, "PROVIDER_HOME": str(home)}
    command = [sys.executable, "-m", "tests.provider", json.dumps(told)]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


@pytest.fixture
def site(provider: str, settings: Any, cast: Cast) -> None:
    """Our server, trusting the provider; the principal and a city's officer have the provider's account names."""
    settings.XIAOAN_OIDC = Oidc(provider, "xiaoan", "client secret", "市教育统一身份")
    settings.XIAOAN_TOTP = True
    for role, unit, name in (("principal", cast.primary, "principal"), ("city_officer", cast.city, "city")):
        Person.objects.filter(id=cast.post(role, unit).person_id).update(username=name)


@dataclass
class Page:
    """Where a visitor ended up."""

    url: str
    status: int
    text: str


class Visitor:
    """A person at a browser: keeps cookies, follows redirects from our site to the provider and back."""

    def __init__(self) -> None:
        self.ours, self.theirs = Client(), requests.Session()

    def get(self, url: str, data: dict[str, str] | None = None, stop: str = "") -> Page:
        """Where the address leads; up to, and without, the first address that contains `stop`."""
        for _ in range(12):
            if stop and stop in url:
                return Page(url, 0, "")
            status, there, text = self._ask(url, data)
            if not there:
                return Page(url.removeprefix(HERE), status, text)
            url, data = urljoin(url, there), None
        raise AssertionError(f"too many redirects, the last to {url}")

    def _ask(self, url: str, data: dict[str, str] | None) -> tuple[int, str, str]:
        if url.startswith(("/", HERE)):
            path = url.removeprefix(HERE)
            mine = self.ours.post(path, data or {}) if data is not None else self.ours.get(path)
            return mine.status_code, mine.headers.get("Location", ""), mine.content.decode()
        facts = {"headers": {"Referer": url}, "allow_redirects": False, "timeout": 10}
        theirs = self.theirs.post(url, data, **facts) if data else self.theirs.get(url, **facts)
        return theirs.status_code, theirs.headers.get("Location", ""), theirs.text

    def answer_for(self, name: str, query: str = "") -> str:
        """Press the button and sign in at the provider; its answer to us, which is not sent yet."""
        form = self.get("/accounts/oidc/" + query)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.text)
        assert token and "login" in form.url, form
        typed = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        return self.get(form.url, typed, stop="/oidc/callback/").url

    def sign_in(self, name: str, query: str = "") -> Page:
        return self.get(self.answer_for(name, query))


@pytest.fixture
def visitor(site: None) -> Visitor:
    return Visitor()


def test_an_identity_opens_the_site_for_the_person_of_that_account(visitor: Visitor) -> None:
    assert "用市教育统一身份登录" in visitor.get("/accounts/login/?next=/people/").text
    person = Person.objects.get(username="principal")
    Person.objects.filter(id=person.id).update(must_change_password=True, password_set_on=clock.today())
    page = visitor.sign_in("principal", "?next=/people/")
    assert page.url == "/people/" and page.status == 200, "no password is asked to be changed"
    assert person.name in visitor.get("/people/me/").text
    verbs = list(Entry.objects.filter(subject_id=str(person.id)).order_by("id").values_list("verb", flat=True))
    assert verbs == ["新增人员", "关联统一身份", "登录"]
    tied = SocialAccount.objects.get()
    assert tied.user == person and tied.extra_data == {}, "nothing else that the provider told is kept"

    # The second time the provider's number counts, not the name.
    Person.objects.filter(id=person.id).update(username="renamed")
    assert Visitor().sign_in("principal").status == 200
    assert SocialAccount.objects.count() == 1

    assert "请再到市教育统一身份退出一次" in visitor.get("/accounts/logout/", {}).text
    assert visitor.get("/people/").url == OUT
    assert Entry.objects.filter(verb="退出").count() == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nobody-here", "“nobody-here”在本平台没有对应的人员"),
        ("second", "已经关联市教育统一身份里的另一个身份"),
        ("replayed", "没有给出可信的答复"),
        ("mixed", "没有给出可信的答复"),
        ("shapeless", "没有告诉本平台您的账号（preferred_username）"),
    ],
)
def test_whoever_is_not_sure_to_be_ours_is_refused_and_told_whom_to_ask(
    visitor: Visitor, name: str, sentence: str
) -> None:
    Visitor().sign_in("principal")
    page = visitor.sign_in(name)
    assert page.status == 403 and sentence in page.text and "联系本单位的系统管理员" in page.text
    assert visitor.get("/people/").url == OUT
    assert SocialAccount.objects.count() == 1 and not Person.objects.filter(username=name).exists()


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(visitor: Visitor) -> None:
    answer = visitor.answer_for("principal")
    page = visitor.get(re.sub(r"state=\w", "state=~", answer))
    assert page.status == 403 and "没有给出可信的答复" in page.text
    assert Visitor().get(answer).status == 403, "a whole answer brought to another browser: a forged sign-in"
    assert visitor.get(answer).status == 200
    assert visitor.get(answer).status == 403, "an answer holds once"
    assert Visitor().get("/accounts/oidc/callback/?error=access_denied").status == 403
    assert not SocialAccount.objects.exclude(user__username="principal").exists()


def test_state_nonce_and_a_code_challenge_go_along(visitor: Visitor) -> None:
    def asked_with(query: str) -> dict[str, list[str]]:
        return parse_qs(urlsplit(visitor.get("/accounts/oidc/" + query, stop="/authorize").url).query)

    asked, again = asked_with("?process=connect"), asked_with("")
    assert asked["code_challenge_method"] == ["S256"] and asked["code_challenge"] and asked["nonce"] and asked["state"]
    assert asked["response_type"] == ["code"] and "openid" in asked["scope"][0]
    assert all(asked[key] != again[key] for key in ("state", "nonce", "code_challenge"))


def test_the_providers_second_factor_counts_only_when_its_signed_token_says_so(site: None) -> None:
    person = Person.objects.get(username="city")
    owing = Visitor()
    assert owing.sign_in("city", "?next=/people/").url.endswith("/2fa/totp/activate/"), "our own stays compulsory"
    TOTP.activate(person, generate_totp_secret())
    assert Visitor().sign_in("city").url.endswith("/2fa/authenticate/")

    SocialAccount.objects.all().delete()
    assert Visitor().sign_in("city-loose").url.endswith("/2fa/authenticate/"), "userinfo is not signed"
    SocialAccount.objects.all().delete()
    done = Visitor()
    assert done.sign_in("city-mfa", "?next=/people/").url == "/people/"
    assert done.get("/people/").status == 200


def test_a_password_does_not_inherit_the_providers_second_factor(site: None) -> None:
    """Signed out and in again by password in the same browser, the factor is asked for."""
    visitor = Visitor()
    visitor.sign_in("city-mfa")
    visitor.get("/accounts/logout/", {})
    visitor.get("/accounts/login/", {"login": "city", "password": "Cast-2026-pass"})
    assert visitor.get("/people/").url.endswith("/2fa/totp/activate/")


def test_the_inactive_and_those_without_a_post_stay_out_as_with_a_password(visitor: Visitor, cast: Cast) -> None:
    person = cast.post("guard", cast.primary).person
    Person.objects.filter(id=person.id).update(username="gone", is_active=False)
    assert "账号已停用" in visitor.sign_in("gone").text and not SocialAccount.objects.exists()
    Person.objects.filter(id=person.id).update(is_active=True)
    person.posts.all().delete()
    assert "没有岗位" in visitor.get("/accounts/oidc/").text
    page = visitor.get("/people/")
    assert page.status == 403 and "没有任何岗位" in page.text


def test_a_reset_unties_the_identity_and_ends_its_sessions(visitor: Visitor) -> None:
    visitor.sign_in("principal")
    reset_first_password(actor=SYSTEM, person=Person.objects.get(username="principal"))
    assert visitor.get("/people/").url == OUT and not SocialAccount.objects.exists()
    assert Visitor().sign_in("second").status == 200, "tied anew, by its account name"


def test_a_provider_that_is_away_is_said_in_words(cast: Cast, settings: Any) -> None:
    settings.XIAOAN_OIDC = Oidc("http://127.0.0.1:9", "xiaoan", "secret", "统一身份")
    answer = Client().get("/accounts/oidc/")
    assert answer.status_code == 403 and "现在连不上统一身份" in answer.content.decode()


def test_without_a_provider_there_is_no_button_and_no_way_in(cast: Cast) -> None:
    assert "用" not in re.findall(r'<a class="btn"[^>]*>(.*?)</a>', Client().get("/accounts/login/").content.decode())
    for path in ("", "callback/?code=1&state=2"):
        assert Client().get(f"/accounts/oidc/{path}").headers["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    ("token", "is_said"),
    [
        ({"amr": ["mfa"]}, True),
        ({"amr": ["pwd", "otp"]}, True),
        ({"amr": ["otp"]}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"], None]}, False),
        ({"acr": "https://refeds.org/profile/mfa"}, True),
        ({"acr": "1"}, False),
        ({"acr": ["mfa"]}, False),
        ({}, False),
    ],
)
def test_two_factors_are_read_from_amr_and_acr_and_from_nothing_else(token: dict[str, Any], is_said: bool) -> None:
    assert says_two_factors(token) is is_said


RIGHT = {"ISSUER": "https://id.example.edu.cn/realm/", "CLIENT": "xiaoan", "SECRET": "s3cret", "NAME": "统一身份"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({**RIGHT, "SECRET": ""}, "缺 XIAOAN_OIDC_SECRET"),
        ({"CLAIM": "email"}, "缺 XIAOAN_OIDC_ISSUER"),
        ({**RIGHT, "ISSUER": "http://id.example.edu.cn"}, "https://"),
        ({**RIGHT, "ISSUER": "id.example.edu.cn"}, "https://"),
        ({**RIGHT, "NAME": "统一身份" * 6}, "最多 20 个字"),
        ({**RIGHT, "CLAIM": "a b"}, "XIAOAN_OIDC_CLAIM"),
    ],
)
def test_a_half_or_wrong_provider_stops_the_start(tmp_path: Path, given: dict[str, str], words: str) -> None:
    environ = {"XIAOAN_DATA": str(tmp_path), **{f"XIAOAN_OIDC_{key}": value for key, value in given.items()}}
    with pytest.raises(WrongSetting) as stopped:
        read_conf(environ, tmp_path)
    assert words in str(stopped.value)


def test_a_whole_provider_is_taken(tmp_path: Path) -> None:
    environ = {"XIAOAN_DATA": str(tmp_path), **{f"XIAOAN_OIDC_{key}": value for key, value in RIGHT.items()}}
    told = read_conf(environ, tmp_path).oidc
    assert told == Oidc("https://id.example.edu.cn/realm", "xiaoan", "s3cret", "统一身份", "preferred_username")
    assert read_conf({"XIAOAN_DATA": str(tmp_path)}, tmp_path).oidc is None
