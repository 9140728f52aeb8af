"""Acceptance: applying, scoring on four criteria with the records behind each, deciding."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.ui.pages import page
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.gate import needs
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal, Stale
from xiaoan.risks import proofs
from xiaoan.risks.flows import ACCEPTANCE
from xiaoan.risks.forms import ApplyForm, ScoreForm, refuse
from xiaoan.risks.models import Acceptance
from xiaoan.risks.pages.places import actor_of, entries_of, number_of, own_school
from xiaoan.risks.resource import acceptance_pill
from xiaoan.risks.services import accepting


@require_http_methods(["GET", "POST"])
@needs("risks.apply")
def apply(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    unit = own_school(actor)
    form = ApplyForm(request.POST or None, initial={"kind": "risk"})
    if request.method == "POST" and form.is_valid():
        try:
            row = accepting.apply(actor=actor, unit=unit, **form.cleaned_data)
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, getattr(why, "fields", {}), why.sentence)
        else:
            messages.success(request, "已申请，等区县评分。")
            return redirect("risks:acceptance", row.id)
    context = {"form": form, "unit": unit, "proofs": proofs.of_school(unit)}
    return page(request, "risks/apply.html", context, status=422 if form.errors else 200)


@require_GET
@needs("risks.read")
def show(request: HttpRequest, acceptance: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    return _page(request, actor, _find(actor, acceptance))


@require_POST
@needs("risks.score")
def score(request: HttpRequest, acceptance: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    case = _find(actor, acceptance)
    form = ScoreForm(request.POST)
    try:
        accepting.score(
            actor=actor, acceptance=case, words=request.POST.get("words", ""), seen=number_of(request),
            points={key: request.POST.get(key, "") for key in accepting.CRITERIA},
        )  # fmt: skip
    except NotAllowed:
        raise
    except Invalid as why:
        form.is_valid()
        refuse(form, {k: v for k, v in why.fields.items() if k not in form.errors}, why.sentence)
        return _page(request, actor, case, form=form, status=422)
    except Refusal as why:
        return _page(request, actor, case, refusal=why, status=why.status)
    messages.success(request, "评分已记下。")
    return redirect("risks:acceptance", case.id)


@require_POST
@needs("risks.read")
def decide(request: HttpRequest, acceptance: uuid.UUID, move: str) -> HttpResponse:
    """Pass, fail, or (the school) withdraw."""
    actor = actor_of(request)
    case, seen = _find(actor, acceptance), number_of(request)
    try:
        if move == "withdraw":
            accepting.withdraw(actor=actor, acceptance=case, seen=seen)
        elif move in ("pass", "fail"):
            decision = request.POST.get("decision", "").strip()
            accepting.decide(actor=actor, acceptance=case, is_passed=move == "pass", decision=decision, seen=seen)
        else:
            raise NotKnown("验收没有这一步。")
    except (Invalid, Stale) as why:
        return _page(request, actor, case, refusal=why, status=why.status)
    messages.success(
        request, {"pass": "已通过。", "fail": "已记为未通过，学校会看到意见。", "withdraw": "已撤回。"}[move]
    )
    return redirect("risks:acceptance", case.id)


def _page(
    request: HttpRequest, actor: Actor, case: Acceptance, *, form: ScoreForm | None = None,
    refusal: Refusal | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    moves = {m.key for m in allowed_moves(ACCEPTANCE, actor, case)}
    scores = list(case.scores.order_by("at"))
    own = next((s for s in scores if s.by_id == actor.person_id), None)
    initial: dict[str, Any] = {k: getattr(own, k) for k in (*accepting.CRITERIA, "words")} if own else {}
    context = {
        "case": case, "pill": acceptance_pill(case), "moves": moves, "why": why_not(ACCEPTANCE, actor, case),
        "form": (form or ScoreForm(initial=initial)) if "score" in moves else None, "scores": scores,
        "criteria": accepting.CRITERIA, "proofs": proofs.of_school(case.unit), "refusal": refusal,
        "least": norm("risks.accept_least", case.unit_path), "entries": entries_of(ACCEPTANCE.key, case.id),
    }  # fmt: skip
    return page(request, "risks/acceptance.html", context, status=status)


def _find(actor: Actor, acceptance_id: uuid.UUID) -> Acceptance:
    rows = Acceptance.objects.visible_to(actor, "risks.read").select_related("unit")
    row: Acceptance | None = rows.filter(id=acceptance_id).first()
    if row is None:
        raise NotKnown("没有这件申请，或者它不在您的管理范围内。")
    return row
