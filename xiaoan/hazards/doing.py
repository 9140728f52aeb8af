"""One way from what was typed, on desk, phone or by a program, to the service that does it."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.hazards import services
from xiaoan.hazards.forms import RENAMED, MoveForm
from xiaoan.hazards.models import Hazard
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.kernel.ids import read_id

Told = Mapping[str, Any]
TICKED = ("hits",)
Done = Callable[[Actor, Hazard, Told, int | None], Hazard]


def do_move(actor: Actor, hazard: Hazard, move: str, told: Told, photos: list[str], seen: int | None) -> Hazard:
    """Run a move with what was filled in. Raises Invalid with the form's own field names."""
    if move not in DOERS:
        raise NotKnown("隐患没有这一步。")
    form = MoveForm(told, move=move, hazard=hazard)
    if not form.is_valid():
        wrong = {name: str(errors[0]) for name, errors in form.errors.items()}
        raise Invalid("".join(wrong.values()), wrong)
    try:
        return DOERS[move](actor, hazard, {**form.cleaned_data, "photos": photos}, seen)
    except Invalid as why:
        named = {_field(form, column): sentence for column, sentence in why.fields.items()}
        raise Invalid(why.sentence, named) from why


def as_typed(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a phone or a program sent, as a form would: text, and several values only where boxes are ticked."""
    return {key: _written(value, key in TICKED) for key, value in told.items()}


def _written(value: Any, is_ticked: bool) -> Any:
    if is_ticked and isinstance(value, list):
        return [str(each) for each in value]
    return "" if value is None else str(value)


def _field(form: MoveForm, column: str) -> str:
    """The form's field that fills a column."""
    name = RENAMED.get(column, column)
    return "why" if name == "level_why" and "why" in form.fields else name


def _judge(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    given = {key: told[key] for key in ("category", "level", "item", "hits", "why")}
    return services.judge(actor=actor, hazard=hazard, seen=seen, control=told.get("control", ""), **given)


def _responsible(hazard: Hazard, told: Told) -> Post | str:
    post = read_id(told["responsible_post"])
    if post is None:
        return str(told["responsible"]).strip()
    return Post.objects.current().select_related("person").get(id=post, unit_path=hazard.unit_path)  # type: ignore[no-any-return]


def _assign(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    given = {key: told[key] for key in ("measures", "funds", "plan", "interim", "fix_by")}
    return services.assign(actor=actor, hazard=hazard, responsible=_responsible(hazard, told), seen=seen, **given)


def _reassign(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    who = _responsible(hazard, told)
    return services.reassign(actor=actor, hazard=hazard, responsible=who, why=told["decision"], seen=seen)


def _transfer(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    wanted: uuid.UUID | None = read_id(told["partner"])
    partner = Unit.objects.filter(id=wanted).first() if wanted else None
    return services.transfer(actor=actor, hazard=hazard, partner=partner, why=told["transfer_why"], seen=seen)


def _duplicate(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    wanted = read_id(told["duplicate_of"])
    of = Hazard.objects.filter(id=wanted, unit_path=hazard.unit_path).first() if wanted else None
    return services.link_duplicate(actor=actor, hazard=hazard, of=of, seen=seen)


def _ask_more(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    return services.ask_more(actor=actor, hazard=hazard, until=told["ask_until"], why=told["ask_why"], seen=seen)


def _supervise(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    given = {key: told[key] for key in ("supervisor", "due", "basis")}
    services.supervise(actor=actor, hazard=hazard, contents=told, **given)
    return hazard


def _progress(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    listing = hazard.listings.filter(struck_at__isnull=True).select_related("hazard__unit").first()
    if listing is None:
        raise NotKnown("这件隐患没有挂牌督办。")
    services.tell_progress(actor=actor, listing=listing, words=told["words"], percent=told["percent"] or 0)
    return hazard


def _look(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    drawn = hazard.rechecks.filter(found="", draw__isnull=False).order_by("-id").first()
    given = {key: told[key] for key in ("found", "words", "photos")}
    services.look_again(actor=actor, hazard=hazard, recheck=drawn, **given)
    return hazard


def _chase(actor: Actor, hazard: Hazard, told: Told, seen: int | None) -> Hazard:
    return services.chase(actor=actor, hazard=hazard)


def _bare(service: Callable[..., Hazard]) -> Done:
    return lambda actor, hazard, told, seen: service(actor=actor, hazard=hazard, seen=seen)


def _decided(service: Callable[..., Hazard]) -> Done:
    return lambda actor, hazard, told, seen: service(actor=actor, hazard=hazard, decision=told["decision"], seen=seen)


def _handed(service: Callable[..., Hazard]) -> Done:
    return lambda actor, hazard, told, seen: service(
        actor=actor, hazard=hazard, done=told["done"], photos=told["photos"], seen=seen
    )


def _graded(service: Callable[..., Hazard]) -> Done:
    return lambda actor, hazard, told, seen: service(
        actor=actor, hazard=hazard, level=told["level"], why=told["level_why"], seen=seen
    )


DOERS: dict[str, Done] = {
    "judge": _judge, "assign": _assign, "reassign": _reassign, "start": _bare(services.start),
    "hand_in": _handed(services.hand_in), "verify": _decided(services.verify), "return": _decided(services.return_it),
    "close": _decided(services.strike), "regrade": _graded(services.regrade), "raise": _graded(services.raise_level),
    "ask_more": _ask_more, "grant": _decided(services.grant_more), "refuse": _decided(services.refuse_more),
    "transfer": _transfer, "recall": _decided(services.recall), "receive": _bare(services.receive),
    "answer": _handed(services.answer), "decline": _decided(services.decline), "duplicate": _duplicate,
    "false": _decided(services.dismiss), "reopen": _decided(services.reopen),
    "supervise": _supervise, "progress": _progress, "strike": _decided(services.strike), "look": _look, "chase": _chase,
}  # fmt: skip
