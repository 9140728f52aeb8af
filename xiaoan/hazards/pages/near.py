"""The part of the report form that shows what is reported already."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.ground.people.gate import needs
from xiaoan.hazards.pages.cases import actor_of
from xiaoan.hazards.queries import similar_here
from xiaoan.kernel.ids import read_id


@require_GET
@needs("hazards.report")
def near(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    unit = unit_below(actor, read_id(request.GET.get("unit")))
    told: dict[str, Any] = {key: request.GET.get(key, "")[:120] for key in ("place", "item", "point")}
    rows = similar_here(actor, unit.path, **told) if any(told.values()) else []
    return render(request, "hazards/parts/near.html", {"rows": rows})
