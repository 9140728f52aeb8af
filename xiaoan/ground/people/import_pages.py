"""The import of people on pages: upload, look, confirm.

Between looking and confirming the rows travel in the page itself, signed and for this person only, so nothing is
kept on the server. The first passwords are made while confirming and stand only in that answer (decision 0004).
"""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from xiaoan.ground.people.forms import ImportForm
from xiaoan.ground.people.handing import count_to_reissue, passwords_workbook, reissue_first_passwords
from xiaoan.ground.people.imports import COLUMNS, REQUIRED, Plan, import_people, plan_people
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.workbook import Row, faults_workbook, read_rows, template_workbook
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.kernel.gate import needs

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR = 3600
SHOWN = 100
REASONS = [*[column.heading for column in COLUMNS], "原因"]


@never_cache
@needs("people.manage")
def import_form(request: HttpRequest) -> HttpResponse:
    """Choose a workbook; then show what each row would do."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            rows = read_rows(form.cleaned_data["file"], REQUIRED)
            return _preview(request, rows, plan_people(actor=_actor(request), rows=rows))
        except Invalid as why:
            form.add_error("file", why.sentence)
    return render(request, "people/import.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@needs("people.manage")
@sensitive_variables("handed")
def import_confirm(request: HttpRequest) -> HttpResponse:
    """Make the people of the good rows and answer with the workbook of their first passwords."""
    rows = _rows_told(request)
    if rows is None:
        return redirect("people:import")
    try:
        handed, plan = import_people(actor=_actor(request), rows=rows)
    except Invalid as why:
        return _preview(request, rows, plan_people(actor=_actor(request), rows=rows), why.sentence)
    left_out = [(one.row.values, "".join(one.reasons)) for one in plan.bad]
    return _workbook(passwords_workbook(handed, REASONS, left_out), _name())


@needs("people.manage")
def import_faults(request: HttpRequest) -> HttpResponse:
    """The rows that cannot be taken in, each with its reason, to be mended and sent again."""
    rows = _rows_told(request)
    if rows is None:
        return redirect("people:import")
    bad = plan_people(actor=_actor(request), rows=rows).bad
    return _workbook(faults_workbook((p.row.values, "".join(p.reasons)) for p in bad), "需要修改的人员.xlsx")


@needs("people.manage")
def import_template(request: HttpRequest) -> HttpResponse:
    """The empty workbook with its headings, drop-downs and explanations."""
    return _workbook(template_workbook("人员", COLUMNS), "人员导入模板.xlsx")


@never_cache
@needs("people.manage")
@sensitive_variables("handed")
def reissue(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Ask, then answer with new first passwords for all at a unit and below who never signed in."""
    actor = _actor(request)
    at = Unit.objects.under(actor.scope).filter(id=unit).first()
    if at is None:
        raise NotKnown("没有这个单位，或者不在您的管理范围内。")
    if request.method == "POST":
        try:
            handed = reissue_first_passwords(actor=actor, unit=at)
        except Invalid as why:
            messages.error(request, why.sentence)
            return redirect("people:reissue", unit=at.id)
        return _workbook(passwords_workbook(handed), _name())
    return render(request, "people/reissue.html", {"unit": at, "count": count_to_reissue(actor=actor, unit=at)})


def _name() -> str:
    return f"首次密码{clock.today():%Y%m%d}.xlsx"


def _preview(request: HttpRequest, rows: list[Row], plan: Plan, refusal: str = "") -> HttpResponse:
    told = signing.dumps([[row.line, dict(row.values)] for row in rows], salt=_salt(request), compress=True)
    context = {"plan": plan, "good": plan.good[:SHOWN], "bad": plan.bad[:SHOWN], "told": told, "refusal": refusal,
               "new": len({p.username for p in plan.good if p.person is None})}  # fmt: skip
    return render(request, "people/import_preview.html", context, status=422 if refusal else 200)


def _rows_told(request: HttpRequest) -> list[Row] | None:
    """The rows that the page brought back; None when it is too old, somebody else's or no post at all."""
    try:
        told: list[list[Any]] = signing.loads(request.POST.get("told", ""), salt=_salt(request), max_age=HOUR)
    except signing.BadSignature:
        return None
    return [Row(line, values) for line, values in told]


def _salt(request: HttpRequest) -> str:
    return f"people.import.{_actor(request).person_id}"


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=EXCEL)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
