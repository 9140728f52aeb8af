import io
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from conftest import Cast
from xiaoan.ground.journal.chain import faults
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.handing import count_to_reissue, reissue_first_passwords
from xiaoan.ground.people.imports import COLUMNS, import_people, parse_day, plan_people
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.services import enrol
from xiaoan.ground.units.workbook import Row
from xiaoan.kernel import wall
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid

HEADINGS = [column.heading for column in COLUMNS]


def rows(*told: list[str]) -> list[Row]:
    return [Row(line, dict(zip(HEADINGS, values, strict=False))) for line, values in enumerate(told, 2)]


def upload(*told: list[str]) -> SimpleUploadedFile:
    book = Workbook()
    for row in (HEADINGS, *told):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("人员.xlsx", out.getvalue())


GOOD = [
    ["lin.lan", "林岚", "13800000000", "东镇中心小学", "安全主任", "2026-09-01", ""],
    ["lin.lan", "林岚", "", "东镇初级中学", "安全员", "", "2027年7月1日"],
    ["zhao", "赵明", "", "东镇中心小学", "保安员", "", ""],
]
BAD = [
    ["", "无号", "", "东镇中心小学", "保安员", "", ""],
    ["qian", "钱", "", "乙县小学", "保安员", "", ""],
    ["sun", "孙", "", "东镇中心小学", "区县安全管理人员", "", ""],
    ["lin.lan", "别人", "", "东镇中心小学", "保安员", "", ""],
    ["li", "李", "", "东镇中心小学", "保安员", "明天", ""],
    ["zhou", "周", "", "东镇中心小学", "保安员", "2026-09-02", "2026-09-01"],
]  # fmt: skip
REASONS = [
    "账号没有填写",
    "没有“乙县小学”",
    "学校没有“区县安全管理人员”",
    "一个账号只能是一个人",
    "不是日期",
    "早于开始日期",
]


def test_each_bad_row_is_told_with_its_line_and_reason(cast: Cast, wednesday: Any) -> None:
    plan = plan_people(actor=cast.actor("county_officer"), rows=rows(*GOOD, *BAD))
    assert [one.row.line for one in plan.good] == [2, 3, 4]
    assert [one.row.line for one in plan.bad] == [5, 6, 7, 8, 9, 10]
    for one, reason in zip(plan.bad, REASONS, strict=True):
        assert reason in "".join(one.reasons)


def test_good_rows_come_in_at_once_and_every_first_password_opens_its_account(cast: Cast, wednesday: Any) -> None:
    handed, plan = import_people(actor=cast.actor("county_officer"), rows=rows(*GOOD, *BAD))
    assert [one.username for one in handed] == ["lin.lan", "zhao"]
    assert len(plan.bad) == len(BAD)
    lin = Person.objects.get(username="lin.lan")
    assert {p.role for p in Post.objects.filter(person=lin)} == {"safety_director", "safety_officer"}
    for one in handed:
        person = Person.objects.get(username=one.username)
        assert one.first not in person.password
        assert person.must_change_password
        assert person.check_password(one.first)
    assert Entry.objects.filter(verb="新增人员", subject_id__in=[str(p.id) for p in Person.objects.all()]).count() >= 2
    assert Entry.objects.filter(verb="任命岗位", subject_name="林岚 安全主任").count() == 1
    assert list(faults()) == []


def test_importing_the_same_rows_again_makes_nothing(cast: Cast, wednesday: Any) -> None:
    officer = cast.actor("county_officer")
    import_people(actor=officer, rows=rows(*GOOD))
    before = Post.objects.count()
    with pytest.raises(Invalid, match="没有一行"):
        import_people(actor=officer, rows=rows(*GOOD))
    assert Post.objects.count() == before


def test_an_account_of_somebody_out_of_sight_is_taken_and_one_in_sight_gets_a_post(cast: Cast, wednesday: Any) -> None:
    enrol(actor=SYSTEM, unit=cast.outside, username="far", name="远", role="guard")
    enrol(actor=SYSTEM, unit=cast.junior, username="near", name="近", role="guard")
    told = [[who, name, "", "东镇中心小学", "安全员", "", ""] for who, name in (("far", "远"), ("near", "近"))]
    handed, plan = import_people(actor=cast.actor("county_officer"), rows=rows(*told))
    assert "已有人使用" in plan.bad[0].reasons[0]
    assert handed == []
    assert Post.objects.filter(person__username="near").count() == 2


def test_a_school_imports_only_its_own_people(cast: Cast, wednesday: Any) -> None:
    plan = plan_people(actor=cast.actor("principal"), rows=rows(*GOOD))
    assert [one.row.line for one in plan.good] == [2, 4]
    assert "管理范围内没有" in plan.bad[0].reasons[0]


def test_the_pages_go_from_the_workbook_to_first_passwords_handed_out_once(cast: Cast, wednesday: Any) -> None:
    client = cast.client("county_officer", cast.county)
    page = client.post("/people/import/", {"file": upload(*GOOD, *BAD)})
    assert page.status_code == 200
    text = page.content.decode()
    assert "可以导入 <b>3 行</b>" in text
    assert "第 5 行" in text
    told = page.context["told"]
    bad = client.post("/people/import/faults/", {"told": told})
    sheet = load_workbook(io.BytesIO(bad.content)).active
    assert [cell.value for cell in sheet[1]] == [*HEADINGS, "原因"]
    assert "账号没有填写" in sheet.cell(2, len(HEADINGS) + 1).value
    answer = client.post("/people/import/confirm/", {"told": told})
    book = load_workbook(io.BytesIO(answer.content))
    first = book["首次密码"].cell(2, 5).value
    assert Person.objects.get(username="lin.lan").check_password(first)
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    again = client.post("/people/import/confirm/", {"told": told})
    assert again.status_code == 422
    assert first not in again.content.decode()


def test_rows_signed_for_another_person_are_not_taken(cast: Cast, wednesday: Any) -> None:
    client = cast.client("county_officer", cast.county)
    told = client.post("/people/import/", {"file": upload(*GOOD)}).context["told"]
    other = cast.client("principal", cast.primary)
    assert other.post("/people/import/confirm/", {"told": told}).headers["Location"] == "/people/import/"
    assert not Person.objects.filter(username="lin.lan").exists()


def test_what_is_no_workbook_is_refused_in_words(cast: Cast, wednesday: Any) -> None:
    client = cast.client("county_officer", cast.county)
    page = client.post("/people/import/", {"file": SimpleUploadedFile("人员.xlsx", b"not a workbook")})
    assert page.status_code == 422
    assert "Excel" in page.content.decode()


def test_the_template_is_read_back_by_the_import(cast: Cast, wednesday: Any) -> None:
    client = cast.client("county_officer", cast.county)
    sheet = load_workbook(io.BytesIO(client.get("/people/import/template/").content)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == HEADINGS


def test_a_thousand_people_come_in_within_a_request(cast: Cast, wednesday: Any) -> None:
    many = [[f"p{n:05}", f"合成{n}", "", "东镇中心小学", "班主任", "", ""] for n in range(1000)]
    beats: list[int] = []
    start = time.perf_counter()
    handed, _ = import_people(
        actor=cast.actor("county_officer"), rows=rows(*many), beat=lambda done, all_: beats.append(done)
    )
    assert len(handed) == 1000
    assert beats == [500, 1000]
    assert time.perf_counter() - start < 20, "a slow password hash for each would take minutes"


@pytest.mark.parametrize("text", ["2026-09-01", "2026/9/1", "2026年9月1日", "2026.09.01"])
def test_days_are_read_as_people_write_them(text: str) -> None:
    day = parse_day(text)
    assert day is not None
    assert day.isoformat() == "2026-09-01"


def test_a_lost_workbook_is_mended_for_those_who_never_signed_in(cast: Cast, wednesday: Any) -> None:
    officer = cast.actor("county_officer")
    handed, _ = import_people(actor=officer, rows=rows(*GOOD))
    Person.objects.filter(username="zhao").update(last_login=wednesday)
    client = cast.client("county_officer", cast.county)
    assert "<b>1 人</b>" in client.get(f"/people/at/{cast.primary.id}/first-passwords/").content.decode()
    book = load_workbook(io.BytesIO(client.post(f"/people/at/{cast.primary.id}/first-passwords/").content))
    told = {row[0].value: row[4].value for row in book["首次密码"].iter_rows(min_row=2)}
    assert list(told) == ["lin.lan"]
    lin, zhao = (Person.objects.get(username=one.username) for one in handed)
    assert lin.check_password(told["lin.lan"])
    assert not lin.check_password(handed[0].first)
    assert zhao.check_password(handed[1].first)


def test_a_school_reissues_nothing_for_people_with_posts_elsewhere(cast: Cast, wednesday: Any) -> None:
    import_people(actor=cast.actor("county_officer"), rows=rows(*GOOD))
    principal = cast.actor("principal")
    with wall.asking(principal):  # as a page does: posts elsewhere are not even seen
        assert count_to_reissue(actor=principal, unit=cast.primary) == 1
        names = [one.username for one in reissue_first_passwords(actor=principal, unit=cast.primary)]
    assert names == ["zhao"], "林岚 has a post at another school too"
