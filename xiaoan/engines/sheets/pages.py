"""The pages of records: choose a sheet, fill it in, look at a record, take it back."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.sheets.answers import clean
from xiaoan.engines.sheets.catalogue import Sheet, sheets
from xiaoan.engines.sheets.catalogue import sheet as find_sheet
from xiaoan.engines.sheets.forms import (
    SheetForm,
    all_fine,
    opening,
    questions,
    read_answers,
    read_moment,
    take_files,
)  # fmt: skip
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.queries import last_answers, may_undo, may_withdraw, recent_sheets, sheets_for
from xiaoan.engines.sheets.services import file_record, undo_record, withdraw_record
from xiaoan.engines.sheets.words import Said, said
from xiaoan.engines.ui.blocks import Entry
from xiaoan.engines.ui.dates import cn_moment
from xiaoan.engines.ui.pages import page
from xiaoan.ground.journal.queries import history
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Refusal, Stale
from xiaoan.kernel.ids import new_id


@require_GET
@needs("records.write")
def choose(request: HttpRequest) -> HttpResponse:
    """What can be recorded here: what was used last, then every sheet by its group."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    allowed = sheets_for(own_unit(actor).rank)
    groups: dict[str, list[Sheet]] = {}
    for sheet in allowed:
        groups.setdefault(sheet.group, []).append(sheet)
    context = {"recent": recent_sheets(actor, allowed), "groups": groups.items()}
    return page(request, "sheets/choose.html", context)


@require_http_methods(["GET", "POST"])
@needs("records.write")
def fill(request: HttpRequest, sheet: str) -> HttpResponse:
    """The form of one sheet; filing it leads to the record, or back to where the person came from."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    unit, asked = own_unit(actor), _sheet_for(sheet)
    if unit.rank not in asked.ranks:
        raise NotKnown(f"{unit.get_rank_display()}不填“{asked.name}”。")
    if request.method == "POST":
        return _file(request, actor, unit, asked)
    remembered = last_answers(unit.path, actor.person_id, asked)
    form = SheetForm(asked, initial=opening(asked, remembered, request), wrong={})
    return _form_page(request, unit, asked, form, remembered=bool(remembered))


@require_GET
@needs("records.read")
def show(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """One record: the answers in words, its three times, what it proves, its history."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return _record_page(request, actor, _find(actor, record, "records.read"))


@require_POST
@needs("records.write")
def withdraw(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """Take a record back, with the reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _find(actor, record, "records.write")
    try:
        withdraw_record(actor=actor, record=found, why=request.POST.get("why", ""))
    except (Invalid, Stale) as why:
        return _record_page(request, actor, found, why)
    messages.success(request, "已撤回。它证明过的事项已经一起退回。")
    return redirect("sheets:record", found.pk)


@require_POST
@needs("records.write")
def undo(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """One tap, shortly after filing, by who filed it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _find(actor, record, "records.write")
    try:
        undo_record(actor=actor, record=found)
    except Stale as why:
        return _record_page(request, actor, found, why)
    messages.success(request, "已撤销，这条记录不再算数。")
    return redirect("sheets:fill", found.sheet)


def _file(request: HttpRequest, actor: Actor, unit: Unit, sheet: Sheet) -> HttpResponse:
    """Store the files first, so that a refused form keeps them; then file the record."""
    raw = read_answers(sheet, request.POST)
    wrong = take_files(actor=actor, unit=unit, sheet=sheet, files=request.FILES, raw=raw)
    if "all_fine" in request.POST:
        raw = all_fine(sheet, raw)
    try:
        moment = _all_right(sheet, raw, request, wrong)
        record = file_record(
            actor=actor, unit=unit, sheet=sheet.key, answers=raw, happened_at=moment, record_id=_client_id(request),
            seconds=_seconds(request), about=request.POST.get("about", "")[:48],
        )  # fmt: skip
    except (Invalid, Stale) as why:
        return _refused(request, unit, sheet, raw, why)
    messages.success(request, f"已记下：{record.summary or sheet.name}。")
    if back := _safe_back(request):
        return redirect(back)
    return redirect("sheets:record", record.pk) if actor.holds("records.read") else redirect("sheets:choose")


def _all_right(sheet: Sheet, raw: dict[str, Any], request: HttpRequest, wrong: dict[str, str]) -> Any:
    """The moment, when nothing is wrong with the form; else Invalid with every mistake at once."""
    moment = None
    for check in (lambda: clean(sheet, raw), lambda: read_moment(sheet, request.POST)):
        try:
            moment = check()
        except Invalid as why:
            wrong = {**why.fields, **wrong}
    if wrong:
        raise Invalid("；".join(wrong.values()), wrong)
    return moment


def _refused(request: HttpRequest, unit: Unit, sheet: Sheet, raw: dict[str, Any], why: Refusal) -> HttpResponse:
    """The form again with what was typed, and each mistake beside its question."""
    data = request.POST.copy()
    for key, value in raw.items():
        data.setlist(f"q-{key}", value if isinstance(value, list) else [value])
    form = SheetForm(sheet, data=data, initial={}, wrong=getattr(why, "fields", {}))
    return _form_page(request, unit, sheet, form, refusal=why, status=422)


def _form_page(
    request: HttpRequest, unit: Unit, sheet: Sheet, form: SheetForm, *, refusal: Refusal | None = None,
    remembered: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    held = [i for f in sheet.fields if f.type in ("photo", "file") for i in form[f.key].value() or ()]
    files = {str(f.id): f for f in StoredFile.objects.filter(id__in=_ids(held), unit_path=unit.path)} if held else {}
    asked = questions(form, files)
    context = {
        "sheet": sheet,
        "unit": unit,
        "questions": asked,
        "checks": [q for q in asked if q.field.type == "check"],
        "refusal": refusal,
        "mistakes": sum(bool(q.error) for q in asked) + bool(form.wrong.get("happened_at")),
        "happened": request.POST.get("happened") or _now_for(sheet),
        "happened_error": form.wrong.get("happened_at", ""),
        "latest": _now_for(sheet),
        "client_id": request.POST.get("id") or new_id(),
        "seconds": _seconds(request),
        "about": request.POST.get("about") or request.GET.get("duty", ""),
        "back": _safe_back(request),
        "remembered": remembered,
    }
    return page(request, "sheets/fill.html", context, status=status)


def _record_page(request: HttpRequest, actor: Actor, record: Record, refusal: Refusal | None = None) -> HttpResponse:
    sheet = find_sheet(record.sheet)
    answers = said(sheet, record.answers, actor)
    ids = [i for a in answers for i in a.files]
    files = {str(f.id): f for f in StoredFile.objects.filter(id__in=ids)} if ids else {}
    context = {
        "record": record,
        "sheet": sheet,
        "answers": [a for a in answers if not a.files and not _is_fine(a)],
        "fine": [a for a in answers if _is_fine(a)],
        "files": [files[i] for i in ids if i in files],
        "facts": _facts(record),
        "entries": [_entry(e) for e in history("record", record.pk)],
        "sections": sections(request, record),
        "may_undo": may_undo(actor, record),
        "may_withdraw": may_withdraw(actor, record),
        "refusal": refusal,
        "why": request.POST.get("why", ""),
        "back": _safe_back(request),
    }
    return page(request, "sheets/record.html", context, status=refusal.status if refusal else 200)


def sections(request: HttpRequest, record: Record) -> list[SafeString]:
    """What other floors say about the record, from the site's list."""
    found = (import_string(path)(request, record) for path in settings.XIAOAN_RECORD_SECTIONS)
    return [html for html in found if html]


def _is_fine(answer: Said) -> bool:
    return answer.field.type == "check" and not answer.is_bad and not answer.is_masked


def _facts(record: Record) -> list[tuple[str, Any]]:
    return [
        ("单位", record.unit.name),
        ("填报人", record.person_name),
        ("发生", cn_moment(record.happened_at)),
        ("写下", cn_moment(record.captured_at)),
        ("收到", cn_moment(record.received_at)),
        ("来自", SOURCES.get(record.source, record.source)),
        ("填写用时", _span(record.seconds)),
        ("撤回原因", record.withdrawn_why),
    ]


SOURCES = {"desk": "电脑", "phone": "手机", "import": "表格导入", "api": "接口", "demo": "演示数据"}


def _span(seconds: int) -> str:
    if not seconds:
        return ""
    return f"{seconds // 60} 分 {seconds % 60} 秒" if seconds >= 60 else f"{seconds} 秒"


def _entry(entry: Any) -> Entry:
    told = entry.changes.get("why") or entry.changes.get("summary") or ""
    return Entry(bold=entry.verb, text=f" {told}" if told else "", line=f"{entry.person_name} · {cn_moment(entry.at)}")


def _find(actor: Actor, record_id: uuid.UUID, right: str) -> Record:
    record = Record.objects.visible_to(actor, right).select_related("unit").filter(pk=record_id).first()
    if record is None:
        raise NotKnown("没有这条记录，或者它不在您的管理范围内。")
    return record  # type: ignore[no-any-return]


def _sheet_for(key: str) -> Sheet:
    if key not in sheets():
        raise NotKnown("没有这种记录。")
    return find_sheet(key)


def _now_for(sheet: Sheet) -> str:
    """Now, as the browser's date controls write it."""
    now = timezone.localtime(clock.now())
    return f"{now:%Y-%m-%dT%H:%M}" if sheet.moment == "datetime" else f"{now:%Y-%m-%d}"


def _client_id(request: HttpRequest) -> uuid.UUID | None:
    return next(iter(_ids([request.POST.get("id", "")])), None)


def _ids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(str(text)))
        except ValueError:
            continue
    return found


def _seconds(request: HttpRequest) -> int:
    text = request.POST.get("seconds", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _safe_back(request: HttpRequest) -> str:
    """Where the person came from, when it is a page of this site."""
    back = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else ""
