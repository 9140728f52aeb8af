"""Documents, their clauses, and where they are in force: reading, publishing, adopting, ending."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from xiaoan.engines.connect.directory.places import unit_below
from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import NOT_HERE, held, router_for
from xiaoan.engines.resource.declare import Column, Filter, Options, Resource
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed, NotKnown
from xiaoan.policies.models import Document, Publication, PublicationState, Requirement
from xiaoan.policies.pages import STATE_WORDS, TIERS
from xiaoan.policies.queries import STATES, documents, paragraphs, publications_near, reaches_of
from xiaoan.policies.services import end_publication, put_in_force


def _rows(actor: Actor) -> QuerySet[Document]:
    return documents(actor).select_related("owner")


def _options(words: dict[str, str]) -> Options:
    return [(key, name) for key, name in words.items() if key]


def _detail(actor: Actor) -> Sequence[Column]:
    def near(found: Document) -> list[dict[str, Any]]:
        rows = list(publications_near(actor).filter(document=found))
        reaches = reaches_of(actor, rows)
        return [{**_publication(p), "schools": reaches[p.id].bound, "read": reaches[p.id].read} for p in rows]

    return [
        Column("issued_on", "印发日期", lambda d: d.issued_on, type=date),
        Column("predecessor", "替代的文件", lambda d: d.predecessor_id, type=uuid.UUID),
        Column("publications", "在哪里执行", near, type=list[PublicationTold]),
    ]


class PublicationTold(Schema):
    """A document in force below a unit; `schools` are bound by it, `read` have opened it."""

    id: uuid.UUID
    document: uuid.UUID
    unit: uuid.UUID
    unit_name: str
    state: PublicationState
    starts: date
    ends: date
    shift_years: int
    published_at: datetime
    schools: int | None = None
    read: int | None = None


class RequirementTold(Schema):
    key: str
    duty: str
    kind: str
    practice: str
    every: str
    times: int
    deadline: date | None
    binds: dict[str, Any]
    by: list[str]


class ClauseTold(Schema):
    """One sentence of the document in our paraphrase, what became of it, and what it asks."""

    key: str
    section: str
    section_title: str
    text: str
    disposition: str
    requirements: list[RequirementTold]


class PublishGiven(Schema):
    """`shift_years` moves every date of the document: a document of another year is adopted by it."""

    unit: uuid.UUID
    shift_years: int = Field(0, ge=-20, le=20)
    note: str = Field("", max_length=300)


class EndGiven(Schema):
    on: date
    why: str = Field(max_length=300)


DOCUMENTS = Resource(
    key="documents",
    one="document",
    name="政策文件",
    right="policies.read",
    rows=_rows,
    columns=[
        Column("title", "标题", lambda d: d.title),
        Column("short", "简称", lambda d: d.short),
        Column("number", "文号", lambda d: d.number),
        Column("issuer", "发文单位", lambda d: d.issuer),
        Column("tier", "层级", lambda d: d.tier),
        Column("state", "状态", lambda d: d.state),
        Column("starts", "开始日期", lambda d: d.starts, type=date),
        Column("ends", "结束日期", lambda d: d.ends, type=date),
    ],
    filters=[
        Filter("state", "状态", lambda rows, value, actor: rows.filter(STATES[value]).distinct(), options=lambda actor: _options(STATE_WORDS)),
        Filter("tier", "层级", lambda rows, value, actor: rows.filter(tier=value), options=lambda actor: _options(TIERS)),
        Filter("words", "标题", lambda rows, value, actor: rows.filter(title__icontains=value), kind="words"),
    ],
    keys=[
        Column("key", "文件代号", lambda d: d.key),
        Column("version", "第几版", lambda d: d.version, type=int),
        Column("owner", "起草单位编号", lambda d: d.owner_id, type=uuid.UUID),
    ],
    order=("-id",),
    href=lambda document: reverse("policies:document", args=[document.pk]),
    detail=_detail,
)  # fmt: skip

document_router = router_for(DOCUMENTS)
publications = Router(tags=["发布"])


@document_router.get(
    "/{uuid:document}/clauses/", response=list[ClauseTold], summary="条款和要求", url_name="list_clauses"
)
@held("policies.read")
def list_clauses(request: HttpRequest, document: uuid.UUID) -> Any:
    """The sentences of a document in order, each with what it asks."""
    found = _document(request.actor, document)  # type: ignore[attr-defined]
    return [_clause(section, clause) for section in paragraphs(found) for clause in section.clauses]


@document_router.post(
    "/{uuid:document}/publish/", response={201: PublicationTold}, summary="发布或沿用", url_name="publish_document"
)
@writes("policies.publish")
def publish(request: HttpRequest, document: uuid.UUID, given: PublishGiven) -> Any:
    """Put it in force below a unit; what it replaces there ends. A worker then counts and back-fills."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = (
        Document.objects.visible_to(actor, "policies.publish")
        .select_related("owner", "predecessor")
        .filter(id=document)
        .first()
    )
    if found is None:
        raise NotKnown(NOT_HERE)
    unit = unit_below(actor, given.unit)
    made = put_in_force(actor=actor, document=found, unit=unit, shift_years=given.shift_years, note=given.note)
    return _publication(made)


@publications.get(
    "/{uuid:publication}/", response=PublicationTold, summary="一次发布的进展", url_name="get_publication"
)
@held("policies.read")
def get_publication(request: HttpRequest, publication: uuid.UUID) -> Any:
    """Its state, and how many schools have opened it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _found(actor, publication)
    reach = reaches_of(actor, [found])[found.id]
    return {**_publication(found), "schools": reach.bound, "read": reach.read}


@publications.post("/{uuid:publication}/end/", response=PublicationTold, summary="结束执行", url_name="end_publication")
@writes("policies.publish")
def end(request: HttpRequest, publication: uuid.UUID, given: EndGiven) -> Any:
    """End it on a day, with a reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _found(actor, publication)
    if not actor.may("policies.publish", found.unit_path):
        raise NotAllowed("这是上级发布的文件，只有发布的单位能结束执行。")
    return _publication(end_publication(actor=actor, publication=found, on=given.on, why=given.why))


def _document(actor: Actor, document: uuid.UUID) -> Document:
    found = Document.objects.visible_to(actor, "policies.read").filter(id=document).first()
    if found is None:
        raise NotKnown(NOT_HERE)
    return found


def _found(actor: Actor, publication: uuid.UUID) -> Publication:
    found = publications_near(actor).select_related("document", "unit").filter(id=publication).first()
    if found is None:
        raise NotKnown(NOT_HERE)
    return found


def _publication(row: Publication) -> dict[str, Any]:
    return {
        "id": row.id, "document": row.document_id, "unit": row.unit_id, "unit_name": row.unit.name, "state": row.state,
        "starts": row.starts, "ends": row.ends, "shift_years": row.shift_years, "published_at": row.published_at,
    }  # fmt: skip


def _clause(section: Any, clause: Any) -> dict[str, Any]:
    return {
        "key": clause.key, "section": section.key, "section_title": f"{section.label}{section.title}", "text": clause.text,
        "disposition": clause.disposition, "requirements": [_requirement(r) for r in clause.requirements.all() if r.is_kept],
    }  # fmt: skip


def _requirement(row: Requirement) -> dict[str, Any]:
    return {
        "key": row.key, "duty": row.duty, "kind": row.kind, "practice": row.practice_id, "every": row.every, "times": row.times,
        "deadline": row.deadline, "binds": row.binds, "by": row.by,
    }  # fmt: skip
