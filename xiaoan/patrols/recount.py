"""Counting rounds again from nothing, to prove the tallies."""

from collections.abc import Iterator

from xiaoan.engines.tally.recount import Leaves, month


def recount() -> Iterator[Leaves]:
    """Rounds by what became of them and month."""
    said = "CASE WHEN state = 'walked' AND due IS NOT NULL AND ended_at > due THEN 'late' ELSE state END"
    yield Leaves("rounds", f"SELECT unit_path, {said}, {month('day')}, COUNT(*) FROM patrols_round GROUP BY 1, 2, 3")
