"""What inspectors answer: taken in as often as it is sent, merged without loss, decided by the head where they disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from xiaoan.engines.files.services import uploaded_by
from xiaoan.engines.flow.declare import Flow
from xiaoan.engines.flow.services import run_move
from xiaoan.ground.journal.services import write_entry
from xiaoan.hazards.models import Hazard
from xiaoan.inspections.access import on_behalf, parts_of
from xiaoan.inspections.catalogue import Line
from xiaoan.inspections.citations import Citation, cite
from xiaoan.inspections.flows import CAMPAIGN, VISIT
from xiaoan.inspections.kinds import RESULTS, WAYS
from xiaoan.inspections.lines import OWN, lines_of_visit
from xiaoan.inspections.models import Campaign, Part, Visit
from xiaoan.inspections.raising import is_danger, raise_hazard, raised, take_back
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.kernel.ids import read_id

MOST_NOTE, MOST_PHOTOS, MOST_SECONDS, MOST_OWN = 500, 9, 8 * 3600, 60
OVER = "{number}已经反馈，这些结果没有并入。需要补充时，请联系带队人员另行处理。"


@dataclass(frozen=True)
class Merged:
    """One line with what each inspector said. `result` is what holds: agreed on, or decided; empty while open."""

    key: str
    line: Line | None
    said: Sequence[tuple[Part, dict[str, Any]]]
    result: str
    decided: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        return not self.result

    @property
    def text(self) -> str:
        return self.line.text if self.line else str(self.said[0][1].get("text", ""))


def save_part(
    *, actor: Actor, visit: Visit, answers: Mapping[str, Any], way: str = "site", is_done: bool = False,
    seconds: int = 0, at: datetime | None = None,
) -> Part:  # fmt: skip
    """Take in an inspector's answers, all or some of them, as often as they come: of two answers to one line by the same
    inspector the later written one stays. A line that fails raises its hazard at once, unless the visit is without
    notice or another inspector says otherwise: then it waits for the head.

    Raises Invalid for a failed line without a clause, Stale when the findings are issued already.
    """
    with on_behalf(actor, visit) as acting, transaction.atomic():
        part = _own_part(acting, visit, way)
        if visit.state not in ("planned", "running"):
            raise Stale(OVER.format(number=visit.number))
        fresh = _cleaned(visit, answers, at or clock.now())
        _check_photos(actor, fresh)
        begin(acting, visit)
        part.answers = _laid_over(part.answers, fresh)
        part.first_at = part.first_at or clock.now()
        part.done_at = clock.now() if is_done else part.done_at
        part.seconds = min(part.seconds + max(0, seconds), MOST_SECONDS)
        part.save(update_fields=["answers", "first_at", "done_at", "seconds"])
        _tell(acting, visit, part, len(fresh), is_done)
        if not visit.is_hidden and is_danger(visit):
            _raise_failed(acting, visit, part, fresh)
    return part


def begin(acting: Actor, visit: Visit) -> None:
    """The first answer starts the visit, and the first visit its campaign."""
    if visit.state == "planned":
        _start(VISIT, acting, visit)
        campaign = Campaign.objects.get(pk=visit.campaign_id)
        if campaign.state == "dispatched":
            _start(CAMPAIGN, acting, campaign, started_at=clock.now())


def _start(flow: Flow, acting: Actor, case: Any, **sets: Any) -> None:
    """Another phone may start it at the same moment: then it is running, and that is all that is wanted."""
    try:
        run_move(flow, actor=acting, case=case, move="start", sets=sets)
    except Stale:
        case.refresh_from_db()
        if case.state != "running":
            raise


def merged(visit: Visit, parts: Sequence[Part] | None = None) -> list[Merged]:
    """All lines that anybody answered, in the order of the list, own lines last."""
    held = list(parts if parts is not None else visit.parts.order_by("-is_head", "id"))
    lines = lines_of_visit(visit)
    said: dict[str, list[tuple[Part, dict[str, Any]]]] = {}
    for part in held:
        for key, answer in part.answers.items():
            said.setdefault(key, []).append((part, answer))
    order = {key: n for n, key in enumerate(lines)}
    return [
        Merged(key, lines.get(key), said[key], _result(said[key], visit.decided.get(key)), visit.decided.get(key, {}))
        for key in sorted(said, key=lambda k: (order.get(k, len(order)), k))
    ]


def conflicts(visit: Visit) -> list[Merged]:
    """Lines on which inspectors disagree and the head has not decided yet."""
    return [m for m in merged(visit) if m.is_open]


def decide(*, actor: Actor, visit: Visit, key: str, result: str, why: str = "") -> Visit:
    """The head decides a line on which inspectors disagree; what each said stays. A hazard that the line has raised and
    that nobody has worked on goes with it when it is overruled."""
    with on_behalf(actor, visit) as acting, transaction.atomic():
        require_head(actor, visit)
        row = Visit.objects.select_for_update().get(pk=visit.pk)
        known = next((m for m in merged(row) if m.key == key), None)
        if known is None or result not in {a["result"] for _, a in known.said}:
            raise Invalid("这一项没有这样的结果，请从检查人员填写的结果里选。", {"result": "没有这样的结果。"})
        if row.state != "running":
            raise Stale(OVER.format(number=row.number))
        why = why.strip()[:200]
        back = row.decided.get(key, {}).get("back", 0)
        back += result != "fail" and take_back(row, key, actor.name, why)
        row.decided = {**row.decided, key: {"result": result, "why": why, "by": actor.name, "back": back}}
        row.save(update_fields=["decided"])
        write_entry(
            actor=acting, verb="裁定检查结果", subject_type=VISIT.key, subject_id=row.id, subject_name=row.number,
            unit_path=row.unit_path, changes={"line": known.text[:80], "result": RESULTS[result], "why": why},
        )  # fmt: skip
        visit.refresh_from_db(fields=["decided"])
    return visit


def overruled(visit: Visit, lines: Sequence[Merged]) -> list[tuple[Merged, Hazard]]:
    """Lines that were decided not to fail while somebody works on their hazard already: what becomes of it is for the
    head to settle with them."""
    decided = {m.key: m for m in lines if m.decided and m.result not in ("", "fail")}
    return [(decided[key], hazard) for key, hazard in raised(visit, decided).items()]


def require_head(actor: Actor, visit: Visit) -> None:
    """Only who heads the visit."""
    if not actor.is_system and actor.person_id != visit.head_id:
        raise NotAllowed(f"这一步由带队人员{visit.head_name}办理。")


def citation_of(visit: Visit, key: str, answer: Mapping[str, Any], lines: Mapping[str, Line]) -> Citation:
    """What a failed answer cites. Raises Invalid when it cites nothing."""
    line = lines.get(key)
    return cite(
        visit.place.path, str(answer.get("clause", "")), line, line.text if line else str(answer.get("text", ""))
    )


def _own_part(acting: Actor, visit: Visit, way: str) -> Part:
    part: Part | None = parts_of(acting).select_for_update().filter(visit=visit, way=way).first()
    if part is None:
        words = WAYS.get(way, way)
        raise NotAllowed(f"这次检查没有派您做{words}。")
    return part


def _cleaned(visit: Visit, answers: Mapping[str, Any], at: datetime) -> dict[str, dict[str, Any]]:
    if not isinstance(answers, Mapping):
        raise Invalid("没有收到检查结果，请重新填写。")
    lines, wrong, found = lines_of_visit(visit), dict[str, str](), dict[str, dict[str, Any]]()
    for key, raw in answers.items():
        try:
            found[str(key)] = _answer(visit, str(key), raw, lines, at)
        except Invalid as why:
            wrong[str(key)] = why.sentence
    if len([k for k in found if k.startswith(OWN)]) > MOST_OWN:
        wrong[""] = f"自己加的检查项最多 {MOST_OWN} 项。"
    if wrong:
        raise Invalid("".join(dict.fromkeys(wrong.values())), wrong)
    return found


def _answer(visit: Visit, key: str, raw: Any, lines: Mapping[str, Line], at: datetime) -> dict[str, Any]:
    told = raw if isinstance(raw, Mapping) else {"result": raw}
    text = str(told.get("text") or "").strip()[:300]
    if key not in lines and not (key.startswith(OWN) and len(key) <= 48 and text):
        raise Invalid("有一项不在这次的检查表里，请更新页面后重新填写。")
    result = str(told.get("result", ""))
    if result not in RESULTS:
        raise Invalid("每一项只能是合格、不合格或不适用。")
    answer: dict[str, Any] = {"result": result, "at": at.isoformat()}
    for name, value in (
        ("note", str(told.get("note") or "").strip()[:MOST_NOTE]), ("text", text), ("score", _score(told.get("score"))),
        ("photos", [str(i) for i in map(read_id, _list(told.get("photos"))) if i][:MOST_PHOTOS]),
        ("clause", str(told.get("clause") or "").strip()[:48]),
    ):  # fmt: skip
        if value not in ("", None, []):
            answer[name] = value
    if result == "fail":
        citation_of(visit, key, answer, lines)
    return answer


def _check_photos(actor: Actor, fresh: Mapping[str, Any]) -> None:
    """An inspector shows own pictures: what somebody else uploaded is not theirs to give away."""
    photos = {i for a in fresh.values() for i in a.get("photos", [])}
    if photos - uploaded_by(actor, photos):
        raise Invalid("有照片没有传好，请重新拍摄或选择。", {"photos": "有照片没有传好。"})


def _score(value: Any) -> float | None:
    return (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100 else None
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _laid_over(held: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """Of two answers to one line the later written one."""
    newer = {k: a for k, a in fresh.items() if a["at"] >= held.get(k, {}).get("at", "")}
    return {**held, **newer}


def _result(said: Sequence[tuple[Part, Mapping[str, Any]]], decided: Mapping[str, Any] | None) -> str:
    results = {a["result"] for _, a in said}
    if decided and decided["result"] in results:
        return str(decided["result"])
    return results.pop() if len(results) == 1 else ""


def _raise_failed(acting: Actor, visit: Visit, part: Part, fresh: Mapping[str, Any]) -> None:
    """Hazards of the lines that just failed and that nobody contests."""
    lines = lines_of_visit(visit)
    failed = [k for k, a in fresh.items() if a["result"] == "fail"]
    if not failed:
        return
    agreed = {m.key for m in merged(visit) if m.result == "fail"}
    for key in failed:
        if key in agreed:
            raise_hazard(acting, visit, key, part.answers[key], lines.get(key), part)


def _tell(acting: Actor, visit: Visit, part: Part, number: int, is_done: bool) -> None:
    write_entry(
        actor=acting, verb="交检查结果" if is_done else "填检查结果", subject_type=VISIT.key, subject_id=visit.id,
        subject_name=visit.number, unit_path=visit.unit_path, changes={"lines": number, "way": WAYS[part.way]},
    )  # fmt: skip
