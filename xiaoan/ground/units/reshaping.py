"""Renaming, merging and moving units: what happened before stays findable, and figures stay right."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.module_loading import import_string

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import PARENTS, Rank
from xiaoan.ground.units.models import Former, Unit
from xiaoan.ground.units.paths import STEP, below
from xiaoan.ground.units.services import change_unit, close_unit, next_path, tell
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale

ADDED_UP = ("pupils", "boarders", "staff", "classes")


def rename_unit(*, actor: Actor, unit: Unit, name: str, basis: str, short: str = "") -> Unit:
    """Give a unit another name. The former one stays in the journal, and searching by it finds the unit."""
    _require_basis(actor, unit, basis)
    name = name.strip()
    if name == unit.name:
        raise Invalid("新名称与现在的名称相同，不用改。", {"name": "与现在的名称相同。"})
    return change_unit(actor=actor, unit=unit, told=("单位改名", basis.strip()), name=name, short=short)


def merge_units(*, actor: Actor, units: Sequence[Unit], into: Unit, on: date, basis: str) -> Unit:
    """Merge units into another of the same rank on a day. Their records stay with them, their posts end, each
    names `into` as its successor; pupils, staff and facilities are added to `into`."""
    _require_basis(actor, into, basis)
    _refuse_merge(units, into)
    with transaction.atomic():
        sums = {key: getattr(into, key) + sum(getattr(u, key) for u in units) for key in ADDED_UP}
        has = sorted({*into.has, *(f for u in units for f in u.has)})
        for unit in units:
            close_unit(actor=actor, unit=unit, on=on, successor=into)
        if into.rank == Rank.SCHOOL:
            change_unit(actor=actor, unit=into, **sums, has=has)
        _journal(actor, "接收合并", into, {"from": [u.name for u in units], "on": on.isoformat(), "basis": basis})
    return into


def reparent_unit(*, actor: Actor, unit: Unit, parent: Unit, basis: str) -> Unit:
    """Move a unit with all below it under another parent: every path of the subtree, the rows of every table
    that carry it, and the figures of the ancestors. The journal keeps the old place."""
    _require_basis(actor, unit, basis)
    require(actor, "units.manage", parent.path)
    with transaction.atomic():
        was = Unit.objects.select_for_update().get(pk=unit.pk)
        if was.path != unit.path:
            raise Stale(f"{unit.name}刚刚已被别人调整，请刷新后再看。")
        _refuse_move(unit, parent)
        old, before, former = unit.path, unit.facts(), unit.parent
        Former.objects.create(unit=unit, path=old, until=clock.today())
        unit.parent, unit.path = parent, next_path(parent)
        Unit.objects.filter(pk=unit.pk).update(parent=parent)
        Unit.objects.filter(below(old)).update(path=moved("path", old, unit.path))
        _move_rows(old, unit.path)
        for listener in settings.XIAOAN_MOVE_LISTENERS:
            import_string(listener)(old, unit.path)
        told = {"parent": [former.name if former else "", parent.name], "path": [old, unit.path], "basis": basis}
        tell(actor, "调整隶属", unit, told, before)
    return unit


def moved(column: str, old: str, new: str) -> Concat:
    """The expression that a path column of the subtree at `old` becomes when it moves to `new`."""
    return Concat(Value(new), Substr(F(column), len(old) + 1), output_field=models.CharField())


def tables_that_move() -> Iterator[type[models.Model]]:
    """Every table with a unit_path, but for those that the site says stay."""
    for model in apps.get_models():
        has_path = any(f.name == "unit_path" for f in model._meta.concrete_fields)
        if has_path and not model._meta.proxy and model._meta.label not in settings.XIAOAN_STAYING_TABLES:
            yield model


def _move_rows(old: str, new: str) -> None:
    """One UPDATE per table."""
    for model in tables_that_move():
        changes: dict[str, Any] = {"unit_path": moved("unit_path", old, new)}
        if any(f.name == "county_path" for f in model._meta.concrete_fields):
            changes["county_path"] = Substr(moved("unit_path", old, new), 1, 3 * STEP)
        model._default_manager.filter(below(old, "unit_path")).update(**changes)


def _require_basis(actor: Actor, unit: Unit, basis: str) -> None:
    require(actor, "units.manage", unit.path)
    if not basis.strip():
        raise Invalid("请写明依据(文件名称和文号，或会议纪要)。", {"basis": "依据没有填写。"})


def _refuse_merge(units: Sequence[Unit], into: Unit) -> None:
    if not units:
        raise Invalid("没有选择要并入的单位。", {"units": "请至少选择一个单位。"})
    if not into.is_open:
        raise Invalid(f"{into.name}已经撤销，不能接收合并。")
    for unit in units:
        if unit.pk == into.pk:
            raise Invalid(f"{unit.name}不能并入它自己。")
        if unit.rank != into.rank:
            raise Invalid(f"{unit.name}是{Rank(unit.rank).label}，不能并入{Rank(into.rank).label}。")


def _refuse_move(unit: Unit, parent: Unit) -> None:
    if parent.pk == unit.parent_id:
        raise Invalid(f"{unit.name}现在就隶属于{parent.name}，不用调整。", {"parent": "与现在的上级相同。"})
    if parent.path.startswith(unit.path):
        raise Invalid(f"{parent.name}在{unit.name}下面，不能作它的上级。", {"parent": "不能选它自己或它下面的单位。"})
    if parent.rank not in PARENTS[unit.rank]:
        raise Invalid(f"{Rank(unit.rank).label}不能设在“{parent.name}”下面。", {"parent": "层级不符。"})
    if not parent.is_open or not unit.is_open:
        raise Invalid("已经撤销的单位不能调整隶属。")


def _journal(actor: Actor, verb: str, unit: Unit, changes: dict[str, Any]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="unit", subject_id=unit.id, subject_name=unit.name,
        unit_path=unit.path, changes=changes,
    )  # fmt: skip
