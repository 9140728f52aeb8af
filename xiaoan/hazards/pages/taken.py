"""The tables of figures and second looks as workbooks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import FileResponse

from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Draw, Recheck
from xiaoan.kernel.excel import Col, Table, sheet

MONTHS = (
    Col("月份", lambda m: m[0]), Col("新增", lambda m: m[1]), Col("销号", lambda m: m[2]), Col("净增", lambda m: m[3]),
    Col("去年新增", lambda m: m[4]),
)  # fmt: skip
STEPS = (Col("环节", lambda s: s[0]), Col("平均用时", lambda s: s[1]))
COUNTED = (
    Col("发现", lambda c: c.found),
    Col("已销号", lambda c: c.done),
    Col("没销号", lambda c: c.open),
    Col("整改率（%）", lambda c: c.rate),
)
SOURCES = (Col("来源", lambda c: c.name, 24), *COUNTED)
CATEGORIES = (Col("类别", lambda c: c.name, 24), *COUNTED)
PLACES = (
    Col("单位", lambda p: p.unit.name, 28), Col("发现", lambda p: p.found), Col("销号", lambda p: p.shut), Col("净增", lambda p: p.net),
    Col("没销号", lambda p: p.open), Col("平均天数", lambda p: p.mean_days), Col("重复率（%）", lambda p: p.repeat_rate),
)  # fmt: skip
ITEMS = (Col("检查项", lambda i: i[1], 60), Col("编码", lambda i: i[0]), Col("没销号（件）", lambda i: i[2]))
MAJORS = (
    Col("隐患", lambda m: m[0].words, 50), Col("单位", lambda m: m[0].unit.name, 28), Col("编号", lambda m: m[0].number, 20),
    Col("发现日期", lambda m: m[0].found_on), Col("现在归", lambda m: m[0].holder, 24), Col("已有天数", lambda m: m[1]),
    Col("本步期限", lambda m: m[0].due), Col("超期", lambda m: m[2]), Col("挂牌督办", lambda m: m[0].is_supervised),
)  # fmt: skip
STOCK = (
    Col("隐患", lambda h: h.words, 50), Col("单位", lambda h: h.unit.name, 28), Col("发现日期", lambda h: h.found_on),
    Col("现在归", lambda h: h.holder, 24), Col("期限", lambda h: h.due),
)  # fmt: skip
LOOKED = (
    Col("隐患编号", lambda r: r.hazard.number, 20), Col("隐患", lambda r: r.hazard.words, 50), Col("单位", lambda r: r.hazard.unit.name, 28),
    Col("结果", lambda r: r.found_word), Col("看到什么", lambda r: r.words, 40), Col("复核人", lambda r: r.by),
)  # fmt: skip
RATES = (
    Col("单位", lambda r: r.unit.name, 28), Col("复核", lambda r: r.looked), Col("又出现", lambda r: r.recurred), Col("没真改", lambda r: r.false),
    Col("复发率（%）", lambda r: r.recurrence), Col("虚假销号率（%）", lambda r: r.false_closing, 18),
)  # fmt: skip
DRAWS = (
    Col("时间", lambda d: d.made_at, 17), Col("单位", lambda d: d.unit.name, 28), Col("抽取人", lambda d: d.made_by), Col("种子", lambda d: d.seed, 20),
    Col("共有", lambda d: d.of), Col("抽出", lambda d: d.drawn), Col("待复核", lambda d: d.left),
)  # fmt: skip


def figures_sheet(told: Mapping[str, Any]) -> FileResponse:
    """The tables of a unit's year, from what its page shows."""
    unit, year, level = told["unit"], told["year"], "重大" if told["level"] else ""
    sources = [told["self_found"], told["others"], *told["sources"]]
    below = [] if told["is_school"] else [Table("各单位", PLACES, told["rows"])]
    return sheet(
        f"{unit.name}{year}年{level}隐患统计", Table("新增和销号", MONTHS, told["growth"].months), Table("五个环节平均用时", STEPS, told["told"].steps),
        Table("谁发现的", SOURCES, sources), Table("按类别", CATEGORIES, told["categories"]), *below,
    )  # fmt: skip


def majors_sheet(told: Mapping[str, Any]) -> FileResponse:
    """Each open major hazard, and what remains of the stock."""
    stock = Table("2023年及以前的存量", STOCK, told["remaining"])
    return sheet(f"{told['unit'].name}重大隐患", Table("没销号的重大隐患", MAJORS, told["rows"]), stock)


def items_sheet(unit: Unit, rows: Sequence[tuple[str, str, int]]) -> FileResponse:
    return sheet(f"{unit.name}同类隐患", Table("同类隐患", ITEMS, rows))


def draw_sheet(row: Draw, rows: Sequence[Recheck]) -> FileResponse:
    return sheet(f"抽查 {row.seed}", Table("抽查", LOOKED, rows))


def rechecks_sheet(told: Mapping[str, Any]) -> FileResponse:
    """What second looks found by school, and the draws."""
    return sheet(
        f"{told['unit'].name}抽查复核", Table("各校复核结果", RATES, told["rates"]), Table("抽查", DRAWS, told["draws"])
    )
