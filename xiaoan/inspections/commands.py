"""What phones may do on a visit: functions(actor, command) -> answer, named in the site's list."""

from typing import Any

from xiaoan.engines.sync.sent import Sent
from xiaoan.inspections import parts, visits
from xiaoan.inspections.access import UNKNOWN, find_visit
from xiaoan.inspections.models import Visit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.kernel.ids import read_id


def part_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`inspection.part` {visit, way, answers: {line: {result, note, score, photos, clause, text}}, done, seconds}: an
    inspector's answers, all or some. The later written answer to a line stays, whichever arrives last."""
    told = sent.payload
    if not isinstance(told.get("answers"), dict):
        raise Invalid("没有收到检查结果，请在手机上重新提交。")
    visit = _visit(actor, sent)
    part = parts.save_part(
        actor=actor, visit=visit, answers=told["answers"], way=str(told.get("way") or "site"),
        is_done=told.get("done") is True, seconds=_seconds(told.get("seconds")), at=sent.captured_at,
    )  # fmt: skip
    return {"visit": str(visit.id), "part": str(part.id), "answered": len(part.answers), "state": visit.state}


def sign_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`inspection.sign` {visit, side: head | place, file, signer}: a signature that was uploaded as a picture."""
    told = sent.payload
    file = read_id(told.get("file"))
    if file is None:
        raise Invalid("签名没有传到，请重新签名。")
    visit = visits.sign(
        actor=actor, visit=_visit(actor, sent), side=str(told.get("side", "")), file=file,
        signer=str(told.get("signer") or "")[:60],
    )  # fmt: skip
    return {"visit": str(visit.id), "step": visit.step}


def paper_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`inspection.paper` {visit}, with the command's files: pictures of the paper form."""
    files = [str(f) for f in sent.payload.get("files") or sent.files]
    visit = visits.add_paper(actor=actor, visit=_visit(actor, sent), files=files)
    return {"visit": str(visit.id), "pictures": len(visit.paper)}


def decide_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`inspection.decide` {visit, line, result, why}: the head decides where inspectors disagree."""
    told = sent.payload
    visit = parts.decide(
        actor=actor, visit=_visit(actor, sent), key=str(told.get("line", "")), result=str(told.get("result", "")),
        why=str(told.get("why") or ""),
    )  # fmt: skip
    return {"visit": str(visit.id), "open": len(parts.conflicts(visit))}


def finish_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`inspection.finish` {visit, opinion, why_unsigned, all}: the head issues the findings."""
    told = sent.payload
    visit = visits.finish(
        actor=actor, visit=_visit(actor, sent), opinion=str(told.get("opinion") or "")[:500],
        why_unsigned=str(told.get("why_unsigned") or "")[:200], has_all=told.get("all") is True,
    )  # fmt: skip
    return {"visit": str(visit.id), "state": visit.state, "failed": visit.failed, "number": visit.number}


def _visit(actor: Actor, sent: Sent) -> Visit:
    wanted = read_id(sent.payload.get("visit"))
    if wanted is None:
        raise NotKnown(UNKNOWN)
    return find_visit(actor, wanted)


def _seconds(value: Any) -> int:
    return min(max(0, int(value)), parts.MOST_SECONDS) if isinstance(value, int | float) else 0
