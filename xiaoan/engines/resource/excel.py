"""Rows as an Excel workbook, written row by row, so that the size of the list does not matter."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse
from django.utils import timezone

from xiaoan.engines.resource.declare import Column, written

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,  # an answer that begins with = stays words
    "strings_to_urls": False,
    "remove_timezone": True,
}


def write_rows(columns: Sequence[Column], rows: Iterable[Any], *, most: int, name: str) -> IO[bytes]:
    """A workbook with one heading row. Beyond `most` rows it stops, and its last row says so."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, OPTIONS)
    sheet = book.add_worksheet(name[:31])
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#E8F0FB", "bottom": 1}),
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for at, column in enumerate(columns):
        sheet.set_column(at, at, column.width)
    sheet.write_row(0, 0, [c.label for c in columns], formats["head"])
    sheet.freeze_panes(1, 1)
    number = 0
    for number, row in enumerate(rows, 1):
        if number > most:
            sheet.write(number, 0, f"只导出前 {most} 行。请缩小筛选范围（例如按月份或按单位）再分几次导出。")
            break
        for at, column in enumerate(columns):
            _write_cell(sheet, number, at, column.value(row), formats)
    if 0 < number <= most:
        sheet.autofilter(0, 0, number, len(columns) - 1)
    book.close()
    file.seek(0)
    return file


def as_response(file: IO[bytes], filename: str) -> FileResponse:
    """The workbook as a download."""
    return FileResponse(file, as_attachment=True, filename=filename, content_type=MEDIA_TYPE)


def _write_cell(sheet: Any, row: int, at: int, value: Any, formats: dict[Any, Any]) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, at, timezone.localtime(value).replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), formats[date])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, at, value)
    else:
        sheet.write_string(row, at, written(value))
