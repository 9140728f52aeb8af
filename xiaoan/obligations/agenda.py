"""A unit's day: what it owes, sorted into today, this week, this term; what it must keep up; what it is asked."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.measures import Measure, measures
from xiaoan.obligations.models import Assignment, Reading
from xiaoan.obligations.queries import DutyLine, Source, standing_of

STILL = {"asked", "returned"}


@dataclass
class Section:
    """A heading with its lines; a folded one is opened by whoever wants it."""

    key: str
    name: str
    note: str = ""
    lines: list[DutyLine] = field(default_factory=list)
    is_folded: bool = False

    @property
    def minutes(self) -> int:
        return sum(line.practice.minutes * max(1, line.need - line.count) for line in self.lines)


@dataclass(frozen=True)
class Kept:
    """A state that the unit must keep, with the figure that tells and where it comes from."""

    measure: Measure | None
    source: Source
    documents: int
    reading: Reading | None

    @property
    def words(self) -> str:
        """What the figure says now."""
        if self.source.is_done:
            return "保持中"
        return "还差一些" if self.reading and self.reading.denominator else "还没有数"


def sections(lines: list[DutyLine], unit: Unit, on: date) -> list[Section]:
    """The lines in five sections; empty ones are left out."""
    week_end = on + timedelta(days=6 - on.weekday())
    term = calendar_for(unit.path).term_of(on)
    later = Section("term", "本学期" if term else "以后", f"{term.name}，到{_day(term.ends)}" if term else "")
    after = Section("after", "以后", "本学期以后到期", is_folded=True)
    found = [
        Section("today", "今天", "今天到期的，和还没有做的"), Section("missed", "可以补记", "做过的补记一次就行"),
        Section("week", "本周", f"到{_day(week_end)}"), later, after, Section("done", "已完成", "本期已经做够", is_folded=True),
    ]  # fmt: skip
    by_key = {s.key: s for s in found}
    for line in lines:
        by_key[_section_of(line, on, week_end, term.ends if term else date.max)].lines.append(line)
    return [s for s in found if s.lines]


def _section_of(line: DutyLine, on: date, week_end: date, term_end: date) -> str:
    if line.is_done:
        return "done"
    if line.is_missed:
        return "missed"
    if line.due <= on:
        return "today"
    if line.due <= week_end:
        return "week"
    return "term" if line.due <= term_end else "after"


def due_words(line: DutyLine, on: date) -> str:
    """The pill of a line: 今天 / 明天 / 还有 3 天 / 晚了 2 天."""
    days = (line.due - on).days
    if line.is_done:
        return "已完成"
    if line.is_missed:
        return "可补记"
    if days < 0:
        return f"晚了 {-days} 天"
    return {0: "今天", 1: "明天"}.get(days, f"还有 {days} 天")


def kept_of(unit: Unit, on: date, roles: Collection[str] = ()) -> list[Kept]:
    """The standing states, one per measure, those that do not hold first; `roles` keeps what is named theirs: a guard
    has no part in an insurance. Three queries."""
    groups: dict[str, list[Source]] = {}
    for source in standing_of(unit, on):
        if roles and not set(roles) & set(source.duty.by):
            continue
        groups.setdefault(source.duty.measure or source.duty.key, []).append(source)
    readings = {r.measure: r for r in Reading.objects.filter(unit_path=unit.path, measure__in=groups)}
    known = measures()
    rows = [
        Kept(known.get(key), of[0], len({s.duty.document_id for s in of}), readings.get(key))
        for key, of in groups.items()
    ]
    return sorted(rows, key=lambda k: (k.source.is_done, k.measure.name if k.measure else k.source.duty.duty))


def computed_from(measure: Measure) -> str:
    """Where a measure's figure comes from, in one sentence."""
    if measure.post:
        return f"看现在有没有人担任“{ROLES[measure.post].name}”，任免岗位后自动更新"
    if measure.register and not measure.sheet:
        return f"看{measure.register}，有变自动更新，不用填"
    if measure.register:
        return f"看学校登记的{measure.register}，登记有变自动更新；没有登记的，看最近一份《{sheets()[measure.sheet].name}》"
    if measure.sheet:
        return f"取最近 {measure.within_days} 天里最新一份《{sheets()[measure.sheet].name}》，记录或撤回后自动更新"
    return "由各校这项事务的完成情况算出"


def open_tasks(unit_path: str) -> list[Assignment]:
    """What others have asked of the unit and is not handed in, nearest first."""
    rows = Assignment.objects.filter(unit_path=unit_path, state__in=STILL).select_related("task__unit")
    return list(rows.order_by("due", "id")[:50])


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
