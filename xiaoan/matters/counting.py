"""Figures of matters: deltas written with each change. Restricted clues are counted nowhere."""

from collections import Counter
from collections.abc import Iterable

from xiaoan.engines.tally.services import Key, add
from xiaoan.matters.models import Breach, Matter, Sighting

OPEN, MADE, SOLVED, DEPARTMENT = "matter_open", "matter_made", "matter_solved", "matter_dept"
ANSWERED, CONTENT, SEEN, BREACHES = "matter_answered", "matter_content", "sighting", "breach"


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
    """Write what differs between two standings of a matter."""
    sums = Counter(after)
    sums.subtract(Counter(before))
    add(sorted((key, n) for key, n in sums.items() if n))


def sighting_keys(row: Sighting) -> list[Key]:
    """Ticked, and each of the three that was seen, by month."""
    period = f"{row.on:%Y-%m}"
    return [
        (row.unit_path, SEEN, subject, period)
        for subject in ("ticked", *(k for k in ("police", "car", "light") if getattr(row, k)))
    ]


def breach_key(row: Breach) -> Key:
    return (row.unit_path, BREACHES, row.prohibition_id.hex, "")
