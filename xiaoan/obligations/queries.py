"""What one unit owes now: its duties, one line per practice, with the strictest rhythm and all sources."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from xiaoan.ground.calendar.days import SchoolCalendar, calendar_for
from xiaoan.ground.calendar.periods import STRICTNESS, Period, period_of
from xiaoan.ground.norms.queries import norms
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.fitting import STATE, deadline_period, named
from xiaoan.obligations.models import Completion, Exemption
from xiaoan.obligations.states import OK, WORST, state_of, worst
from xiaoan.obligations.words import rhythm
from xiaoan.policies.book import Duty, book
from xiaoan.policies.models import Practice

CARRY_DAYS = 30  # a missed month or longer stays on the list this long, so that it can be recorded or explained
CARRIED = {"monthly", "quarterly", "half_yearly", "per_term", "term_first_week", "yearly", "holiday"}


@dataclass(frozen=True)
class Source:
    """One requirement of one document behind a duty, with how far the unit is in its period."""

    duty: Duty
    period: Period
    count: int
    done_on: date | None
    state: str

    @property
    def is_done(self) -> bool:
        return self.done_on is not None

    @property
    def rhythm(self) -> str:
        return rhythm(self.duty)


@dataclass(frozen=True)
class DutyLine:
    """What a school sees as one thing to do."""

    key: str
    name: str
    verb: str
    practice: Practice
    kind: str
    state: str
    due: date
    period_label: str
    count: int
    need: int
    strictest: Source
    sources: list[Source]
    by: tuple[str, ...]
    about: str = ""
    is_missed: bool = False
    explain: str = ""

    @property
    def nearest(self) -> Source:
        """The source that is due next: what the line's period and count are about."""
        still = [s for s in self.sources if not s.is_done] or self.sources
        return min(still, key=lambda s: s.period.due)

    @property
    def documents(self) -> int:
        return len({s.duty.document_id for s in self.sources})

    @property
    def is_done(self) -> bool:
        return self.state == OK


@dataclass(frozen=True)
class Warn:
    """Days before the due day at which a duty turns 将到期, and when a subtree turns 逾期."""

    period: int
    deadline: int
    late_share: int  # per cent missed above which a whole subtree shows as late

    def days(self, duty: Duty) -> int:
        if duty.kind == "deliverable":
            return self.deadline
        return 1 if duty.every in ("daily", "weekly") else self.period


@dataclass
class _Gathered:
    """Sources of one line while it is put together."""

    now: list[Source] = field(default_factory=list)
    missed: list[Source] = field(default_factory=list)


def warn_for(path: str) -> Warn:
    return Warn(*norms(["duties.warn_days", "duties.warn_days_deadline", "duties.late_share"], path))


def duties_binding(unit: Unit, on: date) -> list[Duty]:
    """Duties that bind the unit on a day, those it is exempt from left out."""
    exempt = set(
        Exemption.objects.filter(
            unit_path=unit.path, state="granted", starts__lte=on, ends__gte=on
        ).values_list("requirement", flat=True)
    )  # fmt: skip
    binding = book().binding(unit.path, unit.facts())
    return [d for d in binding if d.key not in exempt and d.starts <= on <= d.ends]


def duties_of(unit: Unit, on: date, role: str = "", roles: Collection[str] = ()) -> list[DutyLine]:
    """The unit's lines for a day, worst and nearest first; `role` keeps only what that role does, `roles` what any
    of them does (a person of a small school holds several).

    Cost: four queries, whatever the number of documents.
    """
    wanted_roles = {role, *roles} - {""}
    duties = [d for d in duties_binding(unit, on) if not wanted_roles or not d.by or wanted_roles & set(d.by)]
    calendar, warn = calendar_for(unit.path), warn_for(unit.path)
    wanted = [(d, p, missed) for d in duties for p, missed in periods_now(d, on, calendar)]
    progress = _progress(unit, wanted, {d.key for d in duties if d.kind == "event"})
    groups: dict[tuple[str, str], _Gathered] = defaultdict(_Gathered)
    for duty, period, missed in wanted:
        count, done_on = progress.get((duty.key, period.key), (0, None))
        if missed and done_on:
            continue
        state = OK if done_on else state_of(0, 1, period.due, on, warn.days(duty))
        source = Source(duty, period, count, done_on, state)
        group = groups[(duty.practice.key, named(duty))]
        (group.missed if missed else group.now).append(source)
    lines = [line for (_, about), g in groups.items() for line in _lines(g, about)]
    lines += _occasions(duties, progress, on)
    return sorted(lines, key=lambda line: (WORST.index(line.state), line.due, line.name))


def standing_of(unit: Unit, on: date) -> list[Source]:
    """The states that the unit must hold, and whether it holds them."""
    duties = [d for d in duties_binding(unit, on) if d.kind == "standing"]
    held = dict(Completion.objects.filter(unit_path=unit.path, period=STATE).values_list("requirement", "done_on"))
    period = Period(STATE, on, on, on, "现在")
    return [
        Source(d, period, int(bool(held.get(d.key))), held.get(d.key), OK if held.get(d.key) else "go") for d in duties
    ]


def periods_now(duty: Duty, on: date, calendar: SchoolCalendar) -> list[tuple[Period, bool]]:
    """(period, is it a missed one) that the duty is about on a day."""
    if duty.kind == "deliverable":
        return [(deadline_period(duty), False)]
    if duty.kind != "recurring":
        return []
    pupils = duty.practice.with_pupils
    in_season = not duty.season or on.month in duty.season
    now = period_of(duty.every, on, calendar, with_pupils=pupils, window=duty.window) if in_season else None
    found = [(now, False)] if now and now.due >= duty.since else []
    if duty.every in CARRIED:
        before = _before(duty, on, now, calendar)
        found += [(before, True)] if before else []
    return found


def _before(duty: Duty, on: date, now: Period | None, calendar: SchoolCalendar) -> Period | None:
    """The period before the present one, when it ended within the carrying days and within the document."""
    last = (now.start if now else on) - timedelta(days=1)
    if (on - last).days > CARRY_DAYS or last < duty.starts or (duty.season and last.month not in duty.season):
        return None
    before = period_of(duty.every, last, calendar, with_pupils=duty.practice.with_pupils, window=duty.window)
    return before if before and before.end < on and before.due >= max(duty.starts, duty.since) else None


def _progress(
    unit: Unit, wanted: list[tuple[Duty, Period, bool]], events: set[str]
) -> dict[tuple[str, str], tuple[int, date | None]]:
    """{(requirement, period): (count, done_on)}; open occasions of event duties come with it."""
    rows = Completion.objects.filter(unit_path=unit.path, period__in={p.key for _, p, _ in wanted})
    found = {(r.requirement, r.period): (r.count, r.done_on) for r in rows}
    if events:
        opened = Completion.objects.filter(unit_path=unit.path, requirement__in=events, done_on__isnull=True)
        found |= {(r.requirement, r.period): (r.count, r.due) for r in opened}
    return found


def _lines(group: _Gathered, about: str) -> list[DutyLine]:
    lines = [_line(group.now, about, missed=False)] if group.now else []
    if group.missed:
        lines.append(_line(group.missed, about, missed=True))
    return lines


def _line(sources: list[Source], about: str, *, missed: bool) -> DutyLine:
    strictest = min(sources, key=lambda s: (_strictness(s.duty), -s.duty.times))
    still = [s for s in sources if not s.is_done] or sources
    nearest = min(still, key=lambda s: s.period.due)
    practice = strictest.duty.practice
    state = worst([s.state for s in sources]) if any(not s.is_done for s in sources) else OK
    return DutyLine(
        key=about or practice.key, name=strictest.duty.duty if about else practice.name,
        verb=strictest.duty.duty if about else practice.verb, practice=practice, kind=strictest.duty.kind, state=state,
        due=nearest.period.due, period_label=nearest.period.label, count=nearest.count, need=nearest.duty.times,
        strictest=strictest, sources=sources, by=_by(sources), about=about, is_missed=missed,
        explain=_explain(nearest, missed),
    )  # fmt: skip


def _strictness(duty: Duty) -> int:
    return STRICTNESS.index(duty.every) if duty.every in STRICTNESS else len(STRICTNESS)


def _by(sources: list[Source]) -> tuple[str, ...]:
    return tuple(sorted({role for s in sources for role in s.duty.by}))


def _explain(source: Source, missed: bool) -> str:
    """Why a line is late, without scolding, and what to do."""
    if source.state != "late":
        return ""
    if missed:
        return f"{source.period.label}的还没有记录。当时做过的，补记一次即可；没有做的，以后每期照常，不必另补材料。"
    return f"应在{source.period.due.month}月{source.period.due.day}日前完成，现在补做仍然计入。"


def _occasions(
    duties: list[Duty], progress: dict[tuple[str, str], tuple[int, date | None]], on: date
) -> list[DutyLine]:
    by_key = {d.key: d for d in duties if d.kind == "event"}
    lines = []
    for (requirement, occasion), (count, due) in progress.items():
        duty = by_key.get(requirement)
        if duty is None or due is None:
            continue
        period = Period(occasion, due, due, due, f"{due.month}月{due.day}日前")
        source = Source(duty, period, count, None, state_of(0, 1, due, on, 3))
        lines.append(_line([source], "", missed=False))
    return lines
