"""Many rows in few statements: what the ORM does with objects, done with tuples."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

AT_ONCE = 8000  # parameters of a statement; SQLite takes 32,766, and longer ones gain nothing


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tail: str = ""
) -> list[tuple[Any, ...]]:
    """Insert rows in the current transaction, the generated columns left to the database. `tail` is what follows the
    values: ON CONFLICT …, RETURNING …; what it returns comes back. Values are as the database takes them: an id as
    `raw_id` gives it."""
    table, names = model._meta.db_table, ", ".join(f'"{c}"' for c in columns)
    each, held, found = f"({', '.join(['%s'] * len(columns))})", list(rows), list[tuple[Any, ...]]()
    step = max(1, AT_ONCE // len(columns))
    with connection.cursor() as cursor:
        for start in range(0, len(held), step):
            part = held[start : start + step]
            values = ", ".join([each] * len(part))
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES {values} {tail}", [x for row in part for x in row])
            if "RETURNING" in tail:
                found += cursor.fetchall()
    return found


def raw_id(value: Any) -> Any:
    """A UUID as the present database takes it in plain SQL."""
    return value if connection.features.has_native_uuid_field else value.hex
