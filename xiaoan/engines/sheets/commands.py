"""What phones may do with records: functions(actor, command) -> answer, named in the site's list."""

import uuid
from typing import Any

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record, withdraw_record
from xiaoan.engines.sync.sent import Sent
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.kernel.ids import read_id
from xiaoan.kernel.kept import Kept

BY_ID = Kept(lambda pk: Unit.objects.filter(pk=pk), uuid.UUID(int=1))


def file_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`record.file` {unit, sheet, answers, seconds, about}: the record takes the command's id."""
    told = sent.payload
    if told.get("sheet") not in sheets() or not isinstance(told.get("answers"), dict):
        raise Invalid("平台没有这种记录表，可能是手机上的页面太旧。请联网更新页面后重新填写。")
    record = file_record(
        actor=actor, unit=_unit(actor, told.get("unit")), sheet=told["sheet"], answers=told["answers"],
        happened_at=sent.happened_at, captured_at=sent.captured_at, record_id=sent.id,
        seconds=_seconds(told.get("seconds")), source="phone", about=str(told.get("about") or "")[:48],
    )  # fmt: skip
    return {"record": str(record.id), "summary": record.summary}


def withdraw_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`record.withdraw` {record, why}."""
    rows = Record.objects.visible_to(actor, "records.write")
    wanted = read_id(sent.payload.get("record"))
    record = rows.filter(id=wanted).first() if wanted else None
    if record is None:
        raise NotKnown("没有这条记录，或者它不在您的管理范围内。")
    withdraw_record(actor=actor, record=record, why=str(sent.payload.get("why", "")))
    return {"record": str(record.id)}


def _unit(actor: Actor, unit_id: Any) -> Unit:
    """The unit that it was filled in for, which need not be the one of the post held now."""
    wanted = read_id(unit_id)
    home = actor.home
    unit = home if home and home.id == wanted else BY_ID.first(wanted) if wanted else None
    if unit is None or not actor.sees(unit.path):
        raise NotKnown("这条记录是为别的单位填的，您现在的岗位不能替它提交。请切换岗位后重新填写。")
    return unit


def _seconds(value: Any) -> int:
    return min(max(0, int(value)), 14400) if isinstance(value, int | float) else 0
