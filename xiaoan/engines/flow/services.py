"""Which moves an actor may run on a case, and running one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction

from xiaoan.engines.flow.deadlines import due_in
from xiaoan.engines.flow.declare import Flow, Move
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.norms.queries import norm
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale

Case = TypeVar("Case", bound=Any)

STALE = "这件{name}刚刚有了变化，现在是“{state}”，刚才的操作没有执行。请看过最新情况再办。"
NOT_YOURS = "这件{name}的这一步不由您现在的岗位办理。"


def allowed_moves(flow: Flow, actor: Actor, case: Any) -> list[Move]:
    """The moves that the actor may run now, in the order of the table."""
    return [
        m for m in flow.moves if case.state in m.sources and _holds(m, actor, case) and not _is_same(m, actor, case)
    ]


def why_not(flow: Flow, actor: Actor, case: Any) -> str:
    """The sentence for whoever holds the right but is one and the same person or post; else empty."""
    held = [m for m in flow.moves if case.state in m.sources and _holds(m, actor, case)]
    return next((m.apart_words for m in held if _is_same(m, actor, case)), "")


def run_move(
    flow: Flow, *, actor: Actor, case: Case, move: str, seen: int | None = None, filled: dict[str, Any] | None = None,
    sets: dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]] | None = None,
) -> Case:  # fmt: skip
    """Move the case: rights, people, what must be filled in, compare-and-swap, journal. Returns the case, changed.

    `seen` is the step that the person's page showed; `filled` are the columns that they filled in, `sets` what the
    service writes with them, or a function that says so from what was filled in once that has been checked. Raises NotKnown, NotAllowed, Stale or Invalid, and then nothing was done.
    """
    wanted = flow.move(move)
    _require(flow, wanted, actor, case)
    if case.state not in wanted.sources or (seen is not None and seen != case.step):
        raise _stale(flow, case)
    values = {key: (v.strip() if isinstance(v, str) else v) for key, v in (filled or {}).items()}
    wrong = {key: sentence for key, sentence in wanted.asks if values.get(key) in (None, "", [])} | _too_long(
        case, values
    )
    if wrong:
        raise Invalid("".join(wrong.values()), wrong)
    before = case.state
    more = sets(values) if callable(sets) else sets or {}
    changes = {**values, **more, **_left_by(wanted, actor), **_due(wanted, case)}
    with transaction.atomic():
        same = type(case).objects.filter(pk=case.pk, state=before, step=case.step)
        if not same.update(state=wanted.to, step=case.step + 1, **changes):
            case.refresh_from_db()
            raise _stale(flow, case)
        case.refresh_from_db()
        write_entry(
            actor=actor, verb=wanted.verb, subject_type=flow.key, subject_id=case.pk, subject_name=str(case),
            unit_path=case.unit_path, changes={"from": before, "to": wanted.to, **_plain(values)},
        )  # fmt: skip
    return case


def _require(flow: Flow, move: Move, actor: Actor, case: Any) -> None:
    """Whoever sees the case learns why not; to others it is not there."""
    if not actor.sees(case.unit_path):
        require(actor, move.right, getattr(case, move.at))
    if not _holds(move, actor, case):
        raise NotAllowed(NOT_YOURS.format(name=flow.name))
    if _is_same(move, actor, case):
        raise NotAllowed(move.apart_words)


def _holds(move: Move, actor: Actor, case: Any) -> bool:
    if actor.is_system:
        return True
    path = getattr(case, move.at)
    is_at = actor.unit_path == path or move.or_above
    return is_at and actor.may(move.right, path) and _is_theirs(move, actor, case)


def _is_theirs(move: Move, actor: Actor, case: Any) -> bool:
    owner = getattr(case, move.whose) if move.whose else None
    return owner is None or actor.is_person(owner)


def _is_same(move: Move, actor: Actor, case: Any) -> bool:
    """Whether the actor is the person, or acts in the post, that must be someone else's."""
    if actor.is_system:
        return False
    people = {getattr(case, f"{name}_by_id") for name in move.apart} - {None}
    posts = {getattr(case, f"{name}_post_id") for name in move.apart} - {None}
    if any(actor.is_person(person) for person in people) or actor.post_id in posts:
        return True
    barred = getattr(case, move.barred) if move.barred else ()
    return any(str(i) in barred for i in (actor.person_id, actor.post_id, actor.vouched_by) if i)


def _left_by(move: Move, actor: Actor) -> dict[str, Any]:
    if not move.leaves:
        return {}
    name = move.leaves
    return {
        f"{name}_by": actor.name, f"{name}_by_id": actor.person_id, f"{name}_post_id": actor.post_id,
        f"{name}_at": clock.now(),
    }  # fmt: skip


def _too_long(case: Any, values: dict[str, Any]) -> dict[str, str]:
    """Texts that do not fit their columns: cut without a word they would be somebody else's."""
    most = {f.attname: f.max_length for f in case._meta.concrete_fields}
    long = {k: len(v) for k, v in values.items() if isinstance(v, str) and most.get(k) and len(v) > most[k]}
    return {k: f"最多写 {most[k]} 字，现在有 {n} 字，请写短一些。" for k, n in long.items()}


def _due(move: Move, case: Any) -> dict[str, Any]:
    if not move.days:
        return {}
    days = norm(move.days, case.unit_path)
    return {"due": due_in(days, case.unit_path) if move.is_working else clock.today() + timedelta(days=days)}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, as the journal keeps it."""
    return {
        k: v if isinstance(v, str | int | list | None) else str(v) for k, v in values.items() if v not in (None, "")
    }


def _stale(flow: Flow, case: Any) -> Stale:
    return Stale(STALE.format(name=flow.name, state=flow.state(case.state).label))
