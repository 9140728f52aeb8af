"""Writing millions of rows: COPY on PostgreSQL, prepared statements on SQLite."""

import gc
from collections.abc import Iterable
from functools import cache

import django
from django.db import connection, models, transaction

from xiaoan.site.fabricate.cells import NULL, Row


def begin_process() -> None:
    """Of a process that only makes rows. They have no cycles, and looking for some takes time. It stands
    here because this module can be read before the applications are loaded."""
    django.setup()
    gc.disable()


@cache
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
