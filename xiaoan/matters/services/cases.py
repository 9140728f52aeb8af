"""Every step of a matter. Texts go to `Said` and the matter's own columns, never to the journal."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from xiaoan.engines.files.services import claim_files
from xiaoan.engines.flow.numbers import next_number, numbered
from xiaoan.engines.flow.services import run_move
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.matters.counting import keys_of, recount_change
from xiaoan.matters.deadlines import after
from xiaoan.matters.flows import MATTER
from xiaoan.matters.kinds import OF_PEOPLE, kind
from xiaoan.matters.models import Cell, Matter, Party, Said, Spot, Sweep
from xiaoan.matters.models.cases import CONTENT
from xiaoan.matters.picking import picked

LONGEST = 1000
MOST_PHOTOS = 9
NUMBERED = {"surroundings": "周边", "dispute": "纠纷", "petition": "信访", "enquiry": "咨询"}


def report_matter(
    *, actor: Actor, unit: Unit, kind_key: str, words: str, place: str = "", cell: Cell | None = None,
    spot: Spot | None = None, sweep: Sweep | None = None, partner: Unit | None = None, photos: Sequence[str] = (),
    happened_at: datetime | None = None, matter_id: uuid.UUID | None = None, reporter: str = "", contact: str = "",
    token: str = "",
) -> Matter:  # fmt: skip
    """Tell of a problem around a school, a dispute, a petition or an enquiry, and pass it at once to `partner` if one is
    named. Sending the same `matter_id` again returns the matter that is there."""
    what = kind(kind_key)
    require(actor, _right_to_report(what.family, what.restricted), unit.path)
    with wall.opened():
        sent = picked(Matter.objects.all(), matter_id)
    if sent:
        return _same(sent, unit, kind_key)
    _check(unit, what.restricted, words, partner, cell, spot, photos)
    now = clock.now()
    answer_by = after(what.days, unit.path)
    matter = Matter(
        id=matter_id or new_id(), kind=what.key, family=what.family, words=words.strip()[:LONGEST],
        place=place.strip()[:80], cell=cell, spot=spot, sweep=sweep, photos=list(photos), is_restricted=what.restricted,
        reporter=(reporter or actor.name)[:60], contact=contact.strip()[:60], token=token, due=answer_by,
        answer_by=answer_by, holder_path=unit.county_path if what.restricted else unit.path,
        happened_at=happened_at or now, made_at=now, made_by_id=actor.person_id, **scope_of(unit),
    )  # fmt: skip
    try:
        with transaction.atomic():
            _write(actor, matter, partner)
    except IntegrityError:
        if matter_id is None:
            raise
        with wall.opened():
            sent = Matter.objects.get(id=matter_id)
        return _same(sent, unit, kind_key)
    return matter


def _write(actor: Actor, matter: Matter, partner: Unit | None) -> None:
    word = "线索" if matter.is_restricted else NUMBERED[matter.family]
    matter.number = numbered(word, matter.made_at.year, next_number(word, matter.county_path))
    matter.save(force_insert=True)
    if matter.photos and claim_files(ids=matter.photos, unit=matter.unit, subject_type="matter", subject_id=matter.id):
        raise Invalid("有照片没有传到，请重新选择。", {"photos": "有照片没有传到。"})
    if matter.family in OF_PEOPLE and actor.person_id:
        Party.objects.create(matter=matter, person_id=actor.person_id, **scope_of(matter.unit))
    verb = "报告受限线索" if matter.is_restricted else "报告事项"
    _tell(actor, verb, matter)
    recount_change((), keys_of(matter))
    if partner:
        _hand_over(actor, matter, partner)


def pass_on(*, actor: Actor, matter: Matter, partner: Unit | None, words: str = "", seen: int | None = None) -> Matter:
    """Pass it to a partner body, which has to sign for it within the norm."""
    return _move(actor, matter, "pass", seen, words, sets=_passed(matter, partner))


def handle(*, actor: Actor, matter: Matter, words: str = "", seen: int | None = None) -> Matter:
    """The holder takes it on itself."""
    return _move(actor, matter, "handle", seen, words, sets={"due": matter.answer_by})


def send_up(*, actor: Actor, matter: Matter, words: str, seen: int | None = None) -> Matter:
    """The school asks the bureau of its county to take over; the county asks its city."""
    above = matter.county_path if matter.holder_path != matter.county_path else matter.county_path[:8]
    if above == matter.holder_path or not above:
        raise Invalid("上面没有可以协调的单位了。")
    _say_why({"words": (words, "请写明要上级协调什么。")})
    return _move(actor, matter, "send_up", seen, words, sets={"holder_path": above})


def receive(*, actor: Actor, matter: Matter, seen: int | None = None) -> Matter:
    """The partner body signs for it; the answer is due on the day promised at the start, or in a norm's days if that is over."""
    days = max(matter.answer_by, after("matters.receipt_days", matter.unit_path))
    return _move(actor, matter, "receive", seen, "", sets={"due": days})


def send_back(*, actor: Actor, matter: Matter, words: str, seen: int | None = None) -> Matter:
    """Not this body's business: back to the holder, with the reason."""
    _say_why({"words": (words, "请写明为什么退回，应由谁办理。")})
    sets = {"partner": None, "partner_path": "", "returned": F("returned") + 1}
    return _move(actor, matter, "send_back", seen, words, sets=sets)


def answer(*, actor: Actor, matter: Matter, words: str, outcome: str = "", seen: int | None = None) -> Matter:
    """Say what was done; by the partner body, or by the holder that handles it itself."""
    outcomes = {o.key: o for o in matter.told.outcomes}
    _say_why({"words": (words, "请写明办理结果。")})
    if outcomes and matter.partner_path and outcome not in outcomes:
        raise Invalid("请选择处理结论。", {"outcome": "请选择处理结论。"})
    move = "answer_own" if matter.state == "handling" else "answer"
    sets = {
        "answer": words.strip()[:LONGEST], "outcome": outcome if outcome in outcomes else "",
        "first_answered_on": matter.first_answered_on or clock.today(), "due": after("matters.receipt_days", matter.unit_path),
    }  # fmt: skip
    with transaction.atomic():
        _move(actor, matter, move, seen, words, sets=sets)
        if matter.spot_id and outcome in outcomes and outcomes[outcome].closes:
            _close_spot(actor, matter, outcomes[outcome].name)
    return matter


def confirm(
    *, actor: Actor, matter: Matter, content: int | None = None, words: str = "", seen: int | None = None
) -> Matter:
    """The holder has seen that it is solved; `content` is how satisfied they are (1 to 3)."""
    if content is not None and content not in CONTENT:
        raise Invalid("请选择满意、基本满意或不满意。", {"content": "请选择满意程度。"})
    return _move(
        actor,
        matter,
        "confirm",
        seen,
        words,
        sets={"closed_at": clock.now(), **({"content": content} if content else {})},
    )


def redo(*, actor: Actor, matter: Matter, words: str, seen: int | None = None) -> Matter:
    """It is not solved: back to who answered."""
    _say_why({"words": (words, "请写明还有什么没有解决。")})
    move = "redo" if matter.partner_path else "redo_own"
    due = after("matters.receipt_days", matter.unit_path)
    return _move(
        actor, matter, move, seen, words, sets={"due": max(due, matter.answer_by), "returned": F("returned") + 1}
    )


def void(*, actor: Actor, matter: Matter, words: str, seen: int | None = None) -> Matter:
    """Told by mistake, or told twice."""
    _say_why({"words": (words, "请写明作废的原因。")})
    return _move(actor, matter, "void", seen, words, sets={"closed_at": clock.now()})


def chase(*, actor: Actor, matter: Matter) -> Matter:
    """Remind the partner body, at most once a day."""
    require(actor, "matters.handle", matter.holder_path)
    if actor.unit_path != matter.holder_path and not actor.is_system:
        raise NotAllowed("由负责这件事的单位催办。")
    today = clock.today()
    with transaction.atomic():
        rows = Matter.objects.filter(id=matter.id, state__in=["passed", "received"]).exclude(chased_on=today)
        if not rows.update(chased=F("chased") + 1, chased_on=today):
            raise Stale("现在不用催：部门已经答复，或者今天已经催过。")
        matter.refresh_from_db()
        _tell(actor, "催办部门", matter)
    return matter


def _move(
    actor: Actor, matter: Matter, move: str, seen: int | None, words: str, *, sets: dict[str, Any]
) -> Matter:  # fmt: skip
    """Run a move, keep what was said beside it, and keep the figures with it."""
    before = list(keys_of(matter))
    with transaction.atomic():
        run_move(MATTER, actor=actor, case=matter, move=move, seen=seen, sets=sets)
        if words.strip():
            say(actor, matter, MATTER.move(move).name, words)
        recount_change(before, keys_of(matter))
    return matter


def say(actor: Actor, matter: Matter, how: str, words: str) -> Said:
    """Keep a text of a step, with who said it and for which unit."""
    unit = Unit.objects.filter(id=actor.unit_id).first() if actor.unit_id else None
    return Said.objects.create(
        matter=matter, how=how[:12], words=words.strip()[:LONGEST], by=actor.name, by_unit=unit.label if unit else "",
        at=clock.now(), **scope_of(matter.unit),
    )  # fmt: skip


def _hand_over(actor: Actor, matter: Matter, partner: Unit) -> None:
    """Passed in the same breath as it was told, also by who reports and does not handle."""
    sets, before = _passed(matter, partner), list(keys_of(matter))
    for name, value in sets.items():
        setattr(matter, name, value)
    matter.state, matter.step = "passed", 1
    matter.save(update_fields=[*sets, "state", "step"])
    _tell(actor, "转交部门", matter, {"to": partner.name, "from": "reported"})
    recount_change(before, keys_of(matter))


def _passed(matter: Matter, partner: Unit | None) -> dict[str, Any]:
    if partner is None or not is_partner_of(partner, matter.unit):
        raise Invalid("请选择要转交的部门。", {"partner": "请选择要转交的部门。"})
    return {"partner": partner, "partner_path": partner.path, "due": after("matters.receipt_days", matter.unit_path)}


def is_partner_of(partner: Unit, unit: Unit) -> bool:
    """Whether the body belongs to a bureau above the unit, so that its people have the unit in scope."""
    return partner.rank == Rank.PARTNER and partner.is_open and unit.path.startswith(partner.path[:-4])


def _close_spot(actor: Actor, matter: Matter, why: str) -> None:
    spot = matter.spot
    if spot is None or spot.closed_on:
        return
    spot.closed_on, spot.closed_why, spot.is_licensed = clock.today(), why, False
    spot.save(update_fields=["closed_on", "closed_why", "is_licensed"])
    write_entry(
        actor=actor, verb="场所已取缔", subject_type="spot", subject_id=spot.id, subject_name=spot.name,
        unit_path=matter.unit_path, changes={"why": why, "matter": matter.number},
    )  # fmt: skip


def _check(
    unit: Unit, restricted: bool, words: str, partner: Unit | None, cell: Cell | None, spot: Spot | None, photos: Sequence[str]
) -> None:  # fmt: skip
    wrong = {}
    if not words.strip():
        wrong["words"] = "请写一句是什么事。"
    if len(photos) > MOST_PHOTOS:
        wrong["photos"] = f"最多 {MOST_PHOTOS} 张照片。"
    if partner and not is_partner_of(partner, unit):
        wrong["partner"] = "这个部门不对应本地区。"
    if restricted and (partner is None or partner.kind != "police"):
        wrong["partner"] = "受限线索只能报送公安，请选择公安部门。"
    if any(thing is not None and thing.unit_path != unit.path for thing in (cell, spot)):
        wrong["cell"] = "网格和场所要选这所学校周边的。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _say_why(asked: dict[str, tuple[str, str]]) -> None:
    missing = {key: sentence for key, (value, sentence) in asked.items() if not value.strip()}
    if missing:
        raise Invalid("".join(missing.values()), missing)


def _right_to_report(family: str, restricted: bool) -> str:
    if restricted:
        return "clues.send"
    return "disputes.report" if family in OF_PEOPLE else "matters.report"


def _same(sent: Matter, unit: Unit, kind_key: str) -> Matter:
    if sent.unit_id != unit.id or sent.kind != kind_key:
        raise NotKnown("这个编号已用在别的事项上，请重新填写一次。")
    return sent


def _tell(actor: Actor, verb: str, matter: Matter, changes: dict[str, Any] | None = None) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type=MATTER.key, subject_id=matter.id, subject_name=str(matter),
        unit_path=matter.unit_path, changes=changes or {},
    )  # fmt: skip
