from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.services import appoint, enrol
from xiaoan.kernel.actor import SYSTEM


@pytest.fixture
def officer(cast: Cast, wednesday: Any) -> Client:
    return cast.client("county_officer", cast.county)


def names(page: Any) -> list[str]:
    return [post.person.name for post in page.context["page"].posts]


def guards(cast: Cast, count: int) -> None:
    for n in range(count):
        enrol(actor=SYSTEM, unit=cast.primary, username=f"g{Person.objects.count()}-{n}", name=f"保安{n}", role="guard")


def test_the_list_shows_the_scope_and_no_more(cast: Cast, officer: Client) -> None:
    guards(cast, 1)
    enrol(actor=SYSTEM, unit=cast.outside, username="far", name="远方", role="guard")
    page = officer.get("/people/")
    assert "保安0" in names(page)
    assert "远方" not in names(page)


def test_the_list_is_filtered_by_unit_role_and_name(cast: Cast, officer: Client) -> None:
    guards(cast, 2)
    enrol(actor=SYSTEM, unit=cast.junior, username="lin.lan", name="林岚", role="safety_director")
    assert names(officer.get(f"/people/?unit={cast.junior.id}")) == ["林岚"]
    assert set(names(officer.get("/people/?role=guard"))) == {"保安0", "保安1"}
    assert names(officer.get("/people/?words=林")) == ["林岚"]
    assert names(officer.get("/people/?words=lin.lan")) == ["林岚"]
    assert officer.get(f"/people/?unit={cast.outside.id}").status_code == 404
    assert officer.get("/people/?unit=nonsense").status_code == 404


def test_the_list_turns_its_pages_both_ways(cast: Cast, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from functools import partial

    from xiaoan.ground.people import pages

    guards(cast, 5)
    monkeypatch.setattr(pages, "posts_in", partial(pages.posts_in, size=2))
    first = officer.get("/people/?role=guard")
    second = officer.get(f"/people/?role=guard&after={first.context['page'].after}")
    third = officer.get(f"/people/?role=guard&after={second.context['page'].after}")
    assert [names(page) for page in (first, second, third)] == [["保安4", "保安3"], ["保安2", "保安1"], ["保安0"]]
    assert third.context["page"].after == ""
    back = officer.get(f"/people/?role=guard&before={third.context['page'].before}")
    assert names(back) == ["保安2", "保安1"]
    assert names(officer.get(f"/people/?role=guard&before={back.context['page'].before}")) == ["保安4", "保安3"]


@pytest.mark.parametrize("url", ["/people/?role=guard", "/journal/"])
def test_a_longer_list_asks_the_database_no_more(cast: Cast, wednesday: Any, url: str) -> None:
    client = cast.client("system_administrator", cast.primary)
    counts = []
    for more in (1, 2):
        guards(cast, more)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


def test_a_person_has_posts_and_a_timeline(cast: Cast, officer: Client) -> None:
    post, _ = enrol(
        actor=cast.actor("county_officer"), unit=cast.primary, username="lin.lan", name="林岚", role="guard"
    )
    text = officer.get(f"/people/{post.person_id}/").content.decode()
    assert "东镇中心小学" in text
    assert "任命岗位" in text
    assert "2026-11" not in text, "no bare dates"


def test_a_new_person_is_told_the_first_password_once(cast: Cast, officer: Client) -> None:
    url = f"/people/at/{cast.primary.id}/new/"
    typed = {"name": "林岚", "username": "lin.lan", "phone": "", "role": "guard", "starts": "2026-11-18", "ends": ""}
    page = officer.post(url, typed)
    first = page.context["first"]
    person = Person.objects.get(username="lin.lan")
    assert person.check_password(first)
    again = officer.post(url, typed)
    assert again.status_code == 422
    assert "已有人使用" in again.content.decode()
    assert "林岚" in again.content.decode(), "what was typed stays"
    assert first not in str(list(Entry.objects.values()))


def test_appointing_dismissing_and_deputies_go_through_pages(cast: Cast, officer: Client) -> None:
    guards(cast, 1)
    person = Person.objects.get(name="保安0")
    held = cast.post("principal", cast.primary)
    url = f"/people/posts/{held.id}/deputy/"
    assert officer.post(url, {"username": "nobody", "starts": "2026-11-18", "ends": "2026-12-01"}).status_code == 422
    assert (
        officer.post(url, {"username": person.username, "starts": "2026-11-18", "ends": "2026-12-01"}).status_code
        == 302
    )
    assert Post.objects.get(deputy_for=held).ends == date(2026, 12, 1)
    assert "代理校长" in officer.get("/people/?role=principal").content.decode()
    assert officer.post(f"/people/posts/{held.id}/end/", {"ends": "2026-11-18"}).status_code == 302
    assert Post.objects.get(id=held.id).ends == date(2026, 11, 18)
    typed = {"username": person.username, "role": "safety_officer", "starts": "2026-11-18", "ends": ""}
    assert officer.post(f"/people/at/{cast.junior.id}/appoint/", typed).status_code == 302


def test_the_rights_page_says_what_each_role_may(cast: Cast, officer: Client) -> None:
    text = officer.get("/people/rights/").content.decode()
    assert "查看学生的个人信息" in text
    assert "查看学生的个人信息" not in officer.get("/people/rights/?role=auditor").content.decode()


# The journal


@pytest.fixture
def auditor(cast: Cast, wednesday: Any) -> Client:
    return cast.client("auditor", cast.county)


def told(page: Any) -> list[str]:
    return [row["entry"].subject_name for row in page.context["rows"]]


def write(cast: Cast, unit: Any, name: str, verb: str = "修改单位") -> None:
    write_entry(actor=SYSTEM, verb=verb, subject_type="unit", subject_id="1", subject_name=name, unit_path=unit.path)


def test_the_journal_shows_the_scope_and_filters_it(cast: Cast, auditor: Client) -> None:
    write(cast, cast.primary, "甲处")
    write(cast, cast.junior, "乙处", "撤销单位")
    write(cast, cast.outside, "外处")
    everything = told(auditor.get("/journal/"))
    assert everything.index("乙处") < everything.index("甲处")
    assert "外处" not in everything
    assert told(auditor.get("/journal/?verb=撤销单位")) == ["乙处"]
    assert told(auditor.get("/journal/?subject=甲处")) == ["甲处"]
    assert told(auditor.get("/journal/?unit=东镇初级中学&person=系统&verb=撤销单位")) == ["乙处"]
    assert told(auditor.get("/journal/?unit=乙县小学")) == []
    assert told(auditor.get("/journal/?subject=甲处&first=2026-11-18&last=2026-11-18")) == ["甲处"]
    assert told(auditor.get("/journal/?subject=甲处&last=2026-11-17")) == []
    assert auditor.get("/journal/?first=2026-99-99").status_code == 200


def test_the_journal_turns_its_pages_both_ways(cast: Cast, auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from functools import partial

    from xiaoan.ground.people import journal_pages

    for n in range(5):
        write(cast, cast.primary, f"第{n}")
    monkeypatch.setattr(journal_pages, "entries_in", partial(journal_pages.entries_in, size=2))
    first = auditor.get("/journal/?subject=第")
    second = auditor.get(f"/journal/?subject=第&after={first.context['page'].after}")
    assert (told(first), told(second)) == (["第4", "第3"], ["第2", "第1"])
    assert told(auditor.get(f"/journal/?subject=第&before={second.context['page'].before}")) == ["第4", "第3"]


def test_the_journal_is_closed_to_officers(cast: Cast, officer: Client) -> None:
    assert officer.get("/journal/").status_code == 403


def test_a_name_is_put_right_only_by_whoever_manages_all_posts(cast: Cast, officer: Client) -> None:
    post, _ = enrol(actor=SYSTEM, unit=cast.primary, username="lin.lan", name="林兰", role="guard")
    url = f"/people/{post.person_id}/edit/"
    assert officer.post(url, {"name": "", "phone": ""}).status_code == 422
    assert officer.post(url, {"name": "林岚", "phone": "13800000000"}).status_code == 302
    assert Person.objects.get(id=post.person_id).name == "林岚"
    assert "由 林兰 改为 林岚" in officer.get(f"/people/{post.person_id}/").content.decode()
    appoint(actor=SYSTEM, person=post.person, unit=cast.outside, role="guard")
    assert officer.post(url, {"name": "别名", "phone": ""}).status_code == 403


def test_behind_our_proxy_the_journal_tells_the_address_that_the_proxy_added(
    cast: Cast, auditor: Client, settings: Any
) -> None:
    def where(**headers: str) -> str:
        return str(auditor.get("/journal/", **headers).wsgi_request.actor.where)  # type: ignore[arg-type]

    forged = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 10.0.0.9"}
    assert where(**forged) == "127.0.0.1", "no proxy: the header is anybody's word"
    settings.XIAOAN_PROXIED = True
    assert where(**forged) == "10.0.0.9"
    assert where() == "127.0.0.1"
