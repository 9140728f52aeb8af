"""Counting records again from nothing, to prove the tallies."""

from collections import Counter
from collections.abc import Iterator

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.tally.services import Key
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel.clock import iso_week

Recount = tuple[str, dict[tuple[str, str, str, str], int]]


def recount() -> Iterator[Recount]:
    """For each measure kept here: its name and {(unit_path, measure, subject, period): n} from the records."""
    records: Counter[Key] = Counter()
    seconds: Counter[Key] = Counter()
    forms: Counter[Key] = Counter()
    fields = ("unit_path", "sheet", "happened_on", "seconds")
    for record in Record.objects.filter(state=RecordState.FILED).only(*fields).iterator(chunk_size=5000):
        month, week = f"{record.happened_on:%Y-%m}", iso_week(record.happened_on)
        for path in ancestors(record.unit_path):
            records[(path, "records", record.sheet, month)] += 1
            seconds[(path, "seconds", record.sheet, week)] += record.seconds
            forms[(path, "forms", record.sheet, week)] += 1
    yield "records", dict(records)
    yield "seconds", dict(seconds)
    yield "forms", dict(forms)
