"""What phones may do with hazards: functions(actor, command) -> answer, named in the site's list."""

from typing import Any

from xiaoan.engines.sync.sent import Sent
from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_LEADS
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import unit_below
from xiaoan.hazards import services
from xiaoan.hazards.doing import as_typed, do_move
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.forms import post_choices
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.queries import find_hazard
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Stale
from xiaoan.kernel.ids import read_id
from xiaoan.risks.models import Point
from xiaoan.risks.queries import control_at

OLD_PAGE = "平台不认识这一步，可能是手机上的页面太旧。请联网更新页面后再办。"
OWN_SOURCES = {
    "student_officer": "student_officer",
    "parent": "parent",
    "partner_officer": "partner",
    "expert": "third_party",
}
# They need a look at more than a phone holds.
ON_THE_DESK = {"transfer", "duplicate", "close", "regrade", "recall", "reopen"}
PHONE_MOVES = {m.key for m in HAZARD.moves} - ON_THE_DESK


def report_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`hazard.report` {unit, words, place, point, control, photos, item, level, kind, fixed: {by, how, photos}, anonymous}:
    the hazard takes the command's id."""
    told = sent.payload
    unit = _unit(actor, told.get("unit"))
    fixed = told.get("fixed")
    hazard = services.report_hazard(
        actor=actor, unit=unit, words=_text(told, "words", 500), place=_text(told, "place", 120),
        point=_point(unit, told.get("point")), control=control_at(unit, read_id(told.get("control"))),
        photos=_list(told.get("photos")), source=source_of(actor), item=_text(told, "item", 40),
        level=_text(told, "level", 8), kind=_text(told, "kind", 16) or "hazard", happened_at=sent.happened_at,
        captured_at=sent.captured_at, hazard_id=sent.id,
        is_anonymous=told.get("anonymous") is True,
        fixed={**fixed, "photos": _list(fixed.get("photos"))} if isinstance(fixed, dict) else None,
    )  # fmt: skip
    return {"hazard": str(hazard.id), "number": hazard.number, "state": hazard.state}


def move_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`hazard.move` {hazard, move, seen, filled, photos}. `seen` is the step that the phone showed: what somebody else
    has changed since is Stale, and a person settles it."""
    told = sent.payload
    wanted = read_id(told.get("hazard"))
    if wanted is None:
        raise NotKnown("没有这件隐患，或者它不在您的管理范围内。")
    hazard = find_hazard(actor, wanted)
    move, seen = str(told.get("move")), told.get("seen")
    if move not in PHONE_MOVES or not isinstance(seen, int):
        raise Invalid(OLD_PAGE)
    if hazard.step != seen:
        raise Stale(
            f"这件隐患在您没有网络时有了变化，现在是“{_state(hazard)}”，您的“{sent.label[:20]}”没有执行。请看过最新情况再办。"
        )
    photos = [str(photo) for photo in _list(told.get("photos"))]
    done = do_move(actor, hazard, move, _typed(hazard, told), photos, seen)
    return {"hazard": str(done.id), "state": done.state}


def source_of(actor: Actor) -> str:
    """Where a report comes from, by who reports."""
    if actor.role in OFFICE_READERS:
        return "inspection"
    return OWN_SOURCES.get(actor.role, "self_check" if actor.role in SCHOOL_LEADS else "staff")


def _typed(hazard: Hazard, told: dict[str, Any]) -> dict[str, Any]:
    """What the phone holds by column, by the names of the forms. Whoever is no longer in the list stays a name."""
    filled = told.get("filled")
    given = as_typed(filled) if isinstance(filled, dict) else {}
    person, why = given.pop("person", ""), given.get("level_why", "")
    if person and person in dict(post_choices(hazard.unit_path)):
        given["responsible_post"] = person
    return {**given, "why": why}


def _unit(actor: Actor, unit_id: Any) -> Unit:
    wanted = read_id(unit_id)
    unit = unit_below(actor, wanted) if wanted else None
    if unit is None:
        raise NotKnown("没有这所学校，或者它不在您的管理范围内。请重新选学校。")
    return unit


def _point(unit: Unit, point_id: Any) -> Point | None:
    """The point, if the school still has it: the place stays in words."""
    wanted = read_id(point_id)
    return Point.objects.filter(id=wanted, unit_path=unit.path).first() if wanted else None


def _state(hazard: Hazard) -> str:
    return HAZARD.state(hazard.state).label


def _text(told: dict[str, Any], name: str, most: int) -> str:
    return str(told.get(name) or "").strip()[:most]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
