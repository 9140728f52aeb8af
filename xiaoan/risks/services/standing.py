"""How a school stands, reckoned anew with every change at it, and the tallies that are the sums of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.kept import Kept
from xiaoan.obligations.standing import read_register
from xiaoan.risks.models import Acceptance, Level, Point, Standing

LOOP_AT = Kept(lambda path: Standing.objects.filter(unit_path=path).only("loop_on"), "a sample of a path")
MEASURE = "risks"
COLOURS = ("red", "orange", "yellow", "blue")
SUMS = (*COLOURS, "unassessed", "held", "overdue", "lacking", "old_buildings")
TOLD = {"accepted": "risk_accepted", "dual": "dual_prevention"}  # share -> measure that it tells
SHARES = ("listed", "assessed", "accepted", "dual", "running", "whole")


def reckon(unit: Unit, *, is_active: bool = True, **told: Any) -> Standing:
    """Count the school's points anew and write what differs to the tallies. Call it in the transaction of each change;
    `is_active`: somebody did something about risks just now. `told` are columns that others know: loop_on, plan_on."""
    today = clock.today()
    with transaction.atomic():
        row = held_row(unit)
        before = figures_of(row)
        for name, value in told.items():
            setattr(row, name, value)
        _fill(row, list(Point.objects.filter(unit_path=unit.path, is_active=True)), today)
        if is_active:
            row.active_on = today
        row.save()
        after = figures_of(row)
        add([(_key(unit.path, s), after[s] - before[s]) for s in sorted(after)])
        read_register(unit, [measure for share, measure in TOLD.items() if after[share] != before[share]])
    return row


def loop_moved(unit: Unit, on: date | None = None) -> None:
    """The hazard loop of a school moved: something was reported, fixed or closed. Written once a day."""
    day = on or clock.today()
    row = LOOP_AT.first(unit.path)
    if row is not None and row.loop_on is not None and row.loop_on >= day:
        return
    reckon(unit, is_active=False, loop_on=day)


def figures_of(row: Standing) -> dict[str, int]:
    """What a standing adds to the tallies, by subject."""
    shares = {
        "listed": row.listed_on is not None,
        "assessed": row.assessed_on is not None and row.unassessed == 0,
        "accepted": row.accepted_on is not None,
        "dual": row.dual_on is not None and row.is_running,
        "running": row.is_running,
        "whole": row.is_running and row.plan_on is not None,
    }
    return {**{name: getattr(row, name) for name in SUMS}, **{name: int(v) for name, v in shares.items()}}


def is_held(point: Point, on: date) -> bool:
    """Whether a point is under control: somebody owns it, and none of its controls is overdue."""
    return bool(point.owner and point.controls_due and point.controls_due >= on)


def held_row(unit: Unit) -> Standing:
    """The row of a school, locked until the transaction ends; made when there is none."""
    row: Standing = Standing.objects.select_for_update().get_or_create(unit=unit, defaults=scope_of(unit))[0]
    return row


def _key(path: str, subject: str) -> Key:
    return (path, MEASURE, subject, "")


def _fill(row: Standing, points: Sequence[Point], today: date) -> None:
    by_level = [sum(p.is_assessed and p.level == n for p in points) for n in (1, 2, 3, 4)]
    for name, n in zip(COLOURS, by_level, strict=True):
        setattr(row, name, n)
    row.unassessed = sum(not p.is_assessed for p in points)
    row.held = sum(p.level <= Level.ORANGE and is_held(p, today) for p in points)
    row.overdue = sum(p.is_overdue(today) for p in points)
    row.lacking = sum(bool(p.lacks) for p in points)
    row.old_buildings = sum(p.is_old_building and not p.report_file for p in points)
    row.grade = min((p.level for p in points if p.is_assessed), default=None)
    row.listed_on = min((p.made_on for p in points), default=None)
    row.assessed_on = max((p.assessed_on for p in points if p.assessed_on), default=None)
    passed = dict(
        Acceptance.objects.filter(unit_path=row.unit_path, state="passed")
        .order_by("decided_at")
        .values_list("kind", "decided_at")
    )
    row.accepted_on, row.dual_on = (clock.day_of(passed[k]) if passed.get(k) else None for k in ("risk", "dual"))
    row.is_running, row.expires_on = _running(row, points, today)


def _running(row: Standing, points: Sequence[Point], today: date) -> tuple[bool, date | None]:
    """Whether risk list and hazard loop both run, and the next day on which any of this changes by itself."""
    until = row.loop_on + timedelta(days=norm("risks.loop_days", row.unit_path)) if row.loop_on else None
    is_running = bool(points) and row.unassessed == 0 and until is not None and until >= today
    changes = [p.controls_due + timedelta(days=1) for p in points if p.controls_due and p.controls_due >= today]
    if until and until >= today:
        changes.append(until + timedelta(days=1))
    return is_running, min(changes, default=None)


def reckon_expired(most: int = 500) -> int:
    """What the clock changed: schools whose controls fell due or whose loop stood still. Returns how many."""
    rows = Standing.objects.filter(expires_on__lte=clock.today()).select_related("unit").order_by("expires_on")
    done: list[Any] = [reckon(row.unit, is_active=False) for row in rows[:most]]
    return len(done)
