"""Institutions of off-campus training, and kindergartens in self-built houses: what is known of them; penalties."""

from datetime import date
from typing import Any

from django.db import transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.inspections.kinds import BODIES
from xiaoan.inspections.models import Institution, Penalty, Visit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed

KINDS = ("training", "kindergarten")
APPRAISALS = {"safe": "鉴定安全", "unsafe": "鉴定不安全"}
PENALTIES = {
    "warning": "警告", "notice": "通报批评", "fine": "罚款", "confiscate": "没收违法所得", "suspend": "责令停业整顿",
    "revoke": "吊销办学许可",
}  # fmt: skip
REMITS = {k: v for k, v in BODIES.items() if k not in ("expert", "third_party", "traffic")}


def describe(*, actor: Actor, unit: Unit, told: dict[str, Any]) -> Institution:
    """Set what is known of an institution: licence, owner, safety owner, area, house. Only the fields that are told."""
    require(actor, "institutions.keep", unit.path)
    if unit.kind not in KINDS:
        raise Invalid("只登记校外培训机构和幼儿园。")
    _check(told)
    if "remit" in told and not actor.is_system and actor.scope == unit.path:
        raise NotAllowed("主管部门由教育局登记。")
    known = {"remit", "licence", "licence_until", "owner", "safety_owner", "floor_area", "is_self_built", "appraisal",
             "appraised_on"}  # fmt: skip
    values = {k: v for k, v in told.items() if k in known}
    with transaction.atomic():
        row: Institution = Institution.objects.select_for_update().get_or_create(unit=unit, defaults=scope_of(unit))[0]
        for key, value in values.items():
            setattr(row, key, value)
        row.changed_by, row.changed_at = actor.name, clock.now()
        row.save()
        plain = {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}
        write_entry(
            actor=actor, verb="登记机构情况", subject_type="unit", subject_id=unit.id, subject_name=unit.name,
            unit_path=unit.path, changes=plain,
        )  # fmt: skip
    return row


def punish(
    *, actor: Actor, unit: Unit, kind: str, number: str, words: str, decided_on: date, department: str,
    amount: int | None = None, visit: Visit | None = None,
) -> Penalty:  # fmt: skip
    """Record an administrative penalty; it stays on the institution's page."""
    require(actor, "institutions.punish", unit.path)
    wrong = {}
    if unit.kind not in KINDS:
        wrong["unit"] = "只记录对校外培训机构和幼儿园的处罚。"
    if kind not in PENALTIES:
        wrong["kind"] = "请选择处罚种类。"
    if not number.strip():
        wrong["number"] = "请写处罚决定书文号。"
    if not words.strip():
        wrong["words"] = "请写违法事实和依据。"
    if kind == "fine" and not amount:
        wrong["amount"] = "罚款要写金额。"
    if decided_on > clock.today():
        wrong["decided_on"] = "决定日期还没有到。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    row = Penalty(
        kind=kind, number=number.strip()[:60], words=words.strip()[:300], amount=amount, decided_on=decided_on,
        department=department.strip()[:60], visit=visit, made_by=actor.name, made_at=clock.now(), **scope_of(unit),
    )  # fmt: skip
    with transaction.atomic():
        row.save(force_insert=True)
        write_entry(
            actor=actor, verb="记录行政处罚", subject_type="unit", subject_id=unit.id, subject_name=unit.name,
            unit_path=unit.path, changes={"kind": PENALTIES[kind], "number": row.number, "reason": row.words},
        )  # fmt: skip
    return row


def _check(told: dict[str, Any]) -> None:
    wrong = {}
    if told.get("remit", "own") not in REMITS:
        wrong["remit"] = "请选择主管部门。"
    if told.get("appraisal", "") not in ("", *APPRAISALS):
        wrong["appraisal"] = "请选择鉴定结论。"
    if told.get("appraisal") and not told.get("appraised_on"):
        wrong["appraised_on"] = "请写鉴定日期。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
