"""The panel of one clause: what it asks, who has and who has not, how it goes, the records that prove it."""

from dataclasses import dataclass, field
from datetime import date

from xiaoan.board.queries.clauses import Total, total
from xiaoan.board.queries.documents import Living
from xiaoan.board.queries.now import Standing, newest, stand
from xiaoan.board.queries.places import by_township, children, schools_below, townships
from xiaoan.board.queries.proof import Proofs, read_proofs
from xiaoan.board.queries.saying import facts_of
from xiaoan.board.queries.trends import Trend, trend_of
from xiaoan.engines.ui.marks import Square, SquareRow
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import Period
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.figures import figures_below
from xiaoan.policies.book import Duty
from xiaoan.policies.models import Clause, ClauseIs

ORDER = {"ok": 0, "part": 1, "none": 2, "free": 3}
# What the platform does for a clause that it fulfils by itself, by the clause's capability.
DOES = {
    "R01": "单位与岗位：各级单位、学校和岗位都在平台上，职责随岗位走。",
    "R02": "责任清单：岗位职责写在岗位上，做了什么自动归到人。",
    "R03": "文件拆解与下达：文件逐条拆成事项，发布后到达每个下级单位。",
    "R04": "日常履职：要做的事按校历排好，记一次即可。",
    "R18": "岗位配备：食堂、宿舍等岗位在平台上任命，缺岗会提示。",
    "R24": "公文与解读：文件和解读在平台上送达，打开即有回执。",
    "R25": "统计与分析：总览和月报由记录自动汇总，不用再报表。",
    "R29": "分级管理与安全：谁能看什么由岗位决定，操作都有记录。",
}


@dataclass(frozen=True)
class ChildBar:
    """One unit below a city or province, with its figure for the clause."""

    unit: Unit
    total: Total
    href: str


@dataclass
class Panel:
    """What the panel shows; empty parts are left out of the page."""

    asks: list[tuple[Duty, list[tuple[str, str]]]] = field(default_factory=list)
    done: int = 0
    owed: int = 0
    period: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    squares: list[SquareRow] = field(default_factory=list)
    bars: list[ChildBar] = field(default_factory=list)
    trend: Trend | None = None
    proofs: Proofs | None = None
    does: str = ""

    @property
    def without(self) -> int:
        return self.counts.get("none", 0) + self.counts.get("part", 0)

    @property
    def bound(self) -> int:
        return self.without + self.counts.get("ok", 0)


def read_panel(live: Living, clause: Clause) -> Panel:
    """Everything about one clause at the unit. County and below may read rows; above it tallies only."""
    duties = [d for d in live.duties if d.clause_key == clause.key]
    panel = Panel(asks=[(d, facts_of(d)) for d in _once(duties)])
    if clause.disposition != ClauseIs.LIVE:
        panel.does = DOES.get(clause.capability, "") if clause.disposition == ClauseIs.BUILT else ""
        return panel
    figures = live.states[clause.key].figures
    panel.done, panel.owed = sum(f.done for f in figures), sum(f.owed for f in figures)
    calendar = calendar_for(live.unit.path)
    periods = {
        d.key: p for d in duties if (p := newest(d, live.span.start, live.span.end, live.on, calendar)) is not None
    }  # fmt: skip
    panel.period = _said({p.label for p in periods.values()})
    if live.unit.rank in ("province", "city"):
        panel.bars = _bars(live, clause, duties)
    else:
        _fill_schools(panel, live, clause, duties, periods)
        panel.proofs = read_proofs(live.unit, [d.key for d in duties], live.document.id)
    panel.trend = trend_of(live, duties)
    return panel


def _fill_schools(panel: Panel, live: Living, clause: Clause, duties: list[Duty], periods: dict[str, Period]) -> None:
    """Squares for a county or township; for a school its own periods."""
    bound = [d for d in duties if "school" in d.binds.get("ranks", ["school"])]
    if not bound:
        return
    standings = stand(live.unit, schools_below(live.unit), bound, periods)
    if live.unit.is_school:
        return
    panel.counts = {state: sum(s.state == state for s in standings) for state in ORDER}
    panel.squares = _rows(live.unit, standings, f"?unit={{}}&span={live.span.key}&clause={clause.key}")


def _rows(unit: Unit, standings: list[Standing], href: str) -> list[SquareRow]:
    by_path = {s.school.path: s for s in standings}
    groups = (
        by_township([s.school for s in standings], townships(unit))
        if unit.rank == "county"
        else {unit.label: [s.school for s in standings]}
    )
    rows = []
    for name, schools in groups.items():
        mine = sorted((by_path[s.path] for s in schools), key=lambda s: ORDER[s.state])
        squares = [Square(s.state, s.school.name, href.format(s.school.id)) for s in mine]
        rows.append(SquareRow(name, squares, sum(s.state == "ok" for s in mine), sum(s.state != "free" for s in mine)))
    return rows


def _bars(live: Living, clause: Clause, duties: list[Duty]) -> list[ChildBar]:
    below = [u for u in children(live.unit) if not u.is_school]
    found = figures_below(below, duties, live.span.start, live.span.end, live.on)
    bars = [
        ChildBar(u, total(found[u.path].values()), f"?unit={u.id}&span={live.span.key}&clause={clause.key}")
        for u in below
    ]
    return sorted((b for b in bars if b.total.owed), key=lambda b: (b.total.ratio or 0, b.unit.path))


def _once(duties: list[Duty]) -> list[Duty]:
    """Each requirement once, though it may be in force under several publications."""
    return list({d.key: d for d in duties}.values())


def _said(labels: set[str]) -> str:
    """The one period that is counted; nothing when they differ."""
    return labels.pop() if len(labels) == 1 else ""


def days_left(due: date | None, on: date) -> str:
    """还有 44 天 / 超 6 天 / 今天到期."""
    if due is None:
        return ""
    days = (due - on).days
    return f"还有 {days} 天" if days > 0 else "今天到期" if days == 0 else f"超 {-days} 天"
