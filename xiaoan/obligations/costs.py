"""What each document costs: a record's seconds shared among the documents that it proves, exactly.

Always true: for each unit and week the shares of all documents and of 'own' add up to the seconds of its records.
"""

import uuid
from collections.abc import Collection
from functools import lru_cache

from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.services import Key, add
from xiaoan.kernel.clock import iso_week
from xiaoan.obligations.models import HandIn

Documents = frozenset[uuid.UUID]
Figure = tuple[str, str]  # measure, subject
OWN = "own"  # records that prove no document: the school's own


def split(seconds: int, documents: Collection[uuid.UUID]) -> dict[str, int]:
    """Whole seconds for each document, adding up to `seconds`; what cannot be halved goes to the first by id."""
    shares = sorted(d.hex for d in documents) or [OWN]
    each, rest = divmod(seconds, len(shares))
    return {key: each + (n < rest) for n, key in enumerate(shares)}


def charge(record: Record, before: Collection[uuid.UUID] | None, after: Collection[uuid.UUID] | None) -> dict[Key, int]:
    """What changes in the tallies when the record proved the documents `before` and now proves those `after`; None: it
    does not count."""
    was, now = (None if each is None else frozenset(each) for each in (before, after))
    path, week = record.unit_path, iso_week(record.happened_on)
    return {(path, *figure, week): n for figure, n in moved(record.sheet, record.seconds, was, now)}


@lru_cache(maxsize=20_000)
def moved(
    sheet: str, seconds: int, before: Documents | None, after: Documents | None
) -> tuple[tuple[Figure, int], ...]:
    """The same for any record of these seconds: ((measure, subject), change)."""
    was, now = _parts(sheet, seconds, before), _parts(sheet, seconds, after)
    changes = [(figure, now.get(figure, 0) - was.get(figure, 0)) for figure in sorted({*was, *now})]
    return tuple((figure, n) for figure, n in changes if n)


def _parts(sheet: str, seconds: int, documents: Documents | None) -> dict[Figure, int]:
    """A record's part in the tallies "cost" and "saved" (forms that other documents did not have to ask for)."""
    if documents is None:
        return {}
    found: dict[Figure, int] = {("cost", key): n for key, n in split(seconds, documents).items()}
    return {**found, ("saved", sheet): max(0, len(documents) - 1)}


def count_task_seconds(row: HandIn) -> None:
    """Handing in tasks takes time as well; it is charged to the task's document whole."""
    add([(task_key(row), row.seconds)])


def task_key(row: HandIn) -> Key:
    subject = row.document.replace("-", "") or OWN
    return (row.unit_path, "task_seconds", subject, iso_week(row.on))
