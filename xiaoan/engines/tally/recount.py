"""Recounting a measure in the database and comparing it with what the tallies hold.

A domain says what each measure is at the units where it arose, as one SELECT; adding it up for all ancestors and
comparing happens in one statement, so that five million records are counted without one of them coming into memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from xiaoan.engines.tally.services import Key, add_to_counts

# The thresholds of `ancestors`: four characters a level, a path has 32 at most.
DEPTHS = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(4, 33, 4))
COMPARE = """
WITH leaf(unit_path, subject, period, n) AS ({leaves}), depth AS ({depths})
SELECT unit_path, subject, period, SUM(counted), SUM(held) FROM (
  SELECT substr(leaf.unit_path, 1, depth.n) AS unit_path, subject, period, leaf.n AS counted, 0 AS held
    FROM leaf JOIN depth ON depth.n <= length(leaf.unit_path)
  UNION ALL SELECT unit_path, subject, period, 0, n FROM tally_count WHERE measure = '{measure}'
  UNION ALL SELECT substr(unit_path, 1, depth.n), subject, period, 0, tally_delta.n
    FROM tally_delta JOIN depth ON depth.n <= length(unit_path) WHERE measure = '{measure}'
) AS rows_of_both GROUP BY unit_path, subject, period HAVING SUM(counted) <> SUM(held)
"""


@dataclass(frozen=True)
class Leaves:
    """What a measure should be: `sql` selects (unit_path, subject, period, n) at the leaves; a key may come more
    than once, and its n are added up."""

    measure: str
    sql: str


def compare(leaves: Leaves) -> Iterator[tuple[Key, int, int]]:
    """(key, counted from rows, held in tallies) wherever the two differ, in order of the key."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE.format(leaves=leaves.sql, depths=DEPTHS, measure=leaves.measure))
        rows = cursor.fetchall()
    for path, subject, period, counted, held in sorted(rows):
        yield (path, leaves.measure, subject, period), int(counted), int(held)


def mend(leaves: Leaves) -> int:
    """Set the tallies to what the rows say, for a migration that changes what is counted. Returns how many were wrong."""
    with transaction.atomic():
        wrong = list(compare(leaves))
        add_to_counts({key: counted - held for key, counted, held in wrong})
    return len(wrong)


def leaves_of(measure: str, rows: Iterable[tuple[Key, int]]) -> Leaves:
    """Leaves that only Python can count, laid into a temporary table so that they are compared like all others."""
    name = f"recount_{measure}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {name} (unit_path varchar(32), subject varchar(48), period varchar(40), n bigint)"
        )
        kept: list[object] = []
        for (path, _, subject, period), n in rows:
            kept += [path, subject, period, n]
            if len(kept) >= 4000:
                _lay(cursor, name, kept)
                kept = []
        _lay(cursor, name, kept)
    return Leaves(measure, f"SELECT unit_path, subject, period, n FROM {name}")


def _lay(cursor: object, name: str, kept: list[object]) -> None:
    if kept:
        values = ", ".join(["(%s, %s, %s, %s)"] * (len(kept) // 4))
        cursor.execute(f"INSERT INTO {name} VALUES {values}", kept)  # type: ignore[attr-defined]


def month(column: str) -> str:
    """SQL that spells a date as 2026-11."""
    return f"to_char({column}, 'YYYY-MM')" if _is_postgresql() else f"strftime('%Y-%m', {column})"


def day(column: str) -> str:
    """SQL that spells a date as 2026-11-18."""
    return f"to_char({column}, 'YYYY-MM-DD')" if _is_postgresql() else f"strftime('%Y-%m-%d', {column})"


def week(column: str) -> str:
    """SQL that spells a date's week as `clock.iso_week` does: the year is that of the week's Thursday."""
    if _is_postgresql():
        return f"to_char({column}, 'IYYY-\"W\"IW')"
    thursday = f"{column}, '-3 days', 'weekday 4'"
    return f"strftime('%Y', {thursday}) || printf('-W%02d', (strftime('%j', {thursday}) - 1) / 7 + 1)"


def plain_id(column: str) -> str:
    """SQL that spells an id as Python's `UUID.hex`."""
    return f"replace({column}::text, '-', '')" if _is_postgresql() else column


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"
