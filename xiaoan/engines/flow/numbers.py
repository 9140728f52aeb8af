"""Numbers such as 隐患〔2026〕1183号: running on by one in each place, kind and year."""

from django.db import connection

from xiaoan.engines.flow.models import Series
from xiaoan.kernel import clock

NEXT = f"""INSERT INTO {Series._meta.db_table} (unit_path, kind, year, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (unit_path, kind, year) DO UPDATE SET last = {Series._meta.db_table}.last + excluded.last RETURNING last"""


def next_number(kind: str, path: str, year: int | None = None) -> int:
    """The next number of this kind at the unit. Others wait for it until the transaction ends, so take it late."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [path, kind, year or clock.today().year, 1])
        return int(cursor.fetchone()[0])


def numbered(word: str, year: int, number: int) -> str:
    """A number as papers write it: 隐患〔2026〕1183号."""
    return f"{word}〔{year}〕{number}号"
