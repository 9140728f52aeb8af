"""Asking not to have to do a requirement for a while, answering, and ending it when its time is over."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction

from xiaoan.engines.flow.services import run_move
from xiaoan.engines.tally.services import add
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor, require
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.obligations.bounds import bound_key
from xiaoan.obligations.flows import EXEMPTION
from xiaoan.obligations.models import Exemption
from xiaoan.policies.book import Duty, book

MOST_DAYS = 400


def ask_exemption(*, actor: Actor, unit: Unit, requirement: str, reason: str, ends: date) -> Exemption:
    """A school says why a requirement does not fit it, and until when."""
    require(actor, "exemptions.ask", unit.path)
    duty = duty_for(unit, requirement)
    wrong = _wrong_days(ends)
    if not reason.strip():
        wrong["reason"] = "请写明为什么不用做。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        Unit.objects.select_for_update().get(id=unit.id)  # of two clicks at once the second sees the first
        if Exemption.objects.filter(
            unit_path=unit.path, requirement=requirement, state__in=["asked", "granted"]
        ).exists():
            raise Invalid("这一条已经申请过，或者已经同意免做。", {"requirement": "已经申请过。"})
        row = Exemption.objects.create(
            requirement=requirement, reason=reason.strip()[:300], starts=clock.today(), ends=ends, asked_by=actor.name,
            asked_by_id=actor.person_id, asked_post_id=actor.post_id, made_at=clock.now(), **scope_of(unit),
        )  # fmt: skip
        write_entry(
            actor=actor, verb="申请免做", subject_type=EXEMPTION.key, subject_id=row.id, subject_name=duty.duty,
            unit_path=unit.path, changes={"requirement": requirement, "ends": ends.isoformat(), "reason": row.reason},
        )  # fmt: skip
    return row


def grant(
    *, actor: Actor, exemption: Exemption, decision: str, ends: date | None = None, seen: int | None = None
) -> Exemption:
    """The bureau agrees until a day: the unit counts as bound no more."""
    ends = ends or exemption.ends
    if wrong := _wrong_days(ends):
        raise Invalid("".join(wrong.values()), wrong)
    with transaction.atomic():
        run_move(
            EXEMPTION, actor=actor, case=exemption, move="grant", seen=seen,
            filled={"decision": decision, "ends": ends}, sets={"starts": clock.today()},
        )  # fmt: skip
        _count(exemption, -1)
    return exemption


def refuse(*, actor: Actor, exemption: Exemption, decision: str, seen: int | None = None) -> Exemption:
    """The bureau does not agree, and says why."""
    return run_move(EXEMPTION, actor=actor, case=exemption, move="refuse", seen=seen, filled={"decision": decision})


def end(*, actor: Actor, exemption: Exemption, seen: int | None = None) -> Exemption:
    """The unit owes the requirement again."""
    with transaction.atomic():
        run_move(EXEMPTION, actor=actor, case=exemption, move="end", seen=seen)
        _count(exemption, 1)
    return exemption


def end_expired() -> int:
    """End those whose last day is over (a job calls it hourly). Returns how many."""
    rows = list(Exemption.objects.filter(state="granted", ends__lt=clock.today()).select_related("unit")[:2000])
    for row in rows:
        end(actor=SYSTEM, exemption=row)
    return len(rows)


def duty_for(unit: Unit, requirement: str) -> Duty:
    """The duty of that key that binds the unit; raises NotKnown."""
    found = [d for d in _duties(unit, requirement) if d.binds_unit(unit.path, unit.facts())]
    if not found:
        raise NotKnown("没有这一条要求，或者它不约束本单位。")
    return found[0]


def find_exemption(actor: Actor, exemption_id: uuid.UUID) -> Exemption:
    row: Exemption | None = (
        Exemption.objects.visible_to(actor, "duties.read").select_related("unit").filter(id=exemption_id).first()
    )
    if row is None:
        raise NotKnown("没有这件申请，或者它不在您的管理范围内。")
    return row


def _count(exemption: Exemption, sign: int) -> None:
    """The unit leaves the denominator of each publication of the requirement, or comes back into it."""
    unit = exemption.unit
    facts: dict[str, Any] | None = unit.facts() if unit.is_open else None
    duties = [d for d in _duties(unit, exemption.requirement) if facts and d.binds_unit(unit.path, facts)]
    add((bound_key(d, unit.path, unit.rank), sign) for d in duties)


def _duties(unit: Unit, requirement: str) -> list[Duty]:
    return [d for d in book().duties if d.key == requirement and unit.path.startswith(d.root)]


def _wrong_days(ends: date) -> dict[str, str]:
    today = clock.today()
    if ends < today:
        return {"ends": "免做的最后一天已经过去，请填今天以后的日子。"}
    if (ends - today).days > MOST_DAYS:
        return {"ends": "一次最多免做一年左右，到期可以再申请。"}
    return {}
