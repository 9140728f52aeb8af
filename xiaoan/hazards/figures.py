"""What a hazard counts for, and the figures that are made of it. One function says it, so that no service can forget."""

from collections import Counter
from typing import Any

from xiaoan.engines.tally.services import Key, add
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.states import CLOSED, DUPLICATE, FALSE
from xiaoan.kernel import clock

NOW, FOUND, DONE, SHUT, DAYS, HOURS, AGAIN, SPOT, ITEM = (
    "hz_now", "hz_found", "hz_done", "hz_closed", "hz_days", "hz_hours", "hz_again", "hz_spot", "hz_item",
)  # fmt: skip


def cells(hazard: Hazard) -> Counter[Key]:
    """The cells that this case stands in: {(path, measure, subject, period): n}."""
    at, counted = hazard.unit_path, Counter[Key]()
    counted[(at, NOW, f"{hazard.state}.{hazard.level}.{hazard.category}", "")] = 1
    if hazard.state in (DUPLICATE, FALSE):
        return counted
    if hazard.item and hazard.is_open:
        counted[(at, ITEM, hazard.item, "")] = 1
    found = _month(hazard.found_on)
    what = f"{hazard.source}.{hazard.level}.{hazard.category}"
    counted[(at, FOUND, what, found)] = 1
    if hazard.earlier_id:
        counted[(at, AGAIN, hazard.level, found)] = 1
    if hazard.state == CLOSED:
        counted.update(_closed(hazard, what, found))
    return counted


def _closed(hazard: Hazard, what: str, found: str) -> dict[Key, int]:
    at, shut = hazard.unit_path, _month(hazard.closed_on)
    word = "in_time" if hazard.is_in_time else "late"
    told: dict[Key, int] = {
        (at, DONE, what, found): 1,
        (at, SHUT, f"{hazard.level}.{word}", shut): 1,
        (at, DAYS, hazard.level, shut): hazard.days_open,
    }
    if hazard.managed == "at_once":
        told[(at, SPOT, hazard.level, shut)] = 1
    return told | {(at, HOURS, str(n), shut): hours for n, hours in enumerate(hazard.hours)}


def count(before: Counter[Key], after: Counter[Key]) -> None:
    """Write what changed between two moments of one case."""
    changes = Counter(after)
    changes.subtract(before)
    add(sorted((key, n) for key, n in changes.items() if n))


def closing(hazard: Hazard, at: Any) -> dict[str, Any]:
    """What the closing tells of the whole case: days from finding, hours in each of the five steps, in time or not."""
    marks = [hazard.happened_at, hazard.made_at, hazard.assigned_at, hazard.fixed_at, hazard.verified_at, at]
    hours, last = [], marks[0]
    for mark in marks[1:]:
        mark = max(mark or last, last)
        hours.append(int((mark - last).total_seconds() // 3600))
        last = mark
    fixed = clock.day_of(hazard.fixed_at) if hazard.fixed_at else clock.day_of(at)
    return {
        "closed_on": clock.day_of(at), "hours": hours, "days_open": max(0, (clock.day_of(at) - hazard.found_on).days),
        "is_in_time": hazard.fix_by is None or fixed <= hazard.fix_by,
    }  # fmt: skip


def _month(day: Any) -> str:
    return f"{day.year}-{day.month:02d}"
