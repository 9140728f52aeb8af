"""What each document costs: a record's seconds shared among the documents that it proves, exactly.

Always true: for each unit and week the shares of all documents and of 'own' add up to the seconds of its records.
"""

import uuid
from collections.abc import Collection

from xiaoan.engines.tally.services import Key, add
from xiaoan.kernel.clock import iso_week
from xiaoan.obligations.fitting import Told
from xiaoan.obligations.models import HandIn

OWN = "own"  # records that prove no document: the school's own


def split(seconds: int, documents: Collection[uuid.UUID]) -> dict[str, int]:
    """Whole seconds for each document, adding up to `seconds`; what cannot be halved goes to the first by id."""
    shares = sorted(d.hex for d in documents) or [OWN]
    each, rest = divmod(seconds, len(shares))
    return {key: each + (n < rest) for n, key in enumerate(shares)}


def charge(record: Told, before: Collection[uuid.UUID] | None, after: Collection[uuid.UUID] | None) -> dict[Key, int]:
    """What changes in the tallies when the record proved the documents `before` and now proves those `after`; None: it
    does not count."""
    was, now = parts(record, before), parts(record, after)
    return {key: now.get(key, 0) - was.get(key, 0) for key in sorted({*was, *now})}


def parts(record: Told, documents: Collection[uuid.UUID] | None) -> dict[Key, int]:
    """The record's rows in the tallies "cost" and "saved" (forms that other documents did not have to ask for)."""
    if documents is None:
        return {}
    path, week = record.unit_path, iso_week(record.happened_on)
    found: dict[Key, int] = {(path, "cost", key, week): n for key, n in split(record.seconds, documents).items()}
    return {**found, (path, "saved", record.sheet, week): max(0, len(set(documents)) - 1)}


def count_task_seconds(row: HandIn) -> None:
    """Handing in tasks takes time as well; it is charged to the task's document whole."""
    add([(task_key(row), row.seconds)])


def task_key(row: HandIn) -> Key:
    subject = row.document.replace("-", "") or OWN
    return (row.unit_path, "task_seconds", subject, iso_week(row.on))
