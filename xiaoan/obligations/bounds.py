"""How many units each duty binds below every unit: the denominator of every figure, kept as a tally.

A school counts at its parent: the figure of a single school is asked of the book, not stored.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from xiaoan.engines.tally.services import Key, add, replace_counts
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import STEP, ancestors, below
from xiaoan.obligations.models import Exemption
from xiaoan.policies.book import Duty, book, fits, likeness, raise_stamp

Facts = dict[str, Any]
Signed = tuple[Unit, Facts, int]  # a unit with facts that count so often: 1 now, -1 before
Free = dict[Any, set[str]]  # unit -> requirements that it is exempted from


def bound_key(duty: Duty, path: str, rank: str) -> Key:
    """The tally row in which a unit counts as bound."""
    return (counting_path(path, rank), "bound", duty.key, duty.publication_id.hex)


def counting_path(path: str, rank: str) -> str:
    return path[:-STEP] if rank == "school" else path


def on_unit(unit: Unit, before: Facts | None) -> None:
    """Listener of units: what the unit owes may have changed with its facts; count the difference."""
    on_units([(unit, before)])


def on_units(changed: Sequence[tuple[Unit, Facts | None]]) -> None:
    """Listener of imports: as `on_unit`, for many units at once."""
    signed: list[Signed] = [(unit, before, -1) for unit, before in changed if before]
    free = exempted([unit.id for unit, _, _ in signed])
    signed += [(unit, unit.facts(), 1) for unit, _ in changed if unit.is_open]
    sums = _bound(signed, book().duties, free)
    sums.update(_bases(signed))
    add(sums.items())


def on_move(old: str, new: str) -> None:
    """Listener of moves, after rows and figures have moved. A publication that reaches only the old place or
    only the new one is recounted; what a school counts at its parent moves from one parent to the other."""
    raise_stamp()
    here = [d for d in book().duties if new.startswith(d.root) or d.root.startswith(new)]
    there = [d for d in book().duties if old.startswith(d.root) or d.root.startswith(new)]
    both = {d.publication_id for d in here} & {d.publication_id for d in there}
    unit = Unit.objects.get(path=new)
    if unit.is_school:
        moving = _bound([(unit, unit.facts(), 1)], [d for d in here if d.publication_id in both], exempted([unit.id]))
        moving.update(_bases([(unit, unit.facts(), 1)]))
        add([*moving.items(), *(((old[:-STEP], *key[1:]), -n) for key, n in moving.items())])
    for publication_id in {d.publication_id for d in [*here, *there]} - both:
        set_bound(publication_id)


def count_bound(publication_id: Any) -> dict[Key, int]:
    """Bound units of every duty of a publication, for each ancestor: {key: n}."""
    sums: Counter[Key] = Counter()
    for key, n in bound_leaves(publication_id).items():
        for ancestor in ancestors(key[0]):
            sums[(ancestor, *key[1:])] += n
    return dict(sums)


def bound_leaves(publication_id: Any) -> Counter[Key]:
    """The same at the places where units count, not yet added up for those above."""
    duties = [d for d in book().duties if d.publication_id == publication_id]
    if not duties:
        return Counter()
    rows = Exemption.objects.filter(below(duties[0].root, "unit_path"), state="granted")
    return _bound(_open_units(duties[0].root), duties, _by_unit(rows))


def set_bound(publication_id: Any) -> None:
    """Write the counts of `count_bound`, replacing what stood there: safe to repeat."""
    subjects = [d.key for d in book().duties if d.publication_id == publication_id]
    replace_counts("bound", publication_id.hex, subjects, count_bound(publication_id))


def exempted(units: Collection[Any]) -> Free:
    """The requirements that these units need not do."""
    ids, found = list(units), Free()
    for start in range(0, len(ids), 500):
        found |= _by_unit(Exemption.objects.filter(unit__in=ids[start : start + 500], state="granted"))
    return found


def _by_unit(rows: Iterable[Exemption]) -> Free:
    found: Free = defaultdict(set)
    for row in rows:
        found[row.unit_id].add(row.requirement)
    return found


def _bound(signed: Iterable[Signed], duties: Sequence[Duty], free: Free) -> Counter[Key]:
    """How often each duty binds at each counting path. Units of one place whose facts are alike to every duty are
    counted together, so that 20,000 schools and 200 duties cost thousands of questions and not millions."""
    roots = {d.root for d in duties}
    alike = likeness(duties)
    groups: Counter[Any] = Counter()
    facts_of: dict[Any, Facts] = {}
    for unit, facts, sign in signed:
        path = counting_path(unit.path, unit.rank)
        kind = (alike(facts), frozenset(free.get(unit.id, ())))
        facts_of[kind] = facts
        groups[(path, unit.path if unit.path in roots else path, kind)] += sign
    fitting = {
        k: [(d, d.publication_id.hex) for d in duties if d.key not in k[1] and fits(d.binds, f)]
        for k, f in facts_of.items()
    }
    sums: Counter[Key] = Counter()
    for (path, place, kind), n in groups.items():
        if n:
            for duty, publication in fitting[kind]:
                if place.startswith(duty.root):
                    sums[(path, "bound", duty.key, publication)] += n
    return sums


def _open_units(root: str) -> Iterator[Signed]:
    """Each open unit under `root`, streamed."""
    rows = Unit.objects.under(root).active().only("path", "rank", "kind", "pupils", "boarders", "has")
    for unit in rows.iterator(chunk_size=2000):
        yield unit, unit.facts(), 1


def _bases(signed: Iterable[Signed]) -> Counter[Key]:
    """Schools and pupils by kind, for the bases that boards print."""
    sums: Counter[Key] = Counter()
    for unit, facts, sign in signed:
        if facts["rank"] == "school":
            path = counting_path(unit.path, unit.rank)
            sums[(path, "units", facts["kind"], "")] += sign
            sums[(path, "pupils", facts["kind"], "")] += sign * facts["pupils"]
    return sums
