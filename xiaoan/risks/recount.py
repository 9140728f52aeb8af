"""What the tallies of this floor should be."""

from collections.abc import Iterator

from xiaoan.engines.tally.recount import Leaves
from xiaoan.risks.services.standing import COLOURS, MEASURE, SUMS

# As `standing.figures_of` says.
SHARES = {
    "listed": "listed_on IS NOT NULL",
    "assessed": "assessed_on IS NOT NULL AND unassessed = 0",
    "accepted": "accepted_on IS NOT NULL",
    "dual": "dual_on IS NOT NULL AND is_running",
    "running": "is_running",
    "whole": "is_running AND plan_on IS NOT NULL",
}
LEVELS = " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(COLOURS, 1))
POINTS = f"""
SELECT unit_path, CASE WHEN base_level IS NULL THEN 'unassessed' ELSE CASE level {LEVELS} END END, '', COUNT(*)
FROM risks_point WHERE is_active GROUP BY 1, 2"""


def recount() -> Iterator[Leaves]:
    """Grades from the points themselves, the rest from the schools' rows."""
    sums = [s for s in SUMS if s not in (*COLOURS, "unassessed")]
    parts = [f"SELECT unit_path, '{s}', '', {s} FROM risks_standing WHERE {s} > 0" for s in sums]
    parts += [f"SELECT unit_path, '{s}', '', 1 FROM risks_standing WHERE {held}" for s, held in SHARES.items()]
    yield Leaves(MEASURE, " UNION ALL ".join([POINTS, *parts]))
