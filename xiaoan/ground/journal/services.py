"""Writing the journal and sealing it."""

from typing import Any

from django.db import IntegrityError, transaction

from xiaoan.ground.journal.chain import GENESIS, digest_of, head, link, marks_of
from xiaoan.ground.journal.models import Entry, Seal
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.bulk import insert_object


def make_entry(
    *,
    actor: Actor,
    verb: str,
    subject_type: str,
    subject_id: object,
    subject_name: str = "",
    unit_path: str = "",
    changes: dict[str, Any] | None = None,
) -> Entry:
    """An unsaved entry with its digest: for bulk writers, which save many at once."""
    entry = Entry(
        at=clock.now(),
        person_id=actor.person_id,
        person_name=actor.name,
        post_id=actor.post_id,
        role=actor.role,
        where=actor.where,
        verb=verb,
        subject_type=subject_type,
        subject_id=str(subject_id),
        subject_name=subject_name[:120],
        unit_path=unit_path or actor.unit_path,
        changes=changes or {},
        command=actor.command,
    )
    entry.digest = digest_of(entry)
    return entry


def write_entry(**told: Any) -> Entry:
    """Write one entry in the current transaction; arguments as `make_entry`."""
    entry = make_entry(**told)
    insert_object(entry)
    return entry


def seal_entries(most: int = 2000) -> int:
    """Seal the oldest unsealed entries as one link. Returns how many. Of two sealers at once one wins, for the
    link's number is the primary key; the other does nothing and comes again."""
    try:
        return _seal(most)
    except IntegrityError:
        return 0


def _seal(most: int) -> int:
    with transaction.atomic():
        last = head()
        entries = list(Entry.objects.filter(seal__isnull=True).order_by("id")[:most])
        if not entries:
            return 0
        before = (last.sha256, last.sm3) if last else (GENESIS, GENESIS)
        digests = [e.digest for e in entries]
        seal = Seal(
            number=(last.number if last else 0) + 1, count=len(entries), made_at=clock.now(), marks=marks_of(digests)
        )
        seal.sha256, seal.sm3 = link(before, seal, digests)
        seal.save(force_insert=True)
        ids = [e.id for e in entries]
        for start in range(0, len(ids), 500):
            Entry.objects.filter(id__in=ids[start : start + 500]).update(seal=seal)
        return len(entries)
