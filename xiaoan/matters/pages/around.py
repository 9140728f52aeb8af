"""The grid of a school with its safety zone and register of places; peaks and what was seen at them."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from xiaoan.engines.ui.pages import page
from xiaoan.ground.people.gate import needs
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.excel import wants_sheet
from xiaoan.matters.models import Cell, Peak, Spot
from xiaoan.matters.models.around import PEAKS, SEEN, SPOTS
from xiaoan.matters.pages import taken
from xiaoan.matters.pages.cases import actor_of, unit_of
from xiaoan.matters.picking import picked
from xiaoan.matters.queries import around as queries
from xiaoan.matters.queries.overview import responsible_below
from xiaoan.matters.resource import state_pill
from xiaoan.matters.services import around

MOST_LISTED = 400


@require_http_methods(["GET", "POST"])
@needs("grid.read")
def grid(request: HttpRequest) -> HttpResponseBase:
    """The grid of a school; of a bureau the schools that have one, with squares not patrolled."""
    actor = actor_of(request)
    unit = unit_of(actor, request.POST.get("unit") or request.GET.get("unit", ""))
    refusal = None
    if request.method == "POST":
        try:
            _draw(request, actor, unit)
        except (Invalid, Stale) as why:
            refusal = why
        else:
            messages.success(request, "已记下。")
            return redirect(f"{reverse('matters:grid')}?unit={unit.id}")
    if not unit.is_school:
        rows = queries.grids_below(unit)
        below = {
            "unit": unit, "rows": rows, "total": sum(n for _, _, n in rows), "now": clock.now(),
            "bureaux": queries.bureaux_below(unit) if unit.rank in queries.WIDE else [],
        }  # fmt: skip
        return taken.grids_sheet(below) if wants_sheet(request) else page(request, "matters/grids.html", below)
    spots, told = queries.in_zone(actor, unit)
    context = {
        "unit": unit, "rows": queries.squares_of(actor, unit), "spots": spots, "told": [(m, state_pill(m)) for m in told],
        "kinds": list(SPOTS.items()), "may_draw": actor.may("grid.draw", unit.path), "may_visit": actor.may("grid.visit", unit.path),
        "may_report": actor.may("matters.report", unit.path), "refusal": refusal, "now": clock.now(),
        "register": list(Spot.objects.filter(unit_path=unit.path).select_related("cell").order_by("closed_on", "id")[:200]),
    }  # fmt: skip
    if wants_sheet(request):
        return taken.grid_sheet(context)
    return page(request, "matters/grid.html", context, status=refusal.status if refusal else 200)


def _draw(request: HttpRequest, actor: Actor, unit: Unit) -> None:
    told = request.POST
    what = told.get("what", "")
    if what == "lay":
        around.lay_grid(actor=actor, unit=unit)
    elif what == "draw":
        names = {key[5:]: told[key] for key in told if key.startswith("name-")}
        around.draw_zone(actor=actor, unit=unit, names=names, zone=told.getlist("zone"))
    elif what == "visit":
        around.visit_cells(actor=actor, unit=unit, cells=told.getlist("cells"), words=told.get("words", ""))
    elif what == "spot":
        licensed = {"yes": True, "no": False}.get(told.get("licensed", ""))
        cell = picked(Cell.objects.filter(unit_path=unit.path), told.get("cell"))
        around.add_spot(
            actor=actor, unit=unit, name=told.get("name", ""), kind=told.get("kind", ""), address=told.get("address", ""),
            cell=cell, is_licensed=licensed,
        )  # fmt: skip
    else:
        raise Invalid("请选择要办的事。")


@require_http_methods(["GET", "POST"])
@needs("peaks.read")
def peaks(request: HttpRequest) -> HttpResponseBase:
    """Peak duty: publishing, ticking, and the schools and peaks without police."""
    actor = actor_of(request)
    unit = unit_of(actor, request.POST.get("unit") or request.GET.get("unit", ""))
    refusal = None
    if request.method == "POST":
        try:
            _act(request, actor, unit)
        except (Invalid, Stale) as why:
            refusal = why
        else:
            messages.success(request, "已记下。")
            return redirect(f"{reverse('matters:peaks')}?unit={unit.id}")
    context = _peaks(actor, unit) | {"refusal": refusal}
    if wants_sheet(request):
        return taken.peaks_sheet(context)
    return page(request, "matters/peaks.html", context, status=refusal.status if refusal else 200)


def _peaks(actor: Actor, unit: Unit) -> dict[str, Any]:
    today = clock.today()
    units = [unit] if unit.is_school else responsible_below(unit)
    own = actor.may("peaks.tick", unit.path) and unit.path == actor.scope and unit.is_school
    publishing = actor.may("peaks.publish", unit.path) and not unit.is_school and _may_publish(actor)
    return {
        "unit": unit, "today": queries.peaks_on(unit, today) if unit.is_school else [], "may_tick": own, "seen": list(SEEN.items()),
        "without": queries.peaks_without(unit, today), "rates": queries.seen_below(units, today), "keys": list(PEAKS.items()),
        "schools": list(Unit.objects.under(unit.path).active().schools().order_by("path")[:MOST_LISTED]) if publishing else [],
        "may_publish": publishing, "may_end": actor.may("peaks.publish", unit.path) and _may_publish(actor), "now": clock.now(),
        "is_wide": unit.rank in queries.WIDE,
    }  # fmt: skip


def _may_publish(actor: Actor) -> bool:
    own = Unit.objects.get(path=actor.unit_path)
    return own.rank != Rank.PARTNER or own.kind in ("police", "traffic")


def _act(request: HttpRequest, actor: Actor, unit: Unit) -> None:
    told = request.POST
    if told.get("what") == "tick":
        around.tick_peak(actor=actor, unit=unit, key=told.get("key", ""), seen=told.getlist("seen"))
    elif told.get("what") == "end":
        peak = picked(Peak.objects.under(unit.path).select_related("unit"), told.get("peak"))
        if peak is None:
            raise NotKnown("没有这个时段。")
        around.end_peak(actor=actor, peak=peak)
    else:
        schools = Unit.objects.under(actor.scope).schools().active()
        units = [u for u in (picked(schools, t) for t in told.getlist("schools")[:MOST_LISTED]) if u]
        around.publish_peak(
            actor=actor, units=units, key=told.get("key", ""), starts=_time(told.get("starts")), ends=_time(told.get("ends")),
            who=told.get("who", ""),
        )  # fmt: skip


def _time(text: str | None) -> time:
    try:
        return time.fromisoformat(text or "")
    except ValueError:
        raise Invalid("请填写几点几分。", {"starts": "请填写几点几分。"}) from None
