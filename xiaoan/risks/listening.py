"""What records tell this floor: an emergency plan was filed, a risk study was recorded."""

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.risks.services import studies
from xiaoan.risks.services.standing import reckon

SHEET, KIND = "deliverable", "plan"


def on_record(record: Record, change: str) -> None:
    """Listener of records. A study is the same wherever its record was made: on its own page, at a desk, on a phone."""
    if record.sheet == studies.SHEET:
        studies.keep(record) if change == "filed" else studies.forget(record)
    elif record.sheet == SHEET and record.answers.get("kind") == KIND and record.unit.is_school:
        _plan(record)


def _plan(record: Record) -> None:
    """Keep at the school's standing when its emergency plan was last filed."""
    same = Record.objects.filter(unit_path=record.unit_path, sheet=SHEET, state=RecordState.FILED)
    filed = [r for r in same.order_by("-happened_on")[:200] if r.answers.get("kind") == KIND]
    reckon(record.unit, is_active=False, plan_on=filed[0].happened_on if filed else None)
