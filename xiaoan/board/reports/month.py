"""What a month's report says, as plain values that the workbook and the printed page share."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.board.queries.beside import BURDEN_MEANS
from xiaoan.board.queries.boards import matters, papers
from xiaoan.board.queries.clauses import OVERALL_MEANS, Total, near, total
from xiaoan.board.queries.now import done_pairs
from xiaoan.board.queries.places import children, schools_below, sizes
from xiaoan.board.queries.saying import kind_of
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.tally.queries import read_one
from xiaoan.engines.ui.context import is_demo
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import Period
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.errors import Invalid
from xiaoan.obligations.burden import burden_of
from xiaoan.obligations.figures import figures_below, spans_of
from xiaoan.obligations.states import NAMES
from xiaoan.obligations.words import day_words, rhythm
from xiaoan.policies.book import Duty, Terms, binder, book, term_of

MOST_MISSING = 300
Row = list[Any]


@dataclass(frozen=True)
class Month:
    """The report of one unit and month. `rows` are lists of text and numbers, heads first."""

    unit: Unit
    year: int
    number: int
    on: date
    total: Total
    figures: list[Row]
    papers: list[Row]
    matters: list[Row]
    below: list[Row]
    missing: list[Row]
    cut: int
    burden: list[Row]
    is_synthetic: bool

    @property
    def title(self) -> str:
        return f"{self.unit.name}{self.year}年{self.number}月校园安全落实情况月报"


def month_of(text: str, today: date) -> tuple[date, date]:
    """(first, last) day of a yyyy-mm that has begun. Raises Invalid."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid("月份不对，请从列表里选。") from None
    if first > today:
        raise Invalid("这个月还没有到。")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def read_month(unit: Unit, first: date, last: date, today: date) -> Month:
    """Tallies for every rank; names of missing schools only within one county."""
    on = min(last, today)
    duties = near(unit, book().duties)
    under = [u for u in children(unit) if u.rank != "school" or unit.rank == "township"]
    found = figures_below([unit, *under], duties, first, last, on)
    rows = [f for f in found[unit.path].values() if f.bound]
    below = {u.path: total(found[u.path].values()) for u in under}
    missing, cut = _missing(unit, duties, first, last, on)
    return Month(
        unit=unit, year=first.year, number=first.month, on=on, total=total(rows),
        figures=_figures(unit, rows, first), papers=[
            [p.document.title, p.document.issuer, p.total.percent, *_counts(p.total)] for p in papers(rows)
        ],
        matters=[[m.practice.name, m.practice.group, m.total.percent, _pace(m.total), *_counts(m.total)] for m in matters(rows)],
        below=_below(unit, under, below), missing=missing, cut=cut, burden=_burden(unit, on),
        is_synthetic=unit.is_synthetic or is_demo(),
    )  # fmt: skip


def _figures(unit: Unit, rows: list[Any], first: date) -> list[Row]:
    whole = total(rows)
    month = f"{first:%Y-%m}"
    records = sum(read_one(unit.path, "records", None, month, month).values())
    owed, done, late = (sum(getattr(f, k) for f in rows) for k in ("owed", "done", "late"))
    return [
        ["总体落实", whole.percent, OVERALL_MEANS],
        ["执行中的要求", f"{len(rows)} 条", "本单位和下级单位要做的要求，按文件的条款计。"],
        ["应做", f"{owed:,} 件次", "本月的时段里，每个应做单位每期算一件次；限期要求算一件次。"],
        ["已做", f"{done:,} 件次", "有记录佐证、达到次数的件次。"],
        ["过期未做", f"{late:,} 件次", "截止日已过而没有做够的件次；以后补做的，从这里减去。"],
        ["逾期的要求", f"{whole.states['late']} 条", "有单位在最近一个到期的时段里没有做完的要求。"],
        ["本月记录", f"{records:,} 条", "本月发生、仍然有效的记录。"],
    ]


def _counts(one: Total) -> list[int]:
    return [one.states[k] for k in ("ok", "go", "due", "late", "na")]


def _pace(one: Total) -> str:
    return "—" if one.pace is None else f"{one.pace}%"


def _below(unit: Unit, under: list[Unit], totals: dict[str, Total]) -> list[Row]:
    size = sizes([u.path for u in under if not u.is_school])
    return [
        [u.name, kind_of(u) if u.is_school else u.get_rank_display(), *(size.get(u.path) or (1, u.pupils)),
         totals[u.path].percent, _pace(totals[u.path]), totals[u.path].states["late"]]
        for u in under
    ]  # fmt: skip


def _missing(unit: Unit, duties: list[Duty], first: date, last: date, on: date) -> tuple[list[Row], int]:
    """School × requirement not done in the month's newest period that is over; daily ones left out."""
    if unit.rank in ("province", "city"):
        return [], 0
    calendar = calendar_for(unit.path)
    periods: dict[str, Period] = {}
    for duty in duties:
        over = (
            [p for p in spans_of(duty, first, last, on, calendar) if p.due <= on]
            if duty.kind in ("recurring", "deliverable")
            else []
        )
        if over and duty.every != "daily":
            periods[duty.key] = over[-1]
    done = done_pairs(unit, periods)
    asked = [d for d in duties if d.key in periods]
    terms, mine = binder(asked), dict[Terms, list[Duty]]()
    found: list[tuple[Unit, Duty]] = []
    for school in schools_below(unit):
        bound = terms(school.path, school.facts())
        if bound not in mine:
            mine[bound] = [d for d in asked if term_of(d) in bound]
        found += [(school, d) for d in mine[bound] if (school.path, d.key) not in done]
    rows = [
        [s.name, d.duty, rhythm(d), day_words(periods[d.key].due), d.document_short, NAMES["late"]]
        for s, d in found[:MOST_MISSING]
    ]
    return rows, max(0, len(found) - MOST_MISSING)


def _burden(unit: Unit, on: date) -> list[Row]:
    held = burden_of(unit, on)
    weeks = len(held.weeks)
    rows: list[Row] = [
        ["每校每周（近 12 周平均）", f"{held.average if held.average is not None else '—'} 分钟", BURDEN_MEANS]
    ]
    rows += [
        [f"其中：{s.name}", f"{held.per_school_week(s.seconds, weeks)} 分钟", "按记录所满足的文件分摊"]
        for s in held.by_office[:6]
    ]
    names = {k: s.name for k, s in sheets().items()}
    top = [s for s in held.by_sheet[:3] if s.key in names]
    rows += [
        [f"用时最多：{s.name}", f"{held.per_school_week(s.seconds, weeks)} 分钟", f"近 12 周 {s.forms:,} 份"]
        for s in top
    ]
    rows.append(["免填", f"{held.saved:,} 项", "一条记录同时满足几份文件，省下的填报，近 12 周。"])
    return rows
