"""Counting everything again from rows, to prove the tallies."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.tally.services import Key
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.obligations.bounds import count_bound, counting_path
from xiaoan.obligations.costs import parts, task_key
from xiaoan.obligations.models import Assignment, Completion, Evidence, HandIn, Reading
from xiaoan.obligations.tasks import tally_key
from xiaoan.policies.book import book


def recount() -> Iterator[tuple[str, dict[Key, int]]]:
    """(measure, {(unit_path, measure, subject, period): n}) for each measure that obligations keep."""
    yield (
        "done",
        _spread(
            (r.unit_path, "done", r.requirement, r.period)
            for r in Completion.objects.filter(done_on__isnull=False)
            .only("unit_path", "requirement", "period")
            .iterator()
        ),
    )
    yield (
        "owed",
        _spread(
            (r.unit_path, "owed", r.requirement, r.period[:7])
            for r in Completion.objects.filter(period__contains="-E")
            .only("unit_path", "requirement", "period")
            .iterator()
        ),
    )
    bound: dict[Key, int] = {}
    for publication_id in {d.publication_id for d in book().duties}:
        bound |= count_bound(publication_id)
    yield "bound", bound
    yield from _readings()
    yield from _units()
    yield (
        "tasks",
        _spread(
            tally_key(row, row.state) for row in Assignment.objects.select_related("task").iterator(chunk_size=2000)
        ),
    )
    yield from _costs()


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


def _costs() -> Iterator[tuple[str, dict[Key, int]]]:
    """The seconds of each document, and the forms that were saved, from the records and their evidence."""
    sums: dict[str, Counter[Key]] = {"cost": Counter(), "saved": Counter()}
    fields = ("unit_path", "sheet", "happened_on", "seconds")
    filed = Record.objects.filter(state=RecordState.FILED).only(*fields).order_by("id")
    for batch in _batches(filed):
        proved: dict[Any, set[Any]] = defaultdict(set)
        for record_id, document in Evidence.objects.filter(record__in=batch).values_list("record_id", "document"):
            proved[record_id].add(document)
        for record in batch:
            for key, n in parts(record, proved[record.id]).items():
                for path in ancestors(key[0]):
                    sums[key[1]][(path, *key[1:])] += n
    yield from ((measure, dict(found)) for measure, found in sums.items())
    seconds: Counter[Key] = Counter()
    for row in HandIn.objects.iterator(chunk_size=2000):
        key = task_key(row)
        for path in ancestors(key[0]):
            seconds[(path, *key[1:])] += row.seconds
    yield "task_seconds", dict(seconds)


def _batches(query: QuerySet[Record], size: int = 500) -> Iterator[list[Record]]:
    batch: list[Record] = list(query[:size])
    while batch:
        yield batch
        batch = list(query.filter(id__gt=batch[-1].id)[:size])
