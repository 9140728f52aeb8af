"""The journal for those who keep the system or audit it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from xiaoan.ground.journal.chain import head
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.queries import Wanted, entries_in
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.people.telling import changes_in_words
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.gate import needs

YEARS = (2000, 2200)  # at the ends of the calendar a day has no neighbour to reckon with
MOST_NAMED = 20  # units of one name that a filter looks at


@needs("journal.read")
def entries(request: HttpRequest) -> HttpResponse:
    """Entries of the actor's scope, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    typed = {
        name: request.GET.get(name, "").strip()[:80] for name in ("person", "verb", "subject", "unit", "first", "last")
    }
    paths = _paths_named(actor, typed["unit"])
    wanted = Wanted(
        typed["person"], typed["verb"], typed["subject"], tuple(paths), _day(typed["first"]), _day(typed["last"])
    )
    found = entries_in(actor.scope, wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    unknown = bool(typed["unit"]) and not paths
    return render(
        request, "people/journal.html",
        {"rows": [] if unknown else _rows(found.entries), "page": found, "typed": typed, "unknown_unit": unknown,
         "is_filtered": any(typed.values()), "seal": head()},
    )  # fmt: skip


def _rows(found: list[Entry]) -> list[dict[str, Any]]:
    names = dict(Unit.objects.filter(path__in={e.unit_path for e in found}).values_list("path", "name"))
    return [
        {
            "entry": entry,
            "unit": names.get(entry.unit_path, ""),
            "role": ROLES[entry.role].name if entry.role in ROLES else "",
            "changes": changes_in_words(entry.changes),
        }
        for entry in found
    ]


def _paths_named(actor: Actor, name: str) -> list[str]:
    if not name:
        return []
    units = Unit.objects.under(actor.scope).filter(name=name)
    return list(units.order_by("path").values_list("path", flat=True)[:MOST_NAMED])


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and YEARS[0] <= day.year <= YEARS[1] else None
