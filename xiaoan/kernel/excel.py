"""What a page shows, as an Excel workbook: the one writer of lists. It lies in the kernel because every floor has lists.

A page exports itself: its own address with `as=xlsx` gives the same rows under the same right, filters and scope.

No cell is ever a formula. Text that begins like one is written as text with Excel's quote mark set (quotePrefix): it
stays text when somebody edits the cell, and unlike an apostrophe in the value it is not there when the sheet is read
back in or saved as CSV.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Protocol

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils import timezone

from xiaoan.kernel import clock

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST = 20_000  # rows of one list
LONGEST = 32_000  # characters of a cell; Excel takes 32,767
RISKY = tuple("=+-@\t\r\n＝＋－＠")  # how a formula begins, in full width too
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


class Shown(Protocol):
    """A column: its heading, its value for a row, its width in characters."""

    @property
    def label(self) -> str: ...
    @property
    def value(self) -> Callable[[Any], Any]: ...
    @property
    def width(self) -> int: ...


@dataclass(frozen=True)
class Col:
    label: str
    value: Callable[[Any], Any]
    width: int = 14


@dataclass(frozen=True)
class Table:
    """One sheet of a workbook."""

    title: str
    columns: Sequence[Shown]
    rows: Iterable[Any]


def wants_sheet(request: HttpRequest) -> bool:
    """Whether the reader asks for the page as a workbook."""
    return request.GET.get("as") == "xlsx"


def sheet(name: str, *tables: Table) -> FileResponse:
    """The tables of a page as a download, named after the page and the day."""
    today = clock.today()
    return as_response(workbook(tables), f"{name} {today.year}年{today.month}月{today.day}日.xlsx")


def bounded(rows: QuerySet[Any], most: int = MOST) -> Iterator[Any]:
    """As many rows as a workbook takes, and one more so that it says that there are more; a few in memory at once."""
    return rows[: most + 1].iterator(chunk_size=2000)


def workbook(tables: Iterable[Table], most: int = MOST) -> IO[bytes]:
    """One sheet for each table, written row by row, so that the size of the list does not matter."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, OPTIONS)
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#E8F0FB", "bottom": 1}),
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for table in tables:
        _write_table(book.add_worksheet(sheet_name(table.title)), table, most, formats)
    book.close()
    file.seek(0)
    return file


def as_response(file: IO[bytes], filename: str) -> FileResponse:
    """The workbook as a download."""
    return FileResponse(file, as_attachment=True, filename=filename, content_type=MEDIA_TYPE)


def sheet_name(title: str) -> str:
    """A title that Excel takes as the name of a sheet."""
    return re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title)[:31].strip(" '") or "表"


def written(value: Any) -> str:
    """A value in words: yes and no, lists, nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _write_table(sheet: Any, table: Table, most: int, formats: dict[Any, Any]) -> None:
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
        _write_cell(sheet, 0, at, column.label, formats, formats["head"])
    sheet.freeze_panes(1, 1)
    number = 0
    for number, row in enumerate(table.rows, 1):
        if number > most:
            sheet.write_string(number, 0, f"只导出前 {most} 行。请缩小筛选范围（例如按月份或按单位）再分几次导出。")
            break
        for at, column in enumerate(table.columns):
            _write_cell(sheet, number, at, column.value(row), formats)
    if 0 < number <= most:
        sheet.autofilter(0, 0, number, len(table.columns) - 1)


def _write_cell(sheet: Any, row: int, at: int, value: Any, formats: dict[Any, Any], style: Any = None) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, at, timezone.localtime(value).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), formats[date])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, at, value)
    else:
        text = written(value)
        if len(text) > LONGEST:  # a longer one would be left out without a word
            text = text[:LONGEST] + "……（太长，后面的请在平台上看）"
        sheet.write_string(row, at, text, style or (formats["quoted"] if text.startswith(RISKY) else None))
