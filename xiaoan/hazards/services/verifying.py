"""Verifying by somebody else, sending back, opening again."""

from typing import Any

from django.db import transaction
from django.db.models import F

from xiaoan.engines.flow.deadlines import due_in
from xiaoan.ground.norms.queries import norm
from xiaoan.hazards.figures import closing
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services.moving import move
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor

CLOSES_ITSELF = "验收通过，自动销号"


def verify(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    """It is fixed indeed. A major one waits to be struck off; every other is closed with this."""
    with transaction.atomic():
        move(actor, hazard, "verify", seen, {"decision": decision})
        if not hazard.is_major:
            close(SYSTEM, hazard, CLOSES_ITSELF)
    return hazard


def close(actor: Actor, hazard: Hazard, decision: str, seen: int | None = None, **sets: Any) -> Hazard:
    """Close it, with what the whole case took."""
    return move(actor, hazard, "close", seen, {"decision": decision}, {**closing(hazard, clock.now()), **sets})


def return_it(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    """Not fixed: again, within the days of the norm. The day that was set first stays and tells how late it is."""
    due = due_in(norm("hazards.redo_days", hazard.unit_path), hazard.unit_path)
    return move(actor, hazard, "return", seen, {"decision": decision}, {"returned": F("returned") + 1}, due)


def reopen(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    """A check of the closed case failed: the same case goes on."""
    due = due_in(norm("hazards.redo_days", hazard.unit_path), hazard.unit_path)
    sets = {"reopened": F("reopened") + 1, "questioned_on": None, "closed_on": None, "managed": "term"}
    return move(actor, hazard, "reopen", seen, {"decision": decision}, sets, due)
