"""Figures of duties for a unit and all below it, over a stretch of days: from tallies, never from records."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from xiaoan.engines.tally.queries import read
from xiaoan.ground.calendar.days import SchoolCalendar, calendar_for
from xiaoan.ground.calendar.periods import Period, periods
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.fitting import STATE, deadline_period
from xiaoan.obligations.measures import measures
from xiaoan.obligations.queries import Warn, warn_for
from xiaoan.obligations.states import DUE, GO, LATE, NA, OK, state_of
from xiaoan.policies.book import Duty


@dataclass(frozen=True)
class DutyFigure:
    """`bound` units owe the duty; over the asked periods `owed` obligations, `done` of them.

    `late` obligations are past their due day. `expected` is what should be done by now.
    """

    duty: Duty
    bound: int
    owed: int
    done: int
    late: int
    expected: int
    due: date | None
    state: str

    @property
    def percent(self) -> int | None:
        """Whole per cent done of what is owed; never 100 while one is open."""
        if not self.owed:
            return None
        return 100 if self.done >= self.owed else min(99, self.done * 100 // self.owed)


def figures(unit: Unit, duties: Iterable[Duty], start: date, end: date, on: date) -> dict[tuple[str, str], DutyFigure]:
    """{(requirement key, publication id): figure} for one unit's subtree. Cost: six small queries of tallies."""
    return figures_below([unit], duties, start, end, on)[unit.path]


def figures_below(
    units: list[Unit], duties: Iterable[Duty], start: date, end: date, on: date
) -> dict[str, dict[tuple[str, str], DutyFigure]]:
    """The same for several units at once (the children of a board), by path, with no more queries."""
    wanted = list(duties)
    if not units:
        return {}
    paths = [u.path for u in units]
    calendar, warn = calendar_for(min(paths, key=len)), warn_for(min(paths, key=len))
    spans = {d.key: spans_of(d, start, end, on, calendar) for d in wanted}
    keys = {d.key for d in wanted}
    done = _read_done(paths, wanted, spans, start)
    bound = read([u.path for u in units if not u.is_school], "bound", keys)
    owed_events = read(paths, "owed", [d.key for d in wanted if d.kind == "event"], f"{start:%Y-%m}", f"{end:%Y-%m}")
    sums = _sums(paths, wanted)
    found: dict[str, dict[tuple[str, str], DutyFigure]] = {}
    for unit in units:
        found[unit.path] = rows = {}
        for duty in wanted:
            n = _bound_at(unit, duty, bound)
            if duty.kind == "event":
                figure = _event_figure(duty, n, done[unit.path], owed_events[unit.path], start, end)
            elif duty.kind == "target" and (duty.key, unit.path) in sums:
                figure = _target_figure(duty, n, *sums[(duty.key, unit.path)], on, warn)
            else:
                figure = _figure(duty, n, spans[duty.key], done[unit.path], on, warn)
            rows[(duty.key, duty.publication_id.hex)] = figure
    return found


def _read_done(
    paths: list[str], duties: list[Duty], spans: dict[str, list[Period]], start: date
) -> dict[str, dict[tuple[str, str], int]]:
    """What is done, in two reads: of daily, weekly and event duties only from the asked days on, because a
    deadline of years ago must not bring with it every day since."""
    often = {d.key for d in duties if d.every in ("daily", "weekly") or d.kind == "event"}
    first = min((p.key for k in often for p in spans[k]), default=f"{start:%Y-%m}")
    seldom = {d.key for d in duties} - often
    oldest = min((p.key for k in seldom for p in spans[k] if p.key != STATE), default="")
    done = read(paths, "done", seldom, since=oldest[:4])
    if often:
        for path, rows in read(paths, "done", often, since=min(first, f"{start:%Y-%m}")).items():
            done[path].update(rows)
    return done


def spans_of(duty: Duty, start: date, end: date, on: date, calendar: SchoolCalendar) -> list[Period]:
    """The periods of a duty that overlap start..end and have begun by `on`."""
    if duty.kind == "deliverable":
        return [deadline_period(duty)]
    if duty.kind in ("standing", "target"):
        return [Period(STATE, duty.starts, duty.ends, duty.deadline or duty.ends, "现在")]
    if duty.kind == "event":
        return []
    start, end = max(start, duty.starts), min(end, duty.ends, on)
    if start > end:
        return []
    found = periods(duty.every, start, end, calendar, with_pupils=duty.practice.with_pupils, window=duty.window)
    return [
        p for p in found if p.start <= on and p.due >= duty.since and (not duty.season or p.start.month in duty.season)
    ]


def _bound_at(unit: Unit, duty: Duty, bound: dict[str, dict[tuple[str, str], int]]) -> int:
    if unit.is_school:
        return int(duty.binds_unit(unit.path, unit.facts()))
    return bound[unit.path].get((duty.key, duty.publication_id.hex), 0)


def _figure(
    duty: Duty, bound: int, spans: list[Period], done: dict[tuple[str, str], int], on: date, warn: Warn
) -> DutyFigure:
    """A figure over whole periods. A unit may be counted done in a period in which it was not bound any more:
    never more than bound are shown."""
    by_period = [(p, min(bound, done.get((duty.key, p.key), 0))) for p in spans]
    total = sum(n for _, n in by_period)
    late = sum(bound - n for p, n in by_period if p.due < on and duty.kind != "standing")
    expected = sum(bound for p, _ in by_period if p.due < on)
    open_due = min((p.due for p, n in by_period if n < bound), default=None)
    current = next((p.due for p, n in by_period if n < bound and p.due >= on), None)
    owed = bound * len(spans)
    return DutyFigure(
        duty,
        bound,
        owed,
        total,
        late,
        expected,
        current or open_due,
        _state(duty, owed, total, by_period, bound, on, warn),
    )


def _state(
    duty: Duty, owed: int, done: int, by_period: list[tuple[Period, int]], bound: int, on: date, warn: Warn
) -> str:
    """Late when too many (a norm; any, for a single unit) missed the newest period that is over; older misses
    only lower the figure."""
    if not owed:
        return NA
    if done >= owed:
        return OK
    if duty.kind == "standing":
        return GO
    over = [(p, n) for p, n in by_period if p.due < on]
    if over and (bound - over[-1][1]) * 100 > bound * warn.late_share:
        return LATE
    running = [(p, n) for p, n in by_period if p.due >= on and n < bound]
    if any(state_of(0, 1, p.due, on, warn.days(duty)) == DUE for p, _ in running):
        return DUE
    return GO


def _event_figure(
    duty: Duty, bound: int, done: dict[tuple[str, str], int], owed: dict[tuple[str, str], int], start: date, end: date
) -> DutyFigure:
    asked = sum(n for (key, _), n in owed.items() if key == duty.key)
    first, last = start.isoformat()[:7], end.isoformat()[:7]
    made = sum(n for (key, period), n in done.items() if key == duty.key and first <= period[:7] <= last)
    state = NA if not asked else (OK if made >= asked else GO)
    return DutyFigure(duty, bound, asked, made, 0, 0, None, state)


def _sums(paths: list[str], duties: list[Duty]) -> dict[tuple[str, str], tuple[int, int]]:
    """(numerator, denominator) of targets that are sums over the subtree."""
    known = measures()
    wanted = {
        d.key: d.measure for d in duties if d.kind == "target" and known.get(d.measure) and known[d.measure].of == "sum"
    }
    if not wanted:
        return {}
    num, den = (read(paths, m, set(wanted.values())) for m in ("num", "den"))
    return {(k, p): (num[p].get((m, ""), 0), den[p].get((m, ""), 0)) for k, m in wanted.items() for p in paths}


def _target_figure(duty: Duty, bound: int, num: int, den: int, on: date, warn: Warn) -> DutyFigure:
    least = duty.figure.get("at_least", 100)
    reached = den > 0 and num * 100 >= den * least
    state = OK if reached else state_of(0, 1, duty.deadline or duty.ends, on, warn.deadline)
    return DutyFigure(duty, bound, den, num, 0, 0, duty.deadline, state)
