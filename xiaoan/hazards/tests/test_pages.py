"""Lists, the page of a case, its forms, the report at a desk, and what programs and phones send."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.checks.catalogue import items
from xiaoan.engines.resource.testing import ResourceTests, sheet_of
from xiaoan.engines.ui.waiting import waiting
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards import services
from xiaoan.hazards.lists import SIX
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.resource import HAZARDS
from xiaoan.hazards.tests.making import PICTURE, PLAN, a_hazard, a_photo, walked
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


class TestList(ResourceTests):
    resource = HAZARDS
    url = "/hazards/"
    api = "/api/hazards/"
    samples = {"unit": "东镇中心小学", "number": "隐患〔2026〕1号"}

    def make(self, cast: Any, n: int) -> list[Any]:
        return [a_hazard(cast, place=f"{k} 楼") for k in range(n)]


def test_late_cases_stand_longest_late_first_on_every_page_and_in_the_workbook(cast: Cast) -> None:
    made = [a_hazard(cast, place=f"{k} 楼") for k in range(6)]
    for row, ago in zip(made, (3, 9, 3, 0, 1, 3), strict=True):
        Hazard.objects.filter(id=row.id).update(due=clock.today() - timedelta(days=ago))
    late = [made[k].number for k in (1, 0, 2, 5, 4)]
    office, pages = cast.client("county_officer"), [{"after": ""}]

    def page(**told: str) -> dict[str, Any]:
        return office.get("/api/hazards/", {"state": "late", "limit": "2", **told}).json()  # type: ignore[no-any-return]

    for _ in range(3):
        pages.append(page(after=pages[-1]["after"]))
    assert [row["number"] for found in pages[1:] for row in found["rows"]] == late and not pages[-1]["after"]
    assert page(before=pages[3]["before"])["rows"] == pages[2]["rows"]
    assert [row[7] for row in sheet_of(office.get("/hazards/export.xlsx?state=late"))[1:]] == late
    assert page(state="")["rows"][0]["number"] == made[5].number


@pytest.mark.parametrize("key", SIX)
def test_each_of_the_six_lists_is_a_view_of_the_same_cases_with_its_excel(cast: Cast, key: str) -> None:
    row = a_hazard(cast, actor=cast.actor("inspector"), source="inspection")
    steps = {"found": "", "checked": "", "open": "", "told": "handed_in", "works": "assigned", "judged": "closed"}
    if steps[key]:
        walked(cast, row, steps[key])
    office = cast.client("county_officer")
    page = office.get(f"/hazards/lists/{key}/")
    assert str(row.id) in page.content.decode() and len(page.context["found"].rows) == 1
    assert office.get(f"/hazards/lists/{key}/export.xlsx").status_code == 200


@pytest.mark.parametrize(
    ("role", "count"), [("guard", 2), ("student_officer", 1), ("county_officer", 2), ("parent", 0)]
)
def test_pupils_and_parents_see_only_what_they_reported(cast: Cast, role: str, count: int) -> None:
    a_hazard(cast)
    a_hazard(cast, actor=cast.actor("student_officer"), source="student_officer")
    assert len(cast.client(role).get("/hazards/").context["found"].rows) == count


def test_the_total_comes_from_the_tallies(cast: Cast) -> None:
    for _ in range(2):
        walked(cast, a_hazard(cast), "judged", "larger")
    actor = cast.actor("county_officer")
    for values, total in (
        ({}, 2),
        ({"level": "larger", "state": "open"}, 2),
        ({"category": "C03"}, 0),
        ({"state": "late"}, None),
    ):
        assert HAZARDS.total(actor, values) == total, values


def test_the_page_shows_what_the_reader_may_do_and_why(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "larger")
    shown = cast.client("township_officer").get(f"/hazards/{hazard.id}/")
    assert [m.label for m in shown.context["moves"]][:2] == ["通过验收", "退回整改"]
    assert "您没有参与整改，可以验收" in shown.content.decode()
    principal = cast.client("principal").get(f"/hazards/{hazard.id}/")
    assert principal.context["moves"] == [] and "现在由东镇 镇街安全管理人员办理" in principal.content.decode()


def test_before_and_after_stand_side_by_side_and_only_for_who_sees_the_case(cast: Cast) -> None:
    teacher = cast.actor("homeroom_teacher")
    hazard = walked(cast, a_hazard(cast, photos=[a_photo(teacher, cast.primary)]), "handed_in")
    shown = cast.client("guard").get(f"/hazards/{hazard.id}/").content.decode()
    assert shown.index("整改前的照片") < shown.index("整改后的照片")
    url = f"/hazards/{hazard.id}/photos/{hazard.photos[0]}/"
    assert cast.client("guard").get(url)["Content-Type"] == "image/jpeg"
    assert cast.client("guard", cast.junior).get(url).status_code == 404
    other = a_hazard(cast)
    assert cast.client("guard").get(f"/hazards/{other.id}/photos/{hazard.photos[0]}/").status_code == 404


def test_a_move_is_done_by_its_form_and_what_was_typed_stays_when_it_is_refused(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "judged")
    lead = cast.client("safety_director")
    url = f"/hazards/{hazard.id}/do/assign/"
    assert "五" not in lead.get(url, headers={"HX-Request": "true", "HX-Target": "move-form"}).content.decode()[:20]
    post = cast.post("guard", cast.primary)
    told = {"step": hazard.step, "responsible_post": str(post.id), "measures": "更换门锁和闭门器", "funds": "不用资金"}
    refused = lead.post(url, told)
    assert refused.status_code == 422 and "更换门锁和闭门器" in refused.content.decode()
    assert "请写应急预案" in refused.content.decode()
    done = lead.post(url, {**told, "plan": "派人看守", "interim": "停用"})
    assert done.status_code == 302
    hazard.refresh_from_db()
    assert (hazard.state, hazard.responsible_by_id) == ("assigned", post.person_id)


def test_pictures_of_a_refused_form_are_kept(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "assigned")
    guard, url = cast.client("guard"), f"/hazards/{hazard.id}/do/hand_in/"
    picture = SimpleUploadedFile("改后.jpg", PICTURE)
    refused = guard.post(url, {"step": hazard.step, "done": "", "new": picture})
    kept = refused.context["asked"]["kept"]
    assert refused.status_code == 422 and len(kept) == 1
    guard.post(url, {"step": hazard.step, "done": "已换锁", "kept": [str(kept[0].id)]})
    hazard.refresh_from_db()
    assert hazard.state == "handed_in" and hazard.after_photos == [str(kept[0].id)]


def test_a_stale_form_says_that_the_case_has_gone_on(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in")
    answer = cast.client("principal").post(f"/hazards/{hazard.id}/do/verify/", {"step": 0, "decision": "好"})
    assert answer.status_code == 409 and "刚刚有了变化" in answer.content.decode()


def test_whom_the_table_does_not_allow_gets_a_403(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "major")
    assert cast.client("principal").post(f"/hazards/{hazard.id}/do/verify/", {"decision": "好"}).status_code == 403
    assert cast.client("principal").get(f"/hazards/{hazard.id}/do/nothing/").status_code == 404


def test_a_desk_reports_with_a_coded_item_and_sees_the_level_set(cast: Cast) -> None:
    item = next(i for i in items().values() if i.level == "general" and i.is_verified)
    picture = SimpleUploadedFile("现场.jpg", PICTURE)
    answer = cast.client("safety_officer").post(
        "/hazards/new/",
        {"words": "通道被堵", "place": "一楼", "item": item.key, "source": "self_check", "new": picture},
    )
    hazard = Hazard.objects.get()
    assert answer["Location"] == f"/hazards/{hazard.id}/"
    assert (hazard.category, hazard.level, len(hazard.photos)) == (item.category, "general", 1)


def test_a_refused_report_keeps_words_and_pictures(cast: Cast) -> None:
    answer = cast.client("guard").post(
        "/hazards/new/",
        {"words": "", "place": "一楼东头", "source": "patrol", "new": SimpleUploadedFile("a.jpg", PICTURE)},
    )
    assert answer.status_code == 422 and "一楼东头" in answer.content.decode() and len(answer.context["kept"]) == 1


def test_similar_open_cases_are_shown_while_reporting(cast: Cast) -> None:
    hazard = a_hazard(cast)
    guard = cast.client("guard")
    told = guard.get("/hazards/similar/", {"place": "宿舍2号楼3层"}).json()["rows"]
    assert [r["number"] for r in told] == [hazard.number]
    assert hazard.number in guard.get("/hazards/near/", {"place": "宿舍2号楼3层"}).content.decode()
    assert guard.get("/hazards/similar/", {"place": "操场"}).json()["rows"] == []


def test_the_case_s_page_asks_a_bounded_number_of_questions(cast: Cast) -> None:
    old = walked(cast, a_hazard(cast), "closed")
    hazard = walked(cast, a_hazard(cast), "handed_in")
    for _ in range(3):
        a_hazard(cast)
    lead = cast.client("principal")
    lead.get(f"/hazards/{hazard.id}/")
    with CaptureQueriesContext(connection) as taken:
        shown = lead.get(f"/hazards/{hazard.id}/").content.decode()
    assert len(taken) <= 26 and old.number in shown and "原销号待复核" in shown


def test_what_waits_is_told_to_who_can_do_it(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "larger")
    a_hazard(cast)
    assert [w.words for w in waiting(cast.actor("township_officer"))] == ["隐患待验收"]
    assert [w.words for w in waiting(cast.actor("principal"))] == ["隐患待研判"]
    assert waiting(cast.actor("homeroom_teacher")) == []
    with clock.held_at(clock.now() + timedelta(days=30)):
        assert waiting(cast.actor("township_officer"))[0].late == 1
    assert (
        len(cast.client("township_officer").get(f"/hazards/?whose=mine&state={hazard.state}").context["found"].rows)
        == 1
    )


def test_a_program_reports_once_and_moves(cast: Cast) -> None:
    officer, key = cast.client("safety_director"), str(new_id())
    body = json.dumps({"words": "灭火器失压", "place": "食堂"})
    for _ in range(2):
        told = officer.post("/api/hazards/", body, content_type="application/json", headers={"Idempotency-Key": key})
        assert told.status_code == 201
    hazard = Hazard.objects.get()
    move = json.dumps({"told": {"category": "C02", "level": "low"}, "step": 0})
    url = f"/api/hazards/{hazard.id}/moves/judge/"
    told = officer.post(url, move, content_type="application/json", headers={"Idempotency-Key": str(new_id())})
    assert told.status_code == 200 and told.json()["state_key"] == "judged"
    odd = json.dumps({"told": {**PLAN, "responsible": "合成维修队", "fix_by": 5}})
    url = f"/api/hazards/{hazard.id}/moves/assign/"
    told = officer.post(url, odd, content_type="application/json", headers={"Idempotency-Key": str(new_id())})
    assert told.status_code == 422 and "fix_by" in told.json()["fields"]


def test_a_partner_body_finds_only_what_was_given_to_it(cast: Cast) -> None:
    police = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", name="甲县公安局", kind="police")
    other, given = walked(cast, a_hazard(cast), "judged"), walked(cast, a_hazard(cast), "judged")
    services.transfer(actor=cast.actor("principal"), hazard=given, partner=police, why="校门口占道")
    officer = cast.client("partner_officer", police)
    assert [h.id for h in officer.get("/hazards/").context["found"].rows] == [given.id]
    assert officer.get(f"/hazards/{other.id}/").status_code == 404
    assert [m.label for m in officer.get(f"/hazards/{given.id}/").context["moves"]] == ["签收", "办结答复", "退还学校"]
    assert officer.get("/hazards/figures/").status_code == 403
    assert officer.post(f"/hazards/{given.id}/do/receive/", {"step": given.step}).status_code == 302


def test_the_order_to_the_responsible_person_names_everything(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "assigned")
    shown = cast.client("guard").get(f"/hazards/{hazard.id}/").content.decode()
    assert all(words in shown for words in [*PLAN.values(), hazard.place, "测试guard"])


def test_township_and_county_see_every_school_s_hazards_with_source_state_and_time_left(cast: Cast) -> None:
    first = a_hazard(cast, actor=cast.actor("safety_officer"), source="self_check")
    a_hazard(cast, cast.junior, actor=cast.actor("inspector"), source="inspection")
    a_hazard(cast, cast.junior, actor=cast.actor("guard", cast.junior), source="patrol")
    for role in ("township_officer", "county_officer"):
        reader = cast.client(role)
        listed = reader.get("/hazards/").content.decode()
        assert all(words in listed for words in ("东镇中心小学", "东镇初级中学", "自查", "上级检查", "巡查", "待研判"))
        shown = reader.get(f"/hazards/{first.id}/")
        assert shown.context["clocks"][0].label == "研判还有" and shown.context["clocks"][0].figure == "1 天"


def test_rectification_and_verification_happen_online_from_form_to_form(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "assigned", "major")
    told = {"step": hazard.step, "done": "已更换", "new": SimpleUploadedFile("后.jpg", PICTURE)}
    assert cast.client("guard").post(f"/hazards/{hazard.id}/do/hand_in/", told).status_code == 302
    hazard.refresh_from_db()
    contents = dict.fromkeys(("goal", "measures", "funds", "people", "time", "contingency"), "写明")
    office = cast.client("county_officer")
    listing = {"supervisor": "周明远（演示）", "due": "2026-12-20", **contents}
    assert office.post(f"/hazards/{hazard.id}/do/supervise/", listing).status_code == 302
    verified = {"step": hazard.step, "decision": "现场测试正常"}
    assert office.post(f"/hazards/{hazard.id}/do/verify/", verified).status_code == 302
    assert office.post(f"/hazards/{hazard.id}/do/close/", {"decision": "同意摘牌"}).status_code == 302
    shown = cast.client("principal").get(f"/hazards/{hazard.id}/").content.decode()
    assert all(words in shown for words in ("现场测试正常", "已销号", "已摘牌", "隐患销〔2026〕1号"))
