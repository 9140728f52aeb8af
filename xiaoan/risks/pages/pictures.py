"""The four-colour picture: points on floor plans, placed by hand; a tree-map of areas where there is none."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoan.engines.files.services import store_file
from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal
from xiaoan.kernel.ids import read_id
from xiaoan.risks.forms import PlanForm, refuse
from xiaoan.risks.models import COLOURS, Level, Plan
from xiaoan.risks.pages.home import by_area
from xiaoan.risks.pages.places import actor_of, own_school, unit_below
from xiaoan.risks.queries import find_point, points_of
from xiaoan.risks.services.plans import add_plan, drop_plan, place_point


@require_GET
@needs("risks.read")
def picture(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """A school's picture."""
    actor = actor_of(request)
    return page(request, "risks/picture.html", _context(actor, unit_below(actor, unit), request.GET.get("plan", "")))


@require_http_methods(["GET", "POST"])
@needs("risks.write")
def new_plan(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    unit = own_school(actor)
    form = PlanForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = store_file(actor=actor, unit=unit, upload=form.cleaned_data["file"])
            plan = add_plan(actor=actor, unit=unit, name=form.cleaned_data["name"], file=file)
        except NotAllowed:
            raise
        except Refusal as why:
            refuse(form, getattr(why, "fields", {}), why.sentence)
        else:
            messages.success(request, "平面图已上传。选一个风险点，在图上点一下它的位置。")
            return redirect(f"/risks/picture/{unit.id}/?plan={plan.id}")
    return page(request, "risks/plan_form.html", {"form": form, "unit": unit}, status=422 if form.errors else 200)


@require_POST
@needs("risks.write")
def place(request: HttpRequest, plan: uuid.UUID) -> HttpResponse:
    """Put a point where it was clicked, or take it off the picture."""
    actor = actor_of(request)
    held = _plan(actor, plan)
    asked = read_id(request.POST.get("point", ""))
    x, y = (_thousandths(request.POST.get(name, "")) for name in ("x", "y"))
    try:
        if asked is None:
            raise Invalid("请先选要放的风险点。")
        point = find_point(actor, asked)
        place_point(actor=actor, point=point, plan=None if "off" in request.POST else held, x=x, y=y)
    except Invalid as why:
        context = {**_context(actor, held.unit, str(held.id)), "refusal": why.sentence}
        return page(request, "risks/picture.html", context, status=422)
    return redirect(f"/risks/picture/{held.unit_id}/?plan={held.id}")


@require_POST
@needs("risks.write")
def drop(request: HttpRequest, plan: uuid.UUID) -> HttpResponse:
    actor = actor_of(request)
    held = _plan(actor, plan)
    drop_plan(actor=actor, plan=held)
    messages.success(request, "平面图已删除，风险点都在，只是没有了位置。")
    return redirect("risks:picture", held.unit_id)


def _context(actor: Actor, unit: Unit, chosen: str) -> dict[str, Any]:
    points, plans = points_of(unit), list(Plan.objects.filter(unit_path=unit.path).order_by("place", "id"))
    wanted = read_id(chosen)
    plan = next((p for p in plans if p.id == wanted), plans[0] if plans else None)
    return {
        "unit": unit, "points": points, "plans": plans, "plan": plan, "areas": by_area(points),
        "placed": [p for p in points if plan and p.plan_id == plan.id],
        "unplaced": [p for p in points if p.plan_id is None],
        "levels": [(n, Level(n).label, COLOURS[n]) for n in (1, 2, 3, 4)],
        "may_write": actor.unit_path == unit.path and actor.holds("risks.write"),
    }  # fmt: skip


def _plan(actor: Actor, plan_id: uuid.UUID) -> Plan:
    row: Plan | None = Plan.objects.visible_to(actor, "risks.write").select_related("unit").filter(id=plan_id).first()
    if row is None:
        raise NotKnown("没有这张平面图，或者它不在您的管理范围内。")
    return row


def _thousandths(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
