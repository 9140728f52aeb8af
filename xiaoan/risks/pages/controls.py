"""One's own controls, to confirm; the principal's list of those that are overdue."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed, Refusal
from xiaoan.kernel.ids import read_id
from xiaoan.risks.forms import ConfirmForm
from xiaoan.risks.models import Control, Found
from xiaoan.risks.pages.places import actor_of, own_school
from xiaoan.risks.queries import my_controls
from xiaoan.risks.services.confirming import confirm_controls

MOST = 200


@require_GET
@needs("risks.confirm")
def mine(request: HttpRequest) -> HttpResponse:
    """What I have to confirm, what is due first; a lead sees who is late."""
    return _page(request, actor_of(request))


@require_POST
@needs("risks.confirm")
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the ticked controls."""
    actor = actor_of(request)
    unit = own_school(actor)
    ids = [i for i in map(read_id, request.POST.getlist("control")) if i]
    form = ConfirmForm(request.POST)
    rows = list(Control.objects.filter(id__in=ids[:MOST], unit_path=unit.path, is_active=True).select_related("point"))
    try:
        told = form.cleaned_data if form.is_valid() else {"found": "", "note": ""}
        done = confirm_controls(
            actor=actor, unit=unit, controls=rows, found=told["found"] or Found.WELL, note=told["note"]
        )
    except NotAllowed:
        raise
    except Refusal as why:
        return _page(request, actor, refusal=why.sentence, status=why.status)
    if told["found"] == Found.FAULT and len(rows) == 1 and actor.holds("hazards.report"):
        messages.warning(request, "已记下有问题。请接着报隐患，让责任人去改。")
        return redirect(f"{reverse('hazards:new')}?control={rows[0].id}")
    if told["found"] == Found.FAULT:
        messages.warning(request, f"已记下 {len(done)} 项有问题。请接着报隐患，让责任人去改。")
    else:
        messages.success(request, f"已确认 {len(done)} 项。")
    point = read_id(request.POST.get("back", ""))
    return redirect("risks:point", point) if point else redirect("risks:mine")


def _page(request: HttpRequest, actor: Actor, refusal: str = "", status: int = 200) -> HttpResponse:
    unit, today = own_school(actor), clock.today()
    own = list(my_controls(actor).order_by("due", "point__code", "id")[:MOST])
    late = Control.objects.filter(unit_path=unit.path, is_active=True, due__lt=today).select_related("point")
    context = {
        "unit": unit, "due": [c for c in own if c.due <= today], "later": [c for c in own if c.due > today],
        "late": list(late.order_by("due", "id")[:MOST]) if actor.holds("risks.write") else [], "today": today,
        "refusal": refusal, "found": Found.choices, "note": request.POST.get("note", ""),
    }  # fmt: skip
    return page(request, "risks/mine.html", context, status=status)
