"""Every change of the tree. Each keeps history in the journal."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.module_loading import import_string
from stdnum.cn import uscc

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import IDENTIFIER_CATEGORIES, PARENTS, Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import number, step
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid

CHANGEABLE = {
    "name", "short", "kind", "division", "identifier", "credit_code", "pupils", "boarders", "staff", "classes", "has",
}  # fmt: skip


def create_unit(*, actor: Actor, parent: Unit | None, rank: str, name: str, **facts: Any) -> Unit:
    """Put a new unit under `parent`. Raises Invalid with a sentence for each wrong field."""
    require(actor, "units.manage", parent.path if parent else "")
    check_facts(rank, {"name": name, **facts}, parent)
    with transaction.atomic():
        unit = Unit(parent=parent, rank=rank, name=name, path=_next_path(parent), **facts)
        unit.save(force_insert=True)
        _tell(actor, "创建单位", unit, {"rank": rank}, before=None)
    return unit


def change_unit(*, actor: Actor, unit: Unit, **facts: Any) -> Unit:
    """Change facts of a unit (rename included): `facts` as in CHANGEABLE."""
    require(actor, "units.manage", unit.path)
    unknown = set(facts) - CHANGEABLE
    if unknown:
        raise TypeError(f"not changeable: {unknown}")
    now, before = {key: getattr(unit, key) for key in facts}, unit.facts()
    check_facts(unit.rank, {"name": unit.name, "kind": unit.kind, **facts}, unit.parent, unit)
    with transaction.atomic():
        for key, value in facts.items():
            setattr(unit, key, value)
        unit.save(update_fields=list(facts))
        _tell(actor, "修改单位", unit, {k: [now[k], v] for k, v in facts.items() if now[k] != v}, before)
    return unit


def close_unit(*, actor: Actor, unit: Unit, on: date, successor: Unit | None = None) -> Unit:
    """Close a unit on a day, with or without a successor. Its records stay where they are."""
    require(actor, "units.manage", unit.path)
    if unit.closed_on:
        raise Invalid(f"{unit.name}已于 {unit.closed_on:%Y年%m月%d日} 撤销,不能再次撤销。")
    if unit.children.active().exists():
        raise Invalid(f"{unit.name}下面还有单位,请先把它们调整或撤销。")
    before = unit.facts()
    with transaction.atomic():
        unit.closed_on, unit.successor = on, successor
        unit.save(update_fields=["closed_on", "successor"])
        _tell(actor, "撤销单位", unit, {"on": on.isoformat(), "successor": str(successor.id) if successor else ""}, before)
    return unit


def check_facts(rank: str, facts: dict[str, Any], parent: Unit | None, unit: Unit | None = None) -> None:
    """Raise Invalid naming each wrong field: parent, name, kind, identifier, credit code."""
    wrong: dict[str, str] = {}
    if (parent.rank if parent else None) not in (PARENTS[rank] or {None}):
        wrong["parent"] = f"{Rank(rank).label}不能设在“{parent.name if parent else '空'}”下面。"
    if not str(facts.get("name", "")).strip():
        wrong["name"] = "单位名称没有填写。"
    if rank == Rank.SCHOOL and not facts.get("kind"):
        wrong["kind"] = "学校类别没有选择。"
    wrong |= _wrong_identifier(facts, unit) | _wrong_credit_code(facts)
    if wrong:
        raise Invalid("；".join(wrong.values()), wrong)


def _wrong_identifier(facts: dict[str, Any], unit: Unit | None) -> dict[str, str]:
    code, kind = str(facts.get("identifier") or ""), facts.get("kind", "")
    if not code:
        return {}
    if len(code) != 10 or not code.isdigit():
        return {"identifier": f"学校标识码应是 10 位数字,现在是“{code}”。"}
    if code[:2] not in IDENTIFIER_CATEGORIES.get(kind, {code[:2]}):
        return {"identifier": f"学校标识码前两位 {code[:2]} 与学校类别不符。"}
    if Unit.objects.filter(identifier=code).exclude(pk=unit.pk if unit else None).exists():
        return {"identifier": f"学校标识码 {code} 已被别的学校使用。"}
    return {}


def _wrong_credit_code(facts: dict[str, Any]) -> dict[str, str]:
    code = str(facts.get("credit_code") or "")
    if code and not uscc.is_valid(code):
        return {"credit_code": f"统一社会信用代码“{code}”校验不通过,请核对 18 位代码。"}
    return {}


def _next_path(parent: Unit | None) -> str:
    siblings = Unit.objects.filter(parent=parent)
    if parent:
        Unit.objects.select_for_update().get(pk=parent.pk)
    last = siblings.aggregate(last=Max("path"))["last"]
    return (parent.path if parent else "") + step(number(last) + 1 if last else 1)


def _tell(actor: Actor, verb: str, unit: Unit, changes: dict[str, Any], before: dict[str, Any] | None) -> None:
    """Journal the change and call the listeners with the unit and its facts before (None: there was none)."""
    write_entry(
        actor=actor, verb=verb, subject_type="unit", subject_id=unit.id, subject_name=unit.name,
        unit_path=unit.path, changes=changes,
    )  # fmt: skip
    for listener in settings.XIAOAN_UNIT_LISTENERS:
        import_string(listener)(unit, before)
