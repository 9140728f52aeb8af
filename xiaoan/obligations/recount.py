"""Counting everything again from rows, to prove the tallies."""

from collections.abc import Iterator

from xiaoan.engines.tally.recount import Leaves, leaves_of, plain_id, week
from xiaoan.engines.tally.services import Key
from xiaoan.obligations.bounds import bound_leaves
from xiaoan.obligations.costs import OWN
from xiaoan.policies.book import book


def recount() -> Iterator[Leaves]:
    """Each measure that obligations keep, counted where it arose."""
    yield _completions("done", "period", "done_on IS NOT NULL")
    yield _completions("owed", "substr(period, 1, 7)", "period LIKE '%-E%'")
    yield leaves_of("bound", _bound())
    for measure, column in (("num", "numerator"), ("den", "denominator")):
        yield Leaves(measure, f"SELECT unit_path, measure, '', {column} FROM obligations_reading")
    for measure, n in (("units", "COUNT(*)"), ("pupils", "SUM(pupils)")):
        yield Leaves(measure, _schools(n))
    yield Leaves("tasks", _tasks())
    yield Leaves("cost", _cost())
    yield Leaves("saved", _saved())
    yield Leaves("task_seconds", _task_seconds())


def _completions(measure: str, period: str, which: str) -> Leaves:
    return Leaves(
        measure,
        f"SELECT unit_path, requirement, {period}, COUNT(*) FROM obligations_completion WHERE {which} GROUP BY 1, 2, 3",
    )


def _bound() -> Iterator[tuple[Key, int]]:
    """One publication after the other: what a book binds is for Python to say."""
    for publication_id in sorted({d.publication_id for d in book().duties}):
        yield from bound_leaves(publication_id).items()


def _schools(n: str) -> str:
    """As `counting_path` says: a school counts at its parent."""
    return (
        f"SELECT substr(path, 1, length(path) - 4), kind, '', {n} FROM units_unit "
        "WHERE rank = 'school' AND closed_on IS NULL GROUP BY 1, 2"
    )


def _tasks() -> str:
    """As `tasks.tally_key` says: units count at their parent, the asking bureau at itself."""
    place = (
        "CASE WHEN a.unit_path = t.unit_path THEN a.unit_path ELSE substr(a.unit_path, 1, length(a.unit_path) - 4) END"
    )
    return (
        f"SELECT {place}, {plain_id('a.task_id')}, a.state, COUNT(*) "
        "FROM obligations_assignment a JOIN obligations_task t ON t.id = a.task_id GROUP BY 1, 2, 3"
    )


def _cost() -> str:
    """As `costs.split` says: whole seconds for each document; what cannot be divided goes to the first by id."""
    return f"""
WITH proved AS (SELECT DISTINCT record_id, document FROM obligations_evidence), shared AS (
  SELECT record_id, document, COUNT(*) OVER (PARTITION BY record_id) AS among,
         ROW_NUMBER() OVER (PARTITION BY record_id ORDER BY document) AS place FROM proved)
SELECT r.unit_path, COALESCE({plain_id("s.document")}, '{OWN}'), {week("r.happened_on")},
       SUM(r.seconds / COALESCE(s.among, 1) + CASE WHEN s.place <= r.seconds % s.among THEN 1 ELSE 0 END)
FROM sheets_record r LEFT JOIN shared s ON s.record_id = r.id WHERE r.state = 'filed' GROUP BY 1, 2, 3"""


def _saved() -> str:
    return f"""
SELECT r.unit_path, r.sheet, {week("r.happened_on")}, SUM(p.documents - 1) FROM sheets_record r
JOIN (SELECT record_id, COUNT(DISTINCT document) AS documents FROM obligations_evidence GROUP BY record_id) p
  ON p.record_id = r.id WHERE r.state = 'filed' GROUP BY 1, 2, 3"""


_ON = '"on"'  # a word of SQL


def _task_seconds() -> str:
    """As `costs.task_key` says."""
    return (
        f"SELECT unit_path, COALESCE(NULLIF(replace(document, '-', ''), ''), '{OWN}'), {week(_ON)}, SUM(seconds) "
        "FROM obligations_handin GROUP BY 1, 2, 3"
    )
