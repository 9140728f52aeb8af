"""An inspector's sheet on a desk: every line with three answers, what failed with its note and clause; or paper."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.inspections import visits
from xiaoan.inspections.access import find_visit, looking, parts_of
from xiaoan.inspections.citations import search
from xiaoan.inspections.kinds import RESULTS, WAYS
from xiaoan.inspections.lines import OWN, lines_of_visit
from xiaoan.inspections.models import Part, Visit
from xiaoan.inspections.pages.asking import actor_of, seconds_of, uploads
from xiaoan.inspections.parts import save_part
from xiaoan.kernel.errors import Invalid, NotAllowed, Refusal, Stale

FIELDS = ("note", "clause", "text")


@require_http_methods(["GET", "POST"])
@needs("inspections.do")
def fill(request: HttpRequest, visit: uuid.UUID, way: str) -> HttpResponse:
    """Show the lines with what the inspector has said; POST takes all that was answered."""
    actor = actor_of(request)
    row = find_visit(actor, visit)
    part = _part(request, row, way)
    if request.method == "GET":
        return _page(request, row, part, part.answers)
    answers = _answers(request, part.answers)
    try:
        if "paper" in request.POST:
            visits.add_paper(actor=actor, visit=row, files=uploads(request, actor))
        photos = uploads(request, actor, "photo")
        if photos and (key := request.POST.get("photo_line", "")) in answers:
            answers[key]["photos"] = [*answers[key].get("photos", []), *photos]
        save_part(
            actor=actor,
            visit=row,
            answers=answers,
            way=way,
            is_done="done" in request.POST,
            seconds=seconds_of(request),
        )
    except (Invalid, Stale) as why:
        return _page(request, row, part, {**part.answers, **answers}, why, status=why.status)
    messages.success(request, "已交检查结果。" if "done" in request.POST else "已保存。")
    return redirect("inspections:visit", row.id)


@require_GET
@needs("inspections.do")
def clauses(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Clauses and criteria whose words contain what was typed, as options of the choice."""
    row = find_visit(actor_of(request), visit)
    words = request.GET.get("words", "").strip()[:40]
    found = search(row.place.path, words) if len(words) > 1 else []
    return page(request, "inspections/parts/clauses.html", {"found": found, "words": words})


def _part(request: HttpRequest, row: Visit, way: str) -> Part:
    """The inspector's own part. Who has none is told so."""
    actor = actor_of(request)
    with looking(actor, row):
        part: Part | None = parts_of(actor).filter(visit=row, way=way).first()
    if part is None:
        raise NotAllowed("这次检查没有派您参加，或者不是这种方式。")
    return part


def _answers(request: HttpRequest, held: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The lines that carry an answer in the form, with what was kept of them."""
    found = {}
    for name, value in request.POST.items():
        kind, _, key = name.partition(":")
        if kind == "r" and value in RESULTS:
            told = {f: request.POST.get(f"{f}:{key}", "").strip() for f in FIELDS}
            found[key] = {**{k: v for k, v in held.get(key, {}).items() if k == "photos"}, **told, "result": value}
    return found


def _page(
    request: HttpRequest,
    row: Visit,
    part: Part,
    answers: dict[str, Any],
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    with looking(actor, row):
        groups: dict[str, list[Any]] = {}
        for line in lines_of_visit(row).values():
            groups.setdefault(line.category, []).append((line, answers.get(line.key, {})))
        own = {k: a for k, a in answers.items() if k.startswith(OWN)}
        context = {
            "visit": row, "part": part, "way": WAYS[part.way], "groups": list(groups.items()), "refusal": refusal,
            "own": sorted(own.items()), "next_own": f"{OWN}{len(own) + 1}", "results": list(RESULTS.items()),
            "wrong": getattr(refusal, "fields", {}), "answered": len(answers),
            "lines_count": sum(len(rows) for rows in groups.values()),
        }  # fmt: skip
        return page(request, "inspections/fill.html", context, status=status)
