"""How far a task is: figures by state, squares by place."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date

from xiaoan.engines.tally.queries import read, read_one
from xiaoan.engines.ui.marks import Square, SquareRow
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import STEP
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.obligations.models import Assignment, Task

MOST_SQUARES = 400
SQUARES = {"accepted": "ok", "handed_in": "part", "cancelled": "free"}


@dataclass(frozen=True)
class TaskFigures:
    """Units by state; `late` are those past the day that have not handed in."""

    asked: int
    handed_in: int
    returned: int
    accepted: int
    cancelled: int
    late: int

    @property
    def total(self) -> int:
        return self.asked + self.handed_in + self.returned + self.accepted

    @property
    def base(self) -> str:
        return f"应办 {self.total} 个"

    @property
    def parts(self) -> list[tuple[str, int]]:
        """For a bar: accepted, handed in, late, not due."""
        still = self.asked + self.returned
        return [("ok", self.accepted), ("go", self.handed_in), ("late", self.late), ("na", still - self.late)]


def figures_of(tasks: list[Task]) -> dict[str, TaskFigures]:
    """{task id: figures}, from the tallies; one query for each bureau that gave them."""
    found: dict[str, TaskFigures] = {}
    for path in {t.unit_path for t in tasks}:
        mine = [t for t in tasks if t.unit_path == path]
        held = read_one(path, "tasks", [t.id.hex for t in mine])
        for task in mine:
            found[str(task.id)] = _figures(task, {state: n for (key, state), n in held.items() if key == task.id.hex})
    return found


def _figures(task: Task, by_state: dict[str, int]) -> TaskFigures:
    still = by_state.get("asked", 0) + by_state.get("returned", 0)
    late = still if task.due < clock.today() else 0
    return TaskFigures(
        **{key: by_state.get(key, 0) for key in ("asked", "handed_in", "returned", "accepted", "cancelled")}, late=late
    )


def find_task(actor: Actor, task_id: uuid.UUID) -> Task:
    """The task, to whoever sees the bureau that gave it, or has it to do."""
    rows = Task.objects.select_related("unit", "document")
    found: Task | None = rows.filter(id=task_id).first()
    if found and (actor.sees(found.unit_path) or _has(actor, found)):
        return found
    raise NotKnown("没有这项任务，或者它不在您的管理范围内。")


def _has(actor: Actor, task: Task) -> bool:
    return bool(Assignment.objects.under(actor.scope).filter(task=task).exists())


def squares_of(task: Task, href: str) -> list[SquareRow]:
    """A square for each unit, by the place it lies in; one bar for each part of the tree when units are many."""
    rows = list(
        Assignment.objects.filter(task=task).select_related("unit").only("state", "due", "unit_path", "unit__name", "task_id")
        .order_by("unit_path")[: MOST_SQUARES + 1]
    )  # fmt: skip
    if len(rows) > MOST_SQUARES:
        return _bars(task)
    places: dict[str, list[Assignment]] = {}
    for row in rows:
        places.setdefault(row.unit_path if row.unit_path == task.unit_path else row.unit_path[:-STEP], []).append(row)
    names = dict(Unit.objects.filter(path__in=places).values_list("path", "name"))
    return [
        _row("本级直属" if path == task.unit_path else names.get(path, ""), of, href)
        for path, of in sorted(places.items())
    ]


def _row(name: str, of: list[Assignment], href: str) -> SquareRow:
    order = ["ok", "part", "free", "none"]
    cells = sorted(((square_of(a, clock.today()), a) for a in of), key=lambda c: order.index(c[0]))
    made = [Square(state, a.unit.name, href.format(a.id)) for state, a in cells]
    asked = [a for a in of if a.state != "cancelled"]
    return SquareRow(name, made, done=sum(a.state == "accepted" for a in asked), total=len(asked))


def square_of(row: Assignment, on: date) -> str:
    """ok accepted, part handed in, none late or returned, free withdrawn or not due yet."""
    if row.state in SQUARES:
        return SQUARES[row.state]
    return "none" if row.is_late(on) or row.state == "returned" else "free"


def _bars(task: Task) -> list[SquareRow]:
    """Whole parts of the tree: the units directly below the bureau, with their figures."""
    children = list(Unit.objects.filter(parent_id=task.unit_id).order_by("path")[:MOST_SQUARES])
    held = read([c.path for c in children], "tasks", [task.id.hex])
    found = []
    for child in children:
        by_state = Counter({state: n for (_, state), n in held[child.path].items()})
        figures = _figures(task, by_state)
        if figures.total:
            states = ["ok"] * figures.accepted + ["part"] * figures.handed_in + ["none"] * figures.late
            free = figures.total - len(states)
            cells = [Square(state, child.name) for state in [*states, *["free"] * free]]
            found.append(SquareRow(child.name, cells, done=figures.accepted, total=figures.total))
    return found
