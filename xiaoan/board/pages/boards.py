"""Boards: one page a rank, its main part refreshed each minute, and the lists behind its figures."""

import hashlib
import uuid
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from xiaoan.board.pages import taken
from xiaoan.board.queries.beside import BURDEN_MEANS, read_beside
from xiaoan.board.queries.boards import is_empty, matters, read_board
from xiaoan.board.queries.clauses import OVERALL_MEANS, near
from xiaoan.board.queries.county import GAPS_MEAN, read_county
from xiaoan.board.queries.outlined import read_ground
from xiaoan.board.queries.places import CALLED, find_unit, picks, way
from xiaoan.board.queries.school import read_school
from xiaoan.board.spans import BOARD_KEYS, Stretch, options, stretch
from xiaoan.engines.ui.pages import page, wants_part
from xiaoan.engines.ui.remember import remember
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.queries import calendar_warning
from xiaoan.ground.people.roles import SCHOOL_STAFF
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.shapes import outlines_of
from xiaoan.kernel import clock
from xiaoan.kernel.excel import wants_sheet
from xiaoan.kernel.gate import needs, signed_in
from xiaoan.kernel.replica import from_replica
from xiaoan.obligations.figures import figures
from xiaoan.policies.book import book

TEMPLATES = {"county": "county", "township": "county", "school": "school"}
PHONES = ("Mobile", "Android", "iPhone")


@signed_in
def home(request: HttpRequest) -> HttpResponseBase:
    """Where a person starts: a school's people with what they have to do, an office with its board."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor and actor.role in SCHOOL_STAFF | {"student_officer"}:
        if any(word in request.headers.get("User-Agent", "") for word in PHONES) and (phone := _first("phone:shell")):
            return HttpResponseRedirect(phone)
        if actor.role not in ("principal", "safety_director", "safety_officer") and (
            duties := _first("obligations:mine")
        ):
            return HttpResponseRedirect(duties)
    if not actor or not actor.holds("boards.read"):
        other = _first_line(request)
        return HttpResponseRedirect(other) if other else page(request, "board/welcome.html", {"post": request.post})  # type: ignore[attr-defined]
    return board(request, None)


@needs("boards.read")
@from_replica
def board(request: HttpRequest, unit: uuid.UUID | None) -> HttpResponseBase:
    """The board of a unit; htmx asks for its main part again each minute and gets it only when it changed."""
    found, span = _where(request, unit)
    if wants_sheet(request) and not found.is_school:
        return taken.board_sheet(read_board(found, span, clock.today()))
    context = {**_context(request, found, span), **_content(found, span, _kind_of_map(request, found))}
    kind = TEMPLATES.get(found.rank, "region")
    body = render_to_string(f"board/parts/{kind}.html", context, request)
    if wants_part(request) and request.headers.get("HX-Target") == "board-main":
        return _refreshed(request, body)
    warning = "" if unit or not request.actor.holds("calendar.manage") else calendar_warning(clock.today())  # type: ignore[attr-defined]
    is_home = unit is None or str(unit) == str(request.actor.unit_id)  # type: ignore[attr-defined]
    shown = {**context, "body": body, "mark": _mark(body), "warning": warning, "is_home": is_home}
    return page(request, "board/board.html", shown)


@needs("boards.read")
@from_replica
def beside(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """The second part of a board: change, records of the week, burden."""
    found, span = _where(request, unit)
    said = request.GET.get("now", "")
    now = int(said) if said.isdecimal() and len(said) < 5 else None
    burden = _first("obligations:burden")
    context = {
        "beside": read_beside(found, span, now, clock.today()), "unit": found, "span": span, "burden_means": BURDEN_MEANS,
        "burden_href": f"{burden}?unit={found.id}" if burden and request.actor.holds("burden.read") else "",  # type: ignore[attr-defined]
    }  # fmt: skip
    return page(request, "board/parts/beside.html", context)


@needs("boards.read")
@from_replica
def outlines(request: HttpRequest, unit: uuid.UUID) -> HttpResponse:
    """The outlines that the unit's bureau uploaded; the address names their version, so a browser may keep them."""
    held = outlines_of(find_unit(request.actor, unit))  # type: ignore[attr-defined]
    return HttpResponse(held.geojson, "application/json", headers={"Cache-Control": "private, max-age=86400"})


@needs("boards.read")
@from_replica
def gaps(request: HttpRequest, unit: uuid.UUID) -> HttpResponseBase:
    """The schools behind 逾期 and 本周到期, by matter or of one matter. A county or below."""
    found, span = _where(request, unit)
    if found.rank not in TEMPLATES:
        raise Http404
    state, thing, town = request.GET.get("state", "late"), request.GET.get("thing", ""), request.GET.get("after", "0")
    county = read_county(found, clock.today())
    rows = county.coming_things if state == "due" else county.late_things
    chosen = next((t for t in rows if t.key == thing), None)
    if wants_sheet(request):
        return taken.gaps_sheet(found, [chosen] if chosen else rows, state)
    start = int(town) if town.isdecimal() and len(town) < 6 else 0
    context = {
        **_context(request, found, span), "county": county, "things": rows[start : start + 50], "chosen": chosen,
        "state": state, "after": str(start + 50) if len(rows) > start + 50 and not chosen else "", "on": clock.today(),
    }  # fmt: skip
    return page(request, "board/gaps.html", context)


@needs("boards.read")
@from_replica
def all_matters(request: HttpRequest, unit: uuid.UUID) -> HttpResponseBase:
    """Every matter with its bullet, worst first."""
    found, span = _where(request, unit)
    rows = figures(found, near(found, book().duties), span.start, span.end, clock.today()).values()
    shown = matters([f for f in rows if f.bound])
    if wants_sheet(request):
        return taken.matters_sheet(found, shown)
    context = {**_context(request, found, span), "matters": shown}
    return page(request, "board/matters.html", context)


def _where(request: HttpRequest, unit: uuid.UUID | None) -> tuple[Unit, Stretch]:
    found = find_unit(request.actor, unit)  # type: ignore[attr-defined]
    key = request.GET.get("span", "week")
    return found, stretch(key if key in BOARD_KEYS else "week", clock.today(), calendar_for(found.path))


def _context(request: HttpRequest, unit: Unit, span: Stretch) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    query = urlencode({"unit": unit.id, "span": "term" if span.key == "week" else span.key})
    address = reverse("board:unit", args=[unit.id])
    return {
        "unit": unit, "span": span, "spans": options(BOARD_KEYS, clock.today()), "query": query, "here": address,
        "crumbs": way(actor, unit, reverse("board:unit", args=[uuid.UUID(int=0)]).replace(str(uuid.UUID(int=0)), "{}") + f"?span={span.key}"),
        "picks": picks(unit), "called": CALLED.get(unit.rank, "总览"), "means": OVERALL_MEANS,
        "gaps_mean": GAPS_MEAN, "may_export": actor.holds("reports.export"),
    }  # fmt: skip


def _kind_of_map(request: HttpRequest, unit: Unit) -> str:
    """The tree-map or the map, as last chosen; a school has neither."""
    return "" if unit.is_school else remember(request, "board.map", {"map": ("tree", "outlines")}).get("map")


def _content(unit: Unit, span: Stretch, kind: str) -> dict[str, Any]:
    on = clock.today()
    if unit.is_school:
        return {"school": read_school(unit, span, on)}
    held = read_board(unit, span, on)
    county = read_county(unit, on) if unit.rank in TEMPLATES else None
    ground = read_ground(unit, held, county, kind == "outlines")
    return {"board": held, "empty": is_empty(held), "ground": ground, **({"county": county} if county else {})}


def _refreshed(request: HttpRequest, body: str) -> HttpResponse:
    """The main part with its mark; when nothing changed only the new time, and the page stays as it is."""
    mark = _mark(body)
    stamp = render_to_string("board/parts/stamp.html", {"swap": True}, request)
    if request.GET.get("seen") == mark:
        return HttpResponse(stamp, headers={"HX-Reswap": "none", "Vary": "HX-Request, HX-Target"})
    seen = render_to_string("board/parts/seen.html", {"mark": mark}, request)
    return HttpResponse(body + seen + stamp, headers={"Vary": "HX-Request, HX-Target"})


def _mark(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _first_line(request: HttpRequest) -> str:
    """The first line of the menu of somebody who has no board: an administrator starts with people."""
    groups = import_string(settings.XIAOAN_MENU)(request)
    lines = [entry.url for group in groups for entry in group.entries if entry.url != "/"]
    daily = "/people/" if request.actor and request.actor.role == "system_administrator" else ""  # type: ignore[attr-defined]
    return daily if daily in lines else next(iter(lines), "")


def _first(*names: str) -> str:
    """The address of the first of these pages that is installed."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
