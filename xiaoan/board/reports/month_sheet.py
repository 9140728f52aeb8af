"""The month's report as a workbook: one sheet a part, figures with their definitions."""

import io
from typing import Any

import xlsxwriter

from xiaoan.board.reports.month import Month

PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}  # a name that begins with = stays a name
STATES = ["已落实", "推进中", "将到期", "逾期", "未到期"]
PARTS: list[tuple[str, str, list[str], list[int]]] = [
    ("概况", "figures", ["指标", "数值", "口径"], [22, 16, 80]),
    ("按文件", "papers", ["文件", "发文机关", "落实", *STATES], [60, 28, 10, 9, 9, 9, 9, 9]),
    ("按事项", "matters", ["事项", "类别", "落实", "此时应达", *STATES], [28, 16, 10, 10, 9, 9, 9, 9, 9]),
    (
        "按下级单位",
        "below",
        ["单位", "类别", "学校数", "学生数", "落实", "此时应达", "逾期要求"],
        [28, 16, 10, 10, 10, 10, 10],
    ),
    ("未完成名单", "missing", ["学校", "事项", "频次或期限", "截止", "出自", "情况"], [24, 30, 24, 27, 32, 10]),
    ("基层负担", "burden", ["项目", "数值", "口径"], [34, 16, 70]),
]


def month_workbook(month: Month) -> io.BytesIO:
    """Write the workbook into memory."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN)
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"font_color": "#556373"}),
        "head": book.add_format({"bold": True, "bg_color": "#E8F0FB", "border": 1, "text_wrap": True}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
    }
    for name, part, head, widths in PARTS:
        _part(book.add_worksheet(name), month, part, head, widths, styles)
    book.close()
    out.seek(0)
    return out


def _part(sheet: Any, month: Month, part: str, head: list[str], widths: list[int], styles: dict[str, Any]) -> None:
    sheet.write(0, 0, month.title, styles["title"])
    sheet.write(1, 0, note_of(month, part), styles["note"])
    for column, (name, width) in enumerate(zip(head, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write(2, column, name, styles["head"])
    rows = getattr(month, part)
    for n, row in enumerate(rows, 3):
        for column, value in enumerate(row):
            sheet.write(n, column, value, styles["cell"])
    sheet.freeze_panes(3, 1)
    if rows:
        sheet.autofilter(2, 0, 2 + len(rows), len(head) - 1)


def note_of(month: Month, part: str) -> str:
    """The line under a part's title: its day, and what has been left out."""
    words = f"截至{month.on.year}年{month.on.month}月{month.on.day}日。"
    if part == "missing":
        if month.unit.rank in ("province", "city"):
            words += "未完成名单在区县一级的月报里。"
        elif month.cut:
            words += f"只列前 {len(month.missing)} 条，另有 {month.cut} 条，见平台名单。每天做的事不逐件列。"
        else:
            words += "每天做的事不逐件列。"
    return words + ("演示数据。" if month.is_synthetic else "")
