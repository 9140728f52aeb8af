"""How a clause went: the last periods of its rhythm, or the way to its deadline."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xiaoan.board.queries.clauses import cut, mean
from xiaoan.board.queries.documents import Living
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.calendar.periods import Period
from xiaoan.ground.units.paths import below
from xiaoan.obligations.figures import spans_of
from xiaoan.obligations.models import Completion
from xiaoan.policies.book import Duty

MOST_PERIODS = 8
BACK = timedelta(days=420)


@dataclass(frozen=True)
class Trend:
    """Data for the chart and the sentence beside its title."""

    data: dict[str, Any]
    words: str


def trend_of(live: Living, duties: list[Duty]) -> Trend | None:
    """The clause's first duty that has a course; None when there is nothing to draw."""
    recurring = [d for d in duties if d.kind == "recurring"]
    if recurring:
        return _periods(live, recurring)
    dated = [d for d in duties if d.kind == "deliverable"]
    if dated and live.unit.rank in ("county", "township"):
        return _to_deadline(live, dated[0])
    return None


def _periods(live: Living, duties: list[Duty]) -> Trend | None:
    """The share done in each of the last periods of the first duty; equal rhythms share the labels."""
    first = duties[0]
    same = [d for d in duties if d.every == first.every]
    calendar = calendar_for(live.unit.path)
    begun = spans_of(first, max(live.on - BACK, first.starts), live.on, live.on, calendar)
    spans = [p for p in begun if p.due < live.on][-MOST_PERIODS:]
    if len(spans) < 2:
        return None
    done = read_one(live.unit.path, "done", {d.key for d in same}, since=spans[0].key)
    bound = {f.duty.key: f.bound for f in live.figures.values() if f.duty in same}
    own = []
    for period in spans:
        shares = [(done.get((d.key, period.key), 0), bound[d.key]) for d in same if bound.get(d.key)]
        own.append(cut(mean(shares)))
    data = {"labels": [short_label(first.every, p) for p in spans], "own": own, "unit": "%", "max": 100}
    return Trend(data, f"已过的 {len(spans)} 期，每期完成的比例")


def short_label(every: str, period: Period) -> str:
    """A period's name short enough to stand under a point."""
    if every in ("daily", "weekly", "holiday"):
        return f"{period.start.month}月{period.start.day}日"
    if every in ("per_term", "term_first_week"):
        return f"{period.start.year}年{'秋' if period.start.month > 6 else '春'}"
    return period.label


def _to_deadline(live: Living, duty: Duty) -> Trend | None:
    """Schools done by the end of each month, the even pace to the deadline, and where today's pace leads."""
    due, on = duty.deadline or duty.ends, live.on
    figure = next((f for f in live.figures.values() if f.duty.key == duty.key and f.bound), None)
    if figure is None:
        return None
    rows = Completion.objects.filter(
        below(live.unit.path, "unit_path"),
        county_path=live.unit.county_path,
        requirement=duty.key,
        done_on__isnull=False,
    ).values_list("done_on", flat=True)
    by_month = Counter((d.year, d.month) for d in rows)
    months = _months(max(duty.starts, due - BACK), due)
    begun = [m for m in months if m <= (on.year, on.month)]
    if len(begun) < 2 or len(months) < 3:
        return None
    before = sum(n for m, n in by_month.items() if m < months[0])
    own: list[int | None] = []
    for month in begun:
        before += by_month[month]
        own.append(min(100, before * 100 // figure.bound))
    own += [None] * (len(months) - len(begun))
    pace: list[int | None] = [round(100 * (n + 1) / len(months)) for n in range(len(months))]
    data: dict[str, Any] = {
        "labels": [f"{m}月" for _, m in months],
        "own": own,
        "expected": pace,
        "unit": "%",
        "max": 100,
    }
    return _with_forecast(data, len(begun), due, on)


def _with_forecast(data: dict[str, Any], begun: int, due: date, on: date) -> Trend:
    """Add the dotted line to the deadline when there is still time and something is left."""
    own, last = data["own"], data["own"][begun - 1]
    left = len(own) - begun
    if not left or due <= on or last >= 100:
        return Trend(data, "每月底累计完成的比例")
    back = min(3, begun - 1)
    speed = (last - own[begun - 1 - back]) / back
    reach = min(100, int(last + speed * left))
    data["forecast"] = [None] * (begun - 1) + [last] + [None] * (left - 1) + [reach]
    return Trend(data, f"按最近的速度，{due.month}月{due.day}日 可到 {reach}%")


def _months(first: date, last: date) -> list[tuple[int, int]]:
    found, at = [], first.year * 12 + first.month - 1
    while at <= last.year * 12 + last.month - 1:
        found.append((at // 12, at % 12 + 1))
        at += 1
    return found
