"""Records by workbook: the template, the import with its preview, and the rows that could not be taken."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import path_of, store_file
from xiaoan.engines.sheets.catalogue import Sheet, sheets
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sheets.words import words_of
from xiaoan.engines.sheets.workbook import Row, read_workbook, write_bad, write_template
from xiaoan.engines.ui.dates import cn_date
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Refusal
from xiaoan.kernel.excel import as_response

SHOWN = 20


@require_GET
@needs("records.write")
def template(request: HttpRequest, sheet: str) -> HttpResponseBase:
    """The empty workbook of a sheet."""
    _, asked = _place(request, sheet)
    return as_response(write_template(asked), f"{asked.name} 导入模板.xlsx")


@require_http_methods(["GET", "POST"])
@needs("records.write")
def take(request: HttpRequest, sheet: str) -> HttpResponse:
    """Hand in a filled-in workbook: it is kept, read and shown before anything is filed."""
    unit, asked = _place(request, sheet)
    context: dict[str, Any] = {"sheet": asked}
    if request.method == "GET":
        return page(request, "sheets/import.html", context)
    try:
        upload = request.FILES.get("file")
        if upload is None:
            raise Invalid("请先选择填好的表格。")
        file = store_file(actor=_actor(request), unit=unit, upload=upload)
        read_workbook(asked, _content(file))
    except Refusal as why:
        return page(request, "sheets/import.html", {**context, "refusal": why}, status=422)
    return redirect("sheets:preview", asked.key, file.pk)


@require_http_methods(["GET", "POST"])
@needs("records.write")
def preview(request: HttpRequest, sheet: str, file: uuid.UUID) -> HttpResponse:
    """What would be filed and what not; POST files the good rows, all or none."""
    unit, asked = _place(request, sheet)
    rows = _rows(unit, asked, file)
    good = [r for r in rows if not r.wrong]
    if request.method == "POST":
        new = file_rows(actor=_actor(request), unit=unit, sheet=asked, rows=good)
        messages.success(request, f"导入了 {new} 条记录。" if new else "这些行以前都导入过，没有重复记录。")
        return redirect(f"{reverse('sheets:list')}?sheet={asked.key}")
    context = {
        "sheet": asked,
        "file_id": file,
        "good": [_line(asked, r) for r in good[:SHOWN]],
        "good_count": len(good),
        "bad": [r for r in rows if r.wrong],
    }
    return page(request, "sheets/preview.html", context)


@require_GET
@needs("records.write")
def bad_rows(request: HttpRequest, sheet: str, file: uuid.UUID) -> HttpResponseBase:
    """The rows that were not taken, with the reason of each."""
    unit, asked = _place(request, sheet)
    rows = [r for r in _rows(unit, asked, file) if r.wrong]
    return as_response(write_bad(asked, rows), f"{asked.name} 要改的行.xlsx")


def file_rows(*, actor: Actor, unit: Unit, sheet: Sheet, rows: list[Row]) -> int:
    """File checked rows in one transaction. Returns how many are new; those filed before have no second effect."""
    ids = [r.record_id for r in rows]
    with transaction.atomic():
        known = set(Record.objects.filter(id__in=ids, unit_path=unit.path).values_list("id", flat=True))
        for row in rows:
            if row.record_id in known or row.happened_at is None:
                continue
            file_record(
                actor=actor, unit=unit, sheet=sheet.key, answers=row.answers, happened_at=row.happened_at,
                record_id=row.record_id, source="import",
            )  # fmt: skip
    return len(set(ids) - known)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _place(request: HttpRequest, key: str) -> tuple[Unit, Sheet]:
    unit = own_unit(_actor(request))
    if key not in sheets() or unit.rank not in sheets()[key].ranks:
        raise NotKnown("没有这种记录，或者本单位不填它。")
    return unit, sheets()[key]


def _rows(unit: Unit, sheet: Sheet, file_id: uuid.UUID) -> list[Row]:
    file = StoredFile.objects.filter(id=file_id, unit_path=unit.path).first()
    if file is None:
        raise NotKnown("没有这个表格，请重新导入。")
    try:
        return read_workbook(sheet, _content(file))
    except Invalid as why:
        raise NotKnown(why.sentence) from why


def _content(file: StoredFile) -> bytes:
    with default_storage.open(path_of(file.sha256)) as kept:
        return bytes(kept.read())


def _line(sheet: Sheet, row: Row) -> dict[str, Any]:
    told = [f"{f.label} {words_of(f, row.answers[f.key])}" for f in sheet.fields if f.key in row.answers][:5]
    return {"line": row.line, "day": cn_date(row.happened_at), "told": "，".join(told)}
