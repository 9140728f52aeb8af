"""Counting records again from nothing, to prove the tallies."""

from collections.abc import Iterator

from xiaoan.engines.tally.recount import Leaves, month, week


def recount() -> Iterator[Leaves]:
    """Each measure kept here, counted from the records."""
    for measure, period, n in (
        ("records", month("happened_on"), "COUNT(*)"),
        ("seconds", week("happened_on"), "SUM(seconds)"),
        ("forms", week("happened_on"), "COUNT(*)"),
    ):
        yield Leaves(
            measure,
            f"SELECT unit_path, sheet, {period}, {n} FROM sheets_record WHERE state = 'filed' GROUP BY 1, 2, 3",
        )
