"""How many units each duty binds below every unit: the denominator of every figure, kept as a tally.

A school counts at its parent: the figure of a single school is asked of the book, not stored.
"""

from collections import Counter
from typing import Any

from xiaoan.engines.tally.services import Key, add, replace_counts
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import STEP, ancestors
from xiaoan.obligations.models import Exemption
from xiaoan.policies.book import Duty, book


def bound_key(duty: Duty, path: str, rank: str) -> Key:
    """The tally row in which a unit counts as bound."""
    return (counting_path(path, rank), "bound", duty.key, duty.publication_id.hex)


def counting_path(path: str, rank: str) -> str:
    return path[:-STEP] if rank == "school" else path


def on_unit(unit: Unit, before: dict[str, Any] | None) -> None:
    """Listener of units: what the unit owes may have changed with its facts; count the difference."""
    after = unit.facts() if unit.is_open else None
    changes: list[tuple[Key, int]] = []
    for duty in book().duties:
        if unit.path.startswith(duty.root):
            was = before is not None and duty.binds_unit(unit.path, before)
            now = after is not None and duty.binds_unit(unit.path, after)
            changes.append((bound_key(duty, unit.path, unit.rank), int(now) - int(was)))
    add([*changes, *_unit_changes(unit, before, after)])


def count_bound(publication_id: Any) -> dict[Key, int]:
    """Bound units of every duty of a publication, for each ancestor: {key: n}."""
    duties = [d for d in book().duties if d.publication_id == publication_id]
    sums: Counter[Key] = Counter()
    if not duties:
        return {}
    for path, rank, facts in _open_units(duties[0].root):
        for duty in duties:
            if duty.binds_unit(path, facts):
                _, *rest = bound_key(duty, path, rank)
                for ancestor in ancestors(counting_path(path, rank)):
                    sums[(ancestor, rest[0], rest[1], rest[2])] += 1
    for row in Exemption.objects.filter(state="granted", requirement__in={d.key for d in duties}).select_related("unit"):
        for ancestor in ancestors(counting_path(row.unit_path, row.unit.rank)):
            sums[(ancestor, "bound", row.requirement, publication_id.hex)] -= 1
    return dict(sums)


def set_bound(publication_id: Any) -> None:
    """Write the counts of `count_bound`, replacing what stood there: safe to repeat."""
    subjects = [d.key for d in book().duties if d.publication_id == publication_id]
    replace_counts("bound", publication_id.hex, subjects, count_bound(publication_id))


def _open_units(root: str) -> Any:
    """(path, rank, facts) of each open unit under `root`, streamed."""
    rows = Unit.objects.under(root).active().only("path", "rank", "kind", "pupils", "boarders", "has")
    for unit in rows.iterator(chunk_size=2000):
        yield unit.path, unit.rank, unit.facts()


def _unit_changes(unit: Unit, before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[tuple[Key, int]]:
    """Schools and pupils by kind, for the bases that boards print."""
    path = counting_path(unit.path, unit.rank)
    changes: list[tuple[Key, int]] = []
    for facts, sign in ((before, -1), (after, 1)):
        if facts and facts["rank"] == "school":
            changes.append(((path, "units", facts["kind"], ""), sign))
            changes.append(((path, "pupils", facts["kind"], ""), sign * facts["pupils"]))
    return changes
