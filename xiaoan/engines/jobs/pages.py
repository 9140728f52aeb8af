"""The page of jobs: in hand and waiting, failed, scheduled."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from xiaoan.engines.jobs.models import Job
from xiaoan.engines.jobs.queries import dead_jobs, is_worker_alive, open_jobs, schedule
from xiaoan.engines.jobs.services import retry_dead
from xiaoan.engines.resource.paging import read_page
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Refusal
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet

MOST = 2_000
FAILED = (
    Col("任务", lambda row: row["job"].label, 26), Col("单位", lambda row: row["unit"], 26),
    Col("失败时间", lambda row: row["job"].finished_at, 17), Col("原因", lambda row: row["job"].outcome, 60),
    Col("编号", lambda row: row["job"].id, 38),
)  # fmt: skip
TIMED = (
    Col("任务", lambda line: line.label, 26), Col("间隔", lambda line: line.every), Col("下一次", lambda line: line.next_run, 17),
    Col("最近一次", lambda line: line.last.finished_at if line.last else None, 17),
    Col("结果", lambda line: line.last.outcome if line.last else "", 50),
)  # fmt: skip


@require_GET
@needs("jobs.read")
def jobs(request: HttpRequest) -> HttpResponseBase:
    """All of it; what is in hand is asked for again every few seconds."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if wants_sheet(request):
        failed = _named(list(dead_jobs(actor).order_by("-id")[:MOST]))
        return sheet("后台任务", Table("失败的任务", FAILED, failed), Table("定时任务", TIMED, schedule()))
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = read_page(dead_jobs(actor), ("-id",), after=after, before=before)
    context = {
        **_in_hand(actor), "dead": _named(found.rows), "found": found, "schedule": schedule(),
        "may_retry": actor.holds("jobs.retry"), "may_platform": actor.rank != Rank.SCHOOL,
    }  # fmt: skip
    return page(request, "jobs/list.html", context)


@require_GET
@needs("jobs.read")
def in_hand(request: HttpRequest) -> HttpResponse:
    """The part of the page that moves."""
    return page(request, "jobs/parts/open.html", _in_hand(request.actor))  # type: ignore[attr-defined]


@require_POST
@needs("jobs.retry")
def retry(request: HttpRequest, job: uuid.UUID) -> HttpResponse:
    try:
        found = retry_dead(actor=request.actor, job_id=job)  # type: ignore[attr-defined]
    except Refusal as why:
        if why.status in (403, 404):
            raise
        messages.error(request, why.sentence)
    else:
        messages.success(request, f"“{found.label}”已重新排队。")
    return redirect("jobs:list")


def _in_hand(actor: Actor) -> dict[str, Any]:
    now = clock.now()
    rows = _named(open_jobs(actor))
    return {"open": rows, "now": now, "is_alive": is_worker_alive(now)}


def _named(rows: list[Job]) -> list[dict[str, Any]]:
    """Each job with the unit that asked for it."""
    names = dict(Unit.objects.filter(path__in={j.unit_path for j in rows if j.unit_path}).values_list("path", "name"))
    return [{"job": job, "unit": names.get(job.unit_path, "整个平台")} for job in rows]
