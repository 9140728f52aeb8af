"""What every page does against forged forms, floods, framing, stolen sessions and forged hosts."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.test.utils import override_settings

from conftest import Cast, client_of
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.norms.declare import declared
from xiaoan.ground.people.models import Person
from xiaoan.ground.people.services import dismiss
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.site import limits
from xiaoan.site.headers import HEADERS
from xiaoan.site.tests.test_rights_matrix import PAGES, address, who_may

PASSWORD = "Cast-2026-pass"


@pytest.fixture
def limited() -> Iterator[None]:
    limits.WINDOW = limits.Window()
    with override_settings(XIAOAN_LIMITS=True):
        yield
    limits.WINDOW = limits.Window()


def test_nothing_is_done_for_a_form_of_another_site(cast: Cast, wednesday: Any) -> None:
    """Every address refuses what changes something without the token that only our own pages know."""
    clients: dict[Any, Client] = {}
    done = []
    for route, page in PAGES.items():
        right = getattr(page.callback, "right", None)
        if right not in clients:
            plain = Client() if right is None else cast.client(*who_may(right, cast)[:2])
            clients[right] = Client(enforce_csrf_checks=True)
            clients[right].cookies = plain.cookies
        url = address(route, cast, cast.primary)
        for way in ("post", "put", "patch", "delete"):
            answer = getattr(clients[right], way)(url, headers={"X-HTTP-Method-Override": "GET"})
            if answer.status_code not in (403, 405) and not (answer.status_code in (401, 404) and "/api/" in url):
                done.append((way, url, answer.status_code))
    assert not done


def test_every_answer_tells_the_browser_what_to_refuse(cast: Cast, wednesday: Any) -> None:
    client = cast.client("safety_director", cast.primary)
    for url in ("/records/", "/accounts/login/", "/nowhere/", "/phone/sw.js", "/api/records/", "/records/export.xlsx"):
        answer = client.get(url)
        assert HEADERS.items() <= answer.headers.items(), url
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe-eval" not in policy and "script-src 'self';" in policy and "style-src 'self';" in policy


def test_no_template_runs_or_styles_in_line() -> None:
    """The policy would refuse it silently: scripts are files, data for them is typed as such."""
    faults = []
    for path in sorted(Path(settings.BASE_DIR, "xiaoan").rglob("templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        bare = [
            tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "application/json" not in tag
        ]
        faults += [
            (path.name, found) for found in [*bare, *re.findall(r"<style|\son[a-z]+=\"|javascript:|hx-on", text)]
        ]
    assert not faults


def test_the_key_of_a_session_changes_at_sign_in(cast: Cast) -> None:
    client = Client()
    client.get("/accounts/login/")
    client.session["planted"] = "by somebody else"
    session = client.session
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    username = cast.post("principal", cast.primary).person.username
    assert client.post("/accounts/login/", {"login": username, "password": PASSWORD}).status_code == 302
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_the_key_of_a_session_changes_with_the_post(cast: Cast, wednesday: Any) -> None:
    first = cast.post("safety_director", cast.primary)
    other = cast.post("principal", cast.primary)
    other.person = first.person
    other.save(update_fields=["person"])
    client = client_of(first)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/people/switch/", {"post": str(other.id)})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = before
    assert old.get("/records/").status_code == 302, "the old cookie is dead"


@pytest.mark.parametrize("what", ["password", "reset", "post", "person"])
def test_a_session_ends_with_what_it_stood_on(what: str, cast: Cast, wednesday: Any) -> None:
    post = cast.post("safety_director", cast.primary)
    elsewhere = client_of(post)
    assert elsewhere.get("/records/").status_code == 200
    if what in ("password", "reset"):
        post.person.set_password("Another-2026-pass")
        post.person.save()
    elif what == "post":
        dismiss(actor=SYSTEM, post=post, ends=clock.today() - timedelta(days=1))
    else:
        Person.objects.filter(id=post.person_id).update(is_active=False)
    assert elsewhere.get("/records/").status_code in (302, 403)


def test_cookies_are_kept_from_scripts_and_other_sites(cast: Cast) -> None:
    client = Client()
    username = cast.post("principal", cast.primary).person.username
    answer = client.post("/accounts/login/", {"login": username, "password": PASSWORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert settings.CONF.https == settings.SESSION_COOKIE_SECURE


@override_settings(ALLOWED_HOSTS=["xiaoan.test"])
def test_a_forged_host_gets_nothing_with_it(cast: Cast) -> None:
    for forged in ({"HTTP_HOST": "bad.test"}, {"HTTP_HOST": "xiaoan.test@bad.test"}):
        answer = Client().get("/accounts/login/", **forged)
        assert answer.status_code == 400 and b"bad.test" not in answer.content
    answer = Client().get("/accounts/login/", HTTP_HOST="xiaoan.test", HTTP_X_FORWARDED_HOST="bad.test")
    assert answer.status_code == 200 and b"bad.test" not in answer.content


def test_no_line_of_a_header_is_taken_from_an_address(cast: Cast, wednesday: Any) -> None:
    client = cast.client("safety_director", cast.primary)
    for url in ("/people/switch/", "/records/"):
        for name in ("next", "back", "post", "unit"):
            answer = client.get(url, {name: "/x\r\nSet-Cookie: planted=1"})
            assert "planted" not in answer.cookies
            assert not any("\n" in value or "\r" in value for value in answer.headers.values())


def test_a_page_that_breaks_tells_nothing_of_the_inside(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.client("safety_director", cast.primary)
    client.raise_request_exception = False

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("SELECT secret FROM inside")

    monkeypatch.setattr("xiaoan.engines.resource.pages.page_of", broken)
    answer = client.get("/records/")
    assert answer.status_code == 500
    told = html.unescape(answer.content.decode())
    assert "secret" not in told and "Traceback" not in told and "RuntimeError" not in told


def test_fields_that_a_form_does_not_show_are_not_taken(cast: Cast, wednesday: Any) -> None:
    """Mass assignment: a person cannot name rights, a record cannot name another unit."""
    client = cast.client("safety_director", cast.primary)
    told = {
        "q-title": "合成",
        "happened": "2026-11-17",
        "unit_path": cast.outside.path,
        "unit_id": str(cast.outside.id),
    }
    filed = client.post("/records/new/general/", {**told, "person_name": "别人", "source": "import"})
    assert filed.status_code == 302, filed.content.decode()[:9000]
    record = Record.objects.get()
    assert (record.unit_id, record.source, record.person_name) != (cast.outside.id, "import", "别人")
    assert record.unit_path == cast.primary.path
    person = cast.post("safety_director", cast.primary).person
    client.post("/people/me/", {"is_superuser": "1", "is_staff": "1", "username": "other", "name": "改名"})
    person.refresh_from_db()
    assert not person.is_superuser and not person.is_staff and person.username != "other"


def test_other_verbs_do_nothing(cast: Cast, wednesday: Any) -> None:
    client = cast.client("safety_director", cast.primary)
    for verb in ("TRACE", "PROPFIND", "CONNECT", "FOO"):
        assert client.generic(verb, "/accounts/logout/").status_code in (200, 302, 400, 403, 405)
        assert client.get("/records/").status_code == 200, "still signed in"


# Floods


def test_a_request_under_the_limit_costs_no_query(cast: Cast, limited: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        for _ in range(50):
            assert not limits.is_over("limits.address", "10.0.0.1")


def test_too_many_requests_are_answered_with_a_sentence(cast: Cast, limited: None, monkeypatch: Any) -> None:
    client = cast.client("safety_director", cast.primary)
    least = int(declared()["limits.heavy"].least or 0)
    monkeypatch.setattr(limits, "norm", lambda key: least)
    person = str(cast.post("safety_director", cast.primary).person_id)
    for _ in range(least):
        limits.is_over("limits.heavy", person)
    page = client.get("/records/export.xlsx", headers={"Accept": "text/html"})
    assert page.status_code == 429 and "请等" in page.content.decode() and 0 < int(page.headers["Retry-After"]) <= 60
    assert client.get("/records/").status_code == 200, "only the heavy ones wait"
    spoken = client.get("/records/export.xlsx", headers={"Accept": "application/json"})
    assert spoken.status_code == 429 and "自动再发" in spoken.json()["sentence"]


def test_limits_are_counted_apart(limited: None, db: Any) -> None:
    least = int(declared()["limits.token"].least or 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "norm", lambda key: least)
        assert [limits.is_over("limits.token", "a") for _ in range(least + 1)][-2:] == [False, True]
        assert not limits.is_over("limits.token", "b")


def test_processes_that_share_a_cache_count_together(limited: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "_is_shared", lambda: True)
    cache.clear()
    one, other = limits.Window(), limits.Window()
    one.count("k", 100), other.count("k", 100)
    for _ in range(49):
        one.count("k", 100)
    for _ in range(49):
        last = other.count("k", 100)
    assert last == 100, "both know of each other's fifty"


def test_a_minute_later_the_count_begins_anew(limited: None, monkeypatch: Any) -> None:
    window = limits.Window()
    monkeypatch.setattr(limits.time, "time", lambda: 60_000.0)
    assert [window.count("k", 1000) for _ in range(3)] == [1, 2, 3]
    monkeypatch.setattr(limits.time, "time", lambda: 60_060.0)
    assert window.count("k", 1000) == 1


def test_a_flood_asks_for_its_limit_once_a_minute(limited: None, monkeypatch: Any) -> None:
    least, asked = int(declared()["limits.token"].least or 0), list[str]()
    allowed = [least + 100]

    def told(key: str) -> int:
        asked.append(key)
        return allowed[0]

    def send(times: int) -> bool:
        return [limits.is_over("limits.token", "a") for _ in range(times)][-1]

    monkeypatch.setattr(limits, "norm", told)
    monkeypatch.setattr(limits.time, "time", lambda: 60_000.0)
    assert not send(least) and asked == []
    assert not send(100) and send(1) and asked == ["limits.token"]
    allowed[0] = least
    monkeypatch.setattr(limits.time, "time", lambda: 60_060.0)
    assert not send(least) and send(1) and asked == ["limits.token"] * 2, "another minute, another limit"


def test_an_unknown_account_takes_as_long_as_a_known_one(cast: Cast, monkeypatch: Any) -> None:
    """A hash is reckoned either way, so that the clock does not tell which accounts there are."""
    reckoned: list[str] = []
    real = hashers.get_hasher("default").__class__.encode
    monkeypatch.setattr(
        hashers.get_hasher("default").__class__, "encode", lambda self, *a: reckoned.append("1") or real(self, *a)
    )
    for login in (cast.post("principal", cast.primary).person.username, "nobody-here"):
        reckoned.clear()
        Client().post("/accounts/login/", {"login": login, "password": "wrong-Pass-1"})
        assert reckoned, login
