"""Counting matters again from their rows, to prove the tallies."""

from collections.abc import Iterator

from xiaoan.engines.tally.recount import Leaves, day, month, plain_id
from xiaoan.matters import counting
from xiaoan.matters.flows import OPEN
from xiaoan.matters.models.around import SEEN

STATES = ", ".join(f"'{state}'" for state in OPEN)
COUNTED = "NOT is_restricted AND state <> 'void'"
ROWS = "matters_matter"


def recount() -> Iterator[Leaves]:
    """Each measure that matters keep, counted where it arose."""
    year = f"substr({month('made_at')}, 1, 4)"
    yield Leaves(counting.MADE, _of("kind", year, COUNTED))
    yield Leaves(counting.OPEN, _of("kind", "''", f"{COUNTED} AND state IN ({STATES})"))
    yield Leaves(counting.SOLVED, _of("kind", "''", "NOT is_restricted AND state = 'closed'"))
    yield Leaves(
        counting.DEPARTMENT,
        _of(plain_id("partner_id"), "''", f"{COUNTED} AND state IN ({STATES}) AND partner_id IS NOT NULL"),
    )
    answered = "CASE WHEN first_answered_on <= answer_by THEN 'in_time' ELSE 'late' END"
    yield Leaves(counting.ANSWERED, _of("family", answered, f"{COUNTED} AND first_answered_on IS NOT NULL"))
    yield Leaves(counting.CONTENT, _of("family", "CAST(content AS varchar(1))", f"{COUNTED} AND content IS NOT NULL"))
    yield from peaks()
    yield Leaves(
        counting.BREACHES,
        f"SELECT unit_path, {plain_id('prohibition_id')}, '', COUNT(*) FROM matters_breach GROUP BY 1, 2",
    )


def peaks() -> Iterator[Leaves]:
    """Of peaks: what was seen at them, and how many are in force."""
    yield Leaves(counting.SEEN, _sightings())
    parts = (
        (counting.NOW, "''", "1", "ended_on IS NULL"),
        (counting.CHANGED, day("since"), "1", "1 = 1"),
        (counting.CHANGED, day("ended_on"), "-1", "ended_on IS NOT NULL"),
    )
    yield Leaves(
        counting.PEAKS,
        " UNION ALL ".join(
            f"SELECT unit_path, '{subject}', {period}, {n} * COUNT(*) FROM matters_peak WHERE {which} GROUP BY 1, 3"
            for subject, period, n, which in parts
        ),
    )


def _of(subject: str, period: str, which: str) -> str:
    return f"SELECT unit_path, {subject}, {period}, COUNT(*) FROM {ROWS} WHERE {which} GROUP BY 1, 2, 3"


def _sightings() -> str:
    """Each peak-day once, of peaks that were in force on the day."""
    on = month('"on"')
    force = 'p.since <= s."on" AND (p.ended_on IS NULL OR p.ended_on > s."on")'
    published = f"EXISTS (SELECT 1 FROM matters_peak p WHERE p.unit_path = s.unit_path AND p.key = s.key AND {force})"
    return " UNION ALL ".join(
        f"SELECT unit_path, '{subject}', {on}, COUNT(*) FROM ("
        f'SELECT DISTINCT unit_path, key, "on" FROM matters_sighting s WHERE {which} AND {published}'
        f") AS {subject}_days GROUP BY 1, 3"
        for subject, which in (("ticked", "1 = 1"), *((key, key) for key in SEEN))
    )
