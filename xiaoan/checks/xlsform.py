"""Checklists that come as workbooks: a plain table, or an XLSForm whose questions become lines.

`sheets` runs apart (kernel/apart): it imports nothing of Django."""

import io
from typing import Any

from xiaoan.kernel.apart import Said

ZIP = b"PK\x03\x04"
WANTED = ("survey", "choices", "settings")
MOST_ROWS, MOST_COLUMNS = 2000, 60
NO_TABLE = "这个文件打不开。请上传 Excel 工作簿（.xlsx）。"


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """The pages of an XLSForm as rows of text; of any other workbook its first page under the name ""."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    from xiaoan.kernel.packed import check_package

    if not content.startswith(ZIP) or "xl/workbook.xml" not in check_package(content):
        raise Said(NO_TABLE)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = {name.strip().lower(): name for name in book.sheet_names}
        if "survey" in names:
            return {key: _rows(book.get_sheet_by_name(names[key])) for key in WANTED if key in names}
        return {"": _rows(book.get_sheet_by_index(0))}
    except PasswordError:
        raise Said("这个表格加了密码。请去掉密码再传。") from None
    except (CalamineError, OSError, IndexError):
        raise Said(NO_TABLE) from None


def _rows(page: Any) -> list[list[str]]:
    if page.end and (page.end[0] + 1) * (page.end[1] + 1) > 400_000:
        raise Said("这个表格太大。请把清单复制到一个新的工作簿里再传。")
    rows = list(page.to_python(skip_empty_area=False))
    return [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in rows[:MOST_ROWS]]


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).replace("\0", "").strip()
