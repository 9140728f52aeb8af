"""任务分解表: what a document asks of a bureau itself, as rows of task, content and section."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.obligations.fitting import DELIVERABLE_SHEET
from xiaoan.obligations.models import Completion, Task
from xiaoan.policies.book import Duty, book
from xiaoan.policies.models import Clause, Document


@dataclass(frozen=True)
class PlanRow:
    """One proposed task; `given` says when it was handed out already."""

    key: str
    title: str
    content: str
    section: str
    clause: str
    due: date
    given: Task | None
    is_done: bool

    @property
    def is_over(self) -> bool:
        return self.due < clock.today()


def documents_for(unit: Unit) -> list[tuple[Document, int]]:
    """Documents in force that ask the bureau itself for deliverables, and how many."""
    found = {}
    for document_id in dict.fromkeys(d.document_id for d in book().binding(unit.path, unit.facts())):
        if duties := _deliverables(unit, document_id):
            found[document_id] = len(duties)
    documents = Document.objects.in_bulk(list(found))
    return [(documents[key], n) for key, n in found.items()]


def plan_of(unit: Unit, document: Document) -> list[PlanRow]:
    """The rows of one document, in its order. Four queries."""
    duties = _deliverables(unit, document.id)
    keys = [d.key for d in duties]
    clauses = {c.id: c for c in Clause.objects.filter(id__in=[d.clause_id for d in duties])}
    given = {t.requirement: t for t in Task.objects.filter(unit_path=unit.path, requirement__in=keys)}
    done = set(
        Completion.objects.filter(unit_path=unit.path, requirement__in=keys, done_on__isnull=False).values_list(
            "requirement", flat=True
        )
    )
    titles = {s["key"]: s for s in document.sections}
    return [
        PlanRow(d.key, d.duty, clauses[d.clause_id].text, _section(titles, clauses[d.clause_id].section),
                clauses[d.clause_id].key, d.deadline or d.ends, given.get(d.key), d.key in done)
        for d in duties
    ]  # fmt: skip


def find_document(unit: Unit, document_id: uuid.UUID) -> Document | None:
    return Document.objects.filter(id=document_id).first() if _deliverables(unit, document_id) else None


def _deliverables(unit: Unit, document_id: Any) -> list[Duty]:
    facts = unit.facts()
    return [
        d for d in book().by_document.get(document_id, ())
        if d.kind == "deliverable" and d.practice.sheet == DELIVERABLE_SHEET and d.binds_unit(unit.path, facts)
    ]  # fmt: skip


def _section(sections: dict[str, Any], key: str) -> str:
    row = sections.get(key)
    return f"{row['label']}{row['title']}" if row else ""
