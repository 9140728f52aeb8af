"""Counting hazards again from nothing, to prove the tallies: `figures.cells` once more, in SQL."""

from collections.abc import Iterator

from django.db import connection

from xiaoan.engines.tally.recount import Leaves, month
from xiaoan.hazards import figures
from xiaoan.hazards.states import STEPS

WHAT = "source || '.' || level || '.' || category"


def recount() -> Iterator[Leaves]:
    """Each measure kept here, counted from the cases."""
    real, closed = "state NOT IN ('duplicate', 'false')", "state = 'closed'"
    found, shut = month("found_on"), month("closed_on")
    yield _leaves(figures.NOW, "state || '.' || level || '.' || category", "''", "COUNT(*)", "1 = 1")
    yield _leaves(figures.FOUND, WHAT, found, "COUNT(*)", real)
    yield _leaves(figures.AGAIN, "level", found, "COUNT(*)", f"{real} AND earlier_id IS NOT NULL")
    yield _leaves(figures.DONE, WHAT, found, "COUNT(*)", closed)
    in_time = "level || CASE WHEN is_in_time THEN '.in_time' ELSE '.late' END"
    yield _leaves(figures.SHUT, in_time, shut, "COUNT(*)", closed)
    yield _leaves(figures.DAYS, "level", shut, "SUM(days_open)", closed)
    yield _leaves(figures.SPOT, "level", shut, "COUNT(*)", f"{closed} AND managed = 'at_once'")
    yield _leaves(figures.ITEM, "item", "''", "COUNT(*)", f"{real} AND state <> 'closed' AND item <> ''")
    steps = (_select(f"'{n}'", shut, f"SUM({_hours(n)})", closed) for n in range(len(STEPS)))
    yield Leaves(figures.HOURS, " UNION ALL ".join(steps))


def _leaves(measure: str, subject: str, period: str, n: str, which: str) -> Leaves:
    return Leaves(measure, _select(subject, period, n, which))


def _select(subject: str, period: str, n: str, which: str) -> str:
    return f"SELECT unit_path, {subject}, {period}, {n} FROM hazards_hazard WHERE {which} GROUP BY 1, 2, 3"


def _hours(n: int) -> str:
    return f"(hours->>{n})::int" if connection.vendor == "postgresql" else f"json_extract(hours, '$[{n}]')"
