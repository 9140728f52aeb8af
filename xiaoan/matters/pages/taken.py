"""The tables of these pages as workbooks. Restricted clues, mediation and key persons are in none of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.http import FileResponse

from xiaoan.kernel.excel import Col, Table, sheet
from xiaoan.matters.models import Circular, Sweep
from xiaoan.matters.models.around import SEEN
from xiaoan.matters.queries.around import Seen
from xiaoan.matters.queries.joint import OfSchool
from xiaoan.matters.resource import MATTERS


def _at(number: int) -> Callable[[Sequence[Any]], Any]:
    return lambda row: row[number]


def _seen(key: str) -> Callable[[Seen], int | None]:
    return lambda row: row.percent(getattr(row, key))


def _broken(number: int) -> Callable[[Sequence[Any]], int]:
    return lambda row: row[1][number]


KINDS = (
    Col("类别", lambda k: k.kind.name, 28),
    Col("没有办结（件）", lambda k: k.open),
    Col("已办结（件）", lambda k: k.solved),
)
UNITS = (
    Col("单位", lambda r: r.unit.name, 28), Col("没有办结（件）", lambda r: r.open), Col("超期（件）", lambda r: r.late),
    Col("按时答复（%）", lambda r: r.percent),
)  # fmt: skip
SCHOOLS = (
    Col("学校", lambda r: r.unit.name, 28),
    Col("发现（件）", lambda r: r.found),
    Col("解决（件）", lambda r: r.solved),
)
SWEEPS = (
    Col("名称", lambda s: s.name, 40), Col("发起", lambda s: s.unit.name, 28), Col("开始", lambda s: s.starts), Col("结束", lambda s: s.ends),
    Col("依据", lambda s: s.basis, 40),
)  # fmt: skip
CIRCULARS = (
    Col("标题", lambda c: c.title, 40),
    Col("发文", lambda c: c.unit.name, 28),
    Col("时间", lambda c: c.made_at, 17),
)
LINES = (
    Col("问题", lambda line: line.matter.title, 44), Col("学校", lambda line: line.matter.unit.name, 28), Col("部门", lambda line: line.partner.name, 22),
    Col("现在", lambda line: line.matter.state_name), Col("整改日期", lambda line: line.fix_by),
)  # fmt: skip
ANSWERS = (
    Col("部门", lambda a: a.partner.name, 22), Col("问题（件）", lambda a: a.lines), Col("签收人", lambda a: a.acknowledged_by),
    Col("签收时间", lambda a: a.acknowledged_at, 17), Col("最早整改日期", lambda a: a.first), Col("最晚整改日期", lambda a: a.last),
)  # fmt: skip
GRIDS = (Col("学校", _at(0), 28), Col("网格（格）", _at(1)), Col("没有巡到（格）", _at(2)))
CELLS = (
    Col("网格", lambda s: s.cell.name, 18), Col("巡过", lambda s: not s.is_overdue), Col("最近巡逻", lambda s: s.cell.visited_at, 17),
    Col("安全区域", lambda s: s.cell.in_zone), Col("场所（家）", lambda s: s.spots), Col("问题（件）", lambda s: s.open),
)  # fmt: skip
SPOTS = (
    Col("名称", lambda s: s.name, 28), Col("种类", lambda s: s.kind_name), Col("地址", lambda s: s.address, 36),
    Col("网格", lambda s: s.cell.name if s.cell else "", 18), Col("证照齐全", lambda s: s.is_licensed), Col("关停日期", lambda s: s.closed_on),
    Col("关停原因", lambda s: s.closed_why, 24),
)  # fmt: skip
PEAKS = (
    Col("学校", lambda p: p[0].unit.name, 28), Col("时段", lambda p: p[0].name), Col("从", lambda p: f"{p[0].starts:%H:%M}"),
    Col("到", lambda p: f"{p[0].ends:%H:%M}"), Col("情况", lambda p: "学校说没有" if p[1] else "学校没有登记", 16),
)  # fmt: skip
RATES = (
    Col("单位", lambda r: r.unit.name, 28), Col("应有时段（次）", lambda r: r.due), Col("有登记（%）", _seen("ticked")),
    *(Col(f"见{name}（%）", _seen(key)) for key, name in SEEN.items()),
)  # fmt: skip


def overview_sheet(told: Mapping[str, Any]) -> FileResponse:
    """A family at a unit, as its page shows it: by kind, by unit, and what else is said of this family."""
    more = {"道路交通问题": "roads", "在各部门手里": "departments", "没有化解的，按时间": "ages", "满意程度": "content"}
    return sheet(
        f"{told['unit'].name}{told['name']}总览", Table("按类别", KINDS, told["kinds"]), Table("按单位", UNITS, [row for row, _ in told["units"]]),
        *(Table(title, _counted(title), told[key]) for title, key in more.items() if told[key]),
    )  # fmt: skip


def _counted(title: str) -> Sequence[Col]:
    return (Col(title, _at(0), 24), Col("件", _at(1)))


def sweeps_sheet(rows: Iterable[Sweep]) -> FileResponse:
    return sheet("周边联合整治", Table("联合整治", SWEEPS, rows))


def sweep_sheet(row: Sweep, schools: Iterable[OfSchool]) -> FileResponse:
    return sheet(row.name, Table("各校的问题", SCHOOLS, schools))


def circulars_sheet(told: Mapping[str, Any]) -> FileResponse:
    """The circulars; to who may issue one also what is not solved."""
    unsolved = [Table("没有解决的问题", MATTERS.columns, told["open"])] if told["may_issue"] else []
    return sheet("周边问题通报", Table("通报", CIRCULARS, told["rows"]), *unsolved)


def circular_sheet(row: Circular, told: Mapping[str, Any]) -> FileResponse:
    """The lines of a circular; to others than the departments also how each of them answered."""
    answers = [Table("点名的部门", ANSWERS, told["answers"])] if told["answers"] else []
    return sheet(row.title, Table("问题", LINES, told["lines"]), *answers)


def prohibitions_sheet(told: Mapping[str, Any]) -> FileResponse:
    """How often each item was broken, by county, with the items in words."""
    counts = [Col(f"第 {item.place} 条（次）", _broken(n)) for n, item in enumerate(told["items"])]
    words = (Col("条", lambda item: item.place), Col("内容", lambda item: item.words, 60))
    return sheet(
        f"{told['unit'].name}七个不允许",
        Table("各区县", [Col("区县", _at(0), 28), *counts], told["rows"]),
        Table("条目", words, told["items"]),
    )


def grids_sheet(told: Mapping[str, Any]) -> FileResponse:
    return sheet(f"{told['unit'].name}周边网格巡逻", Table("各校网格", GRIDS, told["rows"]))


def grid_sheet(told: Mapping[str, Any]) -> FileResponse:
    """A school's squares, what was told from its safety zone, and the register of places."""
    return sheet(
        f"{told['unit'].name}周边网格", Table("网格", CELLS, [square for row in told["rows"] for square in row]),
        Table("安全区域里的事", MATTERS.columns, [matter for matter, _ in told["told"]]), Table("周边场所登记册", SPOTS, told["register"]),
    )  # fmt: skip


def peaks_sheet(told: Mapping[str, Any]) -> FileResponse:
    """Peaks without police today, and what was seen this month."""
    return sheet(
        f"{told['unit'].name}高峰勤务",
        Table("今天没有见到警察的", PEAKS, told["without"]),
        Table("本月见警率", RATES, told["rates"]),
    )
