"""The journal for those who keep the system or audit it."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.dateparse import parse_date

from xiaoan.ground.journal.chain import head
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.queries import Wanted, all_entries_in, entries_in
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.people.telling import changes_in_words
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.excel import Col, Table, bounded, sheet, wants_sheet
from xiaoan.kernel.gate import needs

YEARS = (2000, 2200)  # at the ends of the calendar a day has no neighbour to reckon with
MOST_NAMED = 20  # units of one name that a filter looks at

COLUMNS = (
    Col("时间", lambda row: row["entry"].at, 17), Col("操作人", lambda row: row["entry"].person_name),
    Col("岗位", lambda row: row["role"]), Col("做了什么", lambda row: row["entry"].verb),
    Col("对象", lambda row: row["entry"].subject_name, 30), Col("变动", lambda row: row["changes"], 40),
    Col("单位", lambda row: row["unit"], 26), Col("来自", lambda row: row["entry"].where),
)  # fmt: skip


@needs("journal.read")
def entries(request: HttpRequest) -> HttpResponseBase:
    """Entries of the actor's scope, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    typed = {
        name: request.GET.get(name, "").strip()[:80] for name in ("person", "verb", "subject", "unit", "first", "last")
    }
    paths = paths_named(actor, typed["unit"])
    wanted = Wanted(
        typed["person"], typed["verb"], typed["subject"], tuple(paths), _day(typed["first"]), _day(typed["last"])
    )
    unknown = bool(typed["unit"]) and not paths
    if wants_sheet(request):
        rows = all_entries_in(actor.scope, wanted)
        return sheet("操作日志", Table("操作日志", COLUMNS, _told(bounded(rows.none() if unknown else rows))))
    found = entries_in(actor.scope, wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    return render(
        request, "people/journal.html",
        {"rows": [] if unknown else _rows(found.entries), "page": found, "typed": typed, "unknown_unit": unknown,
         "is_filtered": any(typed.values()), "seal": head()},
    )  # fmt: skip


def _told(found: Iterator[Entry]) -> Iterator[dict[str, Any]]:
    """Rows of a long list, the units of each thousand looked up at once."""
    while some := list(islice(found, 1000)):
        yield from _rows(some)


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


def paths_named(actor: Actor, name: str) -> list[str]:
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
