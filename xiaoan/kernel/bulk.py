"""Many rows in few statements: what the ORM does with objects, done with tuples."""

import json
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, connections, models

MOST_PARAMETERS = 30_000  # SQLite takes 32,766
MARK = "\x1f"  # between the words of a list; in no key and no path
AT_ONCE = 5000  # rows of a statement; more gains nothing


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tail: str = ""
) -> list[tuple[Any, ...]]:
    """Insert rows in the current transaction, the generated columns left to the database. `tail` is what follows the
    values: ON CONFLICT …, RETURNING …; what it returns comes back. An id is given as `raw_id` gives it.

    PostgreSQL gets one JSON parameter, which costs a tenth of as many parameters as there are cells.
    """
    held, found = list(rows), list[tuple[Any, ...]]()
    is_json = connection.vendor == "postgresql"
    step = AT_ONCE if is_json else MOST_PARAMETERS // len(columns)
    with connection.cursor() as cursor:
        for start in range(0, len(held), step):
            part = held[start : start + step]
            if is_json:
                told = [json.dumps([dict(zip(columns, row)) for row in part], default=str, ensure_ascii=False)]  # noqa: B905
                cursor.execute(f"{_from_json(model, tuple(columns))} {tail}", told)
            else:
                each = f"({', '.join(['%s'] * len(columns))})"
                values = f"{_into(model, columns)} VALUES {', '.join([each] * len(part))} {tail}"
                cursor.execute(values, [x for row in part for x in row])
            if "RETURNING" in tail:
                found += cursor.fetchall()
    return found


def raw_id(value: Any) -> str:
    """A UUID as both databases take it in plain SQL."""
    return str(value.hex)


def among(column: str, values: Collection[str], using: str, cast: str = "") -> tuple[str, list[Any]]:
    """A condition on a column with a list in one parameter, and that parameter. `cast` is the column's type where it is
    not text. Hundreds of parameters cost twenty times what the database needs to answer."""
    if connections[using].vendor == "postgresql":
        return f"{column} = ANY(string_to_array(%s, '{MARK}'){cast and f'::{cast}[]'})", [MARK.join(values)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]


def _into(model: type[models.Model], columns: Sequence[str]) -> str:
    return f"INSERT INTO {model._meta.db_table} ({', '.join(_quoted(columns))})"


@lru_cache(maxsize=64)
def _from_json(model: type[models.Model], columns: tuple[str, ...]) -> str:
    kinds = {f.column: f.db_type(connection) for f in model._meta.concrete_fields}
    told = ", ".join(f'"{c}" {kinds[c]}' for c in columns)
    return f"{_into(model, columns)} SELECT {', '.join(_quoted(columns))} FROM json_to_recordset(%s) AS told({told})"


def _quoted(columns: Sequence[str]) -> list[str]:
    return [f'"{c}"' for c in columns]
