"""Why a unit owes something: the clauses behind it, how they merge into one duty, what merging saves."""

from dataclasses import dataclass
from datetime import date

from xiaoan.board.queries.clauses import near
from xiaoan.board.queries.places import TIER_LETTERS
from xiaoan.board.queries.saying import what_counts
from xiaoan.board.spans import stretch
from xiaoan.ground.calendar.days import SchoolCalendar, calendar_for
from xiaoan.ground.calendar.periods import STRICTNESS, Period, periods
from xiaoan.ground.norms.queries import value_at
from xiaoan.ground.units.kinds import GENERAL_KINDS, SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.errors import NotKnown
from xiaoan.obligations.fitting import DELIVERABLE_SHEET, deadline_period
from xiaoan.obligations.models import Completion, Exemption
from xiaoan.obligations.words import rhythm
from xiaoan.policies.book import Duty, book
from xiaoan.policies.models import Clause, Practice

MOST_CELLS = 24
NORMS = {"monthly": "calendar.month_days", "weekly": "calendar.week_days", "holiday": "calendar.break_days"}


@dataclass(frozen=True)
class Behind:
    """One requirement behind the duty."""

    duty: Duty
    tier: str
    text: str
    rhythm: str
    strictest: bool

    @property
    def kind_icon(self) -> str:
        return {"recurring": "repeat", "deliverable": "calendar-event", "event": "flag"}.get(self.duty.kind, "target")


@dataclass(frozen=True)
class Cell:
    """One period of the term: what it is for, whether it is done."""

    label: str
    line: str
    tiers: list[str]
    state: str  # done, now, missed, next


@dataclass(frozen=True)
class Saving:
    """Records to make when merged and when each document counted for itself, in this term."""

    merged: int
    apart: int
    minutes: int

    @property
    def less(self) -> int:
        return self.apart - self.merged


@dataclass(frozen=True)
class Why:
    practice: Practice
    name: str
    rhythm: str
    sources: list[Behind]
    extras: list[tuple[str, str]]
    cells: list[Cell]
    more: int
    saving: Saving | None
    norms: list[str]
    unbound: str
    exempt_until: date | None
    requirement: str

    @property
    def documents(self) -> int:
        return len({s.duty.document_id for s in self.sources})


def read_why(key: str, unit: Unit, on: date) -> Why:
    """The whole explanation of a practice or a requirement for a unit. Raises NotKnown when nothing asks for it."""
    duties = _asked(key, unit)
    if not duties:
        raise NotKnown("没有哪份文件要求本单位做这件事。")
    strictest = min(duties, key=_strictness)
    calendar = calendar_for(unit.path)
    texts = dict(Clause.objects.filter(id__in=[d.clause_id for d in duties]).values_list("id", "text"))
    sources = [
        Behind(d, TIER_LETTERS.get(d.tier, "部门"), texts[d.clause_id], rhythm(d), d is strictest)
        for d in sorted(duties, key=_strictness)
    ]
    term = stretch("term", on, calendar)
    cells = _cells(unit, strictest, duties, term.start, term.end, on, calendar)
    exempt = Exemption.objects.filter(
        unit_path=unit.path, requirement__in=[d.key for d in duties], state="granted", ends__gte=on
    ).order_by("-ends").values_list("ends", flat=True).first()  # fmt: skip
    named = strictest.practice.sheet == DELIVERABLE_SHEET
    return Why(
        practice=strictest.practice, name=strictest.duty if named else strictest.practice.name,
        rhythm=rhythm(strictest), sources=sources, extras=_extras(sources), cells=cells[:MOST_CELLS],
        more=max(0, len(cells) - MOST_CELLS), saving=_saving(strictest, duties, term.start, term.end, calendar),
        norms=_norms(duties, unit, on), unbound=_unbound(duties), exempt_until=exempt, requirement=strictest.key,
    )  # fmt: skip


def _asked(key: str, unit: Unit) -> list[Duty]:
    """The duties meant by a practice's or a requirement's key that bind the unit (or are in force near it)."""
    named = [d for d in book().duties if d.key == key]
    practice = named[0].practice.key if named else key
    rows = [d for d in near(unit, book().duties) if d.practice.key == practice]
    if named and named[0].practice.sheet == DELIVERABLE_SHEET:
        rows = [d for d in rows if d.key == key]
    facts = unit.facts()
    bound = [d for d in rows if d.binds_unit(unit.path, facts)]
    return list({d.key: d for d in (bound if unit.is_school else rows)}.values())


def _strictness(duty: Duty) -> tuple[int, int, str]:
    rank = STRICTNESS.index(duty.every) if duty.every in STRICTNESS else len(STRICTNESS)
    return rank, -duty.times, duty.key


def _extras(sources: list[Behind]) -> list[tuple[str, str]]:
    """What the looser documents add to the strictest rhythm, two at most."""
    rows = []
    for source in sources:
        if not source.strictest:
            counts = what_counts(source.duty).partition("：")[2]
            rows.append((source.tier, f"{source.rhythm}{'：' + counts if counts and len(counts) < 24 else ''}"))
    return list(dict.fromkeys(rows))[:3]


def _periods(duty: Duty, start: date, end: date, calendar: SchoolCalendar) -> list[Period]:
    """The duty's periods in the term, those to come included."""
    if duty.kind == "deliverable":
        period = deadline_period(duty)
        return [period] if start <= period.due <= end else []
    if duty.kind != "recurring":
        return []
    first, last = max(start, duty.starts), min(end, duty.ends)
    if first > last:
        return []
    found = periods(duty.every, first, last, calendar, with_pupils=duty.practice.with_pupils, window=duty.window)
    return [p for p in found if not duty.season or p.start.month in duty.season]


def _cells(
    unit: Unit, strictest: Duty, duties: list[Duty], start: date, end: date, on: date, calendar: SchoolCalendar
) -> list[Cell]:
    mine = _periods(strictest, start, end, calendar)
    others = [(d, p) for d in duties if d is not strictest for p in _periods(d, start, end, calendar)]
    done = dict(
        Completion.objects.filter(unit_path=unit.path, requirement=strictest.key, period__in=[p.key for p in mine])
        .values_list("period", "done_on")
    ) if unit.is_school else {}  # fmt: skip
    letter = TIER_LETTERS.get(strictest.tier, "部门")
    return [
        _cell(p, done.get(p.key), list(dict.fromkeys([letter, *_tiers(p, others)])), on, unit.is_school) for p in mine
    ]


def _tiers(period: Period, others: list[tuple[Duty, Period]]) -> list[str]:
    """Tiers of the other documents whose own period falls due in this one."""
    return list(
        dict.fromkeys(TIER_LETTERS.get(d.tier, "部门") for d, p in others if period.start <= p.due <= period.end)
    )


def _cell(period: Period, done_on: date | None, tiers: list[str], on: date, own: bool) -> Cell:
    if done_on:
        return Cell(period.label, f"{done_on.month}月{done_on.day}日", tiers, "done")
    line = f"{period.due.month}月{period.due.day}日前"
    if own and period.due < on:
        return Cell(period.label, line, tiers, "missed")
    return Cell(period.label, line, tiers, "now" if period.start <= on <= period.end else "next")


def _saving(strictest: Duty, duties: list[Duty], start: date, end: date, calendar: SchoolCalendar) -> Saving | None:
    """Only where there is something to merge."""
    counts = {d.key: len(_periods(d, start, end, calendar)) * d.times for d in duties}
    merged, apart = counts[strictest.key], sum(counts.values())
    return Saving(merged, apart, (apart - merged) * strictest.practice.minutes) if merged and apart > merged else None


def _norms(duties: list[Duty], unit: Unit, on: date) -> list[str]:
    """Sentences of the norms that decide about periods here, with whose they are."""
    said = []
    for every in dict.fromkeys(d.every for d in duties if d.practice.with_pupils):
        if every in NORMS:
            found = value_at(NORMS[every], unit.path, on)
            said.append(f"{found.norm.sentence}：{found.value} {found.norm.unit}（{found.basis}）")
    return said


def _unbound(duties: list[Duty]) -> str:
    """Kinds of school that none of these asks."""
    asked: set[str] = set()
    for duty in duties:
        asked |= set(duty.binds.get("kinds") or GENERAL_KINDS)
    left = [str(SchoolKind(k).label) for k in GENERAL_KINDS if k not in asked]
    return "、".join(left)
