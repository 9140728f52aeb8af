"""School time on pages: the year, its terms, the moved days, files in and out."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.forms import FileForm, TermForm
from xiaoan.ground.calendar.models import SpecialDay
from xiaoan.ground.calendar.queries import (
    calendar_warning,
    months_shown,
    school_year_of,
    special_days_of,
    terms_shown,
)
from xiaoan.ground.calendar.reading import DAY_COLUMNS, TERM_COLUMNS, calendar_file, read_days, read_terms
from xiaoan.ground.calendar.services import require_days, set_special_days, set_term, set_terms
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import unit_below
from xiaoan.ground.units.workbook import template_workbook
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import NotAllowed, NotKnown, Refusal
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet
from xiaoan.kernel.gate import needs

FIRST_YEAR, LAST_YEAR = 2017, 2039
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TERMS = (
    Col("学期", lambda term: term.span.name, 26), Col("起", lambda term: term.span.starts), Col("止", lambda term: term.span.ends),
    Col("在校天数", lambda term: term.days), Col("由谁设定", lambda term: term.source.name if term.source else "平台默认，尚未设定", 26),
)  # fmt: skip
# The headings of the template, so that the days taken out may be changed and uploaded again.
DAYS = (
    Col(DAY_COLUMNS[0].heading, lambda row: row.day), Col(DAY_COLUMNS[1].heading, lambda row: "上班" if row.is_working else "休息"),
    Col(DAY_COLUMNS[2].heading, lambda row: row.name), Col(DAY_COLUMNS[3].heading, lambda row: row.basis, 50),
)  # fmt: skip


@needs("calendar.read")
def home(request: HttpRequest) -> HttpResponse:
    """The calendar of the reader's own unit."""
    actor = _actor(request)
    unit = unit_below(actor, None) or Unit.objects.filter(parent=None).order_by("path").first()
    if unit is None:
        return render(request, "calendar/none.html")
    return redirect("calendar:year", unit.pk)


@needs("calendar.read")
def year(request: HttpRequest, unit: UUID) -> HttpResponseBase:
    """A school year: twelve months, the terms and who set them."""
    actor, found = _seen(request, unit)
    today = clock.today()
    asked = request.GET.get("year", "")
    shown = min(
        max(int(asked) if asked.isdecimal() and len(asked) < 5 else school_year_of(today), FIRST_YEAR), LAST_YEAR
    )
    if wants_sheet(request):
        return sheet(f"{found.name}校历", Table(f"{shown}-{shown + 1}学年", TERMS, terms_shown(found, shown)))
    calendar = calendar_for(found.path)
    context = {
        "unit": found, "year": shown, "next": shown + 1, "previous": shown - 1, "terms": terms_shown(found, shown),
        "months": months_shown(calendar, shown, today), "warning": calendar_warning(today),
        "may_manage": actor.may("calendar.manage", found.path),
        "years": [(str(y), f"{y}—{y + 1}学年") for y in (shown - 1, shown, shown + 1)],
    }  # fmt: skip
    return render(request, "calendar/year.html", context)


@needs("calendar.manage")
def term(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Set a term here, or another's term anew for this unit."""
    actor, found = _managed(request, unit)
    form = TermForm(request.POST) if request.method == "POST" else TermForm(initial=_initial(request, found))
    if form.is_valid():
        try:
            set_term(actor=actor, unit=found, given=form.given())
        except Refusal as why:
            _raise_if_hidden(why)
            form.refuse(why)
        else:
            messages.success(request, "学期已保存，从现在起按新的日期算各项工作的期限。")
            return redirect(f"{reverse('calendar:year', args=[found.pk])}?year={form.cleaned_data['year']}")
    about = f"用于{found.name}和它下面没有另设学期的单位；已有的记录仍算在原来的学期"
    return _form(request, found, form, "设定学期", about, "保存")


@needs("calendar.manage")
def upload(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Terms from an .ics calendar or a workbook."""
    actor, found = _managed(request, unit)
    form = _file_form(request, ".ics,.xlsx,.xls", "手机或电脑日历导出的 .ics,或按模板填写的 Excel")
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            rows = set_terms(actor=actor, unit=found, given=read_terms(file.name, file))
        except Refusal as why:
            _raise_if_hidden(why)
            form.add_error("file", why.sentence)
        else:
            messages.success(request, f"已设定 {len(rows)} 个学期：{'、'.join(r.name for r in rows)}。")
            return redirect("calendar:year", found.pk)
    about = "日历里标题写着“第一学期”这样的日程会成为学期，其他日程不读"
    return _form(request, found, form, "导入学期", about, "上传", reverse("calendar:terms_template"))


@needs("calendar.read")
def export(request: HttpRequest, unit: UUID) -> HttpResponse:
    """The terms of this school year and the next, for the calendars of phones."""
    _, found = _seen(request, unit)
    now = school_year_of(clock.today())
    spans = [t.span for y in (now, now + 1) for t in terms_shown(found, y)]
    special = [(d.day, d.is_working, d.name) for y in (now, now + 1) for d in special_days_of(y)]
    return _file(
        calendar_file(f"{found.name}校历", spans, special), f"{found.name}校历.ics", "text/calendar; charset=utf-8"
    )


@needs("calendar.read")
def days(request: HttpRequest) -> HttpResponseBase:
    """The days that were uploaded, newest year first."""
    actor = _actor(request)
    rows = list(SpecialDay.objects.order_by("-day")[:200])
    if wants_sheet(request):
        return sheet("节假日", Table("节假日", DAYS, rows))
    context = {"rows": rows, "warning": calendar_warning(clock.today()), "may_manage": _may_set_days(actor)}
    return render(request, "calendar/days.html", context)


@needs("calendar.days")
def days_upload(request: HttpRequest) -> HttpResponse:
    """Days off and make-up days from a workbook."""
    actor = _actor(request)
    require_days(actor)
    form = _file_form(request, ".xlsx,.xls", "按模板填写的 Excel:日期、上班/休息、名称、依据")
    if form.is_valid():
        try:
            changed = set_special_days(actor=actor, given=read_days(form.cleaned_data["file"]))
        except Refusal as why:
            _raise_if_hidden(why)
            form.add_error("file", why.sentence)
        else:
            messages.success(request, f"已更新 {changed} 天。" if changed else "与已有的安排相同，没有变化。")
            return redirect("calendar:days")
    about = "全平台共用；同一天再次上传以新的为准"
    return _form(request, None, form, "上传节假日", about, "上传", reverse("calendar:days_template"))


@needs("calendar.manage")
def terms_template(request: HttpRequest) -> HttpResponse:
    return _file(template_workbook("学期", TERM_COLUMNS), "学期模板.xlsx", XLSX)


@needs("calendar.days")
def days_template(request: HttpRequest) -> HttpResponse:
    return _file(template_workbook("节假日", DAY_COLUMNS), "节假日模板.xlsx", XLSX)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _seen(request: HttpRequest, unit: UUID) -> tuple[Actor, Unit]:
    actor = _actor(request)
    found = Unit.objects.visible_to(actor, "calendar.read").filter(pk=unit).first()
    if found is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return actor, found


def _managed(request: HttpRequest, unit: UUID) -> tuple[Actor, Unit]:
    actor, found = _seen(request, unit)
    require(actor, "calendar.manage", found.path)
    return actor, found


def _may_set_days(actor: Actor) -> bool:
    try:
        require_days(actor)
    except NotAllowed:
        return False
    return True


def _initial(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    """The term that is named in the address, as it is in force here."""
    key = request.GET.get("term", "")
    span = next((t for t in calendar_for(unit.path).terms if t.key == key), None)
    return {"year": int(key[:4]), "part": key[-1], "starts": span.starts, "ends": span.ends} if span else {}


def _file_form(request: HttpRequest, accept: str, help_text: str) -> FileForm:
    if request.method == "POST":
        return FileForm(accept, help_text, request.POST, request.FILES)
    return FileForm(accept, help_text)


def _raise_if_hidden(why: Refusal) -> None:
    if isinstance(why, NotAllowed | NotKnown):
        raise why


def _form(
    request: HttpRequest, unit: Unit | None, form: Any, title: str, about: str, verb: str, template: str = ""
) -> HttpResponse:
    back = reverse("calendar:year", args=[unit.pk]) if unit else reverse("calendar:days")
    context = {
        "unit": unit,
        "form": form,
        "title": title,
        "about": about,
        "verb": verb,
        "back": back,
        "template": template,
    }
    return render(request, "calendar/form.html", context, status=422 if form.errors else 200)


def _file(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
