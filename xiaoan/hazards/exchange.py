"""Hazards as the table `hidden_danger_info` of the dual-prevention data exchange."""

from datetime import datetime
from typing import Any

from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.states import LEVELS, SOURCES
from xiaoan.risks.exchange import AUDIT, MOST, ExchangeTable, company_code, moment

FIELDS = (
    "id", "companyCode", "hazardCode", "riskMeasureId", "checkRecordId", "dangerName", "dangerLevel", "registTime",
    "registrant", "dangersSrc", "enforcementId", "dangerManageType", "hazardDangerType", "hazardCategory", "dangerDesc",
    "dangerReason", "controlMeasures", "cost", "liablePerson", "dangerManageDeadline", "checkAcceptPerson",
    "checkAcceptTime", "checkAcceptComment", "dangerState", "dangerImg", "dangerAcceptImg", *AUDIT,
)  # fmt: skip
# our source -> 隐患来源: 1 日常排查 2 综合性 3 专业性 8 外聘专家 10 其他
SRC = {"self_check": "1", "patrol": "1", "inspection": "2", "third_party": "8", "staff": "1", "student_officer": "1"}
STATE = {"handed_in": "1", "verified": "1", "closed": "9"}
FIRE = "C02"


def tables(unit: Unit) -> list[ExchangeTable]:
    """For the site's list EXCHANGE: the cases of a unit and all below it, but those that were none."""
    rows = Hazard.objects.under(unit.path).exclude(state__in=["duplicate", "false"]).select_related("unit", "point")
    return [("hidden_danger_info", FIELDS, [_row(h) for h in rows.order_by("id")[:MOST]])]


def _row(hazard: Hazard) -> dict[str, Any]:
    told = {
        "id": str(hazard.id), "companyCode": company_code(hazard.unit),
        "hazardCode": hazard.point.code if hazard.point else "", "dangerName": hazard.words[:100],
        "dangerLevel": "2" if hazard.is_major else "1", "registTime": moment(hazard.made_at),
        "registrant": hazard.reporter, "dangersSrc": SRC.get(hazard.source, "10"),
        "dangerManageType": "0" if hazard.managed == "at_once" else "1",
        "hazardDangerType": "5" if hazard.category == FIRE else "1", "hazardCategory": hazard.category,
        "dangerDesc": f"{hazard.place} {hazard.words}（{LEVELS[hazard.level]}，{SOURCES[hazard.source]}）".strip(),
        "controlMeasures": hazard.measures, "cost": hazard.funds, "liablePerson": hazard.responsible,
        "dangerManageDeadline": f"{hazard.fix_by} 00:00:00" if hazard.fix_by else "", "checkAcceptPerson": hazard.verified_by,
        "checkAcceptTime": moment(hazard.verified_at), "checkAcceptComment": hazard.decision,
        "dangerState": STATE.get(hazard.state, "0"), "dangerImg": ",".join(hazard.photos),
        "dangerAcceptImg": ",".join(hazard.after_photos), "deleted": 0, "createDate": moment(hazard.made_at),
        "createBy": hazard.reporter, "updateDate": moment(_last(hazard)), "updateBy": hazard.closed_by or hazard.holder,
    }  # fmt: skip
    return {field: told.get(field, "") for field in FIELDS}


def _last(hazard: Hazard) -> datetime:
    """When it last moved, as far as its row tells."""
    marks = (
        hazard.made_at,
        hazard.judged_at,
        hazard.assigned_at,
        hazard.fixed_at,
        hazard.verified_at,
        hazard.closed_at,
    )
    return max(mark for mark in marks if mark)
