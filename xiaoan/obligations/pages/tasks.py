"""Tasks: giving one, looking at how far it is, doing one's own, the table that a document breaks down into."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.jobs.models import Job
from xiaoan.engines.ui.blocks import Entry
from xiaoan.engines.ui.dates import cn_moment
from xiaoan.engines.ui.pages import page
from xiaoan.ground.journal.queries import history
from xiaoan.ground.people.gate import needs
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown, Refusal
from xiaoan.obligations import tasks
from xiaoan.obligations.forms import TaskForm, refuse
from xiaoan.obligations.models import Assignment, Task
from xiaoan.obligations.pages.places import actor_of, unit_of
from xiaoan.obligations.task_queries import figures_of, find_task, squares_of


@require_http_methods(["GET", "POST"])
@needs("tasks.dispatch")
def new(request: HttpRequest) -> HttpResponse:
    """Give a task."""
    actor, unit = actor_of(request), unit_of(request)
    form = TaskForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            task = tasks.dispatch_task(
                actor=actor, unit=unit, title=given["title"], content=given["content"], due=given["due"],
                targets=form.targets(), needs_file=given["needs_file"], is_quarterly=given["is_quarterly"],
            )  # fmt: skip
        except Refusal as why:
            refuse(form, _renamed(why), why.sentence)
        else:
            messages.success(request, "已派发。" if task.is_handed_out else "正在派发，单位较多，请稍候。")
            return redirect("obligations:task", task.id)
    chosen = set(request.POST.getlist("units"))
    context = {"form": form, "unit": unit, "chosen": chosen}
    return page(request, "obligations/task_form.html", context, status=422 if form.is_bound else 200)


def _renamed(why: Refusal) -> dict[str, str]:
    fields = dict(getattr(why, "fields", {}))
    if "targets" in fields:
        fields["units"] = fields.pop("targets")
    return fields


@require_GET
@needs("duties.read")
def show(request: HttpRequest, task: uuid.UUID) -> HttpResponse:
    """A task as its bureau sees it. Who only has it to do is led to what is asked in the own scope, not to how others stand."""
    actor = actor_of(request)
    found = find_task(actor, task)
    if not actor.sees(found.unit_path):
        return redirect(reverse("obligations:assignments") + f"?whose=all&task={found.id}")
    rows = Assignment.objects.filter(task=found).select_related("unit", "task")
    waiting = list(rows.filter(state="handed_in").order_by("handed_in_at", "id")[:20])
    late = list(rows.filter(state__in=["asked", "returned"], due__lt=clock.today()).order_by("unit_path")[:20])
    context = {
        "task": found, "figures": figures_of([found])[str(found.id)], "waiting": waiting, "late": late,
        "squares": squares_of(found, reverse("obligations:assignment", args=[uuid.UUID(int=0)]).replace(str(uuid.UUID(int=0)), "{}")),
        "is_own": actor.unit_path == found.unit_path and actor.holds("tasks.dispatch"), "facts": _facts(found),
        "job": Job.objects.filter(id=found.job).first() if found.job and not found.is_handed_out else None,
        "entries": entries_of("task", found.id), "list_url": reverse("obligations:assignments") + f"?whose=all&task={found.id}",
        "export_url": reverse("obligations:assignments_export") + f"?whose=all&task={found.id}",
    }  # fmt: skip
    return page(request, "obligations/task.html", context)


@require_POST
@needs("tasks.dispatch")
def chase(request: HttpRequest, task: uuid.UUID) -> HttpResponse:
    """Remind all units that have not handed in, or one."""
    actor = actor_of(request)
    found = find_task(actor, task)
    row = _one(actor, request.POST.get("assignment", ""))
    try:
        number = tasks.chase(actor=actor, task=found, assignment=row)
    except Refusal as why:
        messages.warning(request, why.sentence)
    else:
        messages.success(request, f"已催办 {number} 个单位，他们的“要做的事”里会看到。")
    return redirect("obligations:task", found.id)


def _one(actor: Actor, told: str) -> Assignment | None:
    """The assignment that the form names, if it names one."""
    try:
        return tasks.find_assignment(actor, uuid.UUID(told)) if told else None
    except ValueError:
        raise NotKnown("没有这项任务，或者它不在您的管理范围内。") from None


def _facts(task: Task) -> list[tuple[str, Any]]:
    return [
        ("派发单位", task.unit.name),
        ("派发人", task.made_by),
        ("派发时间", cn_moment(task.made_at)),
        ("完成期限", f"{task.due.year}年{task.due.month}月{task.due.day}日"),
        ("出自", f"《{task.document.short}》" if task.document else ""),
        ("交材料", "要" if task.needs_file else "不要"),
        ("季度进展", "每季度报一次" if task.is_quarterly else ""),
    ]


def entries_of(kind: str, subject: uuid.UUID) -> list[Entry]:
    """What happened, from the journal, in words."""
    return [Entry(e.verb, _told(e.changes), f"{e.person_name} · {cn_moment(e.at)}") for e in history(kind, subject)]


def _told(changes: dict[str, Any]) -> str:
    told = changes.get("decision") or changes.get("said") or changes.get("sentence") or changes.get("reason") or ""
    if changes.get("unit"):
        told = changes["unit"]
    elif changes.get("units"):
        told = f"{changes['units']} 个单位"
    return f" {told}" if told else ""
