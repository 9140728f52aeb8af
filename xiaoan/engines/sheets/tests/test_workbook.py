from typing import Any

import openpyxl
import pytest
from django.test import Client

from conftest import Cast
from xiaoan.engines.files.tests.making import docx, upload
from xiaoan.engines.sheets.catalogue import Sheet, sheet, sheets
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.tests.making import typed, workbook
from xiaoan.engines.sheets.workbook import MOST_ROWS, read_workbook, write_bad, write_template
from xiaoan.kernel.errors import Invalid

DRILL: dict[str, Any] = {
    "发生日期": "2026-11-16", "发生时间": "09:40", "演练类型": "消防疏散", "综合演练": "是", "参加人数（人）": 780,
    "用时（分钟）": 12, "过程顺利": "是",
}  # fmt: skip


@pytest.fixture
def director(cast: Cast, wednesday: Any) -> Client:
    return cast.client("safety_director", cast.primary)


@pytest.mark.parametrize("each", sheets().values(), ids=list(sheets()))
def test_a_typed_row_of_every_sheet_is_read_back(each: Sheet, wednesday: Any) -> None:
    if any(f.required and f.type in ("photo", "file") for f in each.fields):
        return  # what needs a file cannot come from a table
    [row] = read_workbook(each, workbook(each, [typed(each)]))
    assert not row.wrong and row.line == 3 and row.answers


def test_the_template_has_headings_explanations_choices_and_a_hidden_id() -> None:
    page = openpyxl.load_workbook(write_template(sheet("drill"))).worksheets[0]
    heads = [c.value for c in page[1]]
    assert heads[:4] == ["编号（勿改）", "发生日期", "发生时间", "演练类型"]
    assert page.column_dimensions["A"].hidden and len({page.cell(n, 1).value for n in range(3, 203)}) == 200
    assert page.cell(2, heads.index("参加人数（人）") + 1).value == "必填，1 到 50000"
    assert page.data_validations.count == 6, "each single choice has its list"


def test_wrong_rows_are_named_by_line_and_reason(wednesday: Any) -> None:
    rows = read_workbook(
        sheet("drill"),
        workbook(
            sheet("drill"),
            [DRILL, {**DRILL, "参加人数（人）": "很多"}, {**DRILL, "发生日期": "2026-12-01"}, {"演练类型": "骑马"}],
        ),
    )
    assert [r.line for r in rows if r.wrong] == [4, 5, 6]
    assert rows[1].wrong == ("“参加人数”应填数字，现在是“很多”。",)
    assert rows[2].wrong == ("发生日期还没有到。",)
    assert any("没有“骑马”这个选项" in why for why in rows[3].wrong)


@pytest.mark.django_db
def test_a_workbook_is_shown_first_and_then_filed_once(director: Client) -> None:
    content = workbook(sheet("drill"), [DRILL, {**DRILL, "演练类型": "防震疏散"}, {**DRILL, "用时（分钟）": 999}])
    answer = director.post("/records/new/drill/import/", {"file": upload("演练.xlsx", content)})
    page = director.get(answer.url)
    assert "2 行可以导入" in page.content.decode() and "1 行要改" in page.content.decode()
    assert "“用时”不能大于 240。" in page.content.decode() and not Record.objects.exists()
    director.post(answer.url)
    records = list(Record.objects.order_by("id"))
    assert [r.source for r in records] == ["import", "import"]
    assert {r.topics[0] for r in records} == {"fire", "quake"}
    assert records[0].happened_at.hour == 1, "09:40 in China"
    director.post(answer.url)
    director.post(director.post("/records/new/drill/import/", {"file": upload("b.xlsx", content)}).url)
    assert Record.objects.count() == 2


@pytest.mark.django_db
def test_lines_without_their_id_are_not_doubled_either(director: Client) -> None:
    content = workbook(sheet("drill"), [DRILL, {**DRILL, "参加人数（人）": 90}], keep_ids=False)
    for _ in range(2):
        director.post(director.post("/records/new/drill/import/", {"file": upload("a.xlsx", content)}).url)
    assert Record.objects.count() == 2


def test_a_line_copied_with_its_id_counts_by_what_it_says(wednesday: Any) -> None:
    book = workbook(sheet("drill"), [DRILL, {**DRILL, "参加人数（人）": 90}, DRILL, DRILL])
    import io

    loaded = openpyxl.load_workbook(io.BytesIO(book))
    page = loaded.worksheets[0]
    for line in (4, 5, 6):
        page.cell(line, 1).value = page.cell(3, 1).value
    out = io.BytesIO()
    loaded.save(out)
    rows = read_workbook(sheet("drill"), out.getvalue())
    assert len({r.record_id for r in rows if not r.wrong}) == 3
    assert rows[3].wrong == ("和第 5 行完全一样。",)


@pytest.mark.django_db
def test_the_bad_rows_come_back_as_a_workbook_that_can_be_mended_and_imported(director: Client, wednesday: Any) -> None:
    bad = [
        r
        for r in read_workbook(sheet("drill"), workbook(sheet("drill"), [{**DRILL, "参加人数（人）": "很多"}]))
        if r.wrong
    ]
    import io

    loaded = openpyxl.load_workbook(write_bad(sheet("drill"), bad))
    page = loaded.worksheets[0]
    heads = [c.value for c in page[1]]
    assert page.cell(3, heads.index("哪里不对") + 1).value == "“参加人数”应填数字，现在是“很多”。"
    assert page.cell(3, heads.index("原来的行号") + 1).value == 3
    page.cell(3, heads.index("参加人数（人）") + 1).value = 55
    out = io.BytesIO()
    loaded.save(out)
    [row] = read_workbook(sheet("drill"), out.getvalue())
    assert not row.wrong and row.record_id == bad[0].record_id


def test_what_is_not_the_template_is_refused_with_a_sentence(wednesday: Any) -> None:
    for content, words in (
        (b"no workbook", "打不开"),
        (docx(), "打不开"),
        (workbook(sheet("meeting"), []), "不是“应急演练”的模板"),
        (workbook(sheet("drill"), []), "没有填内容"),
        (workbook(sheet("drill"), [DRILL] * (MOST_ROWS + 1)), "最多导入"),
    ):
        with pytest.raises(Invalid, match=words):
            read_workbook(sheet("drill"), content)


@pytest.mark.django_db
def test_another_schools_workbook_is_not_there(director: Client, cast: Cast) -> None:
    answer = director.post("/records/new/drill/import/", {"file": upload("a.xlsx", workbook(sheet("drill"), [DRILL]))})
    other = cast.client("safety_director", cast.junior)
    assert other.get(answer.url).status_code == other.get(f"{answer.url}bad.xlsx").status_code == 404
    assert director.get(f"{answer.url}bad.xlsx").status_code == 200
    assert director.post("/records/new/drill/import/").status_code == 422
