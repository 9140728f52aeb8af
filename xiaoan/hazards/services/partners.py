"""学校吹哨、部门报到: a partner body takes a case over, answers it, or sends it back."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services.fixing import hand_in
from xiaoan.hazards.services.moving import move, told
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale


def partners_of(path: str) -> list[Unit]:
    """The partner bodies beside the bureaux above a unit, the nearest first."""
    rows = Unit.objects.active().filter(rank=Rank.PARTNER, parent__path__in=ancestors(path))
    return sorted(rows, key=lambda u: (-len(u.path), u.path))


def transfer(*, actor: Actor, hazard: Hazard, partner: Unit | None, why: str, seen: int | None = None) -> Hazard:
    """Blow the whistle: a partner body must sign for it, and answer."""
    if partner and partner not in partners_of(hazard.unit_path):
        raise Invalid("只能转给本地的协作部门。", {"partner_path": "请选列表里的协作部门。"})
    filled = {"partner_path": partner.path if partner else "", "transfer_why": why}
    cleared = {
        "received_by": "",
        "received_by_id": None,
        "received_post_id": None,
        "received_at": None,
        "chased_on": None,
    }
    return move(actor, hazard, "transfer", seen, filled, cleared)


def recall(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    return move(actor, hazard, "recall", seen, {"decision": decision}, {"partner_path": ""})


def receive(*, actor: Actor, hazard: Hazard, seen: int | None = None) -> Hazard:
    return move(actor, hazard, "receive", seen)


def answer(*, actor: Actor, hazard: Hazard, done: str, photos: Sequence[Any], seen: int | None = None) -> Hazard:
    """The partner has done it, with words and pictures; the school's side verifies the outcome."""
    return hand_in(actor=actor, hazard=hazard, done=done, photos=photos, seen=seen, key="answer")


def decline(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    """Not the partner's business: back to the school, which still sees who declined in the history."""
    return move(actor, hazard, "decline", seen, {"decision": decision}, {"partner_path": ""})


def chase(*, actor: Actor, hazard: Hazard) -> Hazard:
    """Remind the partner body, at most once a day: the unit itself or a bureau above."""
    require(actor, "hazards.judge", hazard.unit_path)
    today = clock.today()
    rows = Hazard.objects.filter(id=hazard.id, state__in=["transferred", "received"])
    rows = rows.filter(Q(chased_on__isnull=True) | Q(chased_on__lt=today))
    with transaction.atomic():
        if not rows.update(chased=F("chased") + 1, chased_on=today):
            raise Stale("今天已经催过，或者协作部门已经办完。")
        hazard.refresh_from_db()
        told(actor, "催办协作部门", hazard, {"chased": hazard.chased})
    return hazard
