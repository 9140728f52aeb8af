"""What an import of workbooks declares: columns, how rows are checked, how they are taken in.

The pages and the job are the engine's (engines/intake); each app declares one `Intake` for each kind of workbook.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from xiaoan.ground.units.workbook import Column, Row
from xiaoan.kernel.actor import Actor

Beat = Callable[[int, int], None]


@dataclass(frozen=True)
class Fault:
    """A row that cannot be taken in, and why."""

    line: int
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What taking a workbook in would do."""

    new: int
    changed: int
    same: int
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Intake:
    """One kind of workbook. `check` writes nothing; `take` writes all good rows in one transaction, skips bad
    ones and returns one sentence; both are given the actor anew. `after` names the page to go on to."""

    name: str
    unit: str
    right: str
    note: str
    columns: Callable[[Actor], Sequence[Column]]
    check: Callable[[Actor, Sequence[Row]], Checked]
    take: Callable[[Actor, Sequence[Row], Beat], str]
    after: str
    examples: Sequence[Sequence[str]] = ()

    def required(self, actor: Actor) -> list[str]:
        """Headings without which a workbook is refused."""
        return [column.heading for column in self.columns(actor) if column.required]


def ignore_beat(done: int, total: int) -> None:
    """The beat of callers who show no progress."""
