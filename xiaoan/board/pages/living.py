"""The living document: the page, the panel of one clause, the units with and without, the public reading."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from xiaoan.board.queries.clauses import OVERALL_MEANS, ClauseState
from xiaoan.board.queries.documents import (
    Living,
    awaits_receipt,
    find_document,
    in_force,
    label_of,
    open_to_all,
    read_living,
)
from xiaoan.board.queries.panel import days_left, read_panel
from xiaoan.board.queries.paper import Paragraph, contents, lay_out_paraphrases, set_paper
from xiaoan.board.queries.places import TIER_LETTERS, find_unit, picks, way
from xiaoan.board.queries.rings import ring
from xiaoan.board.queries.with_without import list_units
from xiaoan.board.spans import DOCUMENT_KEYS, options
from xiaoan.engines.ui.pages import page, wants_part
from xiaoan.kernel import clock
from xiaoan.kernel.gate import needs, public
from xiaoan.kernel.replica import from_replica
from xiaoan.policies.models import Clause, Document, PublicationState


@public
def living(request: HttpRequest, document: uuid.UUID) -> HttpResponseBase:
    """The document with its completion for a unit; signed out, a public document on plain paper."""
    actor = request.actor  # type: ignore[attr-defined]
    known = request.user.is_authenticated
    if not known or (not (actor and actor.holds("policies.read")) and open_to_all(document)):
        return public_paper(request, document)
    return signed_in_living(request, document)


@needs("policies.read")
@from_replica
def signed_in_living(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    live = _read(request, document)
    paragraphs = set_paper(live.document, live.clauses, live.states)
    chosen = request.GET.get("clause", "")
    return page(
        request, "board/living.html",
        {
            **_common(live),
            "crumbs": way(request.actor, live.unit, f"?unit={{}}&span={live.span.key}"),  # type: ignore[attr-defined]
            "picks": picks(live.unit),
            "paragraphs": paragraphs,
            "contents": contents(live.document, live.clauses, live.states),
            "chosen": chosen if any(c.key == chosen for c in live.clauses) else "",
            "documents": in_force(live.unit),
            "receipt": _receipt_url(request, live),
            "preparing": not live.worn and live.document.publications.filter(state=PublicationState.PREPARING).exists(),
            "may_export": request.actor.holds("reports.export"),  # type: ignore[attr-defined]
        },
    )  # fmt: skip


def public_paper(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    """A public document as paper, without any unit's figures; anything else asks to sign in."""
    found = open_to_all(document)
    if found is None:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    clauses = list(found.clauses.order_by("position"))
    states = _nothing(clauses)
    paragraphs: list[Paragraph] = (
        set_paper(found, clauses, states) if found.source_text else lay_out_paraphrases(found, clauses, states)
    )
    return page(request, "board/public.html", {"document": found, "paragraphs": paragraphs, "title": _title(found)})


@needs("policies.read")
@from_replica
def clause_panel(request: HttpRequest, document: uuid.UUID, clause: str) -> HttpResponse:
    """The panel of one clause; without htmx the whole page with that clause open."""
    if not wants_part(request):
        query = request.GET.copy()
        query["clause"] = clause
        return HttpResponseRedirect(f"{reverse('board:living', args=[document])}?{query.urlencode()}")
    live = _read(request, document)
    found = _clause(live, clause)
    worn = [c.key for c, _ in live.worn]
    at = worn.index(found.key) if found.key in worn else -1
    context = {
        **_common(live), "clause": found, "state": live.states[found.key],
        "label": label_of(live.document, found, live.clauses), "panel": read_panel(live, found),
        "panel_word": _panel_word(live, live.states[found.key]),
        "previous": worn[at - 1] if at > 0 else "", "following": worn[at + 1] if 0 <= at < len(worn) - 1 else "",
    }  # fmt: skip
    return page(request, "board/parts/panel.html", context)


@needs("policies.read")
@from_replica
def clause_units(request: HttpRequest, document: uuid.UUID, clause: str) -> HttpResponse:
    """Schools with or without, paged; only within one county."""
    live = _read(request, document)
    found = _clause(live, clause)
    which = request.GET.get("which", "without")
    if which not in ("with", "without") or live.unit.rank in ("province", "city"):
        raise Http404
    rows = list_units(live, found, which, request.GET.get("after", ""))
    return page(
        request, "board/units_of.html",
        {**_common(live), "clause": found, "rows": rows, "which": which,
         "label": label_of(live.document, found, live.clauses)},
        part="board/parts/units_of.html",
    )  # fmt: skip


def _read(request: HttpRequest, document: uuid.UUID) -> Living:
    actor = request.actor  # type: ignore[attr-defined]
    found = find_document(actor, document)
    unit = find_unit(actor, request.GET.get("unit"))
    key = request.GET.get("span", "term")
    return read_living(found, unit, key if key in DOCUMENT_KEYS else "term", clock.today())


def _clause(live: Living, key: str) -> Clause:
    found = next((c for c in live.clauses if c.key == key), None)
    if found is None:
        raise Http404
    return found


def _common(live: Living) -> dict[str, Any]:
    query = {"unit": live.unit.id, "span": live.span.key}
    here = reverse("board:living", args=[live.document.id])
    return {
        "live": live, "document": live.document, "unit": live.unit, "span": live.span,
        "spans": options(DOCUMENT_KEYS, live.on), "title": _title(live.document),
        "letter": TIER_LETTERS.get(live.document.tier, "部门"), "query": urlencode(query), "here": here,
        "total": live.total, "arcs": ring(live.by_state), "means": OVERALL_MEANS,
    }  # fmt: skip


def _panel_word(live: Living, state: ClauseState) -> str:
    """将到期 · 还有 44 天: the word, and the days where they matter."""
    left = days_left(state.due, live.on) if state.state in ("due", "late", "go") else ""
    fits = left and left.startswith("超") == (state.state == "late")
    return f"{state.word} · {left}" if fits else state.word


def _title(document: Document) -> tuple[str, str]:
    """(title, bracketed years) so that the years stand on their own line, as on paper."""
    head, bracket, years = document.title.partition("（")
    return (
        (head, bracket + years)
        if bracket and years.rstrip("）").rstrip("年").replace("—", "").isdigit()
        else (document.title, "")
    )


def _nothing(clauses: list[Clause]) -> dict[str, ClauseState]:
    return {c.key: ClauseState("soft") for c in clauses}


def _receipt_url(request: HttpRequest, live: Living) -> str:
    """Where the page says by itself that the unit has opened the document; empty when it need not."""
    actor = request.actor  # type: ignore[attr-defined]
    return reverse("policies:opened", args=[live.document.id]) if awaits_receipt(actor, live.document) else ""
