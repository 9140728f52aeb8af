"""Setting a norm for a region."""

from datetime import date

from django.db import transaction

from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.declare import declared
from xiaoan.ground.norms.models import NormRow
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid


def set_norm(*, actor: Actor, unit: Unit, key: str, text: str, valid_from: date, basis: str) -> NormRow:
    """Give the norm another value at `unit` and below from a day on. The basis is compulsory."""
    require(actor, "norms.set", unit.path)
    try:
        value = declared()[key].read(text)
    except ValueError as why:
        raise Invalid(str(why), {"value": str(why)}) from why
    if not basis.strip():
        raise Invalid("请写明依据(文件名称和文号，或会议纪要)。", {"basis": "依据没有填写。"})
    with transaction.atomic():
        row, _ = NormRow.objects.update_or_create(
            key=key, unit=unit, valid_from=valid_from,
            defaults={"unit_path": unit.path, "value": value, "basis": basis.strip(), "made_by": actor.name},
        )  # fmt: skip
        write_entry(
            actor=actor, verb="设定规范值", subject_type="norm", subject_id=key, subject_name=declared()[key].sentence,
            unit_path=unit.path, changes={"value": value, "from": valid_from.isoformat(), "basis": basis},
        )  # fmt: skip
    return row
