"""Sealing a fabricated journal: one link a day, over the digests that are there."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from xiaoan.ground.journal.chain import GENESIS, link, marks_of
from xiaoan.ground.journal.models import Entry, Seal

SQL = f"SELECT seal_id, digest FROM {Entry._meta.db_table} WHERE seal_id IS NOT NULL ORDER BY seal_id, id"
OF_A_SEAL = f"SELECT seal_id, string_agg(digest, ' ') FROM ({SQL}) e GROUP BY seal_id ORDER BY seal_id"


def seal_days(first: date, say: Callable[[str], Any]) -> None:
    """Link the entries of each day; a day without entries has an empty link."""
    before, made = (GENESIS, GENESIS), list[Seal]()
    for number, digests in _digests():
        for each in range(len(made) + 1, number + 1):
            found = digests if each == number else []
            at = timezone.make_aware(datetime.combine(first + timedelta(days=each), time()))
            seal = Seal(number=each, count=len(found), made_at=at, marks=marks_of(found))
            before = seal.sha256, seal.sm3 = link(before, seal, found)
            made.append(seal)
    Seal.objects.bulk_create(made)
    say(f"日志已封印 {len(made)} 节")


def _digests() -> Iterator[tuple[int, list[str]]]:
    """The number of each seal with its digests. PostgreSQL hands them over in one piece: millions of rows take longer to
    fetch than to link."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(OF_A_SEAL)
            yield from ((number, digests.split()) for number, digests in cursor)
        else:
            cursor.execute(SQL)
            yield from ((number, [d for _, d in rows]) for number, rows in groupby(cursor, key=itemgetter(0)))
