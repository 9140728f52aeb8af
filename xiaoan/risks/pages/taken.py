"""The tables of these pages as workbooks."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse

from xiaoan.checks.catalogue import category_names
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.excel import Col, Table, bounded, sheet
from xiaoan.risks import county
from xiaoan.risks.history import Day
from xiaoan.risks.library import areas
from xiaoan.risks.methods import rested_on
from xiaoan.risks.models import COLOURS, Assessment, Level, Notice, Point, Standing
from xiaoan.risks.pages.public import with_words
from xiaoan.risks.queries import controls_of, with_controls

AT_ONCE = 500  # rows of a long list for which the rest is looked up together


def level_words(level: int | None) -> str:
    """重大风险（红）; of what nobody has graded, that it is so."""
    return f"{Level(level).label}（{COLOURS[level]}）" if level else "还没有评估"


def begun_words(row: Standing | None) -> str:
    """How far a school without an assessment is."""
    if row is None or row.listed_on is None:
        return "还没有风险清单"
    return f"有 {row.unassessed} 个风险点没有评估"


def _share(subject: str) -> Callable[[county.Share], int | None]:
    return lambda share: share.percent(subject)


SCHOOL = Col("学校", lambda u: u.name, 30)
MISSING = (Col("学校", lambda r: r[0].name, 30), Col("情况", lambda r: begun_words(r[1]), 30))
REDS = (
    Col("风险点", lambda r: r[0].name, 28), Col("学校", lambda r: r[0].unit.name, 26), Col("管控措施", lambda r: "；".join(c.words for c in r[1]), 60),
    Col("责任人", lambda r: f"{r[0].post} {r[0].owner}", 20), Col("最近确认", lambda r: r[0].checked_on), Col("定级依据", lambda r: r[0].why, 40),
)  # fmt: skip
PAST = (
    Col("风险点", lambda p: p.name, 28), Col("当时等级", lambda p: level_words(p.level_then), 18), Col("学校", lambda p: p.unit.name, 26),
    Col("部位", lambda p: areas()[p.area].name, 18), Col("类别", lambda p: category_names().get(p.kind, ""), 16),
)  # fmt: skip
UNITS = (Col("单位", lambda u: u.name, 30), Col("级别", lambda u: u.get_rank_display()))
SHARES = (
    Col("单位", lambda s: s.unit.name, 26), Col("学校（所）", lambda s: s.schools), Col("有清单（%）", _share("listed")),
    Col("评估完成（%）", _share("assessed")), Col("双重预防运行（%）", _share("running"), 18),
    Col("达标验收（%）", _share("accepted")), Col("清单、隐患、预案都有（%）", _share("whole"), 26),
)  # fmt: skip
WORST = (Col("学校", lambda s: s.unit.name, 30), Col("重大风险（个）", lambda s: s.red))
DAYS = (
    Col("日期", lambda d: d.on), Col("重大风险（红）", lambda d: d.red), Col("较大风险（橙）", lambda d: d.orange),
    Col("其中受控", lambda d: d.held), Col("管控率（%）", lambda d: d.percent),
)  # fmt: skip
RULES = (
    Col("学校等级", lambda r: level_words(r[0]), 18), Col("每年至少检查（次）", lambda r: r[2], 18), Col("管理措施", lambda r: r[3], 60),
)  # fmt: skip
VISITS = (
    Col("学校", lambda v: v.standing.unit.name, 30), Col("等级", lambda v: level_words(v.standing.grade), 18),
    Col("要查（次）", lambda v: v.asked), Col("已查（次）", lambda v: v.done), Col("管理措施", lambda v: v.measure, 60),
)  # fmt: skip
NOTICE = (
    Col("等级", lambda p: level_words(p["level"]), 18), Col("风险点", lambda p: p["name"], 26), Col("部位", lambda p: p.get("place", ""), 20),
    Col("管控措施", lambda p: "；".join(p["measures"]), 60), Col("责任人", lambda p: f"{p['post']} {p['owner']}", 20),
)  # fmt: skip
CHAIN = (
    Col("风险单元", lambda c: c.event.risk_unit.name, 18), Col("可能发生", lambda c: c.event.name, 20), Col("管控措施", lambda c: c.words, 50),
    Col("岗位", lambda c: c.post), Col("责任人", lambda c: c.holder), Col("下次确认", lambda c: c.due), Col("最近确认", lambda c: c.confirmed_at, 17),
    Col("确认人", lambda c: c.confirmed_by), Col("检查项目", lambda c: c.item),
)  # fmt: skip
HISTORY = (
    Col("日期", lambda a: a.on), Col("为什么", lambda a: a.get_why_display(), 18), Col("原等级", lambda a: level_words(a.before), 18),
    Col("等级", lambda a: level_words(a.level), 18), Col("依据", lambda a: "；".join(filter(None, (rested_on(a), a.reason))), 50),
    Col("评估人", lambda a: a.by),
)  # fmt: skip


def bureau_sheet(
    unit: Unit, shares: Iterable[county.Share], missing: QuerySet[Unit], red: QuerySet[Standing]
) -> FileResponse:
    """A bureau's picture: its units, and the whole lists of which the page shows the beginning."""
    return sheet(
        f"{unit.label}校园安全风险", Table("各地情况", SHARES, shares), Table("还没有完成风险评估的学校", [SCHOOL], bounded(missing)),
        Table("有重大风险的学校", WORST, bounded(red)),
    )  # fmt: skip


def shares_sheet(unit: Unit, shares: Iterable[county.Share]) -> FileResponse:
    return sheet(f"{unit.label}风险防控覆盖", Table("按单位", SHARES, shares))


def days_sheet(unit: Unit, days: Sequence[Day]) -> FileResponse:
    return sheet(f"{unit.label}重大和较大风险对比", Table("两个日期对比", DAYS, days))


def visits_sheet(unit: Unit, rows: QuerySet[Standing], year: int) -> FileResponse:
    """Every school of the list with its visits, and what is asked of each grade."""
    lines = _together(rows, lambda some: county.visits_of(some, unit.path, year))
    return sheet(
        f"{unit.label}{year}年差异化检查", Table("执行情况", VISITS, lines),
        Table("各等级怎么管", RULES, county.rules_of(unit.path)),
    )  # fmt: skip


def _together(rows: QuerySet[Any], look: Callable[[list[Any]], Iterable[Any]]) -> Iterator[Any]:
    """The rows of a long list with what belongs to them, looked up for some hundreds at a time."""
    found = bounded(rows)
    while some := list(islice(found, AT_ONCE)):
        yield from look(some)


def missing_sheet(rows: QuerySet[Unit]) -> FileResponse:
    return sheet("还没有风险评估的学校", Table("学校", MISSING, _together(rows, county.with_standing)))


def targets_sheet(name: str, rows: QuerySet[Unit]) -> FileResponse:
    return sheet(f"没有通过{name}的学校", Table("学校", [SCHOOL], bounded(rows)))


def past_sheet(on: date, rows: QuerySet[Point]) -> FileResponse:
    return sheet(f"{on} 风险源", Table("风险源", PAST, bounded(rows)))


def red_sheet(rows: QuerySet[Point]) -> FileResponse:
    return sheet("重大风险", Table("重大风险", REDS, _together(rows, with_controls)))


def notice_sheet(row: Notice) -> FileResponse:
    return sheet(row.title, Table("风险公告", NOTICE, with_words(row)))


def point_sheet(row: Point) -> FileResponse:
    """What keeps a point in hand, and how it was graded over time."""
    history: QuerySet[Assessment] = row.assessments.order_by("-at", "-id")
    return sheet(
        f"{row.unit.name} {row.name}",
        Table("管控措施", CHAIN, controls_of(row)),
        Table("评估历史", HISTORY, bounded(history)),
    )


def unstudied_sheet(month: str, rows: QuerySet[Any]) -> FileResponse:
    return sheet(f"{month}还没有研判的单位", Table("单位", UNITS, bounded(rows)))
