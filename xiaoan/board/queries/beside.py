"""What stands beside a board's sums: the change since the stretch before, this week's records, the burden."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.board.queries.clauses import near, total
from xiaoan.board.spans import Stretch, before
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.clock import iso_week
from xiaoan.obligations.burden import Burden, burden_of
from xiaoan.obligations.figures import figures
from xiaoan.policies.book import book

MOST_OFFICES = 4
BURDEN_MEANS = "学校填写记录的用时，由打开表单到提交按秒计，闲置不计；除以学校数，得到每校每周的分钟数。"


@dataclass(frozen=True)
class Beside:
    """`change` in tenths of a per cent since the stretch before; `kinds` are this week's records by group."""

    change: int | None
    records: int
    kinds: list[tuple[str, int]]
    burden: Burden
    offices: list[tuple[str, float]]

    @property
    def change_words(self) -> str:
        if not self.change:
            return ""
        return f"{'▲' if self.change > 0 else '▼'}{abs(self.change) // 10}.{abs(self.change) % 10}"

    @property
    def trend(self) -> dict[str, Any]:
        weeks = [f"第{int(w[-2:])}周" for w in self.burden.weeks]
        data: dict[str, Any] = {"labels": weeks, "own": self.burden.trend, "unit": "分钟", "bare": True}
        ceiling, top = self.burden.ceiling, max([*self.burden.trend, 1])
        if top * 3 > ceiling:  # a ceiling far above the line would press the line flat
            clear = abs(self.burden.trend[-1] - ceiling) > max(top, ceiling) * 0.3
            data |= {
                "ceiling": {"value": ceiling, "label": f"上限 {ceiling}" if clear else ""},
                "max": int(max(top, ceiling) * 1.25),
            }
        return data

    @property
    def against_average(self) -> str:
        """比前几周平均少 6 分钟."""
        now, usual = self.burden.this_week, self.burden.average
        if now is None or usual is None or round(now - usual) == 0:
            return "与这 12 周的平均相当"
        return f"比 12 周平均{'少' if now < usual else '多'} {abs(round(now - usual))} 分钟"


def read_beside(unit: Unit, span: Stretch, now: int | None, on: date) -> Beside:
    """Tallies only, for any rank. `now` is the board's own figure in tenths of a per cent, which it has read already."""
    last = before(span, calendar_for(unit.path))
    was = total(figures(unit, near(unit, book().duties), last.start, last.end, last.end).values())
    change = None
    if now is not None and was.ratio is not None:
        change = now - int(was.ratio * 1000)
    week = iso_week(on)
    forms = read_one(unit.path, "forms", None, week, week)
    kinds: Counter[str] = Counter()
    for (key, _), n in forms.items():
        kinds[sheets()[key].group if key in sheets() else "其他"] += n
    burden = burden_of(unit, on)
    return Beside(change, sum(kinds.values()), kinds.most_common(4), burden, _offices(burden))


def _offices(burden: Burden) -> list[tuple[str, float]]:
    """Minutes a school and week by asking office, the small ones together."""
    weeks = len(burden.weeks)
    rows = [(share.name, burden.per_school_week(share.seconds, weeks) or 0) for share in burden.by_office]
    rows = [(name, n) for name, n in rows if n]
    rest = round(sum(n for _, n in rows[MOST_OFFICES:]), 1)
    return [*rows[:MOST_OFFICES], *([("其他", rest)] if rest else [])]
