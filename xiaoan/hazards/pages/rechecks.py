"""Second looks at closed hazards: draws, what they found, rates by school."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.queries import own_unit
from xiaoan.hazards.forms import DrawForm, category_choices, refuse
from xiaoan.hazards.pages import taken
from xiaoan.hazards.pages.cases import actor_of
from xiaoan.hazards.recheck_queries import draws_of, find_draw, rates, repeats_draw
from xiaoan.hazards.services import draw
from xiaoan.hazards.services.rechecks import Asked
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.excel import wants_sheet


@require_http_methods(["GET", "POST"])
@needs("hazards.recheck")
def rechecks(request: HttpRequest) -> HttpResponseBase:
    """Draw a sample; all draws; how often a second look finds otherwise, by school."""
    actor = actor_of(request)
    unit = own_unit(actor)
    form = DrawForm(request.POST or None, initial=_usual())
    if request.method == "POST" and form.is_valid():
        try:
            row = draw(actor=actor, unit=unit, asked=_asked(form.cleaned_data), seed=form.cleaned_data["seed"])
        except Invalid as why:
            refuse(form, why.fields, why.sentence)
        else:
            messages.success(request, f"已从 {row.of} 件里抽出 {row.rechecks.count()} 件。")
            return redirect("hazards:draw", row.id)
    category = request.GET.get("category", "")
    category = category if category in dict(category_choices()) else ""
    context = {
        "form": form, "unit": unit, "draws": draws_of(actor), "rates": rates(actor.scope, category), "category": category,
        "categories": [("", "全部类别"), *category_choices()],
    }  # fmt: skip
    if wants_sheet(request):
        return taken.rechecks_sheet(context)
    return page(request, "hazards/rechecks.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs("hazards.recheck")
def show(request: HttpRequest, draw: uuid.UUID) -> HttpResponseBase:
    """One draw: its seed, its cases, and whether drawing again gives the same."""
    row = find_draw(actor_of(request), draw)
    rows = list(row.rechecks.select_related("hazard__unit").order_by("unit_path", "id"))
    if wants_sheet(request):
        return taken.draw_sheet(row, rows)
    context = {"row": row, "rows": rows, "same": repeats_draw(row), "left": sum(not r.found for r in rows)}
    return page(request, "hazards/draw.html", context)


def _usual() -> dict[str, Any]:
    today = clock.today()
    return {"since": today - timedelta(days=90), "until": today, "size": 20}


def _asked(told: dict[str, Any]) -> Asked:
    usual = _usual()
    return Asked(
        size=told["size"] or 0, since=told["since"] or usual["since"], until=told["until"] or usual["until"],
        category=told["category"],
    )  # fmt: skip
