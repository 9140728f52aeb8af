"""What is open around schools and between people: by type, department, unit, age."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.excel import wants_sheet
from xiaoan.matters.kinds import FAMILIES
from xiaoan.matters.pages import taken
from xiaoan.matters.pages.cases import actor_of, unit_of
from xiaoan.matters.queries import overview as queries
from xiaoan.matters.resource import families


@require_GET
@needs("matters.read")
def overview(request: HttpRequest) -> HttpResponseBase:
    actor = actor_of(request)
    unit = unit_of(actor, request.GET.get("unit", ""))
    options = families(actor)
    family = request.GET.get("family", "")
    family = family if family in options else "surroundings"
    is_partner = actor.rank == Rank.PARTNER
    context = {
        "unit": unit, "family": family, "options": list(options.items()), "name": FAMILIES[family], "now": clock.now(),
        "kinds": queries.by_kind(actor, unit, family), "units": [_row(actor, r) for r in queries.by_unit(actor, unit, family)],
        "departments": [] if is_partner or family != "surroundings" else queries.by_department(unit),
        "roads": queries.by_state_of_roads(actor, unit) if family == "surroundings" else [],
        "ages": queries.disputes_by_age(actor, unit) if family == "dispute" else [],
        "content": [] if is_partner else queries.contentment(unit).get(family, []),
        "list_url": f"{reverse('matters:matters')}?family={family}", "is_school": unit.is_school,
    }  # fmt: skip
    if wants_sheet(request):
        return taken.overview_sheet(context)
    return page(request, "matters/overview.html", context)


def _row(actor: Actor, row: queries.OfUnit) -> tuple[queries.OfUnit, str]:
    return row, _link(row.unit)


def _link(unit: Unit) -> str:
    """A bureau opens its own overview, a school its list."""
    if unit.is_school:
        return f"{reverse('matters:matters')}?state=open&unit={unit.name}"
    return f"{reverse('matters:overview')}?unit={unit.id}"
