"""The second wall: the scope that PostgreSQL holds every statement to, whatever a page forgot to ask.

Here is only who asks at this moment. `xiaoan.ground.units.wall` tells it to the database, whose policies know the rest.
A process is closed until it says otherwise: a web process sees no scoped row before a request has found its actor, while
commands, the worker and migrations open themselves, for the system's work knows no scope.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from xiaoan.kernel.actor import Actor

EVERYTHING = "/"
NOTHING = ""

_outside = NOTHING  # what holds where no request is being answered
_scope: ContextVar[str | None] = ContextVar("wall", default=None)


def scope() -> str:
    """What this thread may see now: EVERYTHING, NOTHING, or a slash and the path of a unit."""
    told = _scope.get()
    return _outside if told is None else told


def open_process() -> None:
    """Say that this process does the system's work."""
    global _outside
    _outside = EVERYTHING


def close_process() -> None:
    """Say that this process answers people: between requests it sees nothing."""
    global _outside
    _outside = NOTHING


def begin(**kwargs: Any) -> None:
    """A request has come in: nothing is seen until its actor is known."""
    _scope.set(NOTHING)


def end(**kwargs: Any) -> None:
    """The request is over, also when its answer was streamed."""
    _scope.set(None)


def ask_as(actor: Actor | None) -> None:
    """From now on this request asks as `actor`."""
    _scope.set(scope_of(actor))


@contextmanager
def asking(actor: Actor | None) -> Iterator[None]:
    """Ask as `actor` for a while: a person's other post."""
    with held(scope_of(actor)):
        yield


@contextmanager
def opened() -> Iterator[None]:
    """The platform's own look at rows, such as a person's posts before there is an actor."""
    with held(EVERYTHING):
        yield


def scope_of(actor: Actor | None) -> str:
    """What `actor` may see. Who has no post sees nothing."""
    if actor is None:
        return NOTHING
    if actor.is_system:
        return EVERYTHING
    return f"/{actor.scope}" if actor.scope else NOTHING


@contextmanager
def held(scope: str) -> Iterator[None]:
    """Ask in a scope that was taken down by `scope` before."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)
