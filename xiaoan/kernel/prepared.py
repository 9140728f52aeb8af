"""Statements that PostgreSQL reads and plans once a connection: what every request says costs it more to understand than
to do."""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from psycopg.pq import TransactionStatus


def execution(sql: str, kinds: Sequence[str], using: str = "default") -> str | None:
    """`EXECUTE name (%s, …)` of a statement whose parameters are $1, $2, … of these types, prepared by now on this
    connection. None where it must be said as it is: on SQLite, where statements are counted, and in a broken
    transaction."""
    connection = connections[using]
    if connection.vendor != "postgresql" or connection.queries_logged:
        return None
    connection.ensure_connection()
    raw = connection.connection
    if raw.info.transaction_status == TransactionStatus.INERROR:
        return None
    known: dict[str, str] = _known(raw)
    if sql not in known:
        name = f"xa_{len(known)}"
        with connection.wrap_database_errors:
            raw.execute(f"PREPARE {name}{_listed(kinds)} AS {sql}")
        known[sql] = name
    return f"EXECUTE {known[sql]}{_listed(['%s'] * len(kinds))}"


def _known(raw: Any) -> dict[str, str]:
    """{statement: its name} on this connection: a rollback forgets none."""
    if not hasattr(raw, "xiaoan_prepared"):
        raw.xiaoan_prepared = {}
    found: dict[str, str] = raw.xiaoan_prepared
    return found


def _listed(words: Sequence[str]) -> str:
    return f" ({', '.join(words)})" if words else ""
