"""Row-level security of PostgreSQL behind the scope columns; on SQLite nothing of this happens.

Policies are made from the models after each `migrate`, so that no scoped table is left out. A row is seen and written
when `/` and its `unit_path` begin with the session variable `xiaoan.scope`; `/` alone is the system's own work.
The variable goes along with the first statement that needs another value than the connection has: no round trip of its own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models import Model
from psycopg.pq import TransactionStatus

from xiaoan.ground.units.models import Scoped
from xiaoan.kernel import wall
from xiaoan.kernel.together import SHARING

NAME = "wall_"
SCOPE = "(SELECT nullif(current_setting('xiaoan.scope', true), ''))"  # what is unset or empty sees nothing
# CASE, because the planner takes it for every other row. A plain range over a variable it takes for one row in 200, and
# chooses worse plans for lists whose own condition names the scope already.
INSIDE = f"CASE WHEN starts_with('/' || {{row}}.unit_path, {SCOPE}) THEN true ELSE false END"
PLAIN = re.compile(r"(/[0-9A-Z]{0,32})?")
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


def scoped_models() -> list[type[Scoped]]:
    return [m for m in apps.get_models() if issubclass(m, Scoped) and m._meta.managed and not m._meta.proxy]


def policies(model: type[Scoped]) -> dict[str, str]:
    """{name: what follows CREATE POLICY name}. The name tells the content, so that a changed policy is seen to differ."""
    table = model._meta.db_table
    inside = INSIDE.format(row=table)
    made = [f"ON {table} USING ({inside}) WITH CHECK ({inside})"]
    if also := getattr(model, "READ_FROM_BELOW", ""):
        made.append(f"ON {table} FOR SELECT USING ({also})")
    return {NAME + sha256(sql.encode()).hexdigest()[:10]: sql for sql in made}


def raise_walls(using: str = "default", **kwargs: Any) -> None:
    """After `migrate`: give every scoped table its policies, and touch none that has them."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    standing = connection.introspection.table_names()
    for model in scoped_models():
        table = model._meta.db_table
        if table in standing and set(policies(model)) != set(found_policies(connection, table)):
            with connection.cursor() as cursor:
                for sql in _building(connection, model):
                    cursor.execute(sql)


def missing_walls(using: str = "default") -> list[str]:
    """Scoped tables that their policies do not guard."""
    connection = connections[using]
    return [
        m._meta.db_table
        for m in scoped_models()
        if set(policies(m)) != set(found_policies(connection, m._meta.db_table))
    ]


def goes_round(using: str = "default") -> bool:
    """Whether the role that we connect as is above all policies."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


@contextmanager
def lowered(*models: type[Model]) -> Iterator[None]:
    """Let the owner fill tables by COPY, which their policies forbid. For loading an empty database: whoever is killed
    meanwhile has the walls down until `migrate` finds them so and raises them."""
    if connections["default"].vendor != "postgresql" or goes_round():
        yield
        return
    tables = [m._meta.db_table for m in models if issubclass(m, Scoped)]
    _hold_owner(tables, "NO FORCE")
    try:
        yield
    finally:
        _hold_owner(tables, "FORCE")


def _hold_owner(tables: list[str], how: str) -> None:
    with connections["default"].cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")


def found_policies(connection: Any, table: str) -> list[str]:
    """Names of the policies on a table; of none while they are not in force, also for its owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
            "WHERE c.oid = to_regclass(%s) AND c.relrowsecurity AND c.relforcerowsecurity",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _building(connection: Any, model: type[Scoped]) -> Iterator[str]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT polname FROM pg_policy WHERE polrelid = to_regclass(%s)", [table])
        yield from [f"DROP POLICY {name} ON {table}" for (name,) in cursor.fetchall()]
    for name, sql in policies(model).items():
        yield f"CREATE POLICY {name} {sql}"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"


def guard_connection(connection: Any, **kwargs: Any) -> None:
    """On a new connection, also to a replica: every statement passes `keep_scope`."""
    if connection.vendor == "postgresql" and keep_scope not in connection.execute_wrappers:
        connection.execute_wrappers.append(keep_scope)


def keep_scope(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a statement with `xiaoan.scope` as the asker's, telling the database only when it is not so already."""
    raw, scope = context["connection"].connection, wall.scope()
    if _told(raw) == scope or raw.info.transaction_status == TransactionStatus.INERROR:
        return _run(raw, execute, sql, params, many, context)
    if not PLAIN.fullmatch(scope):
        raise ValueError(f"no scope: {scope!r}")
    tell, raw.xiaoan_scope = f"SET xiaoan.scope = '{scope}'", None
    if many or context["connection"].queries_logged or not _may_share(sql, context["cursor"].cursor):
        raw.execute(tell)
        _note(raw, scope)
        return _run(raw, execute, sql, params, many, context)
    done = execute(f"{tell};{sql}", params, many, context)
    context["cursor"].cursor.nextset()
    _note(raw, scope)
    return done


def _may_share(sql: str, cursor: Any) -> bool:
    """Whether the statement may be sent together with another: some may stand in no transaction, not even a short one."""
    return sql.startswith((*SHARING, "BEGIN")) and not getattr(cursor, "name", None)


def _run(raw: Any, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    done = execute(sql, params, many, context)
    if sql.startswith("ROLLBACK TO"):  # takes a SET inside the savepoint back
        raw.xiaoan_scope = None
    return done


def _told(raw: Any) -> str | None:
    """The scope that this connection's session has, as far as we know. What was set in a transaction is unsure when that
    is over: a rollback takes it back."""
    scope, is_sure = getattr(raw, "xiaoan_scope", None) or (None, True)
    return scope if is_sure or raw.info.transaction_status != TransactionStatus.IDLE else None


def _note(raw: Any, scope: str) -> None:
    raw.xiaoan_scope = (scope, raw.info.transaction_status == TransactionStatus.IDLE)
