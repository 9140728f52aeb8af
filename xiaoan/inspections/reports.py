"""A campaign's findings put together: by department, by school, by way."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiaoan.inspections.kinds import BODIES, WAYS
from xiaoan.inspections.models import Campaign, Finding, Visit
from xiaoan.kernel.excel import Col, Table


@dataclass(frozen=True)
class Group:
    """Findings of one department, school or way."""

    name: str
    findings: Sequence[Finding]
    visit: Visit | None = None


@dataclass(frozen=True)
class Report:
    campaign: Campaign
    visits: Sequence[Visit]
    findings: Sequence[Finding]
    by_body: Sequence[Group]
    by_place: Sequence[Group]
    by_way: Sequence[Group]


def body_of(finding: Finding) -> str:
    """The department, in words; a third party is named as such."""
    return (
        f"第三方 {finding.organisation}".strip() if finding.is_third_party else BODIES.get(finding.body, finding.body)
    )


def report_of(campaign: Campaign) -> Report:
    """Everything that was issued, grouped."""
    visits = list(campaign.visits.filter(counted_on__isnull=False).select_related("place").order_by("place__path"))
    rows = list(Finding.objects.filter(visit__in=visits).select_related("visit", "unit").order_by("unit_path", "line"))
    by_body = {name: [f for f in rows if body_of(f) == name] for name in sorted({body_of(f) for f in rows})}
    return Report(
        campaign, visits, rows, [Group(name, found) for name, found in by_body.items()],
        [Group(v.place.name, [f for f in rows if f.visit_id == v.id], v) for v in visits],
        [Group(WAYS[way], [f for f in rows if f.way == way]) for way in campaign.ways],
    )  # fmt: skip


def report_tables(report: Report) -> list[Table]:
    """The report as a workbook: findings with their department, and schools."""
    findings = [
        Col("部门", body_of, 18), Col("单位", lambda f: f.unit.name, 26), Col("问题", lambda f: f.note or f.text, 44),
        Col("违反", lambda f: f.source, 30), Col("条文", lambda f: f.cited, 44), Col("发现人", lambda f: f.person_name, 12),
        Col("方式", lambda f: WAYS[f.way], 10), Col("编号", lambda f: f.visit.number, 22),
    ]  # fmt: skip
    places = [
        Col("单位", lambda g: g.name, 26), Col("编号", lambda g: g.visit.number, 22),
        Col("问题", lambda g: len(g.findings), 8), Col("反馈意见", lambda g: g.visit.opinion, 44),
    ]  # fmt: skip
    ordered = [f for g in report.by_body for f in g.findings]
    return [Table("按部门", findings, ordered), Table("按单位", places, report.by_place)]
