"""Upload, preview, confirm, progress, faults: for every kind of workbook."""

import uuid
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from xiaoan.engines.intake.forms import UploadForm
from xiaoan.engines.intake.kinds import kind_of
from xiaoan.engines.intake.models import Upload
from xiaoan.engines.intake.services import confirm_upload, drop_upload, upload_workbook
from xiaoan.engines.jobs.models import Job
from xiaoan.engines.ui.pages import page
from xiaoan.ground.units.intake import Intake
from xiaoan.ground.units.workbook import faults_workbook, template_workbook
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.gate import NO_RIGHT, needs, send_to

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("intake.use")
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose a workbook; its template; what the same person uploaded before."""
    actor, declared = _entering(request, kind)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = upload_workbook(actor=actor, kind=kind, file_name=file.name, content=file.read())
        except (Invalid, Stale) as why:
            form.add_error("file", why.sentence)
        else:
            return redirect("intake:show", upload.id)
    mine = Upload.objects.by(actor).filter(kind=kind).defer("content", "faults").order_by("-made_at")[:5]
    context = {
        "kind": kind, "declared": declared, "form": form, "mine": mine, "columns": declared.columns(actor),
        "crumbs": _crumbs(declared),
    }  # fmt: skip
    return page(request, "intake/start.html", context, status=422 if form.errors else 200)


@needs("intake.use")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty workbook to fill in."""
    actor, declared = _entering(request, kind)
    made = template_workbook(declared.name, declared.columns(actor), declared.examples)
    return _workbook(made, f"{declared.name}导入模板.xlsx")


@needs("intake.use")
def show(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """What would be, is being or was taken in."""
    return page(request, "intake/show.html", _shown(_mine(request, upload)))


@needs("intake.use")
def progress(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """The moving part of the page; when it is over the whole page is loaded anew."""
    found = _mine(request, upload)
    if not found.is_taking:
        return send_to(request, reverse("intake:show", args=[found.id]))
    return page(request, "intake/parts/progress.html", _shown(found))


@require_POST
@needs("intake.use")
def confirm(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    return _done(request, upload, lambda actor, found: confirm_upload(actor=actor, upload=found))


@require_POST
@needs("intake.use")
def drop(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    return _done(request, upload, lambda actor, found: drop_upload(actor=actor, upload=found))


@needs("intake.use")
def faults(request: HttpRequest, upload: uuid.UUID) -> HttpResponse:
    """The rows that were not taken in, as a workbook to mend and send again."""
    found = _mine(request, upload)
    made = faults_workbook((f["values"], f"第 {f['line']} 行：{f['reason']}") for f in found.faults)
    return _workbook(made, f"需要修改的行-{found.file_name.rsplit('.', 1)[0]}.xlsx")


def _entering(request: HttpRequest, kind: str) -> tuple[Actor, Intake]:
    actor, declared = request.actor, kind_of(kind)  # type: ignore[attr-defined]
    if not actor.holds(declared.right):
        raise PermissionDenied(NO_RIGHT)
    return actor, declared


def _mine(request: HttpRequest, upload: uuid.UUID) -> Upload:
    actor = request.actor  # type: ignore[attr-defined]
    found: Upload | None = Upload.objects.by(actor).filter(id=upload).defer("content").first()
    if found is None:
        raise NotKnown("没有这个上传的表格。")
    return found


def _done(request: HttpRequest, upload: uuid.UUID, do: Any) -> HttpResponse:
    found = _mine(request, upload)
    try:
        do(request.actor, found)  # type: ignore[attr-defined]
    except (Invalid, Stale) as why:
        found = _mine(request, upload)
        return page(request, "intake/show.html", {**_shown(found), "refusal": why.sentence}, status=why.status)
    return redirect("intake:show", found.id)


def _shown(upload: Upload) -> dict[str, Any]:
    job = Job.objects.filter(id=upload.job_id).first() if upload.job_id and upload.is_taking else None
    return {
        "upload": upload, "declared": upload.declared, "job": job, "crumbs": _crumbs(upload.declared),
        "percent": job.percent if job else 0, "is_waiting": bool(job and job.attempts == 0),
    }  # fmt: skip


def _crumbs(declared: Intake) -> list[dict[str, Any]]:
    return [{"label": declared.name, "href": reverse(declared.after)}, {"label": "导入", "on": True}]


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
