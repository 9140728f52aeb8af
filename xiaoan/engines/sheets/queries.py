"""Reading: which sheets a unit fills in, what was used last, what was answered last."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from xiaoan.engines.sheets.catalogue import Sheet, sheets
from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.tally.queries import total_of
from xiaoan.ground.norms.queries import norm
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

RECENT_ROWS = 100
RECENT_SHEETS = 6


def sheets_for(rank: str) -> list[Sheet]:
    """The sheets that units of this rank fill in, in the catalogue's order."""
    return [s for s in sheets().values() if rank in s.ranks]


def recent_sheets(actor: Actor, allowed: list[Sheet]) -> list[Sheet]:
    """What this person filled in last at this unit, newest first; for a newcomer, what the unit did."""
    rows = Record.objects.filter(unit_path=actor.scope, state=RecordState.FILED).order_by("-happened_on", "-id")
    used = list(rows.values_list("sheet", "person_id")[:RECENT_ROWS])
    own = [key for key, person in used if person == actor.person_id] or [key for key, _ in used]
    known = {s.key: s for s in allowed}
    return [known[key] for key in dict.fromkeys(own) if key in known][:RECENT_SHEETS]


def last_answers(unit_path: str, person_id: uuid.UUID | None, sheet: Sheet) -> dict[str, Any]:
    """What is offered again: the remembered questions of the person's last record, else of the unit's.

    Of somebody else's record nothing confidential is offered.
    """
    rows = Record.objects.filter(unit_path=unit_path, sheet=sheet.key, state=RecordState.FILED)
    found = list(rows.order_by("-happened_on", "-id").values_list("person_id", "answers")[:20])
    own = next((a for who, a in found if who == person_id), None)
    answers = own if own is not None else found[0][1] if found else {}
    hidden = () if own is not None else sheet.confidential
    return {f.key: answers[f.key] for f in sheet.fields if f.remember and f.key in answers and f.key not in hidden}


def may_undo(actor: Actor, record: Record) -> bool:
    """Whether the person may take back an own record at once, without a reason."""
    minutes = norm("sheets.undo_minutes", record.unit_path)
    return (
        record.is_filed
        and record.person_id is not None
        and record.person_id == actor.person_id
        and may_withdraw(actor, record)
        and clock.now() - record.received_at <= timedelta(minutes=minutes)
    )


def may_withdraw(actor: Actor, record: Record) -> bool:
    """Whether the record is valid and one of the actor's own unit."""
    return record.is_filed and record.unit_path == actor.scope and actor.may("records.write", record.unit_path)


def kept_total(actor: Actor, values: Mapping[str, str]) -> int | None:
    """How many valid records there are in the actor's scope, from the tally; None when the filters ask for more."""
    if set(values) - {"sheet"}:
        return None
    return total_of(actor.scope, "records", values.get("sheet", ""))
