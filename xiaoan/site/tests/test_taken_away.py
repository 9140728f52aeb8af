"""What a page of the field loop shows is what its workbook holds: the same rows under the same filters for the same
reader, with days as days."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from conftest import Cast, client_of
from xiaoan.engines.resource.testing import book_of
from xiaoan.ground.people.models import Person
from xiaoan.hazards import services as hazards
from xiaoan.hazards.services.rechecks import Asked
from xiaoan.hazards.tests.making import a_hazard, walked
from xiaoan.inspections import rosters
from xiaoan.inspections.pages import campaigns
from xiaoan.inspections.tests import making as inspected
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.matters.services.joint import issue_circular
from xiaoan.matters.tests.making import a_body, a_sweep, of_body, tell
from xiaoan.patrols.services import walk_round
from xiaoan.patrols.tests.making import a_route, seen_at
from xiaoan.risks.pages import taken
from xiaoan.risks.tests.making import a_control, a_notice, an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
TODAY = date(2026, 11, 18)


def book(actor: Actor, url: str) -> dict[str, list[list[Any]]]:
    """The workbook of a page, which must offer it."""
    client, mark = client_of(actor), "&" if "?" in url else "?"
    assert "as=xlsx" in client.get(url).content.decode(), "no button"
    return book_of(client.get(f"{url}{mark}as=xlsx"))


def test_every_school_of_the_visits_by_grade_is_taken_away_under_its_filter(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taken, "AT_ONCE", 2)
    for school, scores in (
        (cast.primary, (5, 5)),
        (cast.junior, (5, 5)),
        (cast.kindergarten, (2, 2)),
        (cast.outside, (5, 5)),
    ):
        an_assessed(school, scores=scores)
    officer = cast.actor("county_officer")
    rows = book(officer, "/risks/visits/")["执行情况"][1:]
    assert [(r[0], r[1], r[3]) for r in rows] == [
        ("东镇中心小学", "重大风险（红）", 0.0), ("东镇初级中学", "重大风险（红）", 0.0), ("县直幼儿园", "低风险（蓝）", 0.0),
    ]  # fmt: skip
    assert [r[0] for r in book(officer, "/risks/visits/?grade=4")["执行情况"][1:]] == ["县直幼儿园"]


def test_a_bureau_takes_the_whole_lists_of_which_its_picture_shows_the_beginning(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xiaoan.risks.pages.home.SHOWN", 1)
    an_assessed(cast.primary, scores=(5, 5))
    found = book(cast.actor("county_officer"), "/risks/")
    assert [r[0] for r in found["还没有完成风险评估的学校"][1:]] == ["东镇初级中学", "县直幼儿园"]
    assert found["有重大风险的学校"][1:] == [["东镇中心小学", 1.0]] and found["各地情况"][1][:4] == [
        "东镇",
        2.0,
        50.0,
        50.0,
    ]


def test_a_point_and_a_notice_are_taken_away_with_measures_owners_and_days(cast: Cast) -> None:
    point = an_assessed(cast.primary, owner="赵合成", post="校长")
    a_control(point, due_in=7)
    chain = book(cast.actor("principal"), f"/risks/points/{point.id}/")
    assert chain["管控措施"][1][2] == "燃气报警器每天看一遍" and chain["管控措施"][1][5] == TODAY + timedelta(days=7)
    assert chain["评估历史"][1][0] == TODAY and chain["评估历史"][1][2:4] == ["还没有评估", "一般风险（黄）"]
    notice = book(cast.actor("guard"), f"/risks/notices/{a_notice(cast.primary).id}/")
    assert notice["风险公告"][1] == ["较大风险（橙）", "食堂操作间", "一楼", "看一遍", "校长 张合成"]


def test_figures_majors_and_second_looks_are_numbers_and_days(cast: Cast) -> None:
    a_hazard(cast, level="major")
    closed = walked(cast, a_hazard(cast, place="1 楼"), "closed")
    officer = cast.actor("county_officer")
    draw = hazards.draw(actor=officer, unit=cast.county, asked=Asked(5, TODAY, TODAY), seed="2026")
    figures = book(officer, "/hazards/figures/")
    assert figures["各单位"][1][:4] == ["东镇中心小学", 2.0, 1.0, 1.0] and figures["新增和销号"][1][0] == "11月"
    assert book(officer, "/hazards/majors/")["没销号的重大隐患"][1][3] == TODAY
    assert book(officer, f"/hazards/rechecks/{draw.id}/")["抽查"][1][:4] == [
        closed.number,
        closed.words,
        closed.unit.name,
        "待复核",
    ]
    looks = book(officer, "/hazards/rechecks/")
    assert isinstance(looks["抽查"][1][0], datetime) and looks["抽查"][1][3:] == ["2026", 1.0, 1.0, 1.0]


def test_a_round_is_taken_away_with_what_was_seen_at_each_stop(cast: Cast) -> None:
    route, now = a_route(cast), clock.now()
    row = walk_round(
        actor=cast.actor("guard"), route=route, stops=seen_at(route, ["ok", "bad"]), started_at=now, ended_at=now
    )
    lead = cast.actor("safety_director")
    seen = book(lead, f"/patrols/rounds/{row.id}/")["各点位"]
    assert [r[1] for r in seen[1:]] == ["正常", "异常"] and "第 2 处有异常" in seen[2][2] and seen[2][5] == "是"
    assert book(lead, f"/patrols/routes/{route.id}/")["最近的巡查"][1][3] == TODAY
    assert book(lead, "/patrols/")["路线"][1][:2] == [route.name, 2.0]
    assert [r[0] for r in book(cast.actor("county_officer"), "/patrols/")["各单位"][1:]] == ["东镇", "县直幼儿园"]


def test_a_department_takes_its_own_lines_and_who_may_not_read_disputes_takes_none(cast: Cast) -> None:
    urban, police = a_body(cast.county, "urban"), a_body(cast.county, "police")
    lines = [(tell(cast, "stalls", words="合成:摊点"), urban), (tell(cast, partner=police), police)]
    row = issue_circular(actor=cast.actor("county_officer"), unit=cast.county, title="合成通报", lines=lines)
    whole = book(cast.actor("county_officer"), f"/matters/circulars/{row.id}/")
    assert len(whole["问题"]) == 3 and [r[0] for r in whole["点名的部门"][1:]] == [urban.name, police.name]
    own = book(of_body(cast, "police"), f"/matters/circulars/{row.id}/")
    assert list(own) == ["问题"] and [r[2] for r in own["问题"][1:]] == [police.name]
    assert client_of(of_body(cast, "market")).get(f"/matters/circulars/{row.id}/?as=xlsx").status_code == 404
    assert [r[0] for r in book(cast.actor("county_officer"), "/matters/circulars/")["通报"][1:]] == ["合成通报"]
    tell(cast, "dispute_home", by="safety_director")
    kinds = {r[0] for r in book(cast.actor("inspector"), "/matters/overview/?family=dispute")["按类别"][1:]}
    disputes = {r[0] for r in book(cast.actor("county_officer"), "/matters/overview/?family=dispute")["按类别"][1:]}
    assert kinds and disputes and not kinds & disputes
    sweep = a_sweep(cast, cast.primary)
    assert book(cast.actor("county_officer"), "/matters/sweeps/")["联合整治"][1][2] == sweep.starts


def test_every_unit_of_a_campaign_is_taken_away_and_nobody_takes_the_visits_of_another(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "SHOWN", 1)
    member = inspected.member(cast)
    row = inspected.sent(cast, inspected.planned(cast, cast.primary, cast.junior), team=1)
    officer, inspector = cast.actor("county_officer"), cast.actor("inspector")
    places = {"东镇中心小学", "东镇初级中学"}
    assert {r[1] for r in book(officer, f"/inspections/{row.id}/")["要去的单位"][1:]} == places
    assert {r[1] for r in book(officer, f"/inspections/{row.id}/drawn/")["抽中的单位和人员"][1:]} == places
    to_do = book(inspector, "/inspections/mine/")["要去的"]
    assert {r[0] for r in to_do[1:]} == places and to_do[1][4] == TODAY
    assert len(book(officer, "/inspections/mine/")["要去的"]) == 1
    assert len(book(officer, f"/inspections/members/{member.id}/")["派出"]) == 3
    rosters.keep_school(actor=officer, school=cast.primary, person=Person.objects.get(id=inspector.person_id))
    kept = book(officer, "/inspections/keepers/")["学校"]
    assert [(r[0], r[1]) for r in kept[1:] if r[1]] == [("东镇中心小学", inspector.name)] and kept[1][2] == TODAY
    assert cast.outside.name not in {r[0] for r in kept}
