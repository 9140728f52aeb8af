"""The newest records that prove some requirements, and what else they prove. Bounded by one county."""

from dataclasses import dataclass
from typing import Any

from xiaoan.board.queries.places import TIER_LETTERS
from xiaoan.board.queries.saying import icon_of
from xiaoan.engines.ui.blocks import Evidence as Shown
from xiaoan.engines.ui.dates import cn_date
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.obligations.models import Evidence
from xiaoan.policies.book import Duty, book
from xiaoan.policies.models import Clause

MOST = 4


@dataclass(frozen=True)
class Other:
    """A clause of another document that the same records prove."""

    tier: str
    short: str
    text: str
    document_id: Any
    clause_key: str


@dataclass(frozen=True)
class Proofs:
    shown: list[Shown]
    others: list[Other]
    more: bool


def read_proofs(unit: Unit, requirements: list[str], document_id: Any) -> Proofs:
    """Three queries: the newest links, all links of their records, the other clauses' words."""
    rows = Evidence.objects.filter(requirement__in=requirements)
    rows = (
        rows.filter(unit_path=unit.path)
        if unit.is_school
        else rows.filter(below(unit.path, "unit_path"), county_path=unit.county_path)
    )
    newest = list(rows.select_related("record", "unit").order_by("-happened_on", "-record_id")[: MOST * 3])
    records = list({e.record_id: e for e in newest}.values())
    links = Evidence.objects.filter(record__in=[e.record_id for e in records]).values_list("record_id", "requirement")
    duties = {d.key: d for d in book().duties}
    serves: dict[Any, set[Any]] = {}
    others: dict[str, Duty] = {}
    for record_id, key in links:
        duty = duties.get(key)
        if duty:
            serves.setdefault(record_id, set()).add(duty.document_id)
            if duty.document_id != document_id:
                others[duty.clause_key] = duty
    shown = [_show(e, len(serves.get(e.record_id, ()))) for e in records[:MOST]]
    return Proofs(shown, _others(list(others.values())[:MOST]), len(records) > MOST)


def _show(evidence: Evidence, documents: int) -> Shown:
    record = evidence.record
    line = f"{evidence.unit.label} · {cn_date(record.happened_on)}"
    if record.headcount:
        line += f" · {record.headcount} 人"
    title = f"{record.sheet_name}：{record.summary}" if record.summary else record.sheet_name
    return Shown(
        title,
        line,
        icon_of(record.icon),
        f"/records/{record.id}/",
        documents,
        f"/why/{evidence.requirement}/?unit={evidence.unit_id}",
    )


def _others(duties: list[Duty]) -> list[Other]:
    texts = (
        dict(Clause.objects.filter(id__in=[d.clause_id for d in duties]).values_list("id", "text")) if duties else {}
    )
    return [
        Other(
            TIER_LETTERS.get(d.tier, "部门"),
            d.document_short,
            texts.get(d.clause_id, d.duty),
            d.document_id,
            d.clause_key,
        )
        for d in duties
    ]
