"""Writing deltas, folding them, and setting absolute figures."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Q

from xiaoan.engines.tally.models import Count, Delta
from xiaoan.ground.units.paths import STEP, ancestors, below
from xiaoan.ground.units.reshaping import moved
from xiaoan.kernel.bulk import insert

Key = tuple[str, str, str, str]  # unit_path, measure, subject, period
COLUMNS = ("unit_path", "measure", "subject", "period", "n")
ADD_UP = f"ON CONFLICT (unit_path, measure, subject, period) DO UPDATE SET n = {Count._meta.db_table}.n + excluded.n"


def add(changes: Iterable[tuple[Key, int]]) -> None:
    """Write deltas in the current transaction; zero changes are left out."""
    insert(Delta, COLUMNS, ((*key, n) for key, n in changes if n))


def fold(most: int = 5000) -> int:
    """Move the oldest deltas into the rows of all their ancestors. Returns how many were folded."""
    with transaction.atomic():
        query = Delta.objects.order_by("id")
        if connection.features.has_select_for_update_skip_locked:
            query = query.select_for_update(skip_locked=True)
        taken = list(query[:most])
        if not taken:
            return 0
        changes = Counter[Key]()
        for d in taken:
            changes[(d.unit_path, d.measure, d.subject, d.period)] += d.n
        add_up(changes)
        ids = [d.id for d in taken]
        for start in range(0, len(ids), 500):
            Delta.objects.filter(id__in=ids[start : start + 500]).delete()
    return len(taken)


def add_up(changes: dict[Key, int]) -> None:
    """Add changes at units to the folded rows of the units and all their ancestors, without a detour by deltas: for
    whoever has many."""
    sums, level = dict[Key, int](), defaultdict[int, Counter[Key]](Counter)
    for key, n in changes.items():
        level[len(key[0])][key] += n
    for depth in range(max(level, default=0), 0, -STEP):  # the deepest first: a parent adds up its children once
        above = level[depth - STEP]
        for (path, measure, subject, period), n in level[depth].items():
            above[(path[:-STEP], measure, subject, period)] += n
        sums.update(level[depth])
    add_to_counts(sums)


def add_to_counts(sums: dict[Key, int]) -> None:
    """Add to folded rows, made where they are missing. Keys go in order, so that two folds cannot deadlock; units before
    what is above them, so that two who share a province wait for each other at its few rows only."""
    rows = sorted((-len(key[0]), *key, n) for key, n in sums.items() if n)
    insert(Count, COLUMNS, [row[1:] for row in rows], ADD_UP)


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
