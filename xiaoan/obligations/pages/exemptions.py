"""Wishes to be exempt: asking, looking, answering."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.flow.services import allowed_moves, why_not
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal
from xiaoan.obligations import exemptions
from xiaoan.obligations.flows import EXEMPTION
from xiaoan.obligations.forms import DecisionForm, ExemptionForm, refuse
from xiaoan.obligations.models import Exemption
from xiaoan.obligations.pages.places import actor_of
from xiaoan.obligations.pages.tasks import entries_of
from xiaoan.obligations.recording import why_url
from xiaoan.obligations.resource import exemption_pill
from xiaoan.policies.models import Requirement

DONE = {"grant": "已同意，从今天起不再计入应做。", "refuse": "已答复。", "end": "已结束，从今天起照常要做。"}


@require_http_methods(["GET", "POST"])
@needs("exemptions.ask")
def ask(request: HttpRequest) -> HttpResponse:
    """Say why a requirement does not fit the school, and until when."""
    actor = actor_of(request)
    unit = own_unit(actor)
    duty = exemptions.duty_for(unit, request.POST.get("requirement") or request.GET.get("requirement", ""))
    form = ExemptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = exemptions.ask_exemption(actor=actor, unit=unit, requirement=duty.key, **form.cleaned_data)
        except Invalid as why:
            refuse(form, why.fields, why.sentence)
        else:
            messages.success(request, "申请已送到上级。答复以前，这件事照常要做。")
            return redirect("obligations:exemption", row.id)
    context = {"form": form, "duty": duty, "unit": unit, "why": why_url(duty.practice.key)}
    return page(request, "obligations/exemption_form.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs("duties.read")
def show(request: HttpRequest, exemption: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    return _page(request, actor, exemptions.find_exemption(actor, exemption))


@require_POST
@needs("exemptions.decide")
def decide(request: HttpRequest, exemption: uuid.UUID, move: str) -> HttpResponse:
    """Grant until a day, refuse, or end."""
    actor = actor_of(request)
    row = exemptions.find_exemption(actor, exemption)
    if move not in DONE:
        raise NotKnown("免做申请没有这一步。")
    seen = request.POST.get("step", "")
    step = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 7 else -1
    form = DecisionForm(request.POST)
    try:
        if move == "end":
            exemptions.end(actor=actor, exemption=row, seen=step)
        elif form.is_valid():
            _answer(actor, row, move, form, step)
        else:
            return _page(request, actor, row, form, status=422)
    except NotAllowed:
        raise
    except Refusal as why:
        refuse(form, getattr(why, "fields", {}), why.sentence)
        return _page(request, actor, row, form, status=why.status)
    messages.success(request, DONE[move])
    return redirect("obligations:exemption", row.id)


def _answer(actor: Actor, row: Exemption, move: str, form: DecisionForm, step: int) -> None:
    decision = form.cleaned_data["decision"]
    if move == "grant":
        exemptions.grant(actor=actor, exemption=row, decision=decision, ends=form.cleaned_data["ends"], seen=step)
    else:
        exemptions.refuse(actor=actor, exemption=row, decision=decision, seen=step)


def _page(
    request: HttpRequest, actor: Actor, row: Exemption, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    found = Requirement.objects.select_related("document", "clause", "practice").filter(key=row.requirement).first()
    if found is None:
        raise NotKnown("这条要求已经不在平台上。")
    keys = {m.key for m in allowed_moves(EXEMPTION, actor, row)}
    context = {
        "row": row, "requirement": found, "pill": exemption_pill(row), "keys": keys,
        "form": (form or DecisionForm(initial={"ends": row.ends})) if "grant" in keys else None,
        "why": why_not(EXEMPTION, actor, row), "entries": entries_of(EXEMPTION.key, row.id),
        "link": why_url(found.practice_id, f"?unit={row.unit_id}"),
    }  # fmt: skip
    return page(request, "obligations/exemption.html", context, status=status)
