"""Writes that nobody waits for travel with the next statement.

A record is a handful of small inserts, and asking the database for each costs more than the inserts themselves. Inside
`together` an insert that returns nothing waits until the transaction says anything else to the database, whatever it is,
and goes ahead of it in the same message; the last go with COMMIT. So every statement finds all that was written before
it, and what is wrong with an insert is said, at the latest, when `together` ends. A question that will surely be asked may
travel in the same way.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections, transaction
from psycopg.pq import TransactionStatus

from xiaoan.kernel import wall

Statement = tuple[str, list[Any]]
Question = Hashable
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
SHARING = ("SELECT", "INSERT", "UPDATE", "DELETE", "EXECUTE", "SAVEPOINT", "RELEASE")  # may go with others in a message

_waiting: ContextVar["Waiting | None"] = ContextVar("waiting", default=None)


class Waiting:
    """The rows that wait, by (function that makes statements of them, its other arguments). Outermost of the
    connection's wrappers: the second wall sees one statement that is longer."""

    def __init__(self) -> None:
        self.head: list[str] = []  # BEGIN, SAVEPOINT and RELEASE, before the rows
        self.rows: dict[tuple[Any, ...], list[Any]] = {}
        self.answers: dict[Question, list[Any]] = {}
        self.scope = wall.scope()
        self.connection = connections["default"]

    def add(self, rows: list[Any], make: Callable[..., Iterable[Statement]], *how: Any) -> None:
        """Let rows wait, in the scope in which they were written, until `make(*how, rows)` says them."""
        if self.rows and self.scope != wall.scope():
            self.send()
        self.scope = wall.scope()
        self.rows.setdefault((make, *how), []).extend(rows)

    def ask(self, question: Question, told: Statement) -> None:
        """Let a question wait as well. `answer` has its rows when it has gone along with something."""
        self.add([told], _question, question)

    def answer(self, question: Question) -> list[Any] | None:
        """The rows, once. None where it was not asked or still waits: then it is for the caller to ask."""
        self.rows.pop((_question, question), None)
        return self.answers.pop(question, None)

    def take(self) -> list[tuple[Statement, Question | None]]:
        """What waits, as statements, and which question each of them asks; nothing waits any more."""
        waited: list[tuple[Statement, Question | None]] = [((sql, []), None) for sql in self.head]
        for (make, *how), rows in self.rows.items():
            waited += [(told, how[0] if make is _question else None) for told in make(*how, rows)]
        self.head, self.rows = [], {}
        return waited

    def send(self) -> None:
        """Say what waits at once, one after another."""
        with wall.held(self.scope), self.connection.cursor() as cursor:
            for (sql, params), question in self.take():
                cursor.execute(sql, params)
                self._note(question, cursor)

    def __call__(self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("ROLLBACK TO") and self._forget(sql.replace("ROLLBACK TO ", "")):
            return None
        is_mark = sql.startswith(("SAVEPOINT", "RELEASE")) and not self.rows and self.may_share(sql)
        if is_mark and not _is_broken(self.connection):
            return self.head.append(sql)
        if not self.head and not self.rows:
            return execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        if many or getattr(cursor, "name", None) or not self.may_share(sql):
            self.send()
            return execute(sql, params, many, context)
        waited = self.take()
        plain = sql if params is not None else sql.replace("%", "%%")
        joined = ";".join([*(each for (each, _), _ in waited), plain])
        done = execute(joined, [v for (_, values), _ in waited for v in values] + list(params or ()), False, context)
        for _, question in waited:
            self._note(question, cursor)
            cursor.nextset()
        return done

    def _note(self, question: Question | None, cursor: Any) -> None:
        if question is not None:
            self.answers[question] = cursor.fetchall()

    def _forget(self, savepoint: str) -> bool:
        """Drop what was written since the savepoint: all that waits, or it would have been sent before the savepoint.
        Whether the savepoint itself still waits, so that there is nothing to roll back."""
        does_wait = savepoint in self.head
        self.rows, self.head = {}, self.head[: self.head.index(savepoint) + 1] if does_wait else []
        self.answers.clear()
        return does_wait

    def may_share(self, sql: str) -> bool:
        """Whether a statement may go in one message with what waits: to PostgreSQL, in the same scope. Where statements
        are counted each goes by itself."""
        is_alike = not self.rows or self.scope == wall.scope()
        return is_alike and sql.startswith((*SHARING, "COMMIT")) and _takes_several(self.connection)


@contextmanager
def together() -> Iterator[None]:
    """A transaction whose inserts go along with other statements; within another one a savepoint, as `atomic` is."""
    if _waiting.get() is not None:
        with transaction.atomic():
            yield
        return
    waiting = Waiting()
    token, connection = _waiting.set(waiting), waiting.connection
    with transaction.atomic():
        if _is_outermost(connection) and _takes_several(connection):
            connection.connection.autocommit = True  # or the driver would send its own BEGIN first
            waiting.head.append("BEGIN")
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


def later(sql: str, params: list[Any]) -> None:
    """Say a statement whose result nobody needs: after the rows that wait by now, with the next one that somebody waits
    for."""
    if line := waiting():
        line.add([(sql, params)], list)
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, params)


def _finish(held: Waiting) -> None:
    """Say what still waits, with COMMIT where this transaction is the outermost; Django's own then finds it done."""
    if not held.rows or held.connection.needs_rollback:
        return
    if _is_outermost(held.connection) and held.may_share("COMMIT"):
        with held.connection.cursor() as cursor:
            cursor.execute("COMMIT")
    else:
        held.send()


def _question(question: Question, told: list[Statement]) -> list[Statement]:
    """Asked once, however often it was put."""
    return told[:1]


def _is_outermost(connection: Any) -> bool:
    return connection.commit_on_exit and not connection.savepoint_ids


def _is_broken(connection: Any) -> bool:
    """Whether an error has ended the transaction, although somebody caught it: a savepoint's end must say so at once."""
    return bool(connection.connection.info.transaction_status == TransactionStatus.INERROR)


def _takes_several(connection: Any) -> bool:
    """Whether several statements may go in one message: to PostgreSQL. Where they are counted each goes by itself."""
    return connection.vendor == "postgresql" and not connection.queries_logged
