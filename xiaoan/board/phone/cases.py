"""Hazards as the phone holds them: what waits for the person, what they reported, what else is open at the school."""

from functools import cache
from typing import Any

from django.db.models import Q

from xiaoan.engines.flow.services import allowed_moves
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.commands import PHONE_MOVES
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import Hazard
from xiaoan.kernel.actor import Actor

MOST = 80
AT = {
    "reported": 0, "judged": 1, "assigned": 2, "fixing": 2, "extending": 2, "transferred": 2, "received": 2,
    "handed_in": 3, "verified": 4, "closed": 4,
}  # fmt: skip


@cache
def hazard_moves() -> list[dict[str, Any]]:
    """What a phone may do to a hazard, and what each move asks for."""
    return [
        {"key": m.key, "name": m.name, "icon": m.icon, "asks": [list(a) for a in m.asks]}
        for m in HAZARD.moves
        if m.key in PHONE_MOVES
    ]


def hazard_lines(actor: Actor, unit: Unit) -> list[dict[str, Any]]:
    """Open hazards: a school's own, of a bureau those that it holds; what one reported or has to fix is never left out."""
    if not actor.holds("hazards.read"):
        return []
    rows = Hazard.objects.visible_to(actor, "hazards.read").still_open().select_related("unit")
    if unit.rank != Rank.SCHOOL:
        held = Q(holder_path__in=[unit.path, actor.unit_path]) | Q(
            holder_id=actor.person_id
        )  # a partner body's is its own
        rows = rows.filter(held | Q(reported_by_id=actor.person_id))
    return [_line(actor, h, unit) for h in rows.order_by("-id")[:MOST]]


def _line(actor: Actor, hazard: Hazard, unit: Unit) -> dict[str, Any]:
    told = {
        "id": str(hazard.id), "number": hazard.number, "words": hazard.words, "place": hazard.place,
        "point": str(hazard.point_id or ""), "item": hazard.item, "category": hazard.category, "level": hazard.level,
        "state": hazard.state, "label": HAZARD.state(hazard.state).label, "at": AT[hazard.state], "step": hazard.step,
        "due": hazard.due.isoformat() if hazard.due else "", "holder": hazard.holder, "by": hazard.reporter,
        "found": hazard.found_on.isoformat(), "photos": hazard.photos, "after": hazard.after_photos,
        "measures": hazard.measures, "interim": hazard.interim, "done": hazard.done, "returned": hazard.returned,
        "decision": hazard.decision if hazard.returned else "", "mine": hazard.reported_by_id == actor.person_id,
        "unit": hazard.unit.label if hazard.unit_path != unit.path else "",
        "moves": [m.key for m in allowed_moves(HAZARD, actor, hazard) if m.key in PHONE_MOVES],
    }  # fmt: skip
    return {k: v for k, v in told.items() if v not in (None, "", False, []) or k in ("at", "step")}
