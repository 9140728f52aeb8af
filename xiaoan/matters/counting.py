"""Figures of matters: deltas written with each change. Restricted clues are counted nowhere."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import compress
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.kept import Kept
from xiaoan.matters.models import Breach, Matter, Peak, Sighting
from xiaoan.matters.models.around import SEEN as WHAT

OPEN, MADE, SOLVED, DEPARTMENT = "matter_open", "matter_made", "matter_solved", "matter_dept"
ANSWERED, CONTENT, SEEN, BREACHES = "matter_answered", "matter_content", "sighting", "breach"
PEAKS, NOW, CHANGED = "peak", "now", "day"  # peaks in force now, and by how many there were more from a day on


def keys_of(matter: Matter) -> Iterable[Key]:
    """Every counter that this matter stands in as it is now, once each."""
    if matter.is_restricted or matter.state == "void":
        return
    path, kind = matter.unit_path, matter.kind
    yield (path, MADE, kind, f"{matter.made_at:%Y}")
    if matter.is_open:
        yield (path, OPEN, kind, "")
    else:
        yield (path, SOLVED, kind, "")
    if matter.is_open and matter.partner_id:
        yield (path, DEPARTMENT, matter.partner_id.hex, "")
    if matter.in_time is not None:
        yield (path, ANSWERED, matter.family, "in_time" if matter.in_time else "late")
    if matter.content:
        yield (path, CONTENT, matter.family, str(matter.content))


def recount_change(before: Iterable[Key], after: Iterable[Key]) -> None:
    """Write what differs between two standings, of a matter or of a peak."""
    sums = Counter(after)
    sums.subtract(Counter(before))
    add(sorted((key, n) for key, n in sums.items() if n))


def told_of(units: Sequence[Unit], key: str, on: date) -> list[tuple[Any, ...]]:
    """What the schools have told of a published peak of one day: (record, path, whether each of the three was seen)."""
    rows = TOLD_OF_ONE(units[0].pk, key, on) if len(units) == 1 else _told(on, unit__in=units, key=key)
    return [(row.record_id, row.unit_path, *(getattr(row, name) for name in WHAT)) for row in rows]


def _told(on: date, **of: Any) -> QuerySet[Sighting]:
    published = Peak.objects.filter(in_force(on), unit_path=OuterRef("unit_path"), key=OuterRef("key"))
    return Sighting.objects.filter(Exists(published), on=on, **of)


TOLD_OF_ONE = Kept(
    lambda unit, key, on: _told(on, unit=unit, key=key), UUID(int=1), "a sample of a key", date(2000, 1, 1)
)


def peak_days(told: Iterable[tuple[Any, ...]], on: date) -> list[Key]:
    """The counts of it: ticked, and each of the three that anybody saw. Once a peak and day, however many people told it
    and in whatever order their phones sent it."""
    days = {(path, subject) for _, path, *saw in told for subject in ("ticked", *compress(WHAT, saw))}
    return [(path, SEEN, subject, f"{on:%Y-%m}") for path, subject in sorted(days)]


def in_force(on: date) -> Q:
    """Peaks at which there was duty on a day."""
    return Q(since__lte=on) & (Q(ended_on__isnull=True) | Q(ended_on__gt=on))


def peak_keys(path: str, day: date) -> tuple[Key, Key]:
    """What publishing a peak on a day adds to, and cancelling it takes from."""
    return (path, PEAKS, NOW, ""), (path, PEAKS, CHANGED, day.isoformat())


def breach_key(row: Breach) -> Key:
    return (row.unit_path, BREACHES, row.prohibition_id.hex, "")
