"""Reads for the pages: documents of an actor with their reach, a publication's progress, what a publication would do."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from xiaoan.engines.jobs.models import Job
from xiaoan.engines.tally.queries import read
from xiaoan.ground.units.kinds import GENERAL_KINDS
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.policies.book import Book, book
from xiaoan.policies.burden import Estimate, estimate, held_at
from xiaoan.policies.drafting import needs_look
from xiaoan.policies.models import (
    Clause,
    Document,
    DocumentState,
    Publication,
    PublicationState,
    Receipt,
    Requirement,
    shift,
)

PAGE = 20
STATES = {
    "force": Q(publications__state__in=["preparing", "in_force"]), "draft": Q(state=DocumentState.DRAFT, is_pack=False),
    "library": Q(is_pack=True, publications__isnull=True), "ended": Q(publications__state="ended"),
}  # fmt: skip
OFFICE_RANKS = ("province", "city", "county", "township")
MOST_UNITS = 300


@dataclass(frozen=True)
class Reach:
    """One publication near the actor: how many schools are bound, how many have opened it, whether we have."""

    publication: Publication
    bound: int
    read: int
    own: Receipt | None
    percent: int


@dataclass(frozen=True)
class Row:
    """A document in the list with its publications that concern the actor."""

    document: Document
    reaches: list[Reach]


def documents(actor: Actor, state: str = "", tier: str = "", words: str = "") -> QuerySet[Document]:
    """The documents that an actor may read, newest first."""
    found = Document.objects.visible_to(actor, "policies.read")
    found = found.filter(STATES[state]) if state in STATES else found
    found = found.filter(tier=tier) if tier else found
    found = (
        found.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(issuer__icontains=words))
        if words
        else found
    )
    return found.distinct().defer("source_text", "sections").order_by("-id")


def rows_of(actor: Actor, found: Iterable[Document]) -> list[Row]:
    """Documents with their publications near the actor. Six queries, whatever the number."""
    near = publications_near(actor)
    shown = list(_with(found, near))
    reaches = reaches_of(actor, [p for d in shown for p in d.near])  # type: ignore[attr-defined]
    return [Row(d, [reaches[p.id] for p in d.near]) for d in shown]  # type: ignore[attr-defined]


def publications_near(actor: Actor) -> QuerySet[Publication]:
    """Publications above, at or below the actor's scope; those in force first."""
    scope = actor.scope
    near = below(scope, "unit_path") | Q(unit_path__in=ancestors(scope)) if scope else Q()
    return Publication.objects.filter(near).select_related("unit").order_by("-published_at", "-id")


def _with(found: Iterable[Document], near: QuerySet[Publication]) -> Iterable[Document]:
    return found.prefetch_related(Prefetch("publications", near, to_attr="near"))  # type: ignore[attr-defined, no-any-return]


def reaches_of(actor: Actor, publications: list[Publication]) -> dict[Any, Reach]:
    """How far each publication has been opened in the part of the tree that the actor looks at."""
    paths = {p.id: max(p.unit_path, actor.scope, key=len) for p in publications}
    subjects = [p.id.hex for p in publications]
    opened = read(set(paths.values()), "read", subjects)
    schools = read(set(paths.values()), "units")
    own = {r.publication_id: r for r in Receipt.objects.filter(publication__in=paths, unit_path=actor.unit_path)}
    held = book()
    kinds = {p.document_id: kinds_bound(held, p.document_id) for p in publications}
    made = {}
    for p in publications:
        counted = schools[paths[p.id]]
        bound = sum(n for (kind, _), n in counted.items() if kind in kinds[p.document_id])
        n = min(opened[paths[p.id]].get((p.id.hex, ""), 0), bound)
        made[p.id] = Reach(p, bound, n, own.get(p.id), n * 100 // bound if bound else 0)
    return made


def kinds_bound(held: Book, document_id: Any) -> set[str]:
    """Kinds of school that a document in force asks anything of."""
    kinds: set[str] = set()
    for duty in held.by_document.get(document_id, ()):
        if "school" in duty.binds.get("ranks", ["school"]):
            kinds |= set(duty.binds.get("kinds") or GENERAL_KINDS)
    return kinds


def job_of(publication: Publication) -> Job | None:
    """The worker's job that puts a publication in force; None when it has long been swept."""
    wanted = {"publication": str(publication.id)}
    return Job.objects.filter(name="obligations.backfill", payload=wanted).order_by("-id").first()


def units_to_publish(actor: Actor) -> list[Unit]:
    """Offices to which the actor may publish: its own and those below, in the order of the tree."""
    found = Unit.objects.visible_to(actor, "policies.publish").active().filter(rank__in=OFFICE_RANKS)
    return list(found.order_by("path")[:MOST_UNITS])


@dataclass(frozen=True)
class Moved:
    """One date of the document, as written and as it will stand."""

    what: str
    before: date
    after: date


def moved_dates(document: Document, requirements: Iterable[Requirement], years: int) -> list[Moved]:
    """Every date that a shift moves: the document's own, then each deadline in order."""
    own = [("开始执行", document.starts), ("执行到", document.ends)]
    dated = sorted((r.deadline, r.duty) for r in requirements if r.deadline)
    pairs = [*own, *((duty, day) for day, duty in dated)]
    return [Moved(what, day, shift(day, years) or day) for what, day in pairs if day]


@dataclass(frozen=True)
class Preview:
    """What publishing would do at a unit."""

    unit: Unit
    requirements: int
    schools: int
    estimate: Estimate
    dates: list[Moved]
    unchecked: int
    past: int
    replaces: Publication | None


def preview(document: Document, unit: Unit, years: int) -> Preview:
    """What `document` would add below `unit`, its dates moved by `years`."""
    kept = list(
        document.requirements.filter(is_kept=True)
        .select_related("practice", "clause")
        .order_by("clause__position", "key")
    )
    counted = read([unit.path], "units")[unit.path]
    but = document.predecessor_id
    return Preview(
        unit, len(kept), sum(counted.values()), estimate(kept, held_at(book(), unit.path, but)),
        moved_dates(document, kept, years), sum(needs_look(r) for r in kept), _past(kept, years),
        replaced_at(document, unit),
    )  # fmt: skip


def _past(rows: Iterable[Requirement], years: int) -> int:
    """How many would be late on the day they are published."""
    today = clock.today()
    moved = (shift(r.deadline, years) for r in rows if r.kind in ("deliverable", "target"))
    return sum(day is not None and day < today for day in moved)


def replaced_at(document: Document, unit: Unit) -> Publication | None:
    """The predecessor's publication that would end."""
    if not document.predecessor_id:
        return None
    held = Publication.objects.filter(below(unit.path, "unit_path"), document=document.predecessor_id)
    return held.exclude(state=PublicationState.ENDED).first()


@dataclass
class Paragraph:
    """A section of a document with its sentences in order."""

    key: str
    label: str
    title: str
    level: int
    clauses: list[Clause] = field(default_factory=list)


def paragraphs(document: Document) -> list[Paragraph]:
    """The document as it is read: sections in order, their sentences with requirements and practices. Three queries."""
    clauses = document.clauses.prefetch_related(
        Prefetch("requirements", Requirement.objects.select_related("practice").order_by("key"))
    )
    held = {s["key"]: Paragraph(s["key"], s["label"], s["title"], s["level"]) for s in document.sections}
    for clause in clauses:
        section = held.setdefault(clause.section, Paragraph(clause.section, "", "", 1))
        section.clauses.append(clause)
    return list(held.values())


def rows_in(section: Paragraph) -> Iterator[Requirement]:
    """The drafted rows of a section in order."""
    for clause in section.clauses:
        yield from clause.requirements.all()
