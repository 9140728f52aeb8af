"""Many rows in few statements: what the ORM does with objects, done with tuples."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import connection, connections, models

from xiaoan.kernel.prepared import execution
from xiaoan.kernel.together import waiting

MOST_PARAMETERS = 30_000  # SQLite takes 32,766
MARK = "\x1f"  # between the words of a list; in no key and no path
AT_ONCE = 5000  # rows of a statement; more gains nothing
FEW = 30  # up to so many rows are spelled one by one
_spell = json.JSONEncoder(ensure_ascii=False, default=str).encode


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tail: str = ""
) -> list[tuple[Any, ...]]:
    """Insert rows in the current transaction, the generated columns left to the database. `tail` is what follows the
    values: ON CONFLICT …, RETURNING …; what it returns comes back. An id is given as `raw_id` gives it. Within
    `together` rows without a tail wait for the next statement.
    """
    held, found = list(rows), list[tuple[Any, ...]]()
    if not held:
        return found
    if not tail and (line := waiting()):
        line.add(held, _statements, model, tuple(columns))
        return found
    with connection.cursor() as cursor:
        for sql, params in _statements(model, columns, held, tail):
            cursor.execute(sql, params)
            if "RETURNING" in tail:
                found += cursor.fetchall()
    return found


def insert_object(made: models.Model, tail: str = "") -> list[tuple[Any, ...]]:
    """Insert a new object as `insert` does a row, without what an ORM compiles and asks back for it: generated columns
    are read when somebody looks at them."""
    fields = _stored(type(made))
    row = [getattr(made, f.attname) for f in fields]
    if connection.vendor != "postgresql":
        row = [f.get_db_prep_save(value, connection) for f, value in zip(fields, row, strict=True)]
    found = insert(type(made), _columns(type(made)), [row], tail)
    made._state.adding, made._state.db = False, "default"
    return found


def lock(model: type[models.Model], ids: Collection[Any]) -> None:
    """Hold these rows until the transaction ends: whoever else would hold them waits. Within `together` it goes with the
    next statement, which then sees what the others wrote. SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql" or not ids:
        return
    if line := waiting():
        line.add(list(ids), _locks, model)
        return
    with connection.cursor() as cursor:
        for sql, params in _locks(model, ids):
            cursor.execute(sql, params)


def raw_id(value: Any) -> str:
    """A UUID as both databases take it in plain SQL."""
    return str(value.hex)


def among(column: str, values: Collection[str], using: str, cast: str = "") -> tuple[str, list[Any]]:
    """A condition on a column with a list in one parameter, and that parameter. `cast` is the column's type where it is
    not text. Hundreds of parameters cost twenty times what the database needs to answer."""
    if connections[using].vendor == "postgresql":
        return f"{column} = ANY(string_to_array(%s, '{MARK}'){cast and f'::{cast}[]'})", [MARK.join(values)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(values))]


def _statements(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], tail: str = ""
) -> Iterator[tuple[str, list[Any]]]:
    """PostgreSQL gets JSON, which costs a tenth of as many parameters as there are cells: one object for each of a few
    rows, one list for each column of many, at half the cost again."""
    is_json = connection.vendor == "postgresql"
    step = AT_ONCE if is_json else MOST_PARAMETERS // len(columns)
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        if is_json and len(part) > FEW:
            yield f"{_from_lists(model, tuple(columns))} {tail}", [_spell(each) for each in zip(*part, strict=True)]
        elif is_json:
            told, sql = _spell([dict(zip(columns, row)) for row in part]), _from_json(model, tuple(columns))  # noqa: B905
            yield execution(f"{sql.replace('%s', '$1')} {tail}", ["json"]) or f"{sql} {tail}", [told]
        else:
            each = f"({', '.join(['%s'] * len(columns))})"
            yield f"{_into(model, columns)} VALUES {', '.join([each] * len(part))} {tail}", [x for r in part for x in r]


def _locks(model: type[models.Model], ids: Collection[Any]) -> Iterator[tuple[str, list[Any]]]:
    """In one order, or two who hold several would wait for each other. A list is planned anew each time, one id is not."""
    sql = f"SELECT 1 FROM {model._meta.db_table} WHERE id = {{}} ORDER BY id FOR NO KEY UPDATE"
    if len(ids) > 1:
        yield sql.format("ANY(%s)"), [sorted(ids)]
        return
    yield execution(sql.format("$1"), [model._meta.pk.db_type(connection) or ""]) or sql.format("%s"), [*ids]


@cache
def _stored(model: type[models.Model]) -> list[Any]:
    return [f for f in model._meta.concrete_fields if not f.generated]


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(f.column for f in _stored(model))


def _into(model: type[models.Model], columns: Sequence[str]) -> str:
    return f"INSERT INTO {model._meta.db_table} ({', '.join(_quoted(columns))})"


@lru_cache(maxsize=64)
def _from_json(model: type[models.Model], columns: tuple[str, ...]) -> str:
    kinds = {f.column: f.db_type(connection) for f in model._meta.concrete_fields}
    told = ", ".join(f'"{c}" {kinds[c]}' for c in columns)
    return f"{_into(model, columns)} SELECT {', '.join(_quoted(columns))} FROM json_to_recordset(%s) AS told({told})"


@lru_cache(maxsize=64)
def _from_lists(model: type[models.Model], columns: tuple[str, ...]) -> str:
    kinds = {f.column: f.db_type(connection) or "" for f in model._meta.concrete_fields}
    lists = ", ".join(f"json_array_elements{'' if kinds[c] == 'jsonb' else '_text'}(%s)" for c in columns)
    told = ", ".join(_read_as(f'"{c}"', kinds[c]) for c in columns)
    return f"{_into(model, columns)} SELECT {told} FROM ROWS FROM ({lists}) AS told({', '.join(_quoted(columns))})"


def _read_as(column: str, kind: str) -> str:
    """Text is not cast: a cast would cut what is too long, where writing it refuses."""
    if kind == "jsonb":
        return f"NULLIF({column}::text, 'null')::jsonb"
    return column if kind.startswith("varchar") else f"{column}::{kind}"


def _quoted(columns: Sequence[str]) -> list[str]:
    return [f'"{c}"' for c in columns]
