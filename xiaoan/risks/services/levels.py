"""Grading a point: by a method, and by the rule that piled-up hazards raise it until they are closed."""

import calendar
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm, norms
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM, Actor, require
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.risks.methods import grade
from xiaoan.risks.models import Assessment, Level, Point, Why
from xiaoan.risks.services.failing import Failed, mark_failed
from xiaoan.risks.services.standing import reckon

BY_HAND = (Why.INITIAL, Why.DUE, Why.INCIDENT, Why.CHANGE)


def assess_point(
    *, actor: Actor, point: Point, factors: Mapping[str, Any], why: str = "", method: str = "", reason: str = "",
    seen: int | None = None,
) -> Assessment:  # fmt: skip
    """Grade a point by the region's method. The level that a rule gave for open hazards stays while they are open."""
    require(actor, "risks.write", point.unit_path)
    why = why or (Why.DUE if point.is_assessed else Why.INITIAL)
    if why not in BY_HAND:
        raise Invalid("请选为什么评估。", {"why": "请选为什么评估。"})
    if not point.is_active:
        raise Stale("这个风险点已经消除，不用再评估。")
    found = grade(point.unit_path, factors, method)
    is_raised = point.is_raised and why != Why.INITIAL
    level = min(point.level, found.level) if is_raised else found.level
    told = f"{found.in_words}{'；有隐患没销号，暂时保持上调后的等级' if is_raised and level < found.level else ''}"
    today = clock.today()
    with transaction.atomic():
        row = _keep(
            actor, point, why, level, reason=reason.strip()[:300] or told, method=found.method.key,
            variant=found.variant.key, factors={k: str(v) for k, v in factors.items()}, value=found.value,
            graded=found.level,
        )  # fmt: skip
        months = point.cycle_months or norm(f"risks.cycle_{found.level}", point.unit_path)
        _swap(
            point, seen, level=level, base_level=found.level, why=told[:200], assessed_on=today,
            assess_due=after_months(today, months), cycle_months=months,
        )  # fmt: skip
        reckon(point.unit)
    return row


def hazard_changed(
    point_id: uuid.UUID, open_by_level: Mapping[str, int], why: str = "", failed_controls: Sequence[Failed] = ()
) -> Point | None:
    """The open hazards at a point are now these ({"major": 1, "general": 2}); `failed_controls` says which of them name
    a control of the point that did not hold. Those controls are marked; the point's level rises by the region's rule, or
    falls back to what was assessed, and says why. Called by the hazards floor in its own transaction; without a change
    nothing is written."""
    held = Point.objects.select_for_update(of=("self",)).select_related("unit")
    point: Point | None = held.filter(id=point_id, is_active=True).first()
    if point is None:
        return None
    mark_failed(point, failed_controls)
    base = point.base_level or Level.BLUE
    level, told = raised_level(point.unit_path, base, open_by_level, len(failed_controls))
    if level == point.level:
        return point
    reason = f"{told or '这里的隐患都已销号，恢复到评估的等级'}{f'：{why}' if why else ''}"[:200]
    with transaction.atomic():
        _keep(SYSTEM, point, Why.RULE, level, reason=reason, graded=None)
        _swap(point, None, level=level, why=reason)
        reckon(point.unit)
    return point


def raised_level(path: str, base: int, open_by_level: Mapping[str, int], failed: int = 0) -> tuple[int, str]:
    """What the rule makes of open hazards: the level, and why (empty: as assessed)."""
    major, larger, general = norms(["risks.raise_major", "risks.raise_larger", "risks.raise_general"], path)
    n = {key: open_by_level.get(key, 0) for key in ("major", "larger", "general")}
    if major and n["major"]:
        return int(Level.RED), f"有 {n['major']} 件重大隐患没有销号，定为重大风险"
    told = []
    if failed:
        told.append(f"有 {failed} 件隐患说明管控措施失效")
    if larger and n["larger"] >= larger:
        told.append(f"有 {n['larger']} 件较大隐患没有销号")
    if general and n["general"] >= general:
        told.append(f"有 {n['general']} 件一般隐患没有销号")
    level = max(base - 1, int(Level.RED)) if told else base
    return level, f"{'，'.join(told)}，等级上调一级" if told and level != base else ""


def incident_happened(point_id: uuid.UUID, what: str) -> Point | None:
    """An incident happened at a point: it is due for assessment at once."""
    point: Point | None = Point.objects.select_related("unit").filter(id=point_id, is_active=True).first()
    if point is None:
        return None
    with transaction.atomic():
        _swap(point, None, assess_due=clock.today(), why=f"发生事件，要重新评估：{what}"[:200])
        _tell(SYSTEM, point, "风险点待重新评估", {"why": what[:200]})
    return point


def after_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _keep(
    actor: Actor, point: Point, why: str, level: int, *, reason: str, graded: int | None, **told: Any
) -> Assessment:
    row = Assessment(
        point=point, why=why, level=level, before=point.level if point.is_assessed or why == Why.RULE else None,
        reason=reason, at=clock.now(), on=clock.today(), by=actor.name, by_id=actor.person_id, unit_id=point.unit_id,
        unit_path=point.unit_path, county_path=point.county_path, **told,
    )  # fmt: skip
    row.save(force_insert=True)
    _tell(actor, point, "调整风险等级" if why == Why.RULE else "评估风险", {
        "why": row.get_why_display(), "from": row.before, "to": level, "graded": graded, "reason": reason,
    })  # fmt: skip
    return row


def _swap(point: Point, seen: int | None, **told: Any) -> None:
    """Write to the point if it is still as it was seen."""
    step = point.step if seen is None else seen
    if not Point.objects.filter(id=point.id, step=step).update(step=step + 1, updated_at=clock.now(), **told):
        point.refresh_from_db()
        raise Stale("这个风险点刚刚有了变化，刚才的操作没有执行。请看过最新情况再办。")
    point.refresh_from_db()


def _tell(actor: Actor, point: Point, verb: str, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="point", subject_id=point.id, subject_name=point.name,
        unit_path=point.unit_path, changes=changes,
    )  # fmt: skip
