"""Proving the tallies: every counter recounted from rows and compared."""

from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.utils.module_loading import import_string

from xiaoan.engines.tally.models import Count, Delta
from xiaoan.engines.tally.services import Key
from xiaoan.ground.units.paths import ancestors


def differences() -> Iterator[tuple[Key, int, int]]:
    """(key, counted from rows, held) wherever a tally is not what its rows say."""
    for generator in settings.XIAOAN_RECOUNTS:
        for measure, counted in import_string(generator)():
            held = held_counts(measure)
            for key in sorted({*counted, *held}):
                if counted.get(key, 0) != held.get(key, 0):
                    yield key, counted.get(key, 0), held.get(key, 0)


def held_counts(measure: str) -> dict[Key, int]:
    """What the tallies of a measure say now, open deltas included."""
    held: Counter[Key] = Counter()
    fields = ("unit_path", "subject", "period", "n")
    for path, subject, period, n in Count.objects.filter(measure=measure).values_list(*fields).iterator():
        held[(path, measure, subject, period)] += n
    for path, subject, period, n in Delta.objects.filter(measure=measure).values_list(*fields).iterator():
        for ancestor in ancestors(path):
            held[(ancestor, measure, subject, period)] += n
    return {key: n for key, n in held.items() if n}
