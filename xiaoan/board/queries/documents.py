"""One document as it stands for one unit: clauses, what they wear, the sums."""

import uuid
from dataclasses import dataclass
from datetime import date

from xiaoan.board.queries.clauses import (
    ClauseState,
    Total,
    by_need,
    duties_of_document,
    states_of_clauses,
    total,
)
from xiaoan.board.spans import Stretch, stretch
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.obligations.figures import DutyFigure, figures
from xiaoan.obligations.states import DUE, LATE
from xiaoan.policies.book import Duty, book
from xiaoan.policies.models import Clause, Document, DocumentState, Publication, PublicationState


@dataclass(frozen=True)
class Living:
    """A document at a unit over a stretch. `clauses` in order, `states` by clause key."""

    document: Document
    unit: Unit
    span: Stretch
    on: date
    clauses: list[Clause]
    duties: list[Duty]
    figures: dict[tuple[str, str], DutyFigure]
    states: dict[str, ClauseState]

    @property
    def total(self) -> Total:
        """The document's figure: the same sum as on the board's line of this document."""
        return total(self.figures.values())

    @property
    def worn(self) -> list[tuple[Clause, ClauseState]]:
        """Clauses that wear a completion here, in order."""
        rows = ((c, self.states[c.key]) for c in self.clauses)
        return [(c, s) for c, s in rows if s.wears in ("live", "own")]

    @property
    def by_state(self) -> dict[str, int]:
        """How many clauses are in each state."""
        held = [s.state for _, s in self.worn]
        return {k: held.count(k) for k in ("ok", "go", "due", "late", "na")}

    @property
    def needy(self) -> list[tuple[Clause, ClauseState]]:
        """Clauses that need somebody: late first, then due."""
        known = {c.key: c for c in self.clauses}
        rows = by_need((c.key, s) for c, s in self.worn if s.state in (LATE, DUE))
        return [(known[key], s) for key, s in rows]


def find_document(actor: Actor, document_id: uuid.UUID) -> Document:
    """A document that the actor may read: in force near its unit, its own draft, or open to all."""
    readable = Document.objects.visible_to(actor, "policies.read").filter(id=document_id).first()
    found = readable or open_to_all(document_id)
    if found is None:
        raise NotKnown("没有这份文件，或者它不适用于您的单位。")
    return found


def open_to_all(document_id: uuid.UUID) -> Document | None:
    """A public document that is not somebody's unfinished draft."""
    found = Document.objects.filter(id=document_id, is_public=True).first()
    return found if found and (found.is_pack or found.state != DocumentState.DRAFT) else None


def awaits_receipt(actor: Actor, document: Document) -> bool:
    """Whether the actor's unit has yet to acknowledge a publication that reaches it. One query."""
    if actor.unit_id is None:
        return False
    above = Publication.objects.filter(document=document, unit_path__in=ancestors(actor.unit_path))
    return above.exclude(state=PublicationState.ENDED).exclude(receipts__unit_id=actor.unit_id).exists()


def read_living(document: Document, unit: Unit, key: str, on: date) -> Living:
    """Everything the page needs; eight queries whatever the number of clauses or schools."""
    duties = duties_of_document(unit, document.id)
    whole = (min(d.starts for d in duties), max(d.ends for d in duties)) if duties else None
    span = stretch(key, on, calendar_for(unit.path), whole or (document.starts or on, document.ends or on))
    found = figures(unit, duties, span.start, span.end, on) if duties else {}
    clauses = list(document.clauses.order_by("position"))
    return Living(document, unit, span, on, clauses, duties, found, states_of_clauses(clauses, unit, found))


def in_force(unit: Unit) -> list[Document]:
    """Documents in force at the unit or below it, widest tier first, for the switch at the top."""
    ids = {d.document_id for d in book().above(unit.path)}
    order = ["nation", "province", "city", "county", "township", "school"]
    rows = Document.objects.filter(id__in=ids, state=DocumentState.PUBLISHED).defer("source_text", "sections")
    return sorted(rows, key=lambda d: (order.index(d.tier) if d.tier in order else 9, d.short))


def label_of(document: Document, clause: Clause, clauses: list[Clause]) -> str:
    """二（二）第 5 条: where the clause stands in the document."""
    sections = {s["key"]: s for s in document.sections}
    words, key = "", clause.section
    while key in sections:
        words = str(sections[key]["label"]).rstrip("、.") + words
        key = sections[key]["parent"]
    peers = [c.key for c in clauses if c.section == clause.section]
    return f"{words}第 {peers.index(clause.key) + 1} 条" if words else f"第 {peers.index(clause.key) + 1} 条"
