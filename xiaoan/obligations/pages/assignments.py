"""One assignment: what is asked, handing in, accepting or returning, progress by quarter."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import store_file
from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.ui.blocks import Step
from xiaoan.engines.ui.dates import cn_date, cn_day
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal
from xiaoan.obligations import tasks
from xiaoan.obligations.flows import TASK
from xiaoan.obligations.forms import HandInForm, QuarterForm, refuse
from xiaoan.obligations.models import Assignment
from xiaoan.obligations.pages.places import actor_of
from xiaoan.obligations.pages.tasks import entries_of
from xiaoan.obligations.resource import quarter_words, state_pill

SERVICES = {"accept": tasks.accept, "return": tasks.return_it, "cancel": tasks.cancel}
DONE = {
    "hand_in": "已交付，等派发单位验收。",
    "accept": "已验收。",
    "return": "已退回，承办单位会看到原因。",
    "cancel": "已撤销，这个单位不用再办。",
}


@require_GET
@needs("duties.read")
def show(request: HttpRequest, assignment: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    return _page(request, actor, tasks.find_assignment(actor, assignment))


@require_POST
@needs("tasks.hand_in")
def hand_in(request: HttpRequest, assignment: uuid.UUID) -> HttpResponse:
    """Keep the files first, so that a refused form keeps them; then hand in."""
    actor = actor_of(request)
    case = tasks.find_assignment(actor, assignment)
    form = HandInForm(request.POST)
    files = _ids(request.POST.getlist("files"))
    try:
        files += _take_files(request, actor)
        if form.is_valid():
            tasks.hand_in(
                actor=actor, assignment=case, said=form.cleaned_data["said"], files=files,
                seconds=_number(request, "seconds"), seen=_number(request, "step"),
            )  # fmt: skip
            messages.success(request, DONE["hand_in"])
            return redirect("obligations:assignment", case.id)
    except NotAllowed:
        raise
    except Refusal as why:
        refuse(form, {k: v for k, v in getattr(why, "fields", {}).items() if k in form.fields}, why.sentence)
    return _page(request, actor, case, hand_in=form, files=files, status=422)


@require_POST
@needs("tasks.accept")
def decide(request: HttpRequest, assignment: uuid.UUID, move: str) -> HttpResponse:
    """Accept, return or cancel."""
    actor = actor_of(request)
    case = tasks.find_assignment(actor, assignment)
    if move not in SERVICES:
        raise NotKnown("任务没有这一步。")
    try:
        SERVICES[move](
            actor=actor,
            assignment=case,
            decision=request.POST.get("decision", "").strip()[:300],
            seen=_number(request, "step"),
        )
    except NotAllowed:
        raise
    except Refusal as why:
        return _page(request, actor, case, refusal=why, status=why.status)
    messages.success(request, DONE[move])
    return redirect("obligations:assignment", case.id)


@require_POST
@needs("tasks.hand_in")
def quarter(request: HttpRequest, assignment: uuid.UUID) -> HttpResponse:
    """Progress of a quarter."""
    actor = actor_of(request)
    case = tasks.find_assignment(actor, assignment)
    form = QuarterForm(request.POST, quarters=_quarters(case))
    if form.is_valid():
        try:
            tasks.tell_quarter(actor=actor, assignment=case, **form.cleaned_data)
        except Invalid as why:
            refuse(form, why.fields, why.sentence)
        else:
            messages.success(request, "季度进展已记下。")
            return redirect("obligations:assignment", case.id)
    return _page(request, actor, case, quarterly=form, status=422)


def _page(
    request: HttpRequest, actor: Actor, case: Assignment, *, hand_in: HandInForm | None = None,
    quarterly: QuarterForm | None = None, files: list[str] | None = None, refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    moves = allowed_moves(TASK, actor, case)
    keys = {m.key for m in moves}
    is_own = actor.unit_path == case.unit_path and actor.holds("tasks.hand_in")
    told = list(case.quarters.order_by("-quarter"))
    hand_ins = list(case.hand_ins.order_by("-id"))
    known = {str(f.id): f for f in StoredFile.objects.filter(id__in=[i for h in hand_ins for i in h.files])}
    kept = StoredFile.objects.filter(unit_path=actor.scope, id__in=files or [])
    if is_own and case.task.is_quarterly and case.state != "cancelled":
        quarterly = quarterly or QuarterForm(quarters=_quarters(case), initial=_last_quarter(case, told))
    context = {
        "case": case, "task": case.task, "pill": state_pill(case), "steps": steps_of(case),
        "hand_in": (hand_in or HandInForm(initial={"said": case.said})) if "hand_in" in keys else None,
        "decisions": [m for m in moves if m.key in ("accept", "return")], "may_cancel": "cancel" in keys,
        "why": why_not(TASK, actor, case), "refusal": refusal, "quarterly": quarterly,
        "quarters": [(quarter_words(q.quarter), q) for q in told],
        "hand_ins": [(h, [known[i] for i in h.files if i in known]) for h in hand_ins],
        "kept": list(kept), "entries": entries_of(TASK.key, case.id), "is_own": is_own,
        "may_chase": case.is_open and actor.unit_path == case.by_path and actor.holds("tasks.dispatch"),
    }  # fmt: skip
    return page(request, "obligations/assignment.html", context, status=status)


def steps_of(case: Assignment) -> list[Step]:
    """派发 → 交付 → 验收, with dates and holders."""
    at = {"asked": 1, "returned": 1, "handed_in": 2, "accepted": 3, "cancelled": 3}[case.state]
    given = [cn_date(case.task.made_at), case.task.unit.label]
    handed = (
        [cn_date(case.handed_in_at), case.handed_in_by]
        if case.handed_in_at and at > 1
        else [f"{cn_day(case.due)}前", case.unit.label]
    )
    if case.returned:
        handed.append(f"退回 {case.returned} 次")
    decided = [cn_date(case.decided_at), case.decided_by] if at == 3 else [case.task.unit.label]
    words = [("派发", given), ("交付", handed), ("撤销" if case.state == "cancelled" else "验收", decided)]
    return [
        Step(name, "done" if n < at else "now" if n == at else "next", lines) for n, (name, lines) in enumerate(words)
    ]


def _ids(told: list[str]) -> list[str]:
    """The ids among what a form says are files, each once, as we write them."""
    found = []
    for text in told:
        with suppress(ValueError):
            found.append(str(uuid.UUID(text)))
    return list(dict.fromkeys(found))


def _take_files(request: HttpRequest, actor: Actor) -> list[str]:
    uploads = request.FILES.getlist("new")
    if len(uploads) > 9:
        raise Invalid("一次最多交 9 个文件。")
    own = own_unit(actor)
    return [str(store_file(actor=actor, unit=own, upload=upload).id) for upload in uploads]


def _quarters(case: Assignment) -> list[tuple[str, str]]:
    return [(key, quarter_words(key)) for key in reversed(tasks.quarters_of(case.task))]


def _last_quarter(case: Assignment, told: list[Any]) -> dict[str, Any]:
    now = tasks.quarters_of(case.task)[-1]
    row = next((q for q in told if q.quarter == now), None)
    return {"quarter": now, **({"percent": row.percent, "sentence": row.sentence} if row else {})}


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
