"""Excel workbooks of imports: reading rows as text, handing faulty rows back with their reason, templates."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import xlsxwriter

from xiaoan.kernel.cells import Line, read_table
from xiaoan.kernel.errors import Invalid

MOST_ROWS = 50_000
MOST_BYTES = 20 * 1024 * 1024
HEADING_WITHIN = 10  # people put a title and a note above the headings
REASON = "原因"
LIST_ROWS = 5000  # rows of a template that get the drop-down
SHEET_LETTERS = 255  # longest list Excel takes inside a drop-down; longer ones go to a second sheet


@dataclass(frozen=True)
class Row:
    """One row as typed: text by heading, and its line in the user's workbook (1-based, as Excel shows it)."""

    line: int
    values: Mapping[str, str]

    def get(self, heading: str) -> str:
        return self.values.get(heading, "")


@dataclass(frozen=True)
class Column:
    """A column of a template. `choices` become a drop-down, `note` a comment on the heading."""

    heading: str
    note: str = ""
    choices: Sequence[str] = ()
    required: bool = False
    width: int = 16


def read_rows(file: BinaryIO, required: Sequence[str] = ()) -> list[Row]:
    """Rows of the first sheet, empty ones left out. Whole numbers come without .0, dates as 2026-11-21.

    Raises Invalid when it is no workbook, a `required` heading is missing or there are too many rows.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Invalid(f"文件超过 {MOST_BYTES // 1024 // 1024} 兆。请删掉图片和多余的表，或分成几个文件。")
    lines = read_table(content)
    if not lines:
        raise Invalid("这个工作簿的第一张表是空的，请把内容放在第一张表里。")
    at = _heading_line(lines, required)
    headings = [_heading(value) for value in lines[at][1]]
    missing = [name for name in required if name not in headings]
    if missing:
        raise Invalid(f"表格里没有“{'”“'.join(missing)}”这一列。请用模板填写，不要改第一行的列名。")
    rows = [
        Row(line, {name: text(value) for name, value in zip(headings, row, strict=False) if name and name != REASON})
        for line, row in lines[at + 1 :]
    ]
    rows = [row for row in rows if any(row.values.values())]
    if len(rows) > MOST_ROWS:
        raise Invalid(f"一次最多导入 {MOST_ROWS:,} 行，这个表格有 {len(rows):,} 行，请分成几个文件。")
    if not rows:
        raise Invalid("表格里除了列名没有内容。请在列名下面一行一条填写后再上传。")
    return rows


def text(value: Any) -> str:
    """A cell as a person reads it: 4437000123.0 is 4437000123, a day is 2026-11-21."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value).replace("\u3000", " ").strip()


def faults_workbook(faults: Iterable[tuple[Mapping[str, str], str]]) -> bytes:
    """A workbook of the user's own rows, each with a last column that says why it was not taken in."""
    rows = list(faults)
    headings = list(dict.fromkeys(name for values, _ in rows for name in values))
    out, book = _new_book()
    sheet = book.add_worksheet("需要修改的行")
    head, plain, red = (book.add_format(f) for f in (HEAD, PLAIN, {**PLAIN, "font_color": "#b91c26"}))
    for at, name in enumerate([*headings, REASON]):
        sheet.write_string(0, at, name, head)
    for line, (values, reason) in enumerate(rows, 1):
        for at, name in enumerate(headings):
            sheet.write_string(line, at, values.get(name, ""), plain)
        sheet.write_string(line, len(headings), reason, red)
    sheet.set_column(0, max(len(headings) - 1, 0), 16)
    sheet.set_column(len(headings), len(headings), 60)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def template_workbook(name: str, columns: Sequence[Column], examples: Iterable[Sequence[str]] = ()) -> bytes:
    """An empty workbook to fill in: headings with notes, drop-downs, text columns, a second sheet that explains."""
    out, book = _new_book()
    sheet = book.add_worksheet(name[:31])
    head, must, plain = (book.add_format(f) for f in (HEAD, MUST, PLAIN))
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width, plain)
        sheet.write_string(0, at, column.heading, must if column.required else head)
        if column.note:
            sheet.write_comment(0, at, column.note, {"author": "校安", "x_scale": 1.6})
    for line, example in enumerate(examples, 1):
        for at, value in enumerate(example):
            sheet.write_string(line, at, value, plain)
    sheet.freeze_panes(1, 0)
    _explain(book, columns)
    _drop_downs(book, sheet, columns)
    book.close()
    return out.getvalue()


FONT = {"font_name": "微软雅黑", "font_size": 10}
HEAD = {**FONT, "bold": True, "bg_color": "#e8f0fb", "border": 1, "border_color": "#dfe4ea", "num_format": "@"}
MUST = {**HEAD, "bg_color": "#fdf1d3"}
PLAIN = {**FONT, "num_format": "@"}  # text: or Excel eats leading zeros and turns identifiers into 1.1E+09


def _heading_line(lines: list[Line], required: Sequence[str]) -> int:
    """Which of the lines has most of the wanted headings; without wanted ones the first."""
    near = [row for number, row in lines if number <= HEADING_WITHIN] or [lines[0][1]]
    scores = [(sum(name in map(_heading, row) for name in required), -n) for n, row in enumerate(near)]
    best, line = max(scores)
    return -line if best else 0


def _heading(value: Any) -> str:
    return text(value).replace("\n", "").replace(" ", "").rstrip("*")


def _new_book() -> tuple[io.BytesIO, Any]:
    out = io.BytesIO()
    return out, xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def _explain(book: Any, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet("填写说明")
    head, plain = book.add_format(HEAD), book.add_format({**PLAIN, "text_wrap": True, "valign": "top"})
    for at, (word, width) in enumerate((("列名", 18), ("是否必填", 10), ("怎么填", 60), ("可选的值", 60))):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, word, head)
    for line, column in enumerate(columns, 1):
        told = (column.heading, "必填" if column.required else "选填", column.note, "、".join(column.choices[:40]))
        for at, word in enumerate(told):
            sheet.write_string(line, at, word, plain)


def _drop_downs(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    lists = None
    for at, column in enumerate(columns):
        if not column.choices:
            continue
        source: Any = list(column.choices)
        if len(",".join(source)) > SHEET_LETTERS:
            lists = lists or book.add_worksheet("选项")
            lists.write_column(0, at, source)
            letter = xlsxwriter.utility.xl_col_to_name(at)
            source = f"=选项!${letter}$1:${letter}${len(source)}"
        sheet.data_validation(
            1, at, LIST_ROWS, at,
            {"validate": "list", "source": source, "error_title": "请从列表里选",
             "error_message": f"“{column.heading}”只能选列表里的值。"},
        )  # fmt: skip
