"""Writes that nobody waits for travel with the next statement.

A record is a handful of small inserts, and asking the database for each costs more than the inserts themselves. Inside
`together` an insert that returns nothing waits until the transaction says anything else to the database, whatever it is,
and goes ahead of it in the same message; the last go with COMMIT. So every statement finds all that was written before
it, and what is wrong with an insert is said, at the latest, when `together` ends.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

from xiaoan.kernel import wall

Statement = tuple[str, list[Any]]
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
SHARING = ("SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "COMMIT")

_waiting: ContextVar["Waiting | None"] = ContextVar("waiting", default=None)


class Waiting:
    """The rows that wait, by (function that makes statements of them, its other arguments). Outermost of the
    connection's wrappers: the second wall sees one statement that is longer."""

    def __init__(self) -> None:
        self.rows: dict[tuple[Any, ...], list[Any]] = {}
        self.scope = ""

    def add(self, rows: list[Any], make: Callable[..., Iterable[Statement]], *how: Any) -> None:
        """Let rows wait, in the scope in which they were written, until `make(*how, rows)` says them."""
        if self.rows and self.scope != wall.scope():
            self.send()
        self.scope = wall.scope()
        self.rows.setdefault((make, *how), []).extend(rows)

    def take(self) -> list[Statement]:
        """What waits, as statements; nothing waits any more."""
        taken, self.rows = self.rows, {}
        return [told for (make, *how), rows in taken.items() for told in make(*how, rows)]

    def send(self) -> None:
        """Say what waits at once, one after another."""
        with wall.held(self.scope), connection.cursor() as cursor:
            for sql, params in self.take():
                cursor.execute(sql, params)

    def __call__(self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("ROLLBACK TO"):  # SAVEPOINT has sent what was written before it
            self.rows = {}
        if not self.rows:
            return execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        if many or getattr(cursor, "name", None) or not self.may_share(sql):
            self.send()
            return execute(sql, params, many, context)
        told = self.take()
        plain = sql if params is not None else sql.replace("%", "%%")
        joined = ";".join([*(each for each, _ in told), plain])
        done = execute(joined, [v for _, values in told for v in values] + list(params or ()), False, context)
        for _ in told:
            cursor.nextset()
        return done

    def may_share(self, sql: str) -> bool:
        """Whether a statement may go in one message with what waits: to PostgreSQL, in the same scope. Where statements
        are counted each goes by itself."""
        is_alike = connection.vendor == "postgresql" and self.scope == wall.scope() and not connection.queries_logged
        return is_alike and sql.startswith(SHARING)


@contextmanager
def together() -> Iterator[None]:
    """A transaction whose inserts go along with other statements; within another one a savepoint, as `atomic` is."""
    if _waiting.get() is not None:
        with transaction.atomic():
            yield
        return
    waiting = Waiting()
    token = _waiting.set(waiting)
    with transaction.atomic():
        connection.execute_wrappers.insert(0, waiting)
        try:
            yield
            _finish(waiting)
        finally:
            connection.execute_wrappers.remove(waiting)
            _waiting.reset(token)


def waiting() -> Waiting | None:
    """Where inserts may wait now, or None: then they are said at once."""
    return _waiting.get()


def _finish(held: Waiting) -> None:
    """Say what still waits, with COMMIT where this transaction is the outermost; Django's own then finds it done."""
    if not held.rows or connection.needs_rollback:
        return
    is_outermost = connection.commit_on_exit and not connection.savepoint_ids
    if is_outermost and held.may_share("COMMIT"):
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
    else:
        held.send()
