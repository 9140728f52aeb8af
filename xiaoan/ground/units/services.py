"""Creating, changing and closing one unit. Each keeps history in the journal. Whole subtrees: reshaping.py."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Length
from django.utils.module_loading import import_string
from stdnum.cn import uscc

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.divisions import wrong_division
from xiaoan.ground.units.kinds import IDENTIFIER_CATEGORIES, PARENTS, Rank
from xiaoan.ground.units.models import Former, Unit
from xiaoan.ground.units.paths import STEP, ancestors, number, step
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale

CHANGEABLE = {
    "name", "short", "kind", "division", "identifier", "credit_code", "pupils", "boarders", "staff", "classes", "has",
}  # fmt: skip


def create_unit(*, actor: Actor, parent: Unit | None, rank: str, name: str, **facts: Any) -> Unit:
    """Put a new unit under `parent`. Raises Invalid with a sentence for each wrong field."""
    require(actor, "units.manage", parent.path if parent else "")
    check_facts(rank, {"name": name, **facts}, parent)
    with transaction.atomic():
        unit = Unit(parent=parent, rank=rank, name=name, path=next_path(parent), **facts)
        unit.save(force_insert=True)
        tell(actor, "创建单位", unit, {"rank": rank}, before=None)
    return unit


def change_unit(*, actor: Actor, unit: Unit, told: tuple[str, str] = ("修改单位", ""), **facts: Any) -> Unit:
    """Change facts of a unit (rename included): `facts` as in CHANGEABLE. `told` is the journal's verb and basis."""
    require(actor, "units.manage", unit.path)
    unknown = set(facts) - CHANGEABLE
    if unknown:
        raise TypeError(f"not changeable: {unknown}")
    was = Unit.objects.get(pk=unit.pk)
    now, before = {key: getattr(was, key) for key in facts}, was.facts()
    check_facts(unit.rank, {"name": was.name, "kind": was.kind, **facts}, unit.parent, unit)
    with transaction.atomic():
        if facts.get("name", was.name) != was.name:
            Former.objects.create(unit=unit, name=was.name, until=clock.today())
        for key, value in facts.items():
            setattr(unit, key, value)
        unit.save(update_fields=list(facts))
        changes: dict[str, Any] = {k: [now[k], v] for k, v in facts.items() if now[k] != v}
        tell(actor, told[0], unit, changes | ({"basis": told[1]} if told[1] else {}), before)
    return unit


def close_unit(*, actor: Actor, unit: Unit, on: date, successor: Unit | None = None) -> Unit:
    """Close a unit on a day, with or without a successor. Its records stay where they are."""
    require(actor, "units.manage", unit.path)
    if unit.closed_on:
        raise Invalid(f"{unit.name}已于 {unit.closed_on:%Y年%m月%d日} 撤销，不能再次撤销。")
    if on > clock.today():
        raise Invalid("撤销日期不能晚于今天，请到那一天再办。", {"on": "日期晚于今天。"})
    if unit.children.active().exists():
        raise Invalid(f"{unit.name}下面还有单位，请先把它们调整或撤销。")
    before = unit.facts()
    with transaction.atomic():
        if not Unit.objects.filter(pk=unit.pk, closed_on__isnull=True).update(closed_on=on, successor=successor):
            raise Stale(f"{unit.name}刚刚已被别人撤销，请刷新后再看。")
        unit.closed_on, unit.successor = on, successor
        tell(
            actor, "撤销单位", unit, {"on": on.isoformat(), "successor": str(successor.id) if successor else ""}, before
        )
    return unit


def check_facts(rank: str, facts: dict[str, Any], parent: Unit | None, unit: Unit | None = None) -> None:
    """Raise Invalid naming each wrong field: parent, name, kind, division, identifier, credit code."""
    wrong: dict[str, str] = {}
    if parent.rank not in PARENTS[rank] if parent else PARENTS[rank]:
        wrong["parent"] = f"{Rank(rank).label}不能设在“{parent.name if parent else '空'}”下面。"
    if not str(facts.get("name", "")).strip():
        wrong["name"] = "单位名称没有填写。"
    if rank == Rank.SCHOOL and not facts.get("kind"):
        wrong["kind"] = "学校类别没有选择。"
    wrong |= _wrong_place(rank, facts, parent) | _wrong_identifier(facts, unit) | wrong_credit_code(facts)
    if wrong:
        raise Invalid("；".join(wrong.values()), wrong)


def division_of(unit: Unit | None) -> str:
    """The division code of the unit, or of the nearest one above it that has a code."""
    if unit is None or unit.division:
        return unit.division if unit else ""
    above = Unit.objects.filter(path__in=ancestors(unit.path)).exclude(division="").order_by("-path").first()
    return above.division if above else ""


def _wrong_place(rank: str, facts: dict[str, Any], parent: Unit | None) -> dict[str, str]:
    code = str(facts.get("division") or "")
    why = wrong_division(code, rank, division_of(parent)) if code else ""
    return {"division": why} if why else {}


def _wrong_identifier(facts: dict[str, Any], unit: Unit | None) -> dict[str, str]:
    wrong = wrong_identifier(facts)
    code = str(facts.get("identifier") or "")
    taken = Unit.objects.filter(identifier=code).exclude(pk__in=[unit.pk] if unit else [])
    if code and not wrong and taken.exists():
        return {"identifier": f"学校标识码 {code} 已被别的学校使用。"}
    return wrong


def wrong_identifier(facts: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the shape of the school identifier, or with its category for the kind."""
    code, kind = str(facts.get("identifier") or ""), facts.get("kind", "")
    if not code:
        return {}
    if len(code) != 10 or not (code.isascii() and code.isdigit()):
        return {"identifier": f"学校标识码应是 10 位数字，现在是“{code}”。"}
    if code[:2] not in IDENTIFIER_CATEGORIES.get(kind, {code[:2]}):
        return {"identifier": f"学校标识码前两位 {code[:2]} 与学校类别不符。"}
    return {}


def wrong_credit_code(facts: dict[str, Any]) -> dict[str, str]:
    """What is wrong with the unified social credit code."""
    code = str(facts.get("credit_code") or "")
    if code and not (len(code) == 18 and uscc.is_valid(code)):
        return {"credit_code": f"统一社会信用代码“{code}”校验不通过，请核对 18 位代码。"}
    return {}


def next_path(parent: Unit | None) -> str:
    """The path of the next child. One that a moved unit has had is never given out again: the journal
    still means that unit by it."""
    if parent:
        Unit.objects.select_for_update().get(pk=parent.pk)
    root = parent.path if parent else ""
    last = Unit.objects.filter(parent=parent).aggregate(last=Max("path"))["last"]
    here = Former.objects.filter(path__gt=root, path__lt=root + "~").annotate(length=Length("path"))
    left = here.filter(length=len(root) + STEP).aggregate(last=Max("path"))["last"]
    return root + step(max((number(p) for p in (last, left) if p), default=0) + 1)


def tell(actor: Actor, verb: str, unit: Unit, changes: dict[str, Any], before: dict[str, Any] | None) -> None:
    """Journal the change and call the listeners with the unit and its facts before (None: there was none)."""
    write_entry(
        actor=actor, verb=verb, subject_type="unit", subject_id=unit.id, subject_name=unit.name,
        unit_path=unit.path, changes=changes,
    )  # fmt: skip
    for listener in settings.XIAOAN_UNIT_LISTENERS:
        import_string(listener)(unit, before)
