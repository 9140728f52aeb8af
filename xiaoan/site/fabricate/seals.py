"""Sealing a fabricated journal: one link a day, over the digests that are there."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db import connection
from django.utils import timezone

from xiaoan.ground.journal.chain import GENESIS, link, marks_of
from xiaoan.ground.journal.models import Entry, Seal

SQL = "SELECT seal_id, digest FROM {table} WHERE seal_id IS NOT NULL ORDER BY seal_id, id"


def seal_days(first: date, say: Callable[[str], Any]) -> None:
    """Link the entries of each day; a day without entries has an empty link."""
    before, made = (GENESIS, GENESIS), list[Seal]()
    for number, rows in groupby(_digests(), key=lambda row: row[0]):
        for each in range(len(made) + 1, number + 1):
            found = [digest for _, digest in rows] if each == number else []
            at = timezone.make_aware(datetime.combine(first + timedelta(days=each), time()))
            seal = Seal(number=each, count=len(found), made_at=at, marks=marks_of(found))
            before = seal.sha256, seal.sm3 = link(before, seal, found)
            made.append(seal)
    Seal.objects.bulk_create(made)
    say(f"日志已封印 {len(made)} 节")


def _digests() -> Iterator[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(table=Entry._meta.db_table))
        while rows := cursor.fetchmany(20_000):
            yield from rows
