"""From text to schedule: paste, look at what was read, put right, go on to publishing."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from xiaoan.engines.ui.pages import page, wants_part
from xiaoan.engines.ui.remember import remember
from xiaoan.ground.people.gate import needs
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.policies import drafting
from xiaoan.policies.book import book
from xiaoan.policies.burden import estimate, held_at
from xiaoan.policies.drafting import needs_look
from xiaoan.policies.forms import HeadForm, RequirementForm, TextForm
from xiaoan.policies.models import Clause, Document, Requirement
from xiaoan.policies.pages import blame, home_unit, text_of
from xiaoan.policies.queries import paragraphs
from xiaoan.policies.reading import view_row, view_sections

SHOW = {"all": "全文", "check": "只看要核对的", "doubt": "把握小的在前", "kept": "保留的", "skipped": "没有保留的"}


@require_http_methods(["GET", "POST"])
@needs("policies.draft")
def start(request: HttpRequest) -> HttpResponse:
    """Paste or upload a document; what was read is stored at once."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = TextForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = drafting.create_draft(
                actor=actor,
                unit=home_unit(actor),
                text=text_of(request, form),
                source_name=upload.name if upload else "",
            )
        except Invalid as why:
            blame(form, why)
        else:
            return redirect("policies:draft", made.id)
    mine = Document.objects.editable_by(actor, "policies.draft").defer("source_text", "sections").order_by("-id")[:10]
    return page(request, "policies/start.html", {"form": form, "mine": mine}, status=422 if form.errors else 200)


@require_http_methods(["GET"])
@needs("policies.draft")
def draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The text with what was read from each sentence, to be looked at and put right."""
    document = _draft(request, pk)
    return _page(request, document, HeadForm(instance=document))


@require_POST
@needs("policies.draft")
def head(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Change the head."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    document = _draft(request, pk)
    form = HeadForm(request.POST, instance=_draft(request, pk))
    if form.is_valid():
        try:
            drafting.change_head(actor=actor, document=document, **form.cleaned_data)
        except Invalid as why:
            blame(form, why)
        else:
            messages.success(request, "文件信息已保存。")
            return redirect("policies:draft", pk)
    return _page(request, document, form, status=422)


@require_POST
@needs("policies.draft")
def accept(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Accept all that was read with certainty."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    n = drafting.accept_confident(actor=actor, document=_draft(request, pk))
    messages.success(
        request, f"{n} 项把握大的已确认，剩下的请逐项核对。" if n else "没有把握大而未确认的了，请逐项核对。"
    )
    return redirect(f"{reverse('policies:draft', args=[pk])}?show=check")


@require_POST
@needs("policies.draft")
def discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    drafting.discard_draft(actor=actor, document=_draft(request, pk))
    messages.success(request, "草稿已删除。")
    return redirect("policies:list")


@require_POST
@needs("policies.draft")
def add(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a row to a sentence and open it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    held = Document.objects.editable_by(actor, "policies.draft")
    clause = get_object_or_404(Clause.objects.select_related("document__owner").filter(document__in=held), pk=pk)
    made = drafting.add_requirement(actor=actor, clause=clause)
    return (
        _row_form(request, made, RequirementForm(row=made))
        if wants_part(request)
        else redirect("policies:row", made.id)
    )


@require_http_methods(["GET", "POST"])
@needs("policies.draft")
def row(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One row's form (`?done` shows the row again without a change)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _row(request, pk)
    if "done" in request.GET:
        return _answer(request, found)
    form = RequirementForm(request.POST or None, row=found)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.change_requirement(actor=actor, requirement=found, **form.values())
        except Invalid as why:
            blame(form, why)
        else:
            return _answer(request, found)
    return _row_form(request, found, form, status=422 if form.errors else 200)


@require_POST
@needs("policies.draft")
def keep(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tick or untick one row; what is not complete opens its form instead."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _row(request, pk)
    try:
        drafting.keep_requirement(actor=actor, requirement=found, keep=bool(request.POST.get("keep")))
    except Invalid as why:
        fresh = _row(request, pk)
        form = RequirementForm({**_as_input(RequirementForm(row=fresh)), "is_kept": "on"}, row=fresh)
        if form.is_valid():
            blame(form, why)
        return _row_form(request, fresh, form)
    return _answer(request, found)


@require_POST
@needs("policies.draft")
def drop(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _row(request, pk)
    document = found.document
    try:
        drafting.drop_requirement(actor=actor, requirement=found)
    except Stale as why:
        messages.warning(request, why.sentence)
    if wants_part(request):
        return HttpResponse(
            render_to_string("policies/parts/draft_sum.html", {**_sums(document), "oob": True}, request)
        )
    return redirect("policies:draft", document.id)


def _page(request: HttpRequest, document: Document, form: HeadForm, status: int = 200) -> HttpResponse:
    filters = remember(request, f"draft-{document.id}", {"show": SHOW.keys()})
    show = filters.get("show", "all")
    context = {
        "document": document, "form": form, "show": show, "shows": list(SHOW.items()),
        "sections": view_sections(paragraphs(document), show), **_sums(document),
    }  # fmt: skip
    return page(request, "policies/draft.html", context, status=status)


def _sums(document: Document) -> dict[str, Any]:
    """The figures beside the table: how many, how many to look at, what they cost."""
    rows = list(document.requirements.select_related("practice"))
    kept = [r for r in rows if r.is_kept]
    path = document.owner.path if document.owner else ""
    return {
        "document": document, "n_rows": len(rows), "n_kept": len(kept), "n_check": sum(needs_look(r) for r in kept),
        "estimate": estimate(kept, held_at(book(), path, document.predecessor_id)),
    }  # fmt: skip


def _answer(request: HttpRequest, found: Requirement) -> HttpResponse:
    """The row as it now stands, with the figures beside the table; a whole page's browser goes back to it."""
    if not wants_part(request):
        return redirect(f"{reverse('policies:draft', args=[found.document_id])}#r-{found.id}")
    context = {"v": view_row(found), "focus": True, **_sums(found.document), "oob": True}
    return page(request, "policies/parts/draft_answer.html", context)


def _row_form(request: HttpRequest, found: Requirement, form: RequirementForm, status: int = 200) -> HttpResponse:
    context = {"row": found, "form": form, "document": found.document, "clause": found.clause}
    return page(request, "policies/row.html", context, "policies/parts/row_form.html", status=status)


def _as_input(form: RequirementForm) -> dict[str, Any]:
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def _draft(request: HttpRequest, pk: uuid.UUID) -> Document:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return get_object_or_404(Document.objects.editable_by(actor, "policies.draft").select_related("owner"), pk=pk)


def _row(request: HttpRequest, pk: uuid.UUID) -> Requirement:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    held = Document.objects.editable_by(actor, "policies.draft")
    rows = Requirement.objects.select_related("document__owner", "clause", "practice").filter(document__in=held)
    return get_object_or_404(rows, pk=pk)
