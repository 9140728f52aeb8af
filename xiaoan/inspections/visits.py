"""A visit from the signatures to its end: issuing, putting right, checking again, evaluating."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.services import claim_files, hand_files_to
from xiaoan.engines.flow.services import run_move
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.services import file_record
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.inspections.access import on_behalf
from xiaoan.inspections.counting import count_visit
from xiaoan.inspections.findings import make_findings
from xiaoan.inspections.flows import VISIT
from xiaoan.inspections.models import Part, Visit
from xiaoan.inspections.parts import begin, merged, require_head
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.kernel.ids import read_id

SIDES = {"head": "head_signature", "place": "place_signature"}


def sign(*, actor: Actor, visit: Visit, side: str, file: uuid.UUID, signer: str = "") -> Visit:
    """Put a signature, drawn on the glass and uploaded as a picture, to the visit: the head's, or that of the person who
    stands for the place."""
    with on_behalf(actor, visit) as acting, transaction.atomic():
        _require_running(visit)
        if side not in SIDES:
            raise Invalid("签名不知道是谁的，请重新签名。")
        if side == "head":
            require_head(actor, visit)
        if side == "place" and not signer.strip():
            raise Invalid("请写明被检查单位签名人的姓名。", {"signer": "请写签名人的姓名。"})
        _take(actor, visit, [str(file)])
        changes = {SIDES[side]: file, **({"place_signer": signer.strip()[:60]} if side == "place" else {})}
        _change(acting, visit, "签名确认", changes, {"side": side, "signer": signer.strip() or actor.name})
    return visit


def add_paper(*, actor: Actor, visit: Visit, files: Sequence[str]) -> Visit:
    """Pictures of a paper form that was filled in on site: an equal path; only what failed is typed in besides."""
    with on_behalf(actor, visit) as acting, transaction.atomic():
        begin(acting, visit)
        _require_running(visit)
        _take(actor, visit, files)
        kept = list(dict.fromkeys([*visit.paper, *map(str, files)]))[:30]
        _change(acting, visit, "上传纸质检查表", {"paper": kept}, {"pictures": len(kept)})
    return visit


def finish(
    *, actor: Actor, visit: Visit, opinion: str, why_unsigned: str = "", has_all: bool = False, seen: int | None = None
) -> Visit:
    """The head ends the visit and issues its findings to the place: every failed line raises its hazard, the bureau's own
    record of supervision is filed, and the visit counts.

    Inspectors who have answered and not handed in hold it up, unless the head says that this is all (`has_all`).
    """
    with on_behalf(actor, visit) as acting, transaction.atomic():
        require_head(actor, visit)
        parts = list(visit.parts.select_for_update().select_related("campaign").order_by("-is_head", "id"))
        _check_ready(visit, parts, why_unsigned, has_all)
        place = visit.place
        findings = make_findings(acting, visit, parts)
        major = sum(f.is_major for f in findings)
        days = norm("inspections.fix_days", place.path)
        sets = {
            **scope_of(place), "failed": len(findings), "major": major, "counted_on": clock.today(),
            "repeated": sum(f.row.is_repeat for f in findings), "due": clock.today() + timedelta(days=days),
            "why_unsigned": why_unsigned.strip()[:200],
        }  # fmt: skip
        run_move(VISIT, actor=acting, case=visit, move="finish", seen=seen, filled={"opinion": opinion}, sets=sets)
        visit.parts.update(**_columns(place))
        StoredFile.objects.filter(subject_type=VISIT.key, subject_id=visit.id).update(**scope_of(place))
        visit.record = _file_record(acting, visit, parts)
        visit.save(update_fields=["record"])
        count_visit(visit)
    return visit


def fix(*, actor: Actor, visit: Visit, fix_words: str, files: Sequence[str] = (), seen: int | None = None) -> Visit:
    """The place answers what it has put right."""
    require(actor, "inspections.fix", visit.unit_path)
    with transaction.atomic():
        run_move(
            VISIT, actor=actor, case=visit, move="fix", seen=seen, filled={"fix_words": fix_words},
            sets={"fix_files": [str(f) for f in files]},
        )  # fmt: skip
        if claim_files(ids=[str(f) for f in files], unit=visit.place, subject_type=VISIT.key, subject_id=visit.id):
            raise Invalid("有文件没有传好，请重新选择。", {"files": "有文件没有传好。"})
    return visit


def check(*, actor: Actor, visit: Visit, check_words: str = "", seen: int | None = None) -> Visit:
    """The inspectors have seen that it was put right."""
    with on_behalf(actor, visit) as acting:
        return run_move(VISIT, actor=acting, case=visit, move="check", seen=seen, filled={"check_words": check_words})


def return_it(*, actor: Actor, visit: Visit, check_words: str, seen: int | None = None) -> Visit:
    """Something is still missing: the place puts it right and answers again."""
    with on_behalf(actor, visit) as acting:
        return run_move(
            VISIT, actor=acting, case=visit, move="return", seen=seen, filled={"check_words": check_words},
            sets={"returned": F("returned") + 1},
        )  # fmt: skip


def evaluate(*, actor: Actor, visit: Visit, evaluation: str, seen: int | None = None) -> Visit:
    """The last step: how well it was put right. Without findings it follows on the feedback."""
    if visit.state == "issued" and visit.failed:
        raise Stale("还有没整改的问题，复查通过以后再评价。")
    with on_behalf(actor, visit) as acting:
        return run_move(VISIT, actor=acting, case=visit, move="evaluate", seen=seen, filled={"evaluation": evaluation})


def cancel(*, actor: Actor, visit: Visit, why: str, seen: int | None = None) -> Visit:
    """The visit does not take place."""
    require(actor, "inspections.plan", visit.by_path)
    return run_move(VISIT, actor=actor, case=visit, move="cancel", seen=seen, filled={"why_cancelled": why})


def _check_ready(visit: Visit, parts: Sequence[Part], why_unsigned: str, has_all: bool) -> None:
    _require_running(visit)
    lines = merged(visit, parts)
    if not lines and not visit.paper:
        raise Invalid("还没有任何检查结果。请先填写，或拍照上传纸质检查表。")
    if undecided := [m.text[:20] for m in lines if m.is_open]:
        raise Invalid(f"有 {len(undecided)} 项检查人员意见不一致，请带队人员先裁定：{'、'.join(undecided[:3])}。")
    behind = [p.person_name for p in parts if p.answers and not p.done_at and not p.is_head]
    if behind and not has_all:
        raise Invalid(f"{'、'.join(dict.fromkeys(behind))}还没有交检查结果。已经收齐的，请勾选“结果已收齐”再反馈。",
                      {"has_all": "还有人没有交。"})  # fmt: skip
    if visit.head_signature is None and not visit.paper:
        raise Invalid("请带队人员先签名。", {"head_signature": "还没有签名。"})
    if visit.place_signature is None and not visit.paper and not why_unsigned.strip():
        raise Invalid("请被检查单位的人签名；不能签的，写明原因。", {"why_unsigned": "请写明没有签名的原因。"})


def _require_running(visit: Visit) -> None:
    if visit.state not in ("planned", "running"):
        raise Stale(f"{visit.number}已经反馈，不能再改。")


def _take(actor: Actor, visit: Visit, files: Sequence[str]) -> None:
    """Own uploads become the visit's. They stay at the bureau of a visit without notice until it is issued."""
    ids = [i for i in map(read_id, files) if i]
    stands = Unit.objects.get(pk=visit.unit_id)
    if hand_files_to(actor=actor, ids=list(map(str, ids)), unit=stands, subject_type=VISIT.key, subject_id=visit.id):
        raise Invalid("有照片没有传好，请重新上传。", {"files": "有照片没有传好。"})


def _file_record(acting: Actor, visit: Visit, parts: Sequence[Part]) -> uuid.UUID:
    """The bureau's record of supervision, which proves what documents ask of it: nobody files it twice."""
    campaign = visit.campaign
    known = dict(sheet("supervision").field("partners").options)
    answers: dict[str, Any] = {
        "kind": visit.how.record, "topics": campaign.topics, "visited": visit.place.name[:60],
        "partners": sorted({p.body for p in parts if p.body in known}) or ["own"], "found": visit.failed,
        "major_found": visit.major, "opinion": visit.opinion, "on_list": "yes" if campaign.plan_item_id else "no",
    }  # fmt: skip
    if visit.failed and visit.due:
        answers["deadline"] = visit.due.isoformat()
    if campaign.announced_on:
        answers["announced_on"] = campaign.announced_on.isoformat()
    record = file_record(
        actor=acting, unit=Unit.objects.get(path=visit.by_path), sheet="supervision", answers=answers,
        happened_at=clock.now(), record_id=uuid.uuid5(visit.id, "supervision"),
        seconds=sum(p.seconds for p in parts),
    )  # fmt: skip
    return record.id


def _columns(unit: Unit) -> dict[str, Any]:
    return {"unit_id": unit.id, "unit_path": unit.path, "county_path": unit.county_path}


def _change(acting: Actor, visit: Visit, verb: str, sets: Mapping[str, Any], changes: dict[str, Any]) -> None:
    same = Visit.objects.filter(pk=visit.pk, state=visit.state)
    if not same.update(**sets, step=F("step") + 1):
        raise Stale(f"{visit.number}刚刚有了变化，没有保存。请看过最新情况再办。")
    visit.refresh_from_db()
    write_entry(
        actor=acting, verb=verb, subject_type=VISIT.key, subject_id=visit.id, subject_name=visit.number,
        unit_path=visit.unit_path, changes=changes,
    )  # fmt: skip
