"""One moment of the database for a long read, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads inside see the database as it was at the first of them, and hold nobody up.

    Inside another transaction it is that one's view of the database that is read.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    else:
        connection.ensure_connection()
        sqlite: Any = connection
        usual = sqlite.transaction_mode
        sqlite.transaction_mode = "DEFERRED"  # the usual mode would keep all writers out until the end
        try:
            with transaction.atomic():
                yield
        finally:
            sqlite.transaction_mode = usual
