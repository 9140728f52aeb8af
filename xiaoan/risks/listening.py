"""What records tell this floor: an emergency plan was filed."""

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.risks.services.standing import reckon

SHEET, KIND = "deliverable", "plan"


def on_record(record: Record, change: str) -> None:
    """Listener of records: keep at the school's standing when its emergency plan was last filed."""
    if record.sheet != SHEET or record.answers.get("kind") != KIND or not record.unit.is_school:
        return
    same = Record.objects.filter(unit_path=record.unit_path, sheet=SHEET, state=RecordState.FILED)
    filed = [r for r in same.order_by("-happened_on")[:200] if r.answers.get("kind") == KIND]
    reckon(record.unit, is_active=False, plan_on=filed[0].happened_on if filed else None)
