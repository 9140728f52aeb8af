"""Documents: the list, one document's state, its plain text, its original."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.ui.pages import page
from xiaoan.engines.ui.remember import remember
from xiaoan.ground.people.gate import needs, public
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import unit_below
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed
from xiaoan.kernel.excel import Col, Table, sheet, wants_sheet
from xiaoan.kernel.gate import to_sign_in
from xiaoan.policies.drafting import read_upload
from xiaoan.policies.forms import TextForm
from xiaoan.policies.models import Document, DocumentState
from xiaoan.policies.queries import (
    PAGE,
    STATES,
    Reach,
    Row,
    documents,
    job_of,
    paragraphs,
    publications_near,
    reaches_of,
    rows_of,
)
from xiaoan.policies.reading import chips_of
from xiaoan.policies.services import acknowledge_opening, attach_text, copy_as_draft

TIERS = {"province": "省", "city": "市", "county": "区", "township": "镇", "school": "校"}
STATE_WORDS = {"": "全部", "force": "执行中", "draft": "起草中", "library": "可采用", "ended": "已结束"}

MOST = 2_000
# A document stands in as many lines as it has publications near the reader, as in the list.
COLUMNS = (
    Col("层级", lambda line: TIERS.get(line[0].tier, "部门")), Col("文件", lambda line: line[0].title, 50),
    Col("文号", lambda line: line[0].number, 22), Col("发文单位", lambda line: line[0].issuer, 26),
    Col("发文日期", lambda line: line[0].issued_on), Col("版本", lambda line: line[0].version),
    Col("执行情况", lambda line: line[1].publication.get_state_display() if line[1] else line[0].get_state_display()),
    Col("发布单位", lambda line: line[1].publication.unit.label if line[1] else "", 20),
    Col("起", lambda line: line[1].publication.starts if line[1] else None),
    Col("止", lambda line: line[1].publication.ends if line[1] else None),
    Col("已打开的学校", lambda line: line[1].read if line[1] else None), Col("要求的学校", lambda line: line[1].bound if line[1] else None),
    Col("本单位打开", lambda line: line[1].own.read_at if line[1] and line[1].own else None, 17),
)  # fmt: skip


def _lines(rows: list[Row]) -> Iterator[tuple[Document, Reach | None]]:
    for row in rows:
        reaches: list[Reach | None] = [*row.reaches] or [None]
        yield from ((row.document, reach) for reach in reaches)


@require_GET
@needs("policies.read")
def document_list(request: HttpRequest) -> HttpResponseBase:
    """Documents that concern the actor, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filters = remember(request, "policies", {"state": STATES.keys(), "tier": TIERS.keys(), "q": None})
    found = documents(actor, filters.get("state"), filters.get("tier"), filters.get("q"))
    if wants_sheet(request):
        return sheet("政策文件", Table("政策文件", COLUMNS, _lines(rows_of(actor, found[:MOST]))))
    after, before = _cursor(request, "after"), _cursor(request, "before")
    if before:
        rows = list(reversed(rows_of(actor, found.filter(id__gt=before).order_by("id")[: PAGE + 1])))
    else:
        rows = rows_of(actor, (found.filter(id__lt=after) if after else found)[: PAGE + 1])
    more = len(rows) > PAGE
    rows = (rows[1:] if before else rows[:PAGE]) if more else rows
    may_draft, is_office = actor.holds("policies.draft"), actor.holds("policies.publish")
    shown = {
        k: w for k, w in STATE_WORDS.items() if is_office or (k == "draft" and may_draft) or k in ("", "force", "ended")
    }
    context = {
        "rows": rows, "filters": filters, "states": list(shown.items()), "tiers": TIERS,
        "next": str(rows[-1].document.id) if rows and (more or before) else "",
        "previous": str(rows[0].document.id) if rows and (after or (before and more)) else "",
        "may_draft": may_draft, "is_school": actor.rank == "school",
    }  # fmt: skip
    return page(request, "policies/list.html", context)


@require_GET
@needs("policies.read")
def document(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Where one document is in force, how far it has been opened, and what may be done with it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _find(actor, pk)
    near = list(publications_near(actor).filter(document=found))
    reaches = reaches_of(actor, near)
    context = {
        "document": found, "tier": TIERS.get(found.tier, "部门"), "moves": _moves(actor, found, bool(near)),
        "reaches": [(reaches[p.id], job_of(p), actor.may("policies.publish", p.unit_path)) for p in near],
        "counts": _counts(found), "living": living_url(found), "versions": _versions(actor, found),
    }  # fmt: skip
    return page(request, "policies/document.html", context)


@require_GET
@needs("policies.read")
def open_document(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Note the receipt of the actor's unit and go to the living page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _find(actor, pk)
    acknowledge_opening(actor=actor, document=found)
    return redirect(living_url(found))


@require_POST
@needs("policies.read")
def opened(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The living page says that it was opened: the receipt of the actor's unit, without a page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    acknowledge_opening(actor=actor, document=_find(actor, pk))
    return HttpResponse(status=204)


@require_GET
@public
def read(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The document as prose. Open to all when it is public; else to those whom it concerns."""
    found = get_object_or_404(Document.objects.select_related("owner"), pk=pk)
    actor = getattr(request, "actor", None)
    is_open = found.is_public and (found.is_pack or found.state != DocumentState.DRAFT)
    if not is_open:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not actor or not Document.objects.visible_to(actor, "policies.read").filter(pk=pk).exists():
            raise Http404
    elif actor and not actor.holds("policies.read"):
        actor = None
    if actor:
        acknowledge_opening(actor=actor, document=found)
    sections = [(s, [(c, chips_of(c)) for c in s.clauses]) for s in paragraphs(found)]
    template = "policies/read.html" if actor else "policies/read_public.html"
    return page(request, template, {"document": found, "sections": sections, "tier": TIERS.get(found.tier, "部门")})


@require_http_methods(["GET", "POST"])
@needs("policies.publish")
def source(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach the original text and show which quotes were not found in it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _find(actor, pk)
    form = TextForm(request.POST or None, request.FILES or None)
    lost: list[str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            lost = attach_text(actor=actor, document=found, text=text_of(request, form))
        except Invalid as why:
            blame(form, why)
    clauses = found.clauses.filter(key__in=lost or ())
    status = 422 if form.errors else 200
    context = {"document": found, "form": form, "lost": clauses, "is_done": lost is not None}
    return page(request, "policies/source.html", context, status=status)


@require_POST
@needs("policies.draft")
def new_version(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Copy a document as a draft of the actor's office."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    made = copy_as_draft(actor=actor, document=_find(actor, pk), unit=home_unit(actor))
    messages.success(request, "已建立新版本的草稿，改好后发布，原来的执行会同时结束。")
    return redirect("policies:draft", made.id)


def living_url(found: Document) -> str:
    """The board's living page, or our plain one where no board is installed."""
    try:
        return reverse("board:living", args=[found.id])
    except NoReverseMatch:
        return reverse("policies:read", args=[found.id])


def home_unit(actor: Actor) -> Unit:
    """The office for which the actor drafts: a section's bureau, else the own unit."""
    unit = unit_below(actor, None)
    if unit is None:
        raise NotAllowed("您的岗位不在任何单位，不能起草文件。")
    return unit


def text_of(request: HttpRequest, form: TextForm) -> str:
    """The uploaded file's text, else what was pasted."""
    upload = form.cleaned_data["file"]
    return read_upload(upload.read()) if upload else str(form.cleaned_data["text"])


def blame(form: Any, why: Invalid) -> None:
    """Put a refusal's sentences beside the fields that they are about."""
    named = {k: v for k, v in why.fields.items() if k in form.fields}
    for key in named:
        form.add_error(key, why.sentence if len(named) == 1 else named[key])
    if not named:
        form.add_error(None, why.sentence)


def _find(actor: Actor, pk: uuid.UUID) -> Document:
    return get_object_or_404(
        Document.objects.visible_to(actor, "policies.read").select_related("owner", "predecessor"), pk=pk
    )


def _cursor(request: HttpRequest, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def _counts(found: Document) -> dict[str, int]:
    kept = found.requirements.filter(is_kept=True)
    return {"clauses": found.clauses.count(), "kept": kept.count()}


def _versions(actor: Actor, found: Document) -> list[Document]:
    same = Document.objects.visible_to(actor, "policies.read").filter(key=found.key).exclude(pk=found.pk)
    return list(same.defer("source_text", "sections").order_by("-version"))


def _moves(actor: Actor, found: Document, is_near: bool) -> list[dict[str, Any]]:
    """What the actor may do with the document now, the likeliest first."""
    moves: list[dict[str, Any]] = []
    is_draft = found.state == DocumentState.DRAFT and not found.is_pack
    own = found.owner is None or actor.sees(found.owner.path)
    if is_draft and own and actor.holds("policies.draft"):
        moves.append({"label": "继续起草", "href": reverse("policies:draft", args=[found.id]), "icon": "edit"})
    if actor.holds("policies.publish") and own:
        label = "沿用到新年度" if is_near else "发布"
        moves.append({"label": label, "href": reverse("policies:publish", args=[found.id]), "icon": "send"})
        moves.append(
            {
                "label": "附原文" if not found.source_text else "更换原文",
                "href": reverse("policies:source", args=[found.id]),
            }
        )
    if not is_draft and actor.holds("policies.draft"):
        moves.append(
            {"label": "建新版本", "href": reverse("policies:version", args=[found.id]), "method": "post",
             "ask": "会复制一份草稿，改好发布后替代现在这一版。现在就复制吗?"}
        )  # fmt: skip
    return moves
