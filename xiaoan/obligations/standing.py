"""Standing and target duties: a state that must hold, read from records and posts when they change."""

from collections.abc import Iterable

from xiaoan.engines.tally.services import Key, add
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit, scope_of
from xiaoan.kernel import clock
from xiaoan.obligations.fitting import STATE
from xiaoan.obligations.measures import Figure, Measure, figure_at, measures
from xiaoan.obligations.models import Completion, Reading
from xiaoan.policies.book import book


def read_measures(unit: Unit, sheet: str) -> None:
    """Read anew every measure that a record of `sheet` at `unit` may have changed."""
    refresh(unit, [m for m in measures().values() if m.sheet == sheet])


def on_post(post: Post) -> None:
    """Listener of people: read anew the measures that look at posts of this role."""
    refresh(post.unit, [m for m in measures().values() if m.post == post.role])


def read_register(unit: Unit, keys: Iterable[str]) -> None:
    """Read anew the measures whose register at `unit` has changed; for the floor that keeps it."""
    refresh(unit, [measures()[key] for key in keys])


def refresh(unit: Unit, wanted: Iterable[Measure]) -> None:
    """Compute measures at a unit, store the readings, and set what stands or falls by them."""
    for measure in wanted:
        figure = figure_at(measure, unit)
        _store(unit, measure, figure)
        _settle(unit, measure, figure is not None and figure.holds)


def _store(unit: Unit, measure: Measure, figure: Figure | None) -> None:
    row = Reading.objects.select_for_update().filter(unit=unit, measure=measure.key).first()
    if row is None and figure is None:
        return
    row = row or Reading(measure=measure.key, read_on=clock.today(), **scope_of(unit))
    before = (row.numerator, row.denominator)
    row.numerator, row.denominator = (figure.numerator, figure.denominator) if figure else (0, 0)
    row.expires_on, row.read_on = figure.expires_on if figure else None, clock.today()
    row.save()
    add(
        [
            ((unit.path, "num", measure.key, ""), row.numerator - before[0]),
            ((unit.path, "den", measure.key, ""), row.denominator - before[1]),
        ]
    )


def _settle(unit: Unit, measure: Measure, holds: bool) -> None:
    """Make the unit's completion of each standing duty on this measure say what now holds."""
    facts = unit.facts()
    keys = {d.key for d in book().by_measure.get(measure.key, ()) if d.binds_unit(unit.path, facts)}
    rows = {r.requirement: r for r in Completion.objects.filter(unit=unit, requirement__in=keys, period=STATE)}
    changes: list[tuple[Key, int]] = []
    for key in sorted(keys):
        row = rows.get(key) or Completion(requirement=key, period=STATE, **scope_of(unit))
        if row.is_done == holds:
            continue
        row.count, row.done_on = (1, clock.today()) if holds else (0, None)
        row.save()
        changes.append(((unit.path, "done", key, STATE), 1 if holds else -1))
    add(changes)


def expire() -> int:
    """Read anew what has grown too old (a job calls it daily). Returns how many readings."""
    rows = list(Reading.objects.filter(expires_on__lte=clock.today()).select_related("unit")[:2000])
    for row in rows:
        refresh(row.unit, [measures()[row.measure]])
    return len(rows)
