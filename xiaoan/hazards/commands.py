"""What phones may do with hazards: functions(actor, command) -> answer, named in the site's list."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date

from xiaoan.engines.sync.sent import Sent
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.roles import OFFICE_READERS, SCHOOL_LEADS
from xiaoan.ground.units.models import Unit
from xiaoan.hazards import services
from xiaoan.hazards.flows import HAZARD
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
Step = Callable[[Actor, Hazard, dict[str, Any], dict[str, Any]], Hazard]


def report_from_phone(actor: Actor, sent: Sent) -> dict[str, Any]:
    """`hazard.report` {unit, words, place, point, control, photos, item, level, kind, fixed: {by, how, photos}, anonymous}:
    the hazard takes the command's id."""
    told = sent.payload
    unit = _unit(actor, told.get("unit"))
    fixed = told.get("fixed")
    hazard = services.report_hazard(
        actor=actor, unit=unit, words=_text(told, "words", 500), place=_text(told, "place", 120),
        point=_point(unit, told.get("point")), control=control_at(unit, read_id(told.get("control"))),
        photos=_list(told.get("photos")), source=source_of(actor), item=_text(told, "item", 40), level=_text(told, "level", 8), kind=_text(told, "kind", 16) or "hazard",
        happened_at=sent.happened_at, captured_at=sent.captured_at, hazard_id=sent.id,
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
    step = STEPS.get(str(told.get("move")))
    seen = told.get("seen")
    if step is None or not isinstance(seen, int):
        raise Invalid(OLD_PAGE)
    if hazard.step != seen:
        raise Stale(
            f"这件隐患在您没有网络时有了变化，现在是“{_state(hazard)}”，您的“{sent.label[:20]}”没有执行。请看过最新情况再办。"
        )
    filled = told.get("filled")
    given = {"photos": _list(told.get("photos")), **(filled if isinstance(filled, dict) else {})}
    done = step(actor, hazard, given, {"seen": seen})
    return {"hazard": str(done.id), "state": done.state}


def source_of(actor: Actor) -> str:
    """Where a report comes from, by who reports."""
    if actor.role in OFFICE_READERS:
        return "inspection"
    return OWN_SOURCES.get(actor.role, "self_check" if actor.role in SCHOOL_LEADS else "staff")


def _judge(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
    return services.judge(
        actor=actor, hazard=hazard, category=_text(given, "category", 8), level=_text(given, "level", 8),
        item=hazard.item, why=_text(given, "level_why", 300), **seen,
    )  # fmt: skip


def _assign(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
    measures, funds, plan, interim = (_text(given, name, 300) for name in ("measures", "funds", "plan", "interim"))
    return services.assign(
        actor=actor, hazard=hazard, responsible=_who(hazard, given), measures=measures, funds=funds, plan=plan,
        interim=interim, fix_by=_day(given.get("fix_by")), **seen,
    )  # fmt: skip


def _reassign(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
    why = _text(given, "decision", 300)
    return services.reassign(actor=actor, hazard=hazard, responsible=_who(hazard, given), why=why, **seen)


def _hand_in(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
    return services.hand_in(actor=actor, hazard=hazard, done=_text(given, "done", 500), photos=given["photos"], **seen)


def _answer(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
    return services.answer(actor=actor, hazard=hazard, done=_text(given, "done", 500), photos=given["photos"], **seen)


def _ask_more(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
    until, why = _day(given.get("ask_until")), _text(given, "ask_why", 300)
    return services.ask_more(actor=actor, hazard=hazard, until=until, why=why, **seen)


def _raise(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
    level, why = _text(given, "level", 8), _text(given, "level_why", 300)
    return services.raise_level(actor=actor, hazard=hazard, level=level, why=why, **seen)


def _plainly(service: Callable[..., Hazard]) -> Step:
    """A step that asks for nothing."""
    return lambda actor, hazard, given, seen: service(actor=actor, hazard=hazard, **seen)


def _deciding(service: Callable[..., Hazard]) -> Step:
    """A step that asks for a decision in words."""

    def step(actor: Actor, hazard: Hazard, given: dict[str, Any], seen: dict[str, Any]) -> Hazard:
        return service(actor=actor, hazard=hazard, decision=_text(given, "decision", 300), **seen)

    return step


# What a phone may do; the other moves of the flow need a look at more than it holds.
STEPS: dict[str, Step] = {
    "judge": _judge, "assign": _assign, "reassign": _reassign, "start": _plainly(services.start), "hand_in": _hand_in,
    "verify": _deciding(services.verify), "return": _deciding(services.return_it), "ask_more": _ask_more,
    "grant": _deciding(services.grant_more), "refuse": _deciding(services.refuse_more), "raise": _raise,
    "receive": _plainly(services.receive), "answer": _answer, "decline": _deciding(services.decline),
    "false": _deciding(services.dismiss),
}  # fmt: skip


def _unit(actor: Actor, unit_id: Any) -> Unit:
    wanted = read_id(unit_id)
    unit = Unit.objects.under(actor.scope).filter(id=wanted).first() if wanted else None
    if unit is None:
        raise NotKnown("没有这所学校，或者它不在您的管理范围内。请重新选学校。")
    return unit


def _point(unit: Unit, point_id: Any) -> Point | None:
    """The point, if the school still has it: the place stays in words."""
    wanted = read_id(point_id)
    return Point.objects.filter(id=wanted, unit_path=unit.path).first() if wanted else None


def _who(hazard: Hazard, given: dict[str, Any]) -> Post | str:
    """A colleague's post where one was chosen, else a name."""
    wanted = read_id(given.get("person"))
    post = (
        Post.objects.current().filter(id=wanted, unit_path=hazard.unit_path).select_related("person").first()
        if wanted
        else None
    )
    return post or _text(given, "responsible", 60)


def _state(hazard: Hazard) -> str:
    return HAZARD.state(hazard.state).label


def _text(told: dict[str, Any], name: str, most: int) -> str:
    return str(told.get(name) or "").strip()[:most]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _day(value: Any) -> date | None:
    try:
        return parse_date(str(value or ""))
    except ValueError:
        return None
