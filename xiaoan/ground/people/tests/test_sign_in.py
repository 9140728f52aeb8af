"""Signing in as a person does it: through the pages, with the real back ends."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.services import dismiss, enrol
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM

LOGIN = "/accounts/login/"
RIGHT, WRONG, NEW = "Cast-2026-pass", "wrong", "Ganjing-de-2026"


@pytest.fixture(autouse=True)
def no_counts_of_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client() -> Client:
    return Client()


def sign_in(client: Client, username: str, password: str) -> Any:
    return client.post(LOGIN, {"login": username, "password": password})


def norm(unit: Unit, key: str, value: object) -> None:
    set_norm(actor=SYSTEM, unit=unit, key=key, text=str(value), valid_from=date(2020, 1, 1), basis="测试")


def fresh(cast: Cast) -> tuple[Post, str]:
    return enrol(actor=SYSTEM, unit=cast.primary, username="lin.lan", name="林岚", role="safety_director")


def test_the_right_password_opens_the_site_and_is_journaled(cast: Cast, client: Client) -> None:
    person = cast.post("principal", cast.primary).person
    assert sign_in(client, person.username, WRONG).status_code == 200
    answer = sign_in(client, person.username, RIGHT)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/people/").status_code == 200
    assert Entry.objects.filter(verb="登录", subject_id=str(person.id)).count() == 1
    client.post("/accounts/logout/")
    assert Entry.objects.filter(verb="退出", subject_id=str(person.id)).count() == 1


def test_the_page_says_in_chinese_what_was_wrong(cast: Cast, client: Client) -> None:
    page = sign_in(client, "nobody", WRONG).content.decode()
    assert "账号或密码不对" in page
    assert "Username" not in page
    assert "nobody" in page, "what was typed stays"


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/set/", "login/code/", "3rdparty/"])
def test_nobody_makes_an_account_or_resets_a_password_by_mail(cast: Cast, client: Client, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404


def test_a_locked_account_stays_out_with_the_right_password(cast: Cast, client: Client) -> None:
    username = cast.post("principal", cast.primary).person.username
    for _ in range(4):
        assert sign_in(client, username, WRONG).status_code == 200
    assert sign_in(client, username, WRONG).status_code == 429
    answer = sign_in(client, username, RIGHT)
    assert answer.status_code == 429
    assert "锁定 15 分钟" in answer.content.decode()
    assert client.get("/people/").status_code == 302, "still signed out"
    assert Entry.objects.filter(verb="账号锁定").count() == 1


def test_the_case_of_the_account_does_not_walk_around_the_lock(cast: Cast, client: Client) -> None:
    username = cast.post("principal", cast.primary).person.username
    for _ in range(5):
        sign_in(client, username, WRONG)
    assert sign_in(client, username.upper(), RIGHT).status_code == 200, "another name, unknown"
    assert client.get("/people/").status_code == 302


def test_the_lock_follows_the_norms_of_the_persons_unit(cast: Cast, client: Client) -> None:
    norm(cast.county, "people.lock_failures", 3)
    norm(cast.county, "people.lock_minutes", 45)
    near, far = cast.post("principal", cast.primary).person, cast.post("principal", cast.outside).person
    answers = [sign_in(client, near.username, WRONG) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert "锁定 45 分钟" in answers[2].content.decode()
    assert [sign_in(client, far.username, WRONG).status_code for _ in range(3)] == [200, 200, 200]


def test_a_lock_ends_by_itself(cast: Cast, client: Client) -> None:
    username = cast.post("principal", cast.primary).person.username
    for _ in range(5):
        sign_in(client, username, WRONG)
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=attempt.attempt_time - timedelta(minutes=16))
    assert sign_in(client, username, RIGHT).status_code == 302


def test_a_first_password_opens_nothing_but_the_change_of_password(cast: Cast, client: Client) -> None:
    post, first = fresh(cast)
    assert sign_in(client, "lin.lan", first.upper().replace("-", "")).status_code == 302
    answer = client.get("/people/")
    assert answer.headers["Location"] == "/accounts/password/change/"
    assert client.post("/people/switch/", {"post": post.id}).status_code == 403, "a phone must not take it for done"
    typed = {"oldpassword": first.replace("-", ""), "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", typed).status_code == 302
    assert client.get("/people/").status_code == 200
    person = Person.objects.get(username="lin.lan")
    assert not person.must_change_password
    assert person.check_password(NEW)
    assert not person.check_password(first)


def test_a_first_password_lapses_when_it_is_not_used(cast: Cast, client: Client) -> None:
    _, first = fresh(cast)
    with clock.held_at(clock.now() + timedelta(days=31)):
        answer = sign_in(client, "lin.lan", first)
        assert answer.status_code == 403
        assert "首次密码已过期" in answer.content.decode()
        assert client.get("/people/").status_code == 302


def test_passwords_follow_the_norms_of_the_persons_unit(cast: Cast, client: Client) -> None:
    norm(cast.county, "people.password_length", 12)
    _, first = fresh(cast)
    sign_in(client, "lin.lan", first)

    def change(new: str) -> str:
        typed = {"oldpassword": first, "password1": new, "password2": new}
        return client.post("/accounts/password/change/", typed).content.decode()

    assert "密码至少 12 位，现在是 9 位" in change("Abcdef-12")
    assert "至少 3 类" in change("abcdefghijk12")
    assert "不能与现在的密码相同" in change(f"{first}")
    assert "不能与现在的密码相同" not in change("Abcdefghij-12")
    assert not Person.objects.get(username="lin.lan").must_change_password


def test_an_old_password_must_be_changed_where_the_norms_say_so(cast: Cast, client: Client) -> None:
    norm(cast.county, "people.password_days", 90)
    person = cast.post("principal", cast.primary).person
    Person.objects.filter(id=person.id).update(password_set_on=clock.today() - timedelta(days=90))
    sign_in(client, person.username, RIGHT)
    assert client.get("/people/").headers["Location"] == "/accounts/password/change/"
    client.post("/accounts/password/change/", {"oldpassword": RIGHT, "password1": NEW, "password2": NEW})
    assert client.get("/people/").status_code == 200


def test_a_session_ends_when_nobody_does_anything(cast: Cast, client: Client) -> None:
    norm(cast.county, "people.idle_minutes", 30)
    client.force_login(cast.post("principal", cast.primary).person)
    start = clock.now()
    for minutes in (29, 58, 87):
        with clock.held_at(start + timedelta(minutes=minutes)):
            assert client.get("/people/").status_code == 200
    with clock.held_at(start + timedelta(minutes=118)):
        answer = client.get("/people/", follow=True)
        assert answer.redirect_chain == [("/accounts/login/?next=/people/", 302)]
        assert "超过 30 分钟没有操作" in answer.content.decode()


def test_a_reset_ends_the_sessions_and_the_second_factor(cast: Cast, client: Client) -> None:
    from xiaoan.ground.people.services import reset_first_password

    person = cast.post("principal", cast.primary).person
    client.force_login(person)
    TOTP.activate(person, generate_totp_secret())
    reset_first_password(actor=cast.actor("county_officer"), person=person)
    assert client.get("/people/").status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()


# The second factor


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


@pytest.fixture
def factor(settings: Any) -> None:
    settings.XIAOAN_TOTP = True


def test_city_and_province_posts_must_add_a_second_factor_first(cast: Cast, client: Client, factor: None) -> None:
    person = cast.post("city_officer", cast.city).person
    sign_in(client, person.username, RIGHT)
    answer = client.get("/people/")
    assert answer.headers["Location"] == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/")
    assert "二维码" in page.content.decode()
    secret = page.context["form"].secret
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    assert "恢复码" in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert client.get("/people/").status_code == 200
    assert secret not in str(Authenticator.objects.filter(user=person, type="totp").values("data")), "sealed at rest"


def test_county_posts_and_the_demo_do_without(cast: Cast, client: Client, factor: None, settings: Any) -> None:
    client.force_login(cast.post("county_officer", cast.county).person)
    assert client.get("/people/").status_code == 200
    client.force_login(cast.post("city_officer", cast.city).person)
    assert client.get("/people/").status_code == 302
    settings.XIAOAN_TOTP = False
    assert client.get("/people/").status_code == 200


def test_with_a_second_factor_the_password_alone_does_not_open(cast: Cast, client: Client, factor: None) -> None:
    from allauth.mfa.adapter import get_adapter

    person = cast.post("city_officer", cast.city).person
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    assert get_adapter() is not None
    answer = sign_in(client, person.username, RIGHT)
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/people/").headers["Location"].startswith(LOGIN)
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/people/").status_code == 200


def test_a_compulsory_second_factor_cannot_be_switched_off(cast: Cast, client: Client, factor: None) -> None:
    person = cast.post("city_officer", cast.city).person
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    sign_in(client, person.username, RIGHT)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "必须使用两步验证" in client.get("/accounts/2fa/totp/deactivate/").content.decode()
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_a_dismissed_persons_deputy_post_still_asks_for_the_factor(cast: Cast, client: Client, factor: None) -> None:
    held = cast.post("city_officer", cast.city)
    dismiss(actor=SYSTEM, post=held, ends=clock.today() - timedelta(days=1))
    client.force_login(held.person)
    assert client.get("/people/me/").status_code == 200, "no city post any more, no factor asked"
