"""Answers, records and filled-in workbooks for tests."""

import io
import uuid
from datetime import timedelta
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import store_file
from xiaoan.engines.files.tests.making import photo
from xiaoan.engines.sheets.answers import is_shown
from xiaoan.engines.sheets.catalogue import Field, Sheet
from xiaoan.engines.sheets.catalogue import sheet as find_sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sheets.workbook import columns_for, write_template
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor

FILE = str(uuid.UUID(int=7))


def an_answer(field: Field) -> Any:
    """Something right for this question."""
    if field.options:
        return [field.options[0][0]] if field.type == "choices" else field.options[0][0]
    return {
        "text": "合成内容", "number": field.min or 1, "date": "2026-11-18", "time": "09:40", "photo": [FILE],
        "file": [FILE], "place": {"lat": 35.5, "lon": 116.8}, "person": "测试", "signature": [FILE], "table": [],
    }[field.type]  # fmt: skip


def minimal(sheet: Sheet) -> dict[str, Any]:
    """Only what must be answered; where nothing must, one check in order."""
    answers: dict[str, Any] = {}
    for field in sheet.fields:
        if field.required and is_shown(field, answers):
            answers[field.key] = an_answer(field)
    return answers or {sheet.checks[0].key: "ok"}


def a_record(unit: Unit, sheet: str = "general", *, actor: Actor = SYSTEM, days_ago: int = 0, **answers: Any) -> Record:
    """A record of the unit, filed with the least answers unless more are given."""
    return file_record(
        actor=actor, unit=unit, sheet=sheet, answers={**minimal(find_sheet(sheet)), **answers},
        happened_at=clock.now() - timedelta(days=days_ago),
    )  # fmt: skip


def workbook(sheet: Sheet, rows: list[dict[str, Any]], *, keep_ids: bool = True) -> bytes:
    """The sheet's template with these rows typed into it, by heading."""
    book = openpyxl.load_workbook(write_template(sheet))
    page = book.worksheets[0]
    names = [name for name, _ in columns_for(sheet)]
    for line, row in enumerate(rows, 3):
        for name, value in row.items():
            page.cell(line, names.index(name) + 1, value)
        if not keep_ids:
            page.cell(line, 1).value = None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(sheet: Sheet) -> dict[str, Any]:
    """A good row by heading: the least that must be answered, in words."""
    row: dict[str, Any] = {"发生日期": "2026-11-16"}
    for key, value in minimal(sheet).items():
        field = sheet.field(key)
        label = f"{field.label}（{field.unit}）" if field.unit else field.label
        row[label] = field.label_of(value) if field.options else value
    return row


def a_workbook(unit: Unit, sheet: str = "general") -> StoredFile:
    """A filled-in workbook, handed in by the unit."""
    content = workbook(find_sheet(sheet), [typed(find_sheet(sheet))])
    return store_file(actor=SYSTEM, unit=unit, upload=SimpleUploadedFile("记录.xlsx", content))


def a_photo(unit: Unit) -> StoredFile:
    return store_file(actor=SYSTEM, unit=unit, upload=SimpleUploadedFile("照片.jpg", photo()))
