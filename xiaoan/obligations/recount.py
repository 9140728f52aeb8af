"""Counting everything again from rows, to prove the tallies."""

from collections import Counter
from collections.abc import Iterator

from xiaoan.engines.tally.services import Key
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.obligations.bounds import count_bound, counting_path
from xiaoan.obligations.models import Completion, Reading
from xiaoan.policies.book import book


def recount() -> Iterator[tuple[str, dict[Key, int]]]:
    """(measure, {(unit_path, measure, subject, period): n}) for each measure that obligations keep."""
    yield "done", _spread(
        (r.unit_path, "done", r.requirement, r.period)
        for r in Completion.objects.filter(done_on__isnull=False).only("unit_path", "requirement", "period").iterator()
    )
    yield "owed", _spread(
        (r.unit_path, "owed", r.requirement, r.period[:7])
        for r in Completion.objects.filter(period__contains="-E").only("unit_path", "requirement", "period").iterator()
    )
    bound: dict[Key, int] = {}
    for publication_id in {d.publication_id for d in book().duties}:
        bound |= count_bound(publication_id)
    yield "bound", bound
    yield from _readings()
    yield from _units()


def _spread(keys: Iterator[Key]) -> dict[Key, int]:
    sums: Counter[Key] = Counter()
    for path, measure, subject, period in keys:
        for ancestor in ancestors(path):
            sums[(ancestor, measure, subject, period)] += 1
    return dict(sums)


def _readings() -> Iterator[tuple[str, dict[Key, int]]]:
    num, den = Counter[Key](), Counter[Key]()
    for row in Reading.objects.all().iterator():
        for path in ancestors(row.unit_path):
            num[(path, "num", row.measure, "")] += row.numerator
            den[(path, "den", row.measure, "")] += row.denominator
    yield "num", dict(num)
    yield "den", dict(den)


def _units() -> Iterator[tuple[str, dict[Key, int]]]:
    units, pupils = Counter[Key](), Counter[Key]()
    for unit in Unit.objects.schools().active().only("path", "rank", "kind", "pupils").iterator():
        for path in ancestors(counting_path(unit.path, unit.rank)):
            units[(path, "units", unit.kind, "")] += 1
            pupils[(path, "pupils", unit.kind, "")] += unit.pupils
    yield "units", dict(units)
    yield "pupils", dict(pupils)
