"""What a flow says: states, moves, who may, what must be filled in, who must differ from whom."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class State:
    """A state of a case. `colour` is the pill's; from an `end` only a move that `reopens` leads on."""

    key: str
    label: str
    colour: str
    is_end: bool = False


@dataclass(frozen=True)
class Move:
    """One allowed change.

    `at` names the case's attribute with the path of the unit whose people may do it, themselves and nobody above;
    with `or_above` bureaux above it too. `whose` names a column with a person's id: while it holds one, nobody else may.
    `asks` maps columns that must be filled in to the sentence said when they are not. `apart` names who must be
    someone else: for "handed_in" the columns handed_in_by_id and handed_in_post_id. `barred` names a column with a list
    of ids of persons and posts who may never run it; `apart_words` say both. `leaves` is the same name for whoever runs
    this move: its columns are set, with <name>_by and <name>_at. `days` is the norm that sets `due`: days of the
    calendar, or working days with `is_working`. `reopens` marks a move that leaves an end.
    """

    key: str
    name: str
    verb: str
    sources: tuple[str, ...]
    to: str
    right: str
    at: str = "unit_path"
    asks: tuple[tuple[str, str], ...] = ()
    apart: tuple[str, ...] = ()
    apart_words: str = ""
    leaves: str = ""
    days: str = ""
    icon: str = ""
    or_above: bool = False
    whose: str = ""
    barred: str = ""
    is_working: bool = False
    reopens: bool = False


@dataclass(frozen=True)
class Flow:
    """`model` is the label of the case's table; `name` is what a person calls a case. `ladder` are norms: after so many
    days over `due` the first, second, … bureau above the case's unit is told."""

    key: str
    name: str
    model: str
    start: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    ladder: tuple[str, ...] = ()

    def state(self, key: str) -> State:
        return next(s for s in self.states if s.key == key)

    def move(self, key: str) -> Move:
        return next(m for m in self.moves if m.key == key)

    @property
    def open_states(self) -> tuple[str, ...]:
        return tuple(s.key for s in self.states if not s.is_end)


@cache
def flows() -> dict[str, Flow]:
    """Every flow by key, from the site's list."""
    return {flow.key: flow for flow in map(import_string, settings.XIAOAN_FLOWS)}
