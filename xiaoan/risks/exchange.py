"""The export adapter: a school's chain as the tables of the dual-prevention data exchange, field by field.

Other floors add their tables through the site's list XIAOAN_EXCHANGE: functions(units) -> [(table, fields, rows)]."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from xiaoan.ground.units.models import Unit
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.models import Confirmation, Control, Found, Point, RiskEvent, RiskUnit

MOST = 20_000
Row = dict[str, Any]
ExchangeTable = tuple[str, tuple[str, ...], list[Row]]
AUDIT = ("deleted", "createDate", "createBy", "updateDate", "updateBy")
UNIT = ("id", "companyCode", "hazardCode", "hazardDep", "hazardLiablePerson", "riskUnitName", *AUDIT)
EVENT = ("id", "companyCode", "riskUnitId", "riskEventName", *AUDIT)
MEASURE = (
    "id", "companyCode", "riskEventId", "dataSrc", "riskMeasureDesc", "classify1", "classify2", "classify3",
    "troubleshootContent", *AUDIT,
)  # fmt: skip
MISSION = (
    "id", "companyCode", "riskMeasureId", "troubleshootContent", "checkCycle", "checkCycleUnit", "taskStartTime",
    "workStartTime", "workEndTime", "workDayType", "workType", "taskNum", *AUDIT,
)  # fmt: skip
RECORD = (
    "id", "companyCode", "checkTaskId", "checkTime", "mobileMe", "isDefend", "checkStatus", "createByMobile",
    "updateByMobile", *AUDIT,
)  # fmt: skip
STOPPED = ("id", "companyCode", "hazardCode", "riskUnitId", "stopStartTime", "stopEndTime", "stopReason", *AUDIT)
PERIODS = {"day": "天", "month": "月", "year": "年"}


def tables_of(unit: Unit) -> list[ExchangeTable]:
    """The tables of a unit and all below it: (table, fields, rows). Raises Invalid where they would be too many."""
    if Control.objects.under(unit.path)[MOST : MOST + 1].exists():
        raise Invalid("数据太多，请按学校或镇街分别导出。")
    own: list[ExchangeTable] = [
        ("security_risk_unit", UNIT, list(_units(unit))),
        ("security_risk_events", EVENT, list(_events(unit))),
        ("security_risk_control_measures", MEASURE, list(_measures(unit))),
        ("hidden_check_mission", MISSION, list(_missions(unit))),
        ("hidden_check_record", RECORD, list(_records(unit))),
    ]
    more: list[ExchangeTable] = []
    for name in settings.XIAOAN_EXCHANGE:
        more += import_string(name)(unit)
    return [*own, *more, ("deactivated_maintenance_record", STOPPED, list(_stopped(unit)))]


def company_code(unit: Unit) -> str:
    """The school identifier, else the credit code, else our own path."""
    return unit.identifier or unit.credit_code or unit.path


def moment(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else ""


def _units(unit: Unit) -> Iterable[Row]:
    for row in RiskUnit.objects.under(unit.path).select_related("unit", "point").order_by("id"):
        yield {
            "id": str(row.id), "companyCode": company_code(row.unit), "hazardCode": row.point.code,
            "hazardDep": row.point.post, "hazardLiablePerson": row.point.owner, "riskUnitName": row.name,
            **_audit(row, row.is_active and row.point.is_active),
        }  # fmt: skip


def _events(unit: Unit) -> Iterable[Row]:
    for row in RiskEvent.objects.under(unit.path).select_related("unit", "risk_unit__point").order_by("id"):
        yield {
            "id": str(row.id), "companyCode": company_code(row.unit), "riskUnitId": str(row.risk_unit_id),
            "riskEventName": row.name, **_audit(row, row.is_active and row.risk_unit.point.is_active),
        }  # fmt: skip


def _measures(unit: Unit) -> Iterable[Row]:
    for row in _controls(unit):
        yield {
            "id": str(row.id), "companyCode": company_code(row.unit), "riskEventId": str(row.event_id),
            "dataSrc": row.way, "riskMeasureDesc": row.words, "classify1": row.sort, "classify2": row.part,
            "classify3": "", "troubleshootContent": row.words, **_audit(row, row.is_active),
        }  # fmt: skip


def _missions(unit: Unit) -> Iterable[Row]:
    """Each control is a task that comes round: its id is the task's."""
    for row in _controls(unit):
        yield {
            "id": str(row.id), "companyCode": company_code(row.unit), "riskMeasureId": str(row.id),
            "troubleshootContent": row.words, "checkCycle": row.every, "checkCycleUnit": PERIODS[row.period],
            "taskStartTime": moment(row.made_at), "workStartTime": "", "workEndTime": "", "workDayType": "3",
            "workType": "", "taskNum": row.item, **_audit(row, row.is_active),
        }  # fmt: skip


def _records(unit: Unit) -> Iterable[Row]:
    rows = Confirmation.objects.under(unit.path).select_related("unit").order_by("-at", "-id")[:MOST]
    for row in rows:
        at = moment(row.at)
        yield {
            "id": str(row.id), "companyCode": company_code(row.unit), "checkTaskId": str(row.control_id), "checkTime": at,
            "mobileMe": "", "isDefend": "1" if row.found == Found.WELL else "0", "checkStatus": row.found,
            "createByMobile": "", "updateByMobile": "", "deleted": 0, "createDate": at, "createBy": row.by,
            "updateDate": at, "updateBy": row.by,
        }  # fmt: skip


def _stopped(unit: Unit) -> Iterable[Row]:
    """Points that ended: out of use for good."""
    ended = Point.objects.under(unit.path).filter(is_active=False).prefetch_related("units").select_related("unit")
    for point in ended.order_by("id"):
        for row in point.units.all():
            yield {
                "id": str(row.id), "companyCode": company_code(point.unit), "hazardCode": point.code,
                "riskUnitId": str(row.id), "stopStartTime": f"{point.ended_on} 00:00:00", "stopEndTime": "",
                "stopReason": point.note, **_audit(row, True),
            }  # fmt: skip


def _controls(unit: Unit) -> Sequence[Control]:
    return list(Control.objects.under(unit.path).select_related("unit").order_by("id"))


def _audit(row: Any, is_there: bool) -> Row:
    return {
        "deleted": 0 if is_there else 1, "createDate": moment(row.made_at), "createBy": row.made_by,
        "updateDate": moment(row.updated_at), "updateBy": row.updated_by,
    }  # fmt: skip
