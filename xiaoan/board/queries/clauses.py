"""From figures of duties to what a clause wears and what a document, a practice or a unit adds up to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from xiaoan.ground.units.models import Unit
from xiaoan.obligations.figures import DutyFigure
from xiaoan.obligations.states import NA, NAMES, OK, WORST, worst
from xiaoan.policies.book import Duty, book
from xiaoan.policies.models import Clause, ClauseIs

OVERALL_MEANS = "每条要求的完成比例取平均。每条要求的完成比例＝所选时段内已完成的件次÷应完成的件次，数字只舍不入。"


@dataclass(frozen=True)
class ClauseState:
    """What a clause wears for one unit: nothing for a principle, else figure and word."""

    wears: str  # "live", "own" (本级), "free" (binds nobody here), "soft" (principle, built, to come)
    state: str = NA
    ratio: Fraction | None = None
    due: date | None = None
    figures: tuple[DutyFigure, ...] = field(default=(), compare=False)

    @property
    def percent(self) -> int | None:
        return cut(self.ratio)

    @property
    def figure(self) -> str:
        if self.wears == "own":
            return "本级"
        return "" if self.percent is None else f"{self.percent}%"

    @property
    def word(self) -> str:
        if self.wears == "own" and self.state == OK:
            return "已完成"
        if self.state == OK and self.ratio is not None and self.ratio < 1:
            return "已达标"
        return NAMES[self.state]

    @property
    def filled(self) -> int:
        return self.percent or 0


@dataclass(frozen=True)
class Total:
    """Several duties together: the mean of their ratios, and how many are in each state."""

    ratio: Fraction | None
    states: Counter[str]
    expected: Fraction | None = None

    @property
    def percent(self) -> str:
        """86.4%: cut, so that 100% means all; a dash when nothing is owed."""
        n = self.tenths
        if n is None:
            return "—"
        return f"{n // 10}.{n % 10}%" if n < 1000 else "100%"

    @property
    def tenths(self) -> int | None:
        """The ratio in tenths of a per cent, cut."""
        return None if self.ratio is None else int(self.ratio * 1000)

    @property
    def whole(self) -> int | None:
        return cut(self.ratio)

    @property
    def pace(self) -> int | None:
        return cut(self.expected)

    @property
    def state(self) -> str:
        return worst([s for s in self.states if s != NA]) if self.owed else NA

    @property
    def owed(self) -> int:
        return sum(n for s, n in self.states.items() if s != NA)

    @property
    def parts(self) -> list[tuple[str, int]]:
        return [(s, self.states[s]) for s in ("ok", "go", "due", "late", "na") if self.states[s]]


def cut(ratio: Fraction | None) -> int | None:
    """Whole per cent, never rounded up."""
    return None if ratio is None else int(ratio * 100)


def near(unit: Unit, duties: Iterable[Duty]) -> list[Duty]:
    """Duties in force at the unit or somewhere below it."""
    return [d for d in duties if d.root.startswith(unit.path) or unit.path.startswith(d.root)]


def duties_of_document(unit: Unit, document_id: object) -> list[Duty]:
    return near(unit, book().by_document.get(document_id, ()))


def total(figures: Iterable[DutyFigure]) -> Total:
    """Add up duties; those that bind nobody here are left out."""
    rows = [f for f in figures if f.bound]
    counted = [f for f in rows if f.owed]
    ratio = mean((f.done, f.owed) for f in counted)
    expected = mean((f.expected, f.owed) for f in counted)
    return Total(ratio, Counter(f.state for f in rows), expected)


def mean(parts: Iterable[tuple[int, int]]) -> Fraction | None:
    """The exact mean of shares, each (part, whole) and none above one. Parts of a like whole are added first: adding
    hundreds of fractions one by one costs more than reading them."""
    sums: Counter[int] = Counter()
    n = 0
    for part, whole in parts:
        sums[whole] += min(part, whole)
        n += 1
    return sum((Fraction(part, whole) for whole, part in sums.items()), Fraction(0)) / n if n else None


def state_of_clause(clause: Clause, unit: Unit, figures: list[DutyFigure]) -> ClauseState:
    """What the clause wears for the unit, given the figures of its requirements there."""
    if clause.disposition != ClauseIs.LIVE:
        return ClauseState("soft")
    bound = [f for f in figures if f.bound]
    if not bound:
        return ClauseState("free", figures=tuple(figures))
    owed = [f for f in bound if f.owed]
    state = worst([f.state for f in owed]) if owed else NA
    due = min((f.due for f in bound if f.due and f.state != OK), default=None)
    wears = "own" if all(binds_own(f.duty, unit) for f in bound) else "live"
    return ClauseState(wears, state, mean((f.done, f.owed) for f in owed), due, tuple(bound))


def binds_own(duty: Duty, unit: Unit) -> bool:
    """Whether it is the looked-at bureau itself that has to act."""
    ranks = duty.binds.get("ranks", ["school"])
    return not unit.is_school and "school" not in ranks and unit.rank in ranks


def states_of_clauses(
    clauses: Iterable[Clause], unit: Unit, figures: dict[tuple[str, str], DutyFigure]
) -> dict[str, ClauseState]:
    """What each clause wears, by the clause's key."""
    by_clause: dict[str, list[DutyFigure]] = {}
    for figure in figures.values():
        by_clause.setdefault(figure.duty.clause_key, []).append(figure)
    return {c.key: state_of_clause(c, unit, by_clause.get(c.key, [])) for c in clauses}


def by_need(rows: Iterable[tuple[str, ClauseState]]) -> list[tuple[str, ClauseState]]:
    """Worst first, then the lowest figure."""
    return sorted(rows, key=lambda row: (WORST.index(row[1].state), row[1].ratio or 0))
