"""Writing millions of rows: COPY on PostgreSQL, prepared statements on SQLite; indexes are built when all is there."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

import django
from django.db import connection, models, transaction

from xiaoan.site.fabricate.cells import NULL, Row

AT_ONCE = 2  # tables whose indexes are built


def begin_process() -> None:
    """Of a process that only makes rows. They have no cycles, and looking for some takes time. It stands
    here because this module can be read before the applications are loaded."""
    django.setup()
    gc.disable()


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns that a row of this model is written with, in order; the database makes the generated ones, and keys
    that count on."""
    return [str(f.column) for f in model._meta.concrete_fields if not (f.generated or isinstance(f, models.AutoField))]


def write(model: type[models.Model], rows: Iterable[Row]) -> None:
    """Write rows whose cells are text as the database reads it; no cell holds a tab, a line end or a backslash."""
    names = columns_of(model)
    table, told = model._meta.db_table, ", ".join(f'"{n}"' for n in names)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({told}) FROM STDIN") as copy:
                copy.write("\n".join([*rows, ""]))
        else:
            marks = ", ".join(["?"] * len(names))
            cursor.connection.cursor().executemany(
                f"INSERT INTO {table} ({told}) VALUES ({marks})",
                ([None if c == NULL else c for c in row.split("\t")] for row in rows),
            )


@contextmanager
def without_indexes(tables: Sequence[type[models.Model]], say: Callable[[str], Any]) -> Iterator[None]:
    """Drop the indexes and constraints of these tables and build them anew afterwards. Whoever is killed in between
    has a database without them: it is for an empty one that may be thrown away."""
    dropped = [(m._meta.db_table, d) for m in tables for d in _definitions(m._meta.db_table)]
    with connection.cursor() as cursor:
        for _, (drop, _) in reversed(dropped):
            cursor.execute(drop)
    with connection.constraint_checks_disabled():  # of SQLite: an entry is written before its seal
        yield
    wanted = {m._meta.db_table: [make for table, (_, make) in dropped if table == m._meta.db_table] for m in tables}
    if connection.vendor != "postgresql":
        for table, makes in wanted.items():
            _build(table, makes, say)
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:  # each in a connection of its own
        begun = [pool.submit(copy_context().run, _build_apart, table, makes, say) for table, makes in wanted.items()]
        for each in begun:
            each.result()


def _build_apart(table: str, makes: list[str], say: Callable[[str], Any]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
        _build(table, makes, say)
    finally:
        connection.close()


def _build(table: str, makes: list[str], say: Callable[[str], Any]) -> None:
    with connection.cursor() as cursor:
        for n, make in enumerate(makes, 1):
            cursor.execute(make)
            say(f"索引 {n}/{len(makes)} {table}")
        cursor.execute(f"{'VACUUM ANALYZE' if connection.vendor == 'postgresql' else 'ANALYZE'} {table}")


def _definitions(table: str) -> list[tuple[str, str]]:
    """(drop, make) for each index and constraint, in the order in which they must be made."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL AND tbl_name=%s", [table]
            )
            return [(f'DROP INDEX "{name}"', sql) for name, sql in cursor.fetchall()]
        cursor.execute(
            "SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
            "WHERE x.indrelid = %s::regclass AND NOT EXISTS "
            "(SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid) ORDER BY i.relname", [table],
        )  # fmt: skip
        indexes = [(f'DROP INDEX "{name}"', sql) for name, sql in cursor.fetchall()]
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass "
            "AND contype IN ('u', 'f') ORDER BY contype DESC, conname", [table],
        )  # fmt: skip
        return indexes + [
            (f'ALTER TABLE {table} DROP CONSTRAINT "{name}"', f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {told}')
            for name, told in cursor.fetchall()
        ]
