"""Judging: what it is and how grave; calling it false, or the same as another."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from xiaoan.hazards.grading import item_of, propose
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services.moving import move, remember
from xiaoan.hazards.states import LEVELS, is_worse, worst
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid
from xiaoan.kernel.ids import read_id
from xiaoan.risks.queries import control_at, control_for

NO_CONTROL = "none"
NOT_LOWER = "按清单和判定标准，这是{level}隐患，本单位不能定得更低。确有理由的，先按{level}研判，再请上级调整等级。"


def judge(
    *, actor: Actor, hazard: Hazard, category: str, level: str, subcategory: str = "", item: str = "",
    hits: Sequence[str] = (), why: str = "", control: str = "", seen: int | None = None,
) -> Hazard:  # fmt: skip
    """Say what it is and how grave, and which control of its risk point did not hold: an id, "none", or as the item says.
    What the item or the criteria make major or larger is not lowered here."""
    _check_level(level)
    known = item_of(item or hazard.item)
    graded = propose(hazard.unit_path, item or hazard.item, hits)
    least, proposed = worst(hazard.least, graded.least), worst(hazard.proposed, graded.level)
    if level:
        _refuse_lower(level, least, proposed, why)
    filled = {"category": known.category if known else category, "level": level, "level_why": why or graded.why[:300]}
    sets = {
        "subcategory": known.subcategory if known else subcategory or hazard.subcategory, "item": item or hazard.item,
        "hits": list(hits), "proposed": proposed, "least": least,
        "control_id": _failed(hazard, item or hazard.item, control),
    }  # fmt: skip
    with transaction.atomic():
        move(actor, hazard, "judge", seen, filled, sets)
        remember(hazard)
    return hazard


def raise_level(*, actor: Actor, hazard: Hazard, level: str, why: str, seen: int | None = None) -> Hazard:
    """The unit itself sees that it is graver; measures are decided anew."""
    _check_level(level)
    if not is_worse(level, hazard.level):
        raise Invalid("本单位只能上调等级；要调低，请上级办理。", {"level": "请选更高的等级。"})
    return move(actor, hazard, "raise", seen, {"level": level, "level_why": why})


def regrade(*, actor: Actor, hazard: Hazard, level: str, why: str, seen: int | None = None) -> Hazard:
    """The rank above sets another level, higher or lower, with the reason."""
    _check_level(level)
    if level == hazard.level:
        raise Invalid("等级没有变。", {"level": "与现在的等级相同。"})
    return move(actor, hazard, "regrade", seen, {"level": level, "level_why": why}, {"least": level})


def dismiss(*, actor: Actor, hazard: Hazard, decision: str, seen: int | None = None) -> Hazard:
    """Somebody else than the reporter has looked: it is not so."""
    return move(actor, hazard, "false", seen, {"decision": decision})


def link_duplicate(*, actor: Actor, hazard: Hazard, of: Hazard | None, seen: int | None = None) -> Hazard:
    """It is the same danger as another open case of the unit, which goes on for both."""
    filled: dict[str, Any] = {"duplicate_of_id": of.id if of else None}
    if of and (of.id == hazard.id or of.unit_path != hazard.unit_path or not of.is_open):
        sentence = "只能并到本单位另一件还没销号的隐患。"
        raise Invalid(sentence, {"duplicate_of_id": sentence})
    return move(actor, hazard, "duplicate", seen, filled)


def _failed(hazard: Hazard, item: str, control: str) -> uuid.UUID | None:
    """The control that did not hold. Raises Invalid for one of another point."""
    if control == NO_CONTROL:
        return None
    if not control:
        looked_at = control_for(hazard.point_id, item)
        return looked_at.id if looked_at else hazard.control_id
    found = control_at(hazard.unit, read_id(control))
    if found is None or found.point_id != hazard.point_id:
        raise Invalid("这项管控措施不在这个风险点上。", {"control": "请选这个风险点的措施。"})
    return found.id


def _refuse_lower(level: str, least: str, proposed: str, why: str) -> None:
    if least and is_worse(least, level):
        sentence = NOT_LOWER.format(level=LEVELS[least])
        raise Invalid(sentence, {"level": sentence})
    if proposed and is_worse(proposed, level) and not why.strip():
        raise Invalid("定得比建议的等级低，要写明理由。", {"level_why": "请写明为什么定得低。"})


def _check_level(level: str) -> None:
    if level and level not in LEVELS:
        raise Invalid("隐患等级是重大、较大、一般、低中的一个。", {"level": "请选隐患等级。"})
