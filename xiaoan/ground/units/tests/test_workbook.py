"""Reading people's workbooks and handing them back."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from xiaoan.ground.units.workbook import Column, faults_workbook, read_rows, template_workbook
from xiaoan.kernel.errors import Invalid


def workbook(*rows: list[Any]) -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def test_identifiers_come_as_text_without_a_fraction() -> None:
    [row] = read_rows(workbook(["学校名称", "标识码", "学生数"], ["一小", 2137000123, 800.0]))
    assert row.values == {"学校名称": "一小", "标识码": "2137000123", "学生数": "800"}


def test_lines_are_those_that_excel_shows_and_empty_rows_are_left_out() -> None:
    rows = read_rows(
        workbook(["某县学校名单", None], ["学校名称 *", "类别"], ["一小", "小学"], [None, None], ["二小", "小学"]),
        ["学校名称"],
    )
    assert [(r.line, r.get("学校名称")) for r in rows] == [(3, "一小"), (5, "二小")]


def test_days_yes_and_wide_spaces_are_read_as_a_person_reads_them() -> None:
    [row] = read_rows(
        workbook(["日期", "时刻", "在用", "名称"], [date(2026, 9, 1), datetime(2026, 9, 1, 8, 30), True, "\u3000一小 "])
    )
    assert row.values == {"日期": "2026-09-01", "时刻": "2026-09-01 08:30", "在用": "是", "名称": "一小"}


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (io.BytesIO(b"%PDF-1.7 not a workbook"), "打不开"),
        (io.BytesIO(b"PK\x03\x04 cut off"), "不完整"),
        (workbook(["名称"]), "没有内容"),
        (workbook(["名称"], ["一小"]), "学校名称"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do(file: io.BytesIO, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        read_rows(file, ["学校名称"] if word == "学校名称" else [])


def test_faults_come_back_with_their_reason_and_can_be_sent_again() -> None:
    file = io.BytesIO(faults_workbook([({"学校名称": "=1+1", "标识码": "0137"}, "标识码不足 10 位")]))
    sheet = openpyxl.load_workbook(file).active
    assert [c.value for c in sheet[1]] == ["学校名称", "标识码", "原因"]
    assert sheet["A2"].data_type == "s"
    assert sheet["C2"].value == "标识码不足 10 位"
    file.seek(0)
    assert read_rows(file)[0].values == {"学校名称": "=1+1", "标识码": "0137"}


def test_the_template_has_drop_downs_and_says_how_to_fill_it_in() -> None:
    many = [f"某某镇第{n}中心小学" for n in range(100)]
    made = template_workbook(
        "学校",
        [
            Column("学校名称", "全称", required=True),
            Column("类别", choices=["小学", "初中"]),
            Column("上级", choices=many),
        ],
    )
    book = openpyxl.load_workbook(io.BytesIO(made))
    rules = {str(v.sqref): v.formula1 for v in book["学校"].data_validations.dataValidation}
    assert rules == {"B2:B5001": '"小学,初中"', "C2:C5001": "选项!$C$1:$C$100"}
    assert book["填写说明"]["B2"].value == "必填"
