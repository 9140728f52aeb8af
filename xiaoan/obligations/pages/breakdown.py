"""The table that a document breaks down into, to edit and hand out."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.obligations.breakdown import PlanRow, documents_for, find_document, plan_of
from xiaoan.obligations.forms import groups_below
from xiaoan.obligations.pages.places import actor_of, unit_of
from xiaoan.obligations.tasks import dispatch_task


@require_http_methods(["GET", "POST"])
@needs("tasks.dispatch")
def breakdown(request: HttpRequest, document: uuid.UUID | None = None) -> HttpResponse:
    """Choose a document; then one row for each thing that it asks of the bureau itself."""
    actor, unit = actor_of(request), unit_of(request)
    if document is None:
        return page(request, "obligations/breakdown.html", {"documents": documents_for(unit), "unit": unit})
    chosen = find_document(unit, document)
    if chosen is None:
        raise NotKnown("没有这份文件，或者它没有要本单位限期完成的事。")
    plan = sorted(plan_of(unit, chosen), key=lambda row: bool(row.given or row.is_done))  # what is open comes first
    rows = [_typed(request, row) for row in plan]
    wrong = ""
    if request.method == "POST":
        try:
            number = _hand_out(actor, rows)
        except Invalid as why:
            wrong = why.sentence
        else:
            messages.success(request, f"已派发 {number} 项任务。")
            return redirect("obligations:tasks")
    context = {
        "document": chosen, "rows": rows, "unit": unit, "sections": groups_below(unit)[0][1], "wrong": wrong,
        "open": sum(1 for r in rows if not (r["row"].given or r["row"].is_done)),
    }  # fmt: skip
    return page(request, "obligations/breakdown_rows.html", context, status=422 if wrong else 200)


def _typed(request: HttpRequest, row: PlanRow) -> dict[str, Any]:
    """A row with what was typed in it, or what the document proposes."""
    post, posted = request.POST, request.method == "POST"
    return {
        "row": row,
        "on": f"{row.key}-on" in post if posted else not (row.given or row.is_done or row.is_over),
        "title": post.get(f"{row.key}-title", row.title),
        "content": post.get(f"{row.key}-content", row.content),
        "due": post.get(f"{row.key}-due", row.due.isoformat()),
        "units": post.getlist(f"{row.key}-unit"),
        "quarterly": f"{row.key}-quarterly" in post if posted else False,
    }


def _hand_out(actor: Actor, rows: list[dict[str, Any]]) -> int:
    """All chosen rows or none, so that a mistake in the last leaves nothing half done."""
    chosen = [r for r in rows if r["on"] and not r["row"].given]
    if not chosen:
        raise Invalid("没有选中任何一行。请在要派发的行前打勾。")
    with transaction.atomic():
        for r in chosen:
            _dispatch(actor, r)
    return len(chosen)


def _dispatch(actor: Actor, row: dict[str, Any]) -> None:
    try:
        due = date.fromisoformat(row["due"])
    except ValueError:
        raise Invalid(f"“{row['title']}”的完成期限不是正确的日期。") from None
    if not row["units"]:
        raise Invalid(f"“{row['title']}”还没有选责任科室。")
    try:
        dispatch_task(
            actor=actor, unit=own_unit(actor), title=row["title"], content=row["content"], due=due,
            targets={"ids": row["units"]}, requirement=row["row"].key, is_quarterly=row["quarterly"],
        )  # fmt: skip
    except Invalid as why:
        raise Invalid(f"“{row['title']}”没有派成：{why.sentence}") from why
