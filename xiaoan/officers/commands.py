"""What phones may do as an officer: functions(actor, command) -> answer, named in the site's list."""

from typing import Any

from xiaoan.engines.sync.sent import Sent
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.kernel.ids import read_id
from xiaoan.officers.models import Group
from xiaoan.officers.seeing import NOT_HERE, office_of
from xiaoan.officers.services.reports import report_as_officer, report_concern, report_suspicion


def report_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`officer.report` {group, words, place, photos, kind: hazard|suspicion}: the report (and its hazard) take the
    command's id. An officer need not name the own group."""
    told = sent.payload
    words, place = str(told.get("words", "")), str(told.get("place", ""))
    if told.get("kind") == "suspicion":
        unit = Unit.objects.get(path=actor.unit_path)
        row = report_suspicion(
            actor=actor, unit=unit, words=words, place=place, happened_at=sent.happened_at, report_id=sent.id
        )
        return {"report": str(row.id)}
    row = report_as_officer(
        actor=actor, group=_group(actor, told.get("group")), words=words, place=place,
        photos=[str(p) for p in told.get("photos") or ()], happened_at=sent.happened_at, captured_at=sent.captured_at,
        report_id=sent.id,
    )  # fmt: skip
    return {"report": str(row.id), "hazard": str(row.hazard_id)}


def concern_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`officer.concern` {group, pupil, words}, in private. What is refused is kept nowhere but on the phone."""
    told = sent.payload
    report_concern(
        actor=actor, group=_group(actor, told.get("group")), pupil=str(told.get("pupil", "")), words=str(told.get("words", "")),
        at=sent.happened_at, concern_id=sent.id,
    )  # fmt: skip
    return {}


def _group(actor: Actor, told: Any) -> Group:
    """The group that was named, of the own school; the officer's own when none was."""
    if not told and (own := office_of(actor)):
        return own.group
    rows = Group.objects.filter(unit_path=actor.unit_path, ended_on__isnull=True).select_related("unit")
    found: Group | None = rows.filter(id=wanted).first() if (wanted := read_id(told)) else None
    if found is None:
        raise NotKnown(NOT_HERE)
    return found
