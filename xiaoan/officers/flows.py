"""The flow of a concern. Its texts are notes of its own, never columns of a move: they must not stand in the journal."""

from xiaoan.engines.flow.declare import Flow, Move, State

CONCERN = Flow(
    key="concern",
    name="关心事项",
    model="officers.Concern",
    start="told",
    states=(
        State("told", "待了解", "due"),
        State("followed", "跟进中", "go"),
        State("closed", "已平稳", "ok", is_end=True),
    ),
    moves=(
        Move("follow", "开始跟进", "跟进关心事项", ("told",), "followed", "concerns.follow", icon="heart"),
        Move("close", "已经平稳", "关心事项平稳", ("told", "followed"), "closed", "concerns.follow", icon="circle-check"),
    ),
)  # fmt: skip
