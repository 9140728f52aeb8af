"""A bureau's table of tasks as a workbook: looked over, confirmed, dispatched once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import Cast
from xiaoan.engines.intake.models import Upload
from xiaoan.engines.intake.services import confirm_upload, upload_workbook
from xiaoan.engines.jobs.services import run_all
from xiaoan.ground.units.services import create_unit
from xiaoan.ground.units.workbook import template_workbook
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.intake import _columns
from xiaoan.obligations.models import Assignment, Task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
GOOD = ["修订校园安全应急预案", "结合本校实际修订", "东镇中心小学、东镇初级中学", "", "2026-12-31", "是"]


def table(cast: Cast, *rows: list[str]) -> bytes:
    return template_workbook("任务", _columns(cast.actor("county_officer")), rows)


def send(cast: Cast, *rows: list[str]) -> Upload:
    return upload_workbook(
        actor=cast.actor("county_officer"), kind="tasks", file_name="任务表.xlsx", content=table(cast, *rows)
    )


def test_each_good_row_becomes_a_task_of_the_units_it_names_and_only_once(cast: Cast) -> None:
    create_unit(actor=SYSTEM, parent=cast.county, rank="department", name="安全科")
    found = send(
        cast,
        GOOD,
        ["汇总台账", "", "安全科", "", "2027-01-15", ""],
        ["学期总结", "", "全部学校", "", "2027-01-20", "否"],
    )
    assert (found.new, found.bad, Task.objects.count()) == (3, 0, 0), "nothing before the confirmation"
    confirm_upload(actor=cast.actor("county_officer"), upload=found)
    run_all()
    asked = Assignment.objects.order_by("task__due", "unit_path").values_list("task__title", "unit__name")
    assert list(asked) == [
        ("修订校园安全应急预案", "东镇中心小学"), ("修订校园安全应急预案", "东镇初级中学"), ("汇总台账", "安全科"),
        *(("学期总结", name) for name in ("东镇中心小学", "东镇初级中学", "县直幼儿园")),
    ]  # fmt: skip
    assert Task.objects.get(title="修订校园安全应急预案").needs_file
    again = send(cast, GOOD)
    assert (again.new, again.bad) == (0, 1) and "已经派过" in again.faults[0]["reason"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["", "", "东镇中心小学", "", "2026-12-31", ""], "请写任务名称"),
        (["甲" * 81, "", "东镇中心小学", "", "2026-12-31", ""], "最多 80 个字"),
        (["甲", "乙" * 1001, "东镇中心小学", "", "2026-12-31", ""], "最多 1000 个字"),
        (["甲", "", "乙县小学", "", "2026-12-31", ""], "没有叫“乙县小学”的单位"),
        (["甲", "", "", "", "2026-12-31", ""], "请写责任单位"),
        (["甲", "", "东镇中心小学", "", "", ""], "请写完成期限"),
        (["甲", "", "东镇中心小学", "", "年底前", ""], "看不懂"),
        (["甲", "", "东镇中心小学", "", "2026-11-01", ""], "已经过了"),
        (["甲", "", "东镇中心小学", "2026-12-01", "2026-11-30", ""], "早于开始日期"),
        (["甲", "", "东镇中心小学", "", "2026-12-31", "也许"], "只能填是或否"),
    ],
)
def test_a_row_that_cannot_be_dispatched_says_why(cast: Cast, row: list[str], words: str) -> None:
    found = send(cast, row)
    assert found.new == 0 and words in found.faults[0]["reason"]


def test_two_units_of_one_name_are_not_guessed_and_a_row_twice_is_one(cast: Cast) -> None:
    create_unit(actor=SYSTEM, parent=cast.county, rank="school", name="东镇中心小学", kind="primary")
    assert "有 2 个" in send(cast, GOOD).faults[0]["reason"]
    row = ["甲", "", "东镇初级中学", "", "2026-12-31", ""]
    found = send(cast, row, row)
    assert (found.new, found.bad) == (1, 1) and "和第 2 行" in found.faults[0]["reason"]


def test_the_list_of_tasks_leads_there_and_a_school_may_not(cast: Cast) -> None:
    office, school = cast.client("county_officer"), cast.client("principal")
    assert "/intake/tasks/" in office.get("/duties/tasks/").content.decode()
    sent = office.post("/intake/tasks/", {"file": SimpleUploadedFile("任务表.xlsx", table(cast, GOOD))}, follow=True)
    assert "新增" in sent.content.decode() and office.get("/intake/tasks/template/").status_code == 200
    assert school.get("/intake/tasks/").status_code == 403
