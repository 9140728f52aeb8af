"""From a failed line to a hazard, once; and back, where the head overrules the line before anybody has worked on it."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from xiaoan.checks.catalogue import items
from xiaoan.engines.files.services import hand_files_to
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services import dismiss, report_hazard
from xiaoan.inspections.catalogue import Line
from xiaoan.inspections.flows import VISIT
from xiaoan.inspections.models import Part, Visit
from xiaoan.kernel.actor import SYSTEM, Actor

SPACE = uuid.UUID("6f2d4b0e-8c61-4a8e-9a57-2b5f0d3c7e10")


def hazard_id(visit: Visit, key: str) -> uuid.UUID:
    """The id that the hazard of a line has, however often and by whomever it is sent; another one after it was taken back,
    for what has been dismissed is not raised again."""
    back = visit.decided.get(key, {}).get("back", 0)
    return uuid.uuid5(SPACE, f"{visit.id}:{key}:{back}" if back else f"{visit.id}:{key}")


def is_danger(visit: Visit) -> bool:
    """Whether what fails is a danger at a school; a bureau's neglected duty is a finding and no hazard."""
    return visit.place.is_school


def raise_hazard(
    acting: Actor, visit: Visit, key: str, answer: Mapping[str, Any], line: Line | None, part: Part
) -> Hazard:
    """The hazard of a failed line at the place; the same line gives the same hazard."""
    photos = [str(i) for i in answer.get("photos", [])]
    hand_files_to(actor=acting, ids=photos, unit=visit.place, of_anyone=True)  # checked when they were sent
    text = line.text if line else str(answer.get("text", ""))
    note = str(answer.get("note", ""))
    return report_hazard(
        actor=acting, unit=visit.place, words=(f"{note}（检查项：{text}）" if note else f"不符合：{text}")[:500],
        photos=tuple(photos), source=source_of(part), item=key if key in items() else "",
        origin=(VISIT.key, visit.id), hazard_id=hazard_id(visit, key), reporter=part.organisation or part.person_name,
    )  # fmt: skip


def take_back(visit: Visit, key: str, head: str, why: str) -> bool:
    """Dismiss the hazard that an overruled line has raised, unless somebody works on it already or only a bureau above the
    inspecting one may. It follows from the decision, whoever it was that reported it. Returns whether it was dismissed."""
    hazard = Hazard.objects.filter(pk=hazard_id(visit, key)).first()
    if hazard is None or hazard.state != HAZARD.start or not hazard.dismiss_path.startswith(visit.by_path):
        return False
    words = f"{visit.number}检查人员意见不一致，带队人员{head}裁定这一项没有不合格" + (f"：{why}" if why else "。")
    dismiss(actor=SYSTEM.named(head), hazard=hazard, decision=words)
    return True


def raised(visit: Visit, keys: Iterable[str]) -> dict[str, Hazard]:
    """The open hazards of these lines, by line."""
    ids = {hazard_id(visit, key): key for key in keys}
    rows = Hazard.objects.filter(pk__in=list(ids), origin_type=VISIT.key, origin_id=visit.id).still_open()
    return {ids[h.pk]: h for h in rows.select_related("unit")}


def source_of(part: Part) -> str:
    if part.body == "third_party":
        return "third_party"
    return "self_check" if part.campaign.mode == "self" else "inspection"
