"""Proving the tallies: every counter recounted from rows and compared."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.module_loading import import_string

from xiaoan.engines.tally.recount import compare
from xiaoan.engines.tally.services import Key


def differences() -> Iterator[tuple[Key, int, int]]:
    """(key, counted from rows, held) wherever a tally is not what its rows say."""
    for generator in settings.XIAOAN_RECOUNTS:
        for leaves in import_string(generator)():
            yield from compare(leaves)
