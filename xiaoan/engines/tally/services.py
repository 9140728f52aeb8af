"""Writing deltas, folding them, and setting absolute figures."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Q

from xiaoan.engines.tally.models import Count, Delta
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.ground.units.reshaping import moved

Key = tuple[str, str, str, str]  # unit_path, measure, subject, period


def add(changes: Iterable[tuple[Key, int]]) -> None:
    """Write deltas in the current transaction; zero changes are left out. Plain SQL: an import writes 200,000."""
    table = Delta._meta.db_table
    rows = [(*key, n) for key, n in changes if n]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 1000):
            part = rows[start : start + 1000]
            values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(
                f"INSERT INTO {table} (unit_path, measure, subject, period, n) VALUES {values}",
                [x for row in part for x in row],
            )


def fold(most: int = 5000) -> int:
    """Move the oldest deltas into the rows of all their ancestors. Returns how many were folded."""
    with transaction.atomic():
        query = Delta.objects.order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            query = query.select_for_update(skip_locked=True)
        taken = list(query[:most])
        if not taken:
            return 0
        sums: Counter[Key] = Counter()
        for d in taken:
            for path in ancestors(d.unit_path):
                sums[(path, d.measure, d.subject, d.period)] += d.n
        add_to_counts(sums)
        ids = [d.id for d in taken]
        for start in range(0, len(ids), 500):
            Delta.objects.filter(id__in=ids[start : start + 500]).delete()
    return len(taken)


def add_to_counts(sums: dict[Key, int]) -> None:
    """Add to folded rows, made where they are missing. Keys go in order, so that two folds cannot deadlock."""
    table = Count._meta.db_table
    rows = sorted((key, n) for key, n in sums.items() if n)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), 150):
            part = rows[start : start + 150]
            values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(
                f"INSERT INTO {table} (unit_path, measure, subject, period, n) VALUES {values} "
                f"ON CONFLICT (unit_path, measure, subject, period) DO UPDATE SET n = {table}.n + excluded.n",
                [x for key, n in part for x in (*key, n)],
            )


def forget_period(period: str, root: str) -> int:
    """Drop every counter kept under `period` in the subtree at `root` and above it: what it counted has ended.
    Deltas go first, so that a fold that holds them is waited for. Returns how many rows went."""
    near = below(root, "unit_path") | Q(unit_path__in=ancestors(root))
    with transaction.atomic():
        open_rows, _ = Delta.objects.filter(near, period=period).delete()
        folded, _ = Count.objects.filter(near, period=period).delete()
    return open_rows + folded


def move_subtree(old: str, new: str) -> None:
    """Listener of moves: the figures of a subtree leave the old ancestors and join the new ones.

    Open deltas only change their address: they count for whoever is above them when they are read or folded.
    """
    Delta.objects.filter(below(old, "unit_path")).update(unit_path=moved("unit_path", old, new))
    sums: dict[Key, int] = {}
    left, joined = set(ancestors(old)[:-1]), set(ancestors(new)[:-1])
    for row in Count.objects.filter(unit_path=old).iterator():
        for path in left - joined:
            sums[(path, row.measure, row.subject, row.period)] = -row.n
        for path in joined - left:
            sums[(path, row.measure, row.subject, row.period)] = row.n
    add_to_counts(sums)
    Count.objects.filter(below(old, "unit_path")).update(unit_path=moved("unit_path", old, new))


def replace_counts(measure: str, period: str, subjects: list[str], sums: dict[Key, int]) -> None:
    """Set the folded rows of (measure, period, subjects) to `sums`, dropping all others of them. Open deltas go
    too: what they tell is in the rows that `sums` was counted from."""
    with transaction.atomic():
        Delta.objects.filter(measure=measure, period=period, subject__in=subjects).delete()
        Count.objects.filter(measure=measure, period=period, subject__in=subjects).delete()
        add_to_counts(sums)
