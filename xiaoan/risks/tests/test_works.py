"""Notices, studies, acceptance, and what bureaux see of it all."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from conftest import WEDNESDAY, Cast
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record, withdraw_record
from xiaoan.engines.tally.recount import compare
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.units.models import scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.risks.exchange import EVENT, MEASURE, MISSION, RECORD, UNIT
from xiaoan.risks.listening import on_record
from xiaoan.risks.models import Acceptance, Notice, Standing, Study
from xiaoan.risks.recount import recount
from xiaoan.risks.services import assess_point, loop_moved
from xiaoan.risks.services.accepting import apply, decide, score
from xiaoan.risks.services.confirming import confirm_controls
from xiaoan.risks.services.sources import declare_points, register_point, supervise_point
from xiaoan.risks.services.standing import reckon_expired
from xiaoan.risks.services.studies import record_study
from xiaoan.risks.tests.making import a_control, an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_notice_is_published_printed_and_its_openers_are_counted(cast: Cast) -> None:
    """S0-2.6-04."""
    a_control(an_assessed(cast.primary, scores=(4, 4), owner="赵合成", post="校长"))
    lead = cast.client("safety_director")
    assert lead.post("/risks/notices/new/", {"title": "风险公告", "lowest": "4"}).status_code == 302
    notice = Notice.objects.get()
    for role in ("homeroom_teacher", "guard", "parent"):
        for _ in range(2):
            assert cast.client(role).get(f"/risks/notices/{notice.id}/").status_code == 200
    phone = Client()
    for _ in range(2):
        assert "食堂操作间" in phone.get(f"/risks/n/{notice.token}/").content.decode()
    assert Client().get(f"/risks/n/{notice.token}/").status_code == 200
    page = lead.get(f"/risks/notices/{notice.id}/")
    assert dict(page.context["openings"]) == {"教职工": 3, "家长": 1, "未登录的家长和访客": 2}
    board = text_of(lead.get(f"/risks/of/{cast.primary.id}/board.pdf").content)
    assert "较大风险" in board and "燃气报警器" in board and "赵合成" in board


def test_a_card_carries_the_word_of_its_grade_and_leads_by_its_code_to_a_public_page(cast: Cast) -> None:
    point = an_assessed(cast.primary, scores=(4, 4), owner="赵合成", emergency="关总阀")
    a_control(point)
    card = text_of(cast.client("guard").get(f"/risks/points/{point.id}/card.pdf").content)
    assert "较大风险（橙）" in card.replace("\n", "") and "食堂操作间" in card
    page = Client().get(f"/q/{point.token}/").content.decode()
    assert "较大风险（橙）" in page and "关总阀" in page and "119" in page and "赵合成" not in page
    assert Client().get("/q/nothing/").status_code == 404


def test_a_monthly_study_lists_the_changes_and_their_authors_and_proves_the_duty(cast: Cast) -> None:
    """S2-4.18-12, S4-2.3-07."""
    lead = cast.actor("safety_director")
    point = an_assessed(cast.primary, scores=(3, 3))
    assess_point(actor=lead, point=point, factors={"L": 5, "S": 5}, why="change")
    city = cast.client("city_officer")
    assert "东镇中心小学" in city.get("/risks/studies/without/").content.decode()
    row = record_study(actor=lead, unit=cast.primary, conclusion="防燃气", people=5)
    assert [(c["kind"], c["by"]) for c in row.changes] == [("raised", lead.name), ("added", "系统")]
    record = Record.objects.get(id=row.record)
    assert record.sheet == "risk_study" and record.answers["added"] == 1 and record.answers["raised"] == 1
    assert "东镇中心小学" not in city.get("/risks/studies/without/").content.decode()
    again = record_study(actor=lead, unit=cast.primary, conclusion="没有变化")
    assert again.changes == []
    county = record_study(actor=cast.actor("county_officer"), unit=cast.county, conclusion="全县防燃气")
    assert [c["name"] for c in county.changes] == ["东镇中心小学 食堂操作间"]
    page = cast.client("safety_director").get(f"/risks/studies/{row.id}/").content.decode()
    assert "由一般风险上调为重大风险" in page and lead.name in page


def test_a_study_filed_as_a_record_is_a_study_until_it_is_withdrawn(cast: Cast) -> None:
    lead, city = cast.actor("safety_director"), cast.client("city_officer")
    assess_point(actor=lead, point=an_assessed(cast.primary), factors={"L": 5, "S": 5}, why="change")
    answers = {"areas": ["fire"], "added": 0, "conclusion": "防燃气", "actions": "每天看", "people": 6}
    record = file_record(actor=lead, unit=cast.primary, sheet="risk_study", answers=answers, happened_at=clock.now())
    row = Study.objects.get()
    assert (row.record, row.month, row.conclusion, row.people) == (record.id, "2026-11", "防燃气", 6)
    assert [c["kind"] for c in row.changes] == ["raised", "added"]
    assert "东镇中心小学" not in city.get("/risks/studies/without/").content.decode()
    assert "防燃气" in cast.client("safety_director").get(f"/risks/studies/{row.id}/").content.decode()
    withdraw_record(actor=lead, record=record, why="记错了")
    assert not Study.objects.exists()
    assert "东镇中心小学" in city.get("/risks/studies/without/").content.decode()


def test_a_school_applies_assessors_score_and_the_share_rises_with_the_rest_listed(cast: Cast) -> None:
    """S0-2.6-11, S0-2.6-12, S4-2.3-05."""
    lead, officer, inspector = cast.actor("safety_director"), cast.actor("county_officer"), cast.actor("inspector")
    with pytest.raises(Invalid):
        apply(actor=lead, unit=cast.primary, kind="risk")
    an_assessed(cast.primary)
    case = apply(actor=lead, unit=cast.primary, kind="risk", said="已完成")
    with pytest.raises(Stale):
        apply(actor=lead, unit=cast.primary, kind="risk")
    page = cast.client("county_officer").get(f"/risks/acceptances/{case.id}/")
    assert set(page.context["proofs"]) == {"rules", "duties", "running", "control"}
    assert "个风险点已评估" in page.content.decode() and "制度健全" in page.content.decode()
    with pytest.raises(Stale):
        decide(actor=officer, acceptance=case, is_passed=True, decision="先决定")
    with pytest.raises(Invalid):
        score(actor=inspector, acceptance=case, points={"rules": 26, "duties": 20, "running": 20, "control": 20})
    full = {"rules": 22, "duties": 20, "running": 20, "control": 20}
    score(actor=inspector, acceptance=case, points=full)
    score(actor=officer, acceptance=case, points={**full, "rules": 24})
    assert float(Acceptance.objects.get().score or 0) == 83.0
    with pytest.raises(NotAllowed):
        decide(actor=lead, acceptance=case, is_passed=True, decision="自己通过")
    decide(actor=officer, acceptance=case, is_passed=True, decision="符合标准")
    told = cast.client("county_officer").get("/risks/targets/")
    target = told.context["target"]
    assert (target.passed, target.schools, [s.percent for s in target.steps]) == (1, 3, [60, 100])
    assert [u.name for u in told.context["rows"]] == ["东镇初级中学", "县直幼儿园"]


def test_schools_complete_and_running_are_a_share_of_all(cast: Cast) -> None:
    """S4-2.3-06, S4-1-02: passed, and both the risk list and the hazard loop run."""
    an_assessed(cast.primary)
    case = apply(actor=cast.actor("safety_director"), unit=cast.primary, kind="dual")
    officer = cast.actor("county_officer")
    score(actor=officer, acceptance=case, points=dict.fromkeys(("rules", "duties", "running", "control"), 22))
    decide(actor=officer, acceptance=case, is_passed=True, decision="符合标准")
    client = cast.client("county_officer")
    assert client.get("/risks/targets/", {"kind": "dual"}).context["target"].passed == 0
    loop_moved(cast.primary)
    assert client.get("/risks/targets/", {"kind": "dual"}).context["target"].passed == 1
    page = client.get("/risks/schools/", {"stand": "running"}).content.decode()
    assert "东镇中心小学" in page and "运行中" in page and "11月18日" in page
    with clock.held_at(WEDNESDAY + timedelta(days=90)):
        reckon_expired()
    assert not Standing.objects.get().is_running


def test_a_county_sees_every_red_risk_with_measure_owner_and_last_check(cast: Cast) -> None:
    """S4-1-10."""
    point = an_assessed(cast.primary, scores=(5, 5), owner="赵合成", post="校长")
    an_assessed(cast.junior, "一般的", scores=(3, 3))
    confirm_controls(actor=cast.actor("principal"), unit=cast.primary, controls=[a_control(point)])
    page = cast.client("county_officer").get("/risks/red/").content.decode()
    assert "赵合成" in page and "燃气报警器每天看一遍" in page and "11月18日" in page and "一般的" not in page


def test_a_province_sees_the_share_of_schools_by_city(cast: Cast) -> None:
    """S3-1-04, S3-3.2.2-02."""
    an_assessed(cast.primary)
    loop_moved(cast.primary)
    page = cast.client("province_officer").get("/risks/coverage/")
    shares = {
        s.unit.name: (s.schools, s.get("assessed"), s.get("running"), s.get("whole")) for s in page.context["shares"]
    }
    assert shares["甲市"] == (4, 1, 1, 0) and shares["乙市"] == (0, 0, 0, 0)
    plan_filed(cast)
    page = cast.client("province_officer").get("/risks/coverage/")
    assert next(s for s in page.context["shares"] if s.unit.name == "甲市").get("whole") == 1


def plan_filed(cast: Cast) -> None:
    """An emergency plan, as a filed record tells it."""
    now = clock.now()
    record = Record.objects.create(
        sheet="deliverable", version=1, answers={"kind": "plan"}, happened_on=now.date(), happened_at=now,
        captured_at=now, received_at=now, person_name="测试", **scope_of(cast.primary),
    )  # fmt: skip
    on_record(record, "filed")


def test_schools_of_each_grade_are_looked_at_as_often_as_the_county_says(cast: Cast) -> None:
    """S0-3.3-03."""
    point = an_assessed(cast.primary, scores=(5, 5))
    an_assessed(cast.junior, scores=(2, 2))
    for key, text in (("risks.visits_1", "6"), ("risks.measure_1", "局长包联")):
        set_norm(
            actor=SYSTEM, unit=cast.county, key=key, text=text, valid_from=clock.today(), basis="甲县教〔2026〕3号"
        )
    officer = cast.actor("county_officer")
    declare_points(actor=cast.actor("safety_director"), unit=cast.primary, points=[point])
    register_point(actor=officer, point=point, supervision="每月看")
    supervise_point(actor=officer, point=point, note="已看")
    supervise_point(actor=officer, point=point, note="同一天再看")
    lines = {v.standing.unit.name: v for v in cast.client("county_officer").get("/risks/visits/").context["lines"]}
    assert (lines["东镇中心小学"].asked, lines["东镇中心小学"].done, lines["东镇中心小学"].measure) == (
        6,
        1,
        "局长包联",
    )
    assert (lines["东镇初级中学"].asked, lines["东镇初级中学"].done) == (1, 0)


def test_the_exchange_has_the_tables_and_fields_of_the_format(cast: Cast) -> None:
    control = a_control(an_assessed(cast.primary, owner="赵合成"))
    confirm_controls(actor=cast.actor("principal"), unit=cast.primary, controls=[control])
    client = cast.client("county_officer")
    told = json.loads(client.get(f"/risks/of/{cast.primary.id}/exchange.json").content)
    wanted = {
        "security_risk_unit": UNIT, "security_risk_events": EVENT, "security_risk_control_measures": MEASURE,
        "hidden_check_mission": MISSION, "hidden_check_record": RECORD,
    }  # fmt: skip
    assert {name: set(told[name][0]) for name in wanted} == {name: set(fields) for name, fields in wanted.items()}
    measure, mission, record = (told[t][0] for t in list(wanted)[2:])
    assert mission["riskMeasureId"] == measure["id"] and record["checkTaskId"] == mission["id"]
    assert (mission["checkCycle"], mission["checkCycleUnit"], record["checkStatus"]) == (1, "月", "0")
    content = b"".join(client.get(f"/risks/of/{cast.primary.id}/exchange.xlsx").streaming_content)  # type: ignore[attr-defined]
    assert {n[:31] for n in wanted} <= set(CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names)


def test_every_tally_equals_a_recount(cast: Cast) -> None:
    an_assessed(cast.primary, scores=(5, 5))
    a_control(an_assessed(cast.junior), due_in=-3)
    loop_moved(cast.primary)
    assert [d for leaves in recount() for d in compare(leaves)] == []
    Standing.objects.filter(unit=cast.primary).update(held=9)
    assert [d for leaves in recount() for d in compare(leaves)] != []
