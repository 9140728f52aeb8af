"""A flow that cannot work stops the start, with a sentence that names the mistake."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import Error, register

from xiaoan.engines.flow.declare import Flow, Move, flows
from xiaoan.engines.ui.states import STATES
from xiaoan.ground.norms.declare import declared
from xiaoan.ground.people.rights import declared_rights


@register()
def flows_are_sound(app_configs: Any, **kwargs: Any) -> list[Any]:
    return [
        Error(f"flow {flow.key}: {fault}", id="flow.E001") for flow in flows().values() for fault in faults_of(flow)
    ]


def faults_of(flow: Flow) -> Iterator[str]:
    """Each mistake of a declaration, as a sentence."""
    states = {s.key for s in flow.states}
    yield from (f"state {s.key} has unknown colour {s.colour}" for s in flow.states if s.colour not in STATES)
    yield from (f"state {key} cannot be reached from {flow.start}" for key in sorted(states - _reached(flow)))
    leaving = {source for move in flow.moves for source in move.sources}
    moving_on = {source for move in flow.moves if not move.reopens for source in move.sources}
    yield from (
        f"state {s.key} is an end, yet a move leaves it" for s in flow.states if s.is_end and s.key in moving_on
    )
    yield from (
        f"no move leaves state {s.key}, which is no end" for s in flow.states if not s.is_end and s.key not in leaving
    )
    model = apps.get_model(flow.model)
    columns = {f.attname for f in model._meta.get_fields() if hasattr(f, "attname")}
    yield from (f"{flow.model} has no column {name}" for name in ("state", "step", "unit_path") if name not in columns)
    yield from (f"unknown norm {key} in the ladder" for key in flow.ladder if key not in declared())
    if flow.ladder and not {"due", "escalated", "escalated_to"} <= columns:
        yield f"{flow.model} has a ladder, but no columns due, escalated and escalated_to"
    for move in flow.moves:
        yield from (f"move {move.key}: {fault}" for fault in _faults_of_move(move, states, columns))
        if move.at not in columns and not hasattr(model, move.at):
            yield f"move {move.key}: {flow.model} has no path {move.at}"


def _faults_of_move(move: Move, states: set[str], columns: set[str]) -> Iterator[str]:
    yield from (f"unknown state {key}" for key in (*move.sources, move.to) if key not in states)
    if move.right not in declared_rights():
        yield f"unknown right {move.right}"
    if move.days and move.days not in declared():
        yield f"unknown norm {move.days}"
    if (move.apart or move.barred) and not move.apart_words:
        yield "says who must be someone else, but not in a sentence"
    yield from (f"no column {name}" for name in sorted(_columns_of(move) - columns))


def _columns_of(move: Move) -> set[str]:
    apart = {f"{name}_{end}" for name in move.apart for end in ("by_id", "post_id")}
    left = {f"{move.leaves}_{end}" for end in ("by", "by_id", "post_id", "at")} if move.leaves else set()
    named = {name for name in (move.whose, move.barred) if name}
    return {*(key for key, _ in move.asks), *apart, *left, *named, *({"due"} if move.days else ())}


def _reached(flow: Flow) -> set[str]:
    reached = {flow.start}
    while more := {m.to for m in flow.moves if reached & set(m.sources)} - reached:
        reached |= more
    return reached
