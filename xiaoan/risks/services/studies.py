"""The monthly risk study: what changed in the list, by whom, and what follows; filed as the record that proves the duty."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiaoan.checks.catalogue import categories
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.models import Assessment, Level, Point, Study

MOST = 300
SHEET = "risk_study"
# Our categories as the record's question names them.
AREAS = {
    "C02": "fire", "C03": "building", "C04": "food", "C05": "building", "C06": "lab", "C07": "building", "C08": "traffic",
    "C09": "security", "C10": "security", "C12": "crowd", "C13": "health", "C14": "mind", "C16": "security",
    "C17": "disaster",
}  # fmt: skip


def record_study(
    *, actor: Actor, unit: Unit, conclusion: str, actions: str = "", people: int | None = None, seconds: int = 0
) -> Study:
    """Record this month's study. The changes since the last one are taken from the history; nobody types them."""
    require(actor, "risks.study", unit.path)
    if not conclusion.strip():
        raise Invalid("请写下月最要防的。", {"conclusion": "请写下月最要防的。"})
    told = {"conclusion": conclusion.strip()[:500], "actions": actions.strip()[:500], "people": people}
    with transaction.atomic():
        answers = {**_counted(changes_since_last(unit)), **{k: v for k, v in told.items() if v}}
        record = file_record(
            actor=actor, unit=unit, sheet=SHEET, answers=answers, happened_at=clock.now(), seconds=seconds
        )
        row: Study = Study.objects.get(unit_path=unit.path, record=record.id)
        write_entry(
            actor=actor, verb="记录风险研判", subject_type="study", subject_id=row.id, subject_name=str(row),
            unit_path=unit.path, changes={"changes": len(row.changes), "conclusion": row.conclusion},
        )  # fmt: skip
    return row


def keep(record: Record) -> None:
    """A study for the record that was filed, with what changed in the list since the last one."""
    told = record.answers
    Study.objects.create(
        month=f"{record.happened_on:%Y-%m}", on=record.happened_on, conclusion=told["conclusion"],
        actions=told.get("actions", ""), people=int(told["people"]) if told.get("people") else None,
        changes=changes_since_last(record.unit), record=record.id, by=record.person_name, by_id=record.person_id, at=clock.now(), **scope_of(record.unit),
    )  # fmt: skip


def forget(record: Record) -> None:
    """The record was withdrawn: what it told is no study any more."""
    Study.objects.filter(unit_path=record.unit_path, record=record.id).delete()


def changes_since_last(unit: Unit) -> list[dict[str, Any]]:
    """What changed in the list at and below the unit since its last study (or since the month began), newest first:
    of a bureau only what concerns red and orange."""
    last = Study.objects.filter(unit_path=unit.path).order_by("-at").first()
    since = last.at if last else _month_began()
    rows = Assessment.objects.under(unit.path).filter(at__gt=since).select_related("point__unit")
    ended = Point.objects.under(unit.path).filter(ended_on__gt=clock.day_of(since) - timedelta(days=1), is_active=False)
    if not unit.is_school:
        rows = rows.filter(level__lte=Level.ORANGE) | rows.filter(before__lte=Level.ORANGE)
        ended = ended.filter(level__lte=Level.ORANGE)
    told = [_change(a, unit) for a in rows.order_by("-at", "-id")[:MOST]]
    return told + [_ended(p, unit) for p in ended.select_related("unit").order_by("-ended_on")[:MOST]]


def count(changes: Sequence[dict[str, Any]], kind: str) -> int:
    return sum(c["kind"] == kind for c in changes)


def _change(row: Assessment, unit: Unit) -> dict[str, Any]:
    if row.before is None:
        kind, what = "added", f"新增，评为{Level(row.level).label}"
    elif row.level < row.before:
        kind, what = "raised", f"由{Level(row.before).label}上调为{Level(row.level).label}"
    elif row.level > row.before:
        kind, what = "cleared", f"由{Level(row.before).label}下调为{Level(row.level).label}"
    else:
        kind, what = "same", f"重新评估，仍为{Level(row.level).label}"
    return _line(row.point, unit, kind, what, row.by, clock.day_of(row.at).isoformat())


def _ended(point: Point, unit: Unit) -> dict[str, Any]:
    return _line(point, unit, "cleared", f"已消除：{point.note}", "", str(point.ended_on))


def _line(point: Point, unit: Unit, kind: str, what: str, by: str, on: str) -> dict[str, Any]:
    name = point.name if unit.is_school else f"{point.unit.label} {point.name}"
    return {
        "point": str(point.id),
        "name": name,
        "category": point.kind,
        "kind": kind,
        "what": what,
        "by": by,
        "on": on,
    }


def _counted(changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the record asks to be counted, counted."""
    areas = {AREAS.get(c["category"], "other") for c in changes} or {"other"}
    return {"areas": sorted(areas), **{name: min(count(changes, name), 500) for name in ("added", "raised", "cleared")}}


def _month_began() -> datetime:
    return timezone.make_aware(datetime.combine(clock.today().replace(day=1), time()))


def category_names(changes: Sequence[dict[str, Any]]) -> str:
    """The categories that the changes are about, in words."""
    names = categories()
    return "、".join(sorted({names[c["category"]].name for c in changes if c["category"] in names}))
