"""Assigning with five decisions, fixing, asking for more time, handing in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from xiaoan.ground.people.models import Post
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.photos import checked, take
from xiaoan.hazards.placing import fix_until
from xiaoan.hazards.services.moving import move
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid


def assign(
    *, actor: Actor, hazard: Hazard, responsible: Post | str, measures: str, funds: str, plan: str, interim: str,
    fix_by: date | None = None, seen: int | None = None,
) -> Hazard:  # fmt: skip
    """The five decisions: who, what, money, until when (the norm's last day where none is said), and what if; and how
    people are kept safe until it is fixed."""
    fix_by = fix_by or fix_until(hazard.level, hazard.unit_path)
    _check_fix_by(hazard, fix_by)
    filled = {
        "responsible": _name(responsible), "measures": measures, "funds": funds, "fix_by": fix_by, "plan": plan,
        "interim": interim,
    }  # fmt: skip
    return move(actor, hazard, "assign", seen, filled, _who(responsible))


def reassign(*, actor: Actor, hazard: Hazard, responsible: Post | str, why: str, seen: int | None = None) -> Hazard:
    """Somebody else fixes it; all other decisions stand."""
    filled = {"responsible": _name(responsible), "decision": why}
    return move(actor, hazard, "reassign", seen, filled, _who(responsible))


def start(*, actor: Actor, hazard: Hazard, seen: int | None = None) -> Hazard:
    return move(actor, hazard, "start", seen)


def hand_in(
    *, actor: Actor, hazard: Hazard, done: str, photos: Sequence[Any], seen: int | None = None, key: str = "hand_in"
) -> Hazard:
    """It is fixed, in words and with pictures from after. Whoever hands in never verifies it."""
    after = checked(photos, "after_photos")
    if not after:
        raise Invalid("请附整改后的照片，最好和整改前同一个位置拍。", {"after_photos": "还没有整改后的照片。"})
    fixers = [*hazard.fixers, *(str(i) for i in (actor.person_id, actor.post_id) if i)]
    sets = {"fixers": list(dict.fromkeys(fixers))}
    with transaction.atomic():
        move(actor, hazard, key, seen, {"done": done, "after_photos": after}, sets)
        take(actor, hazard, after, "after_photos")
    return hazard


def ask_more(*, actor: Actor, hazard: Hazard, until: date | None, why: str, seen: int | None = None) -> Hazard:
    """Ask the rank above for more time."""
    if until and until <= max(hazard.fix_by or clock.today(), clock.today()):
        sentence = "延到的日期应在今天和原来的时限之后。"
        raise Invalid(sentence, {"ask_until": sentence})
    return move(actor, hazard, "ask_more", seen, {"ask_until": until, "ask_why": why})


def grant_more(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    sets = {"fix_by": hazard.ask_until, "extended": F("extended") + 1}
    return move(actor, hazard, "grant", seen, {"decision": decision}, sets)


def refuse_more(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    return move(actor, hazard, "refuse", seen, {"decision": decision})


def _check_fix_by(hazard: Hazard, fix_by: date) -> None:
    last = fix_until(hazard.level, hazard.unit_path)
    if not clock.today() <= fix_by <= last:
        sentence = f"{hazard.level_word}隐患的整改时限应在今天到 {last.month}月{last.day}日之间，不够时办理延期。"
        raise Invalid(sentence, {"fix_by": sentence})


def _name(responsible: Post | str) -> str:
    return responsible if isinstance(responsible, str) else responsible.person.name


def _who(responsible: Post | str) -> dict[str, Any]:
    """Somebody with a post here, or only a name: a repair firm, a worker without an account."""
    if isinstance(responsible, str):
        return {"responsible_by_id": None, "responsible_post_id": None}
    return {"responsible_by_id": responsible.person_id, "responsible_post_id": responsible.id}
