"""A sheet as a workbook: the template that schools fill in, and reading it back row by row."""

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

from xiaoan.engines.sheets.answers import NOTE, clean, most_of, plain
from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.engines.sheets.words import ATTACHED
from xiaoan.kernel import clock
from xiaoan.kernel.cells import read_table
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.excel import OPTIONS
from xiaoan.kernel.ids import new_id

ROWS = 200  # prepared in the template, each with its own hidden id
MOST_ROWS = 500
FIRST = 3  # line of the first row of data: headings, explanations, then data
ID, DAY, CLOCK = "编号（勿改）", "发生日期", "发生时间"
NAMESPACE = uuid.UUID("6f1d3c1e-8a55-4d0e-9a3e-6c3f3b1b7f10")


@dataclass(frozen=True)
class Row:
    """One filled-in line. `wrong` are sentences; without any, `answers` can be filed under `record_id`."""

    line: int
    cells: dict[str, Any]
    record_id: uuid.UUID
    answers: dict[str, Any] = field(default_factory=dict)
    happened_at: datetime | None = None
    wrong: tuple[str, ...] = ()


def columns_for(sheet: Sheet) -> list[tuple[str, str]]:
    """(heading, explanation) in order. Files cannot be typed and are left out; a check brings a column for its note."""
    columns = [(ID, "每行自带，重复导入不会重复"), (DAY, "如 2026-11-18")]
    if sheet.moment == "datetime":
        columns.append((CLOCK, "如 09:40，可不填"))
    for each in asked(sheet):
        columns.append((heading(each), explain(each)))
        if each.type == "check":
            columns.append((note_heading(each), "选了异常才填"))
    return columns


def asked(sheet: Sheet) -> list[Field]:
    return [f for f in sheet.fields if f.type not in (*ATTACHED, "place", "table")]


def heading(each: Field) -> str:
    return f"{each.label}（{each.unit}）" if each.unit else each.label


def note_heading(each: Field) -> str:
    return f"{each.label} 的异常说明"


def explain(each: Field) -> str:
    """What to type, in a few words."""
    parts = ["必填" if each.required and not each.show else "必填（有条件）" if each.required else "选填"]
    if each.type == "choices":
        parts.append("可填多个，用顿号隔开：" + "、".join(label for _, label in each.options))
    elif each.options:
        parts.append("从下拉选项中选")
    elif each.type == "number":
        parts.append(f"{plain(each.min or 0)} 到 {plain(each.max)}" if each.max is not None else "数字")
    elif each.type == "text":
        parts.append(f"最多 {plain(most_of(each) or 0)} 个字")
    elif each.type == "date":
        parts.append("如 2026-11-18")
    return "，".join(parts)


def write_template(sheet: Sheet) -> IO[bytes]:
    """The empty workbook: headings, an explanation row, drop-downs, and a hidden id on each prepared row."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {k: v for k, v in OPTIONS.items() if k != "constant_memory"})
    page, lists = book.add_worksheet(sheet.name[:31]), book.add_worksheet("选项")
    lists.hide()
    head = book.add_format({"bold": True, "bg_color": "#E8F0FB", "text_wrap": True, "valign": "top"})
    told = book.add_format({"font_color": "#556373", "text_wrap": True, "valign": "top", "font_size": 9})
    columns = columns_for(sheet)
    for at, (name, explanation) in enumerate(columns):
        page.set_column(at, at, 16, None, {"hidden": True} if name == ID else {})
        page.write_string(0, at, name, head)
        page.write_string(1, at, explanation, told)
    page.freeze_panes(2, 2)
    for number in range(ROWS):
        page.write_string(number + 2, 0, str(new_id()))
    _drop_downs(sheet, page, lists, {name: at for at, (name, _) in enumerate(columns)})
    book.close()
    file.seek(0)
    return file


def read_workbook(sheet: Sheet, content: bytes) -> list[Row]:
    """The filled-in rows, each checked. Raises Invalid when the workbook is not this sheet's template."""
    table = dict(read_table(content))
    headings = [str(c).strip() for c in table.get(1, ())]
    missing = [name for name, _ in columns_for(sheet) if name not in headings and name != ID]
    if missing:
        raise Invalid(f"这不是“{sheet.name}”的模板，缺少“{missing[0]}”一列。请重新下载模板再填。")
    lines = [(number, dict(zip(headings, line, strict=False))) for number, line in table.items() if number >= FIRST]
    filled = [(n, cells) for n, cells in lines if any(v not in ("", None) for k, v in cells.items() if k != ID)]
    if not filled:
        raise Invalid("表格里没有填内容。请从第 3 行开始填。")
    if len(filled) > MOST_ROWS:
        raise Invalid(f"一次最多导入 {MOST_ROWS} 行，现在有 {len(filled)} 行。请分成几个表格。")
    return list(_checked(sheet, filled))


def write_bad(sheet: Sheet, rows: list[Row]) -> IO[bytes]:
    """The rows that cannot be imported, with line and reason in front, ready to be mended and imported again."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, OPTIONS)
    page = book.add_worksheet(sheet.name[:31])
    names = [name for name, _ in columns_for(sheet)]
    page.set_column(0, 0, 16, None, {"hidden": True})
    page.set_column(len(names), len(names), 50)
    page.write_row(0, 0, [*names, "哪里不对", "原来的行号"])
    page.write_row(1, 0, [*[e for _, e in columns_for(sheet)], "改好后可以直接导入这个表格", ""])
    for at, row in enumerate(rows, 2):
        for column, name in enumerate(names):
            page.write_string(at, column, _text(row.cells.get(name)))
        page.write_string(at, len(names), "".join(row.wrong))
        page.write_number(at, len(names) + 1, row.line)
    book.close()
    file.seek(0)
    return file


def _checked(sheet: Sheet, filled: list[tuple[int, dict[str, Any]]]) -> Iterator[Row]:
    seen: dict[uuid.UUID, int] = {}
    for line, cells in filled:
        row_id = _row_id(sheet, cells)
        if row_id in seen:  # a line copied whole takes its hidden id along: the content then tells them apart
            row_id = _content_id(sheet, cells)
        if row_id in seen:
            yield Row(line, cells, row_id, wrong=(f"和第 {seen[row_id]} 行完全一样。",))
            continue
        seen[row_id] = line
        yield _check_row(sheet, line, cells, row_id)


def _check_row(sheet: Sheet, line: int, cells: dict[str, Any], row_id: uuid.UUID) -> Row:
    wrong: dict[str, str] = {}
    answers: dict[str, Any] = {}
    happened: datetime | None = None
    try:
        happened = _moment(cells)
    except ValueError as why:
        wrong["happened_at"] = str(why)
    try:
        answers = clean(sheet, _raw(sheet, cells))
    except Invalid as why:
        wrong |= why.fields
    return Row(line, cells, row_id, answers, happened, tuple(wrong.values()))


def _raw(sheet: Sheet, cells: dict[str, Any]) -> dict[str, Any]:
    """Answers by key from cells by heading: labels become the options' keys."""
    raw: dict[str, Any] = {}
    for each in asked(sheet):
        value, keys = cells.get(heading(each)), {label: key for key, label in each.options}
        if each.type == "choices":
            words = _text(value).replace(",", "、").replace("，", "、")
            whole = keys.get(_text(value))  # a label may hold a comma itself
            raw[each.key] = (
                [whole] if whole else [keys.get(w.strip(), w.strip()) for w in words.split("、") if w.strip()]
            )
        elif each.options:
            raw[each.key] = keys.get(_text(value), _text(value))
        else:
            raw[each.key] = value if isinstance(value, int | float) else _text(value)
        if each.type == "check":
            raw[each.key + NOTE] = _text(cells.get(note_heading(each)))
    return raw


def _moment(cells: dict[str, Any]) -> datetime:
    day = _day(cells.get(DAY))
    if day > clock.today():
        raise ValueError("发生日期还没有到。")
    at = _time(cells.get(CLOCK))
    return min(timezone.make_aware(datetime.combine(day, at)), clock.now())


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value).replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").rstrip("日")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{DAY}”应像 2026-11-18，现在是“{_text(value)[:20]}”。") from None


def _time(value: Any) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, timedelta):
        return (datetime.min + value % timedelta(days=1)).time()
    text = _text(value).replace("：", ":")
    if not text:
        return time(12)
    try:
        return time.fromisoformat(text.zfill(5))
    except ValueError:
        raise ValueError(f"“{CLOCK}”应像 09:40，现在是“{text[:20]}”。") from None


def _row_id(sheet: Sheet, cells: dict[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(_text(cells.get(ID)))
    except ValueError:
        return _content_id(sheet, cells)


def _content_id(sheet: Sheet, cells: dict[str, Any]) -> uuid.UUID:
    """A line without an id is known by what it says, so that it is not imported twice either."""
    told = "\x1f".join(f"{name}={_text(cells.get(name))}" for name, _ in columns_for(sheet) if name != ID)
    return uuid.uuid5(NAMESPACE, f"{sheet.key}\x1f{told}")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return str(value).strip()


def _drop_downs(sheet: Sheet, page: Any, lists: Any, places: dict[str, int]) -> None:
    """Options lie on a hidden page, because a list written into the cell may have 255 letters at most."""
    column = 0
    for each in asked(sheet):
        if not each.options or each.type == "choices":
            continue
        labels = [label for _, label in each.options]
        lists.write_column(0, column, labels)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        source = f"='选项'!${letter}$1:${letter}${len(labels)}"
        told = {
            "validate": "list",
            "source": source,
            "error_title": "没有这个选项",
            "error_message": "请从下拉选项中选。",
        }
        page.data_validation(2, places[heading(each)], ROWS + 1, places[heading(each)], told)
        column += 1
