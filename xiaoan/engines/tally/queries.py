"""Reading figures: one statement takes folded rows and open deltas together, so no moment is counted twice."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connections, router

from xiaoan.engines.tally.models import Count, Delta
from xiaoan.kernel.bulk import among
from xiaoan.kernel.prepared import execution

Figures = dict[tuple[str, str], int]  # (subject, period) -> n
Condition = tuple[str, list[Any]]


def read(
    paths: Collection[str], measure: str, subjects: Collection[str] | None = None, since: str = "", until: str = ""
) -> dict[str, Figures]:
    """Figures of several units: {path: {(subject, period): n}}. `since` and `until` bound the period's key
    (both in). Cost: the asked rows and the deltas of the last seconds, whatever the size of the subtree.

    Plain SQL with a list in one parameter: a board asks for hundreds of subjects, and as so many parameters they cost
    twenty times what the database needs to answer.
    """
    if not paths:
        return {}
    using = router.db_for_read(Count) or "default"
    sql, given = _both("unit_path, subject, period, n", paths, _held(measure, subjects, since, until, using), using)
    found: dict[str, Figures] = {path: defaultdict(int) for path in paths}
    for unit_path, subject, period, n, is_fresh in _rows(sql, given, using):
        for path in _owners(unit_path, paths, bool(is_fresh)):
            found[path][(subject, period)] += n
    return found


def read_one(
    path: str, measure: str, subjects: Collection[str] | None = None, since: str = "", until: str = ""
) -> Figures:
    """Figures of one unit, as `read`. Added up in the database: below a province thousands of deltas may be open."""
    using = router.db_for_read(Count) or "default"
    sql, given = _both("subject, period, n", [path], _held(measure, subjects, since, until, using), using)
    sums = f"SELECT subject, period, CAST(SUM(n) AS bigint) FROM ({sql}) AS parts GROUP BY subject, period"
    return defaultdict(int, {(subject, period): n for subject, period, n in _answer(sums, given, using)})


def totals(paths: Collection[str], measure: str, since: str = "", until: str = "") -> dict[str, int]:
    """The sums of several units over all subjects, as `read` gives them one by one: {path: n}. Added up in the database,
    which may have hundreds of subjects for each month."""
    if not paths:
        return {}
    using = router.db_for_read(Count) or "default"
    sql, given = _both("unit_path, n", paths, _held(measure, None, since, until, using), using)
    found = dict.fromkeys(paths, 0)
    sums = f"SELECT unit_path, is_fresh, SUM(n) FROM ({sql}) AS parts GROUP BY unit_path, is_fresh"
    for unit_path, is_fresh, n in _rows(sums, given, using):
        for path in _owners(unit_path, paths, bool(is_fresh)):
            found[path] += int(n)
    return found


def total_of(path: str, measure: str, subject: str = "") -> int:
    """The sum of a unit's figures, over all subjects or of one, and over all periods. One statement, added up in the
    database: a province's list asks for it at every first page."""
    using = router.db_for_read(Count) or "default"
    sql, given = _both("SUM(n) AS n", [path], _held(measure, [subject] if subject else None, "", "", using), using)
    return int(_answer(f"SELECT COALESCE(SUM(n), 0) FROM ({sql}) AS parts", given, using)[0][0])


def _answer(sql: str, given: list[str], using: str) -> list[tuple[Any, ...]]:
    """The rows. What is asked of one unit has few forms, so PostgreSQL plans each once a connection; all it is given is
    text."""
    between = sql.split("%s")
    numbered = "".join(f"${n}{text}" if n else text for n, text in enumerate(between))
    return _rows(execution(numbered, ["text"] * len(given), using) or sql, given, using)


def _rows(sql: str, given: list[Any], using: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _held(measure: str, subjects: Collection[str] | None, since: str, until: str, using: str) -> list[Condition]:
    found: list[Condition] = [("measure = %s", [measure])]
    if subjects is not None:
        found.append(among("subject", subjects, using))
    if since:
        found.append(("period >= %s", [since]))
    if until:
        found.append(("period <= %s", [until + "~"]))
    return found


def _both(what: str, paths: Collection[str], held: list[Condition], using: str) -> Condition:
    """Folded rows at these paths and open deltas below them, in one statement; the last column tells them apart."""
    folded, fresh = [*held, among("unit_path", paths, using)], [*held, _below(paths)]
    sql = " UNION ALL ".join(
        f"SELECT {what}, {n} AS is_fresh FROM {model._meta.db_table} WHERE {' AND '.join(told for told, _ in conditions)}"
        for n, (model, conditions) in enumerate(((Count, folded), (Delta, fresh)))
    )
    return sql, [value for _, values in [*folded, *fresh] for value in values]


def _below(paths: Collection[str]) -> Condition:
    """The units at these paths and below them; what lies below another of them is asked once."""
    tops = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
    told = " OR ".join(["(unit_path >= %s AND unit_path < %s)"] * len(tops))
    return f"({told})", [bound for path in tops for bound in (path, path + "~")]


def _owners(unit_path: str, paths: Collection[str], is_fresh: bool) -> list[str]:
    return [p for p in paths if unit_path.startswith(p)] if is_fresh else [unit_path]
