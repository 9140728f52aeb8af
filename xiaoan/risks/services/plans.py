"""Floor plans and where points stand on them."""

import uuid

from django.db import transaction

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import claim_files
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.models import Plan, Point

MOST = 12


def add_plan(*, actor: Actor, unit: Unit, name: str, file: StoredFile) -> Plan:
    """A picture of a floor or of the grounds."""
    require(actor, "risks.write", unit.path)
    if not file.media_type.startswith("image/") or file.unit_path != unit.path:
        raise Invalid("平面图要是图片（拍照或截图都行）。", {"file": "平面图要是图片。"})
    if not name.strip():
        raise Invalid("请写这张图是哪里，如“教学楼一层”。", {"name": "请写这张图是哪里。"})
    held = Plan.objects.filter(unit_path=unit.path).count()
    if held >= MOST:
        raise Invalid(f"一所学校最多 {MOST} 张平面图。")
    row = Plan(name=name.strip()[:40], file=file.id, place=held, made_at=clock.now(), **scope_of(unit))
    with transaction.atomic():
        row.save(force_insert=True)
        claim_files(ids=[str(file.id)], unit=unit, subject_type="plan", subject_id=row.id)
        _tell(actor, row, "上传平面图", row.name)
    return row


def drop_plan(*, actor: Actor, plan: Plan) -> None:
    """Take a picture away; its points lose their place on it."""
    require(actor, "risks.write", plan.unit_path)
    with transaction.atomic():
        Point.objects.filter(plan=plan).update(plan=None, x=None, y=None)
        _tell(actor, plan, "删除平面图", plan.name)
        plan.delete()


def place_point(*, actor: Actor, point: Point, plan: Plan | None, x: int | None = None, y: int | None = None) -> Point:
    """Where a point stands on a picture, in thousandths; without a picture it stands nowhere."""
    require(actor, "risks.write", point.unit_path)
    if plan is not None and (
        plan.unit_path != point.unit_path or x is None or y is None or not (0 <= x <= 1000 and 0 <= y <= 1000)
    ):
        raise Invalid("请在图上点一下位置。")
    told = {"plan": plan, "x": x if plan else None, "y": y if plan else None}
    with transaction.atomic():
        Point.objects.filter(id=point.id).update(updated_at=clock.now(), **told)
        point.refresh_from_db()
        write_entry(
            actor=actor, verb="标注风险点位置", subject_type="point", subject_id=point.id, subject_name=point.name,
            unit_path=point.unit_path, changes={"plan": plan.name if plan else "", "x": x, "y": y},
        )  # fmt: skip
    return point


def find_plan(unit: Unit, plan_id: uuid.UUID) -> Plan | None:
    return Plan.objects.filter(id=plan_id, unit_path=unit.path).first()


def _tell(actor: Actor, plan: Plan, verb: str, name: str) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="plan", subject_id=plan.id, subject_name=name, unit_path=plan.unit_path
    )
