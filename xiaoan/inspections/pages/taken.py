"""The tables of these pages as workbooks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse

from xiaoan.ground.units.models import Unit
from xiaoan.hazards.queries import open_at
from xiaoan.inspections.figures import Below, Origin, Quality
from xiaoan.inspections.kinds import VERDICTS, WAYS
from xiaoan.inspections.models import Campaign, Finding, Member, Part, Sample, Visit
from xiaoan.inspections.programme import Progress
from xiaoan.inspections.resource import FINDINGS, VISITS
from xiaoan.kernel.excel import Col, Table, bounded, sheet


def _at(number: int) -> Callable[[Sequence[Any]], Any]:
    return lambda row: row[number]


def _visited(rank: str) -> Callable[[Below], str]:
    return lambda row: next((f"{c.visited}/{c.schools}" for c in row.coverage if c.rank == rank), "")


def _month(number: int) -> Callable[[Sequence[Any]], int]:
    return lambda row: row[1][number]


BELOW = (
    Col("单位", lambda b: b.unit.name, 26), Col("市级督查", _visited("city")), Col("县级督查", _visited("county")),
    Col("明查（次）", lambda b: b.open_visits), Col("暗访（次）", lambda b: b.covert), Col("发现问题（项）", lambda b: b.found),
)  # fmt: skip
PROGRAMME = (
    Col("单位", lambda r: r.unit.name, 26), Col("落实（%）", lambda r: r.percent), Col("逾期要求", lambda r: r.late),
    Col("上次督查", lambda r: r.last_on), Col("未办结问题", lambda r: r.stage), Col("逾期督办", lambda r: r.overdue),
)  # fmt: skip
QUALITY = (
    Col("姓名", lambda q: q.person), Col("检查（次）", lambda q: q.visits), Col("发现问题（项）", lambda q: q.found),
    Col("每次发现（项）", lambda q: q.mean), Col("其中重复出现（项）", lambda q: q.repeated, 18),
)  # fmt: skip
ORIGINS = (
    Col("学校", lambda o: o.unit.name, 28), Col("自己发现（件）", lambda o: o.own), Col("检查发现（件）", lambda o: o.inspected),
    Col("自己发现的占比（%）", lambda o: o.percent, 20),
)  # fmt: skip
DEPUTIES = (
    Col("单位", lambda row: row[0].name, 28),
    *(Col(f"{n + 1}月", _month(n), 8) for n in range(12)),
    Col("合计（次）", _at(2)),
)
TO_DO = (
    Col("单位", lambda p: p.visit.place.name, 28), Col("督查", lambda p: p.visit.campaign.name, 30), Col("怎么查", lambda p: WAYS[p.way]),
    Col("带队", lambda p: p.is_head), Col("日期", lambda p: p.visit.planned_on),
)  # fmt: skip
DONE = (
    Col("单位", lambda p: p.visit.place.name, 28), Col("编号", lambda p: p.visit.number, 22), Col("日期", lambda p: p.visit.planned_on),
    Col("问题（项）", lambda p: p.visit.failed if p.visit.is_told else None),
)  # fmt: skip
OPEN = (Col("编号", lambda h: h.number, 22), Col("隐患", lambda h: h.words, 50), Col("本步期限", lambda h: h.due))
KEPT = (
    Col("学校", lambda row: row[0].name, 28), Col("包校人员", lambda row: row[1].person_name if row[1] else ""),
    Col("从哪天", lambda row: row[1].starts if row[1] else None), Col("上次督查", lambda row: row[0].last_on), Col("超期没去", _at(2)),
)  # fmt: skip
SAMPLED = (
    Col("记录", lambda s: s.record.sheet_name, 22), Col("内容", lambda s: s.record.summary, 44), Col("日期", lambda s: s.record.happened_on),
    Col("单位", lambda s: s.record.unit.name, 28), Col("结论", lambda s: VERDICTS.get(s.verdict, "还没核")),
    Col("怎么核的", lambda s: WAYS.get(s.way, "") if s.verdict else ""), Col("依据", lambda s: s.why, 40), Col("核对人", lambda s: s.by),
)  # fmt: skip
DRAWN = (Col("次序", _at(0)), Col("单位", lambda row: row[1].name, 28), Col("人员（第一个带队）", _at(2), 40))
STRATA = (Col("分层", _at(0), 40), Col("总数", _at(1)), Col("抽中", _at(2)))
PAIRS = (Col("被查", _at(0), 28), Col("由谁查", _at(1), 28))
INSTITUTIONS = (
    Col("单位", lambda r: r["unit"].name, 26), Col("机构", lambda r: r["all"]), Col("今年查过", lambda r: r["visited"]),
    Col("发现问题", lambda r: r["found"]), Col("未销号隐患", lambda r: r["hazards"]), Col("自建房", lambda r: r["built"]),
)  # fmt: skip


def coverage_sheet(unit: Unit, below: Iterable[Below]) -> FileResponse:
    return sheet(f"{unit.label}督查覆盖情况", Table("下级单位", BELOW, below))


def institutions_sheet(unit: Unit, rows: Iterable[Mapping[str, Any]]) -> FileResponse:
    return sheet(f"{unit.label}培训机构", Table("按区县", INSTITUTIONS, rows))


def programme_sheet(unit: Unit, rows: Iterable[Progress]) -> FileResponse:
    return sheet(f"{unit.label}落实与督查", Table("各校", PROGRAMME, rows))


def quality_sheet(unit: Unit, year: int, rows: Iterable[Quality], origins: Iterable[Origin]) -> FileResponse:
    """What inspectors found, and who found the hazards of each school."""
    return sheet(
        f"{unit.label}{year}年督查质量", Table("督查人员", QUALITY, rows), Table("自己发现和检查发现", ORIGINS, origins)
    )


def deputies_sheet(unit: Unit, year: int, rows: Iterable[Sequence[Any]]) -> FileResponse:
    return sheet(f"{unit.label}{year}年督导调研", Table("每月几次", DEPUTIES, rows))


def mine_sheet(to_do: Iterable[Part], done: Iterable[Part]) -> FileResponse:
    return sheet("我的检查", Table("要去的", TO_DO, to_do), Table("最近查过的", DONE, done))


def place_sheet(unit: Any, visits: Iterable[Visit]) -> FileResponse:
    """A school's visits and all its open hazards."""
    return sheet(
        f"{unit.name}督查情况",
        Table("历次检查", VISITS.columns, visits),
        Table("未销号隐患", OPEN, bounded(open_at(unit.path))),
    )


def member_sheet(row: Member, parts: Iterable[Part], findings: Iterable[Finding]) -> FileResponse:
    return sheet(
        f"{row.person_name}督查情况", Table("派出", TO_DO, parts), Table("发现的问题", FINDINGS.columns, findings)
    )


def keepers_sheet(unit: Unit, rows: Iterable[Sequence[Any]]) -> FileResponse:
    return sheet(f"{unit.name}包校安排", Table("学校", KEPT, rows))


def sample_sheet(row: Sample, drawn: Iterable[Any]) -> FileResponse:
    return sheet(row.name, Table("抽中的记录", SAMPLED, drawn))


def campaign_sheet(row: Campaign, visits: QuerySet[Visit]) -> FileResponse:
    return sheet(f"{row.name}要去的单位", Table("要去的单位", VISITS.columns, bounded(visits)))


def drawn_sheet(row: Campaign, told: Mapping[str, Any]) -> FileResponse:
    """What was drawn in its order, the strata, and who looks at whom where counties look at each other."""
    pairs = [Table("交叉配对", PAIRS, told["pairs"])] if told["pairs"] else []
    return sheet(
        f"{row.name}抽取结果",
        Table("抽中的单位和人员", DRAWN, told["rows"]),
        Table("分层", STRATA, told["strata"]),
        *pairs,
    )
