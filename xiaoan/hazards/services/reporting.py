"""Reporting: anybody of the field, any source, one way in."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError

from xiaoan.engines.flow.numbers import next_number, numbered
from xiaoan.engines.tally.services import add
from xiaoan.ground.norms.queries import known
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.hazards.figures import cells, closing
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.grading import category_of, item_of, propose
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.photos import checked, take
from xiaoan.hazards.placing import place
from xiaoan.hazards.repeats import place_key
from xiaoan.hazards.services.moving import remember, tell_risks, told
from xiaoan.hazards.states import FROM_OUTSIDE, KINDS, LEVELS, SOURCES, worst
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.bulk import insert_object
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.kernel.ids import new_id, read_id
from xiaoan.kernel.kept import Kept
from xiaoan.kernel.together import together
from xiaoan.risks.models import Control, Point
from xiaoan.risks.queries import control_at, control_for

BY_ID = Kept(lambda pk: Hazard.objects.filter(pk=pk), uuid.UUID(int=1))
NORMS_NEEDED = (
    "hazards.judge_days", "hazards.verify_days", "hazards.verified_by.low", "hazards.verified_by.general",
    "hazards.verified_by.larger", "hazards.repeat_days", "checks.composite_least",
)  # fmt: skip
ANONYMOUS = "匿名"
SEEN_IT = "现场看到整改完成"


def report_hazard(
    *, actor: Actor, unit: Unit, words: str, place: str = "", point: Any = None, photos: Sequence[Any] = (),
    source: str, item: str = "", level: str = "", kind: str = "hazard", origin: tuple[str, Any] = ("", None),
    happened_at: datetime | None = None, captured_at: datetime | None = None, hazard_id: uuid.UUID | None = None,
    reporter: str = "", is_anonymous: bool = False, fixed: Mapping[str, Any] | None = None, category: str = "",
    subcategory: str = "", control: Any = None,
) -> Hazard:  # fmt: skip
    """Take a hazard in. With `hazard_id` it may be sent again with no second effect.

    `control` is the control of a risk point that did not hold; point and item are its own where none is given.

    `fixed` is {"by": words, "photos": [ids], "how": words} where it was fixed at once: then it is closed on the spot when
    the reporter may verify this level and is not the fixer, else it waits for verification. An item sets category and
    level; `level` may raise it. An anonymous reporter is named nowhere; the own list still finds the case.
    """
    require(actor, "hazards.report", unit.path)
    try:
        with together(), known(NORMS_NEEDED, unit.path):
            failed = _control(unit, control)
            if failed:
                point, item = point or failed.point_id, item or (failed.item if item_of(failed.item) else "")
            hazard = _built(
                actor, unit, words=words, place=place, source=source, item=item, level=level, kind=kind,
                category=category, subcategory=subcategory, happened_at=happened_at, captured_at=captured_at,
                hazard_id=hazard_id, reporter=reporter, is_anonymous=is_anonymous,
            )  # fmt: skip
            hazard.point_id = _point(unit, point)
            hazard.control = failed or control_for(hazard.point_id, hazard.item)
            hazard.origin_type, hazard.origin_id = origin
            hazard.photos = checked(photos)
            if fixed:
                _mark_fixed(actor, hazard, fixed)
            _take_in(actor, hazard)
    except (IntegrityError, Invalid):  # what was taken in under the id stands; it may be one that the actor may not see
        with wall.opened():
            sent = BY_ID.first(hazard_id) if hazard_id else None
        if sent is None:
            raise
        return _same(sent, unit)
    return hazard


def _built(actor: Actor, unit: Unit, **given: Any) -> Hazard:
    """The unsaved case, checked."""
    item = item_of(given["item"])
    if item:
        given |= {
            "category": item.category,
            "subcategory": item.subcategory,
            "words": given["words"].strip() or f"不符合：{item.text}",
        }
    _check(unit, **given)
    graded, now = propose(unit.path, given["item"]), clock.now()
    told = given["level"] if given["source"] in FROM_OUTSIDE and given["level"] in ("major", "larger") else ""
    happened = min(given["happened_at"] or given["captured_at"] or now, now).astimezone(UTC)  # as it will be read
    reporter = ANONYMOUS if given["is_anonymous"] else given["reporter"].strip()[:60] or actor.name
    return Hazard(
        id=given["hazard_id"] or new_id(), kind=given["kind"], words=given["words"].strip()[:500],
        place=given["place"].strip()[:120], place_key=place_key(given["place"]), source=given["source"],
        item=given["item"], category=given["category"], subcategory=given["subcategory"],
        level=worst(given["level"], graded.level) or "general", proposed=graded.level, least=worst(graded.least, told),
        level_why=graded.why[:300], happened_at=happened, captured_at=given["captured_at"] or now, made_at=now,
        found_on=clock.day_of(happened), reporter=reporter, is_anonymous=given["is_anonymous"],
        reported_by_id=actor.person_id, reported_post_id=actor.post_id, **scope_of(unit),
    )  # fmt: skip


def _check(unit: Unit, **given: Any) -> None:
    wrong = {}
    if not given["words"].strip():
        wrong["words"] = "请写一句看到了什么。"
    if given["source"] not in SOURCES:
        wrong["source"] = "平台没有这种来源。"
    if given["category"] and not category_of(given["category"]):
        wrong["category"] = "平台没有这一类隐患。"
    if given["kind"] not in KINDS:
        wrong["kind"] = "平台没有这一类隐患。"
    if given["level"] and given["level"] not in LEVELS:
        wrong["level"] = "隐患等级是重大、较大、一般、低中的一个。"
    if unit.rank in (Rank.DEPARTMENT, Rank.PARTNER) or not unit.is_open:
        wrong["unit"] = f"{unit.name}不能登记隐患，请选学校或教育行政部门。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)


def _point(unit: Unit, point: Any) -> uuid.UUID | None:
    """The id of a risk point of this unit. Raises Invalid for another's."""
    wanted = getattr(point, "id", point)
    if wanted and not Point.objects.filter(id=wanted, unit_path=unit.path).exists():
        raise Invalid("没有这个风险点，请重新扫码或选地点。", {"point": "没有这个风险点。"})
    return wanted  # type: ignore[no-any-return]


def _control(unit: Unit, control: Any) -> Control | None:
    """A control of this unit. Raises Invalid for another's."""
    found = control_at(unit, getattr(control, "id", control))
    if control and found is None:
        raise Invalid("没有这项管控措施，请从风险点重新进入。", {"control": "没有这项管控措施。"})
    return found


def _mark_fixed(actor: Actor, hazard: Hazard, fixed: Mapping[str, Any]) -> None:
    """Fixed on the spot: before and after are shown, and who did it is said."""
    by, how = str(fixed.get("by", "")).strip()[:60], str(fixed.get("how", "")).strip()[:500]
    after = checked(fixed.get("photos") or (), "after_photos")
    wrong = {}
    if not by:
        wrong["fixed_by"] = "请写谁改好的。"
    if not (hazard.photos and after):
        wrong["after_photos"] = "当场改好的，要有整改前和整改后的照片。"
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    now, person = clock.now(), read_id(fixed.get("person"))
    hazard.managed, hazard.done, hazard.after_photos = "at_once", how or "当场整改", after
    hazard.responsible = hazard.fixed_by = by
    is_own = by == actor.name or actor.is_person(person)
    hazard.responsible_by_id = hazard.fixed_by_id = actor.person_id if is_own else person
    hazard.fixed_post_id = actor.post_id if is_own else None
    hazard.fixers = [str(i) for i in (hazard.fixed_by_id, hazard.fixed_post_id) if i]
    hazard.judged_at = hazard.assigned_at = hazard.fixed_at = now
    hazard.fix_by = clock.today()
    hazard.state = "handed_in"


def _take_in(actor: Actor, hazard: Hazard) -> None:
    """Write it with its number, pictures, history, figures, and the link to what was there before."""
    place(hazard)
    if hazard.managed == "at_once" and _may_witness(actor, hazard):
        _close_at_once(actor, hazard)
    number = next_number(HAZARD.key, hazard.county_path)
    hazard.number = numbered("隐患", clock.today().year, number)
    insert_object(hazard)
    take(actor, hazard, [*hazard.photos, *hazard.after_photos])
    named = replace(actor, name=ANONYMOUS, person_id=None, post_id=None, where="") if hazard.is_anonymous else actor
    told(named, "上报隐患", hazard, {"source": hazard.source, "level": hazard.level, "photos": hazard.photos})
    if hazard.managed == "at_once":
        words = {"by": hazard.fixed_by, "done": hazard.done, "after_photos": hazard.after_photos}
        told(named, "即查即改", hazard, words)
    if not hazard.is_open:
        told(actor, "当场验收销号", hazard, {"decision": hazard.decision})
    add(sorted(cells(hazard).items()))
    remember(hazard)
    tell_risks(hazard)


def _may_witness(actor: Actor, hazard: Hazard) -> bool:
    """Who saw it fixed closes it: somebody else than the fixer, who may verify this level; never a major or larger one."""
    if hazard.level in ("major", "larger") or hazard.fixed_by == actor.name or actor.is_system or hazard.is_anonymous:
        return False
    is_high = hazard.verify_path.startswith(actor.unit_path)
    return is_high and actor.may("hazards.verify", hazard.unit_path) and not actor.is_person(hazard.fixed_by_id)


def _close_at_once(actor: Actor, hazard: Hazard) -> None:
    now = clock.now()
    hazard.state, hazard.decision = "closed", SEEN_IT
    for name in ("verified", "closed"):
        setattr(hazard, f"{name}_by", actor.name)
        setattr(hazard, f"{name}_by_id", actor.person_id)
        setattr(hazard, f"{name}_post_id", actor.post_id)
        setattr(hazard, f"{name}_at", now)
    for column, value in closing(hazard, now).items():
        setattr(hazard, column, value)
    place(hazard)


def _same(sent: Hazard, unit: Unit) -> Hazard:
    if sent.unit_id != unit.id:
        raise Stale("这个编号已被别的隐患用过，请重新填写一次。")
    sent.is_repeat = True
    return sent
