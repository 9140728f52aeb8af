"""Counting receipts again from rows, to prove the tally of who has opened a document."""

from collections import Counter
from collections.abc import Iterator

from xiaoan.engines.tally.services import Key
from xiaoan.ground.units.paths import ancestors
from xiaoan.policies.models import Receipt


def recount() -> Iterator[tuple[str, dict[Key, int]]]:
    """(measure, {(unit_path, measure, publication, ""): schools that have opened it})."""
    sums: Counter[Key] = Counter()
    rows = Receipt.objects.filter(unit__rank="school").values_list("unit_path", "publication_id")
    for path, publication in rows.iterator():
        for ancestor in ancestors(path):
            sums[(ancestor, "read", publication.hex, "")] += 1
    yield "read", dict(sums)
