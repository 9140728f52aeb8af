"""The records behind each criterion of acceptance: counted from what was done, nothing handed in for it."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.risks.models import Confirmation, Notice, Standing, Study
from xiaoan.risks.queries import standing_of

YEAR = 365


@dataclass(frozen=True)
class Proof:
    """One fact behind a criterion, with the list that it was counted from."""

    words: str
    is_met: bool
    href: str


def of_school(unit: Unit) -> dict[str, list[Proof]]:
    """{criterion: proofs} of a school, over the last year."""
    row = standing_of(unit)
    total = row.red + row.orange + row.yellow + row.blue + row.unassessed
    return {
        "rules": _rules(unit, row),
        "duties": [
            Proof(f"{total - row.lacking} / {total} 个风险点有责任人、评估周期和公告位置", bool(total) and not row.lacking, _points(unit, "lacking")),
            Proof("管控责任清单", bool(total), f"{reverse('risks:controls')}?school={unit.name}"),
        ],
        "running": _running(unit, row, total),
        "control": [
            Proof(f"{row.red + row.orange} 个重大、较大风险中 {row.held} 个受控", row.held >= row.red + row.orange, _points(unit)),
            Proof(f"{row.overdue} 个风险点有措施逾期没确认", not row.overdue, _points(unit, "overdue")),
            Proof(_loop(row), row.is_running, reverse("risks:school", args=[unit.id])),
        ],
    }  # fmt: skip


def _rules(unit: Unit, row: Standing) -> list[Proof]:
    filed = Record.objects.filter(
        unit_path=unit.path, sheet="deliverable", state=RecordState.FILED,
        happened_on__gte=clock.today() - timedelta(days=3 * YEAR),
    )  # fmt: skip
    rules = sum(r.answers.get("kind") == "rules" for r in filed[:300])
    notices = Notice.objects.filter(unit_path=unit.path, at__gte=clock.now() - timedelta(days=YEAR)).count()
    return [
        Proof(f"三年内存档的制度文件 {rules} 份", rules > 0, f"{reverse('sheets:list')}?sheet=deliverable"),
        Proof(f"应急预案{'已存档' if row.plan_on else '还没有存档'}", bool(row.plan_on), f"{reverse('sheets:list')}?sheet=deliverable"),
        Proof(f"一年内发布风险公告 {notices} 次", notices > 0, f"{reverse('risks:notices')}?school={unit.name}"),
    ]  # fmt: skip


def _running(unit: Unit, row: Standing, total: int) -> list[Proof]:
    since = clock.now() - timedelta(days=YEAR)
    confirmed = Confirmation.objects.filter(unit_path=unit.path, at__gte=since).count()
    studied = Study.objects.filter(unit_path=unit.path, at__gte=since).count()
    return [
        Proof(f"{total - row.unassessed} / {total} 个风险点已评估", bool(total) and not row.unassessed, _points(unit, "unassessed")),
        Proof(f"一年内确认管控措施 {confirmed} 次", confirmed > 0, f"{reverse('risks:controls')}?school={unit.name}"),
        Proof(f"一年内风险研判 {studied} 次", studied > 0, f"{reverse('risks:studies')}?school={unit.name}"),
    ]  # fmt: skip


def _points(unit: Unit, wanting: str = "") -> str:
    extra = f"&wanting={wanting}" if wanting else ""
    return f"{reverse('risks:points')}?school={unit.name}{extra}"


def _loop(row: Standing) -> str:
    if row.loop_on is None:
        return "隐患治理还没有活动"
    return f"隐患治理最近活动 {row.loop_on.month}月{row.loop_on.day}日"
