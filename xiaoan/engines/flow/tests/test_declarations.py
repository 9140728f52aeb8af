"""Every declared flow is sound, and each mistake is named."""

from dataclasses import replace

import pytest

from xiaoan.engines.flow.checks import faults_of
from xiaoan.engines.flow.declare import Flow, State, flows

EXAMPLE = next(iter(flows().values()))


def changed_move(flow: Flow, **changes: object) -> Flow:
    return replace(flow, moves=(replace(flow.moves[0], **changes), *flow.moves[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize("flow", flows().values(), ids=lambda flow: flow.key)
def test_every_flow_of_the_site_is_sound(flow: Flow) -> None:
    assert list(faults_of(flow)) == []


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (replace(EXAMPLE, states=(*EXAMPLE.states, State("moon", "月亮", "na", is_end=True))), "cannot be reached"),
        (replace(EXAMPLE, states=(*EXAMPLE.states, State("pit", "坑", "na"))), "no move leaves"),
        (replace(EXAMPLE, states=tuple(replace(s, colour="pink") for s in EXAMPLE.states)), "unknown colour"),
        (changed_move(EXAMPLE, right="no.such"), "unknown right"),
        (changed_move(EXAMPLE, days="no.such"), "unknown norm"),
        (changed_move(EXAMPLE, to="nowhere"), "unknown state"),
        (changed_move(EXAMPLE, at="nobody_path"), "has no path"),
        (changed_move(EXAMPLE, apart=("ghost",), apart_words="不行"), "no column ghost_by_id"),
        (changed_move(EXAMPLE, apart=("decided",)), "not in a sentence"),
        (changed_move(EXAMPLE, asks=(("dream", "请写梦想。"),)), "no column dream"),
    ],
)
def test_a_mistake_is_named(broken: Flow, words: str) -> None:
    assert any(words in fault for fault in faults_of(broken))
