"""Django's backend; only how the pool makes sure of a connection differs."""

from time import monotonic
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool

SURE = 2.0  # seconds for which a connection that was handed out is believed to live


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def pool(self) -> Any:
        found = super().pool
        if found is not None and self.settings_dict["CONN_HEALTH_CHECKS"]:
            found._check = make_sure
        return found


def make_sure(connection: Any) -> None:
    """Ask a connection that has been idle whether it still lives: a question before every request would cost a fifth of
    it. Whoever restarts the database fails at most the requests of these seconds, which are told to try again."""
    now = monotonic()
    if now - getattr(connection, "xiaoan_sure", -SURE) >= SURE:
        ConnectionPool.check_connection(connection)
    connection.xiaoan_sure = now
