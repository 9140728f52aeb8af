"""Raising completions: one statement counts a unit's new evidence and says which duties became done by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from xiaoan.engines.tally.services import Key
from xiaoan.kernel.bulk import insert
from xiaoan.obligations.models import Completion

TABLE = Completion._meta.db_table
COLUMNS = ("unit_id", "unit_path", "county_path", "requirement", "period", "need", "count", "due", "done_on")
# A row that is there already counts on. Done is when the count reaches the need, on the day that brought it there.
COUNT_ON = f"""
ON CONFLICT (unit_id, requirement, period) DO UPDATE SET
  count = {TABLE}.count + excluded.count,
  done_on = CASE WHEN {TABLE}.count + excluded.count >= {TABLE}.need
            THEN COALESCE({TABLE}.done_on, excluded.done_on) END
RETURNING unit_path, requirement, period, need, count"""


@dataclass(slots=True)
class Raise:
    """New evidence of one unit for one requirement in one period. `day` is when it reaches the need, or the last."""

    unit_id: str  # as `raw_id` gives it
    unit_path: str
    county_path: str
    requirement: str
    period: str
    need: int
    due: date | None
    day: date
    count: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        return self.unit_path, self.requirement, self.period

    def count_on(self, day: date) -> None:
        """One more evidence, written down after the others."""
        self.day = max(self.day, day) if self.count < self.need else self.day
        self.count += 1


def raise_counts(raises: Iterable[Raise]) -> list[tuple[Key, int]]:
    """Write them, in an order in which two writers cannot wait for each other. Returns the tally's changes: one for
    each duty that became done."""
    asked = {r.key: r for r in raises}
    rows = [
        (r.unit_id, r.unit_path, r.county_path, r.requirement, r.period, r.need, r.count, r.due, r.day)
        for _, r in sorted(asked.items())
    ]  # fmt: skip
    changes, unfinished = list[tuple[Key, int]](), list[Raise]()
    for path, requirement, period, need, count in insert(Completion, COLUMNS, rows, COUNT_ON):
        new = asked[(path, requirement, period)]
        if count < need:
            unfinished.append(new)
        elif count - new.count < need:
            changes.append(((path, "done", requirement, period), 1))
    if unfinished:
        _reopen(unfinished)
    return changes


def _reopen(unfinished: list[Raise]) -> None:
    """New rows were written with a day, which they have not reached."""
    Completion.objects.filter(
        unit__in={r.unit_id for r in unfinished}, requirement__in={r.requirement for r in unfinished},
        period__in={r.period for r in unfinished}, count__lt=F("need"), done_on__isnull=False,
    ).update(done_on=None)  # fmt: skip
