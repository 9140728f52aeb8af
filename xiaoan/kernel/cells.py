"""The cells of an uploaded table: .xlsx, .xls, or .csv as Excel and WPS save it. Formulas come as the values that were
saved with them; nothing is ever computed."""

import csv
import io
from datetime import date, datetime, time, timedelta
from typing import Any

from xiaoan.kernel.apart import Broke, Said, read_apart
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.packed import check_package

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
LOCKED = "EncryptedPackage".encode("utf-16-le")
MOST_CELLS = 3_000_000
NO_TABLE = "这个文件打不开。请上传 Excel 工作簿(.xlsx 或 .xls),不要上传图片、PDF 或其他文件。"
PASSWORD = "这个表格加了密码。请在 Excel 或 WPS 里去掉密码，重新保存后再传。"
SCATTERED = "这个表格太大，或者内容散得太开，读不出来。请把要导入的行复制到一个新的工作簿里再传。"
TIMES = {"datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat}
Line = tuple[int, list[Any]]


def read_table(content: bytes) -> list[Line]:
    """The lines of the first sheet that hold something, each with its number (1-based, as Excel shows it). Raises Invalid."""
    try:
        told = read_apart("xiaoan.kernel.cells:cells", content)
    except Said as why:
        raise Invalid(str(why)) from why
    except Broke:
        raise Invalid(SCATTERED) from None
    return [(number, [_revived(cell) for cell in line]) for number, line in told]


def cells(content: bytes) -> list[tuple[int, list[Any]]]:
    """The other side of `read_table`, in a process of its own."""
    table = _workbook(content) if content.startswith((ZIP, OLE)) else _plain(content)
    lines = [(number, line) for number, line in enumerate(table, 1) if any(cell not in ("", None) for cell in line)]
    if sum(len(line) for _, line in lines) > MOST_CELLS:
        raise Said(SCATTERED)
    return [(number, [_sent(cell) for cell in line]) for number, line in lines]


def _workbook(content: bytes) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    if content.startswith(OLE) and LOCKED in content:
        raise Said(PASSWORD)
    if content.startswith(ZIP) and "xl/workbook.xml" not in check_package(content):
        raise Said(NO_TABLE)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.end and (sheet.end[0] + 1) * (sheet.end[1] + 1) > 2 * MOST_CELLS:
            raise Said(SCATTERED)
        return list(sheet.to_python(skip_empty_area=False))
    except PasswordError:
        raise Said(PASSWORD) from None
    except (CalamineError, OSError, IndexError):
        raise Said(NO_TABLE) from None


def _plain(content: bytes) -> list[list[Any]]:
    """A table of plain text: GBK as Excel saves it in China, UTF-8 or UTF-16."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Said(NO_TABLE)
    first = text.partition("\n")[0]
    if "\0" in text or text.lstrip().startswith(("<", "{", "%")) or not ("," in first or "\t" in first):
        raise Said(NO_TABLE)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ","))
    except csv.Error:
        raise Said(NO_TABLE) from None


def _sent(cell: Any) -> Any:
    if isinstance(cell, timedelta):
        return {"timedelta": [cell.days, cell.seconds, cell.microseconds]}  # whole: a float rounds up
    if isinstance(cell, date | time):  # a datetime is a date
        return {type(cell).__name__: cell.isoformat()}
    return cell.replace("\0", "") if isinstance(cell, str) else cell  # PostgreSQL keeps no NUL


def _revived(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    kind, told = next(iter(cell.items()))
    return timedelta(*told) if kind == "timedelta" else TIMES[kind](told)
