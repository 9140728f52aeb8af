"""The six lists of one visit, all under its number: 排查、督查、问题、反馈、整改、评价. Views of the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xiaoan.hazards.models import Hazard
from xiaoan.hazards.states import LEVELS
from xiaoan.inspections.kinds import RESULTS, WAYS
from xiaoan.inspections.models import Finding, Visit
from xiaoan.inspections.parts import merged
from xiaoan.inspections.reports import body_of
from xiaoan.kernel.excel import Col, Table

LISTS = {
    "looked": "排查清单",
    "visited": "督查清单",
    "found": "问题清单",
    "told": "反馈清单",
    "fixed": "整改清单",
    "judged": "评价清单",
}


@dataclass(frozen=True)
class List:
    """One of the six: its columns and rows of plain values, the visit's number first."""

    key: str
    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]

    @property
    def table(self) -> Table:
        return Table(self.name, [Col(name, _at(n), 26) for n, name in enumerate(self.head)], self.rows)


def _at(n: int) -> Any:
    return lambda row: row[n]


def lists_of(visit: Visit) -> list[List]:
    """All six, in order. Findings and what follows are there once they were issued."""
    found = list(visit.findings.order_by("id"))
    hazards = {h.id: h for h in Hazard.objects.filter(id__in=[f.hazard for f in found if f.hazard])}
    number = visit.number
    looked = [
        [number, m.line.category if m.line else "现场发现", m.text, RESULTS.get(m.result, "待裁定"),
         "、".join(p.person_name for p, _ in m.said)]
        for m in merged(visit)
    ]  # fmt: skip
    parts = [
        [number, visit.place.name, visit.how.name, p.person_name, WAYS[p.way], visit.started_at, p.done_at]
        for p in visit.parts.order_by("-is_head", "id")
    ]  # fmt: skip
    rows = {
        "looked": (["编号", "类别", "检查项", "结果", "检查人"], looked),
        "visited": (["编号", "单位", "方式", "检查人", "怎么查", "开始", "交结果"], parts),
        "found": (["编号", "问题", "违反", "部门", "发现人", "等级"], [_found(number, f, hazards) for f in found]),
        "told": (["编号", "单位", "反馈意见", "反馈人", "反馈时间", "整改期限"],
                 [[number, visit.place.name, visit.opinion, visit.issued_by, visit.issued_at, visit.due]] if visit.is_told else []),
        "fixed": (["编号", "问题", "隐患编号", "整改情况", "整改人", "整改时间"], [_fixed(visit, f, hazards) for f in found]),
        "judged": (["编号", "复查意见", "复查人", "复查时间", "评价", "评价人", "评价时间"],
                   [[number, visit.check_words, visit.checked_by, visit.checked_at, visit.evaluation, visit.evaluated_by,
                     visit.evaluated_at]] if visit.checked_at or visit.evaluated_at else []),
    }  # fmt: skip
    return [List(key, LISTS[key], *rows[key]) for key in LISTS]


def _found(number: str, finding: Finding, hazards: dict[Any, Hazard]) -> list[Any]:
    hazard = hazards.get(finding.hazard)
    level = LEVELS[hazard.level] if hazard else ""
    return [number, finding.note or finding.text, finding.source, body_of(finding), finding.person_name, level]


def _fixed(visit: Visit, finding: Finding, hazards: dict[Any, Hazard]) -> list[Any]:
    hazard = hazards.get(finding.hazard)
    done = (hazard.done, hazard.fixed_by, hazard.fixed_at) if hazard and hazard.fixed_at else None
    told = done or (visit.fix_words, visit.fixed_by, visit.fixed_at)
    return [visit.number, finding.note or finding.text, hazard.number if hazard else "", *told]
