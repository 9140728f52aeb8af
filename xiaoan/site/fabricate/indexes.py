"""Tables are filled without indexes: all are built when all rows are there, which takes a fraction of the time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, NamedTuple

from django.db import connection, models

AT_ONCE = 2  # statements
# Two that sort already keep the processors busy, and sorting in little memory takes no longer than in much.
SETTINGS = "SET max_parallel_maintenance_workers = 0; SET maintenance_work_mem = '16MB'"
INDEXES = """
    SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = %s::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype <> 'f')
    ORDER BY i.relname"""
KEYS = """
    SELECT conname, pg_get_indexdef(conindid), CASE contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END
    FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u') AND NOT condeferrable ORDER BY conname"""
REFERENCES = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND %s::regclass IN (conrelid, confrelid) ORDER BY conname"""
Job = Callable[[], Any]
Say = Callable[[str], Any]


class Part(NamedTuple):
    """An index or a constraint: how it is dropped and made, alone what takes a moment and a lock that lets nobody in
    (`attach`), and what looks at all rows once more (`last`)."""

    table: str
    drop: str
    make: str = ""
    attach: str = ""
    last: str = ""


@contextmanager
def without_indexes(tables: Sequence[type[models.Model]], say: Say) -> Iterator[list[Job]]:
    """Drop the indexes and constraints of these tables and build them anew afterwards, in this order. Gives a list for
    what may be done meanwhile. Whoever is killed in between has a database without them: it is for an empty one that may
    be thrown away."""
    names, beside = [m._meta.db_table for m in tables], list[Job]()
    parts = [part for name in names for part in _parts_of(name)]
    _execute([part.drop for part in sorted(dict.fromkeys(parts), key=lambda part: bool(part.make))])
    with connection.constraint_checks_disabled():  # of SQLite: an entry is written before its seal
        yield beside
        _build(names, list(dict.fromkeys(parts)), beside, say)


def _build(tables: list[str], parts: list[Part], beside: list[Job], say: Say) -> None:
    makes = [part for part in parts if part.make]
    _run([*beside, *(partial(_make, part, f"索引 {n}/{len(makes)}", say) for n, part in enumerate(makes, 1))])
    _execute([part.attach for part in sorted(parts, key=lambda part: not part.make) if part.attach])
    looked_at = dict.fromkeys([*tables, *(part.table for part in parts)])  # others refer to these
    _run([partial(_finish, table, [p.last for p in parts if p.table == table and p.last]) for table in looked_at])


def _make(part: Part, words: str, say: Say) -> None:
    _execute([part.make])
    say(f"{words} {part.table}")


def _finish(table: str, last: list[str]) -> None:
    """Look at all rows: whether they refer to what is there, and what the planner must know of them."""
    _execute([*last, f"{'VACUUM ANALYZE' if connection.vendor == 'postgresql' else 'ANALYZE'} {table}"])


def _run(jobs: list[Job]) -> None:
    """Do them in this order; on PostgreSQL some at once, each in a connection of its own."""
    if connection.vendor != "postgresql":
        for job in jobs:
            job()
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for begun in [pool.submit(copy_context().run, _apart, job) for job in jobs]:
            begun.result()


def _apart(job: Job) -> None:
    try:
        _execute([SETTINGS])
        job()
    finally:
        connection.close()


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _parts_of(table: str) -> Iterator[Part]:
    """The indexes of a table, its keys, and the references from it and to it. SQLite keeps the latter two."""
    if connection.vendor != "postgresql":
        sql = "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL AND tbl_name=%s"
        yield from (Part(table, f'DROP INDEX "{name}"', make) for name, make in _asked(sql, table))
        return
    tidying = f"ALTER TABLE {table} {{}} (autovacuum_enabled{{}})"  # there is nothing to tidy up in what only grows
    yield Part(table, tidying.format("SET", " = off"), attach=tidying.format("RESET", ""))
    for name, make in _asked(INDEXES, table):
        yield Part(table, f'DROP INDEX "{name}"', make)
    for name, make, kind in _asked(KEYS, table):
        alter = f'ALTER TABLE {table} {{}} CONSTRAINT "{name}"'
        yield Part(table, alter.format("DROP"), make, f'{alter.format("ADD")} {kind} USING INDEX "{name}"')
    for other, name, told in _asked(REFERENCES, table):
        alter = f'ALTER TABLE {other} {{}} CONSTRAINT "{name}"'
        yield Part(other, alter.format("DROP"), "", f"{alter.format('ADD')} {told} NOT VALID", alter.format("VALIDATE"))


def _asked(sql: str, table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        return list(cursor.fetchall())
