"""Why a unit owes something; and the search boxes of the crumbs."""

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from xiaoan.board.queries.places import find_unit, search
from xiaoan.board.queries.saying import icon_of, kind_of
from xiaoan.board.queries.why import Why, read_why
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.ui.pages import page
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.gate import needs
from xiaoan.kernel.replica import from_replica

MOST_FOUND = 30


@needs("why.read")
@from_replica
def why(request: HttpRequest, key: str) -> HttpResponse:
    """The clauses behind a duty and how they merge, for the unit asked for."""
    unit = find_unit(request.actor, request.GET.get("unit"))  # type: ignore[attr-defined]
    found = read_why(key, unit, clock.today())
    context = {
        "why": found, "unit": unit, "kind": kind_of(unit), "object": _objection(request, unit, found),
        "record": _record(request, unit, found), "icon_name": icon_of(found.practice.icon),
    }  # fmt: skip
    return page(request, "board/why.html", context, part="board/parts/why.html")


@needs("boards.read")
def pick(request: HttpRequest) -> HttpResponse:
    """Units of a rank below one whose name holds the words typed."""
    unit = find_unit(request.actor, request.GET.get("unit"))  # type: ignore[attr-defined]
    rank, words = request.GET.get("rank", ""), request.GET.get("q", "").strip()[:40]
    found = search(unit, rank, words, MOST_FOUND + 1)
    context = {
        "found": found[:MOST_FOUND], "more": len(found) > MOST_FOUND, "to": request.GET.get("to", "board"),
        "span": request.GET.get("span", ""),
    }  # fmt: skip
    return page(request, "board/parts/pick_list.html", context)


def _objection(request: HttpRequest, unit: Unit, found: Why) -> str:
    """Where the unit's lead may ask not to do it; empty for those who may not ask."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.unit_id != unit.id or not actor.holds("exemptions.ask"):
        return ""
    return _address("obligations:ask_exemption", f"?requirement={found.requirement}")


def _record(request: HttpRequest, unit: Unit, found: Why) -> tuple[str, str]:
    """(address, verb) of the form that records it, for the unit's own people."""
    actor = request.actor  # type: ignore[attr-defined]
    form = sheets().get(found.practice.sheet)
    if form is None or unit.rank not in form.ranks or actor.unit_id != unit.id or not actor.holds("records.write"):
        return "", ""
    return _address("sheets:fill", "", form.key), form.verb


def _address(name: str, query: str, *args: str) -> str:
    try:
        return reverse(name, args=args) + query
    except NoReverseMatch:
        return ""
