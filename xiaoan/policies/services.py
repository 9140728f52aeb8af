"""Publishing, adopting, superseding documents; receipts."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from xiaoan.engines.jobs.services import enqueue
from xiaoan.engines.tally.services import add
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.kernel.ids import new_id
from xiaoan.policies.book import raise_stamp
from xiaoan.policies.drafting import check_text, finish, tier_of
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
from xiaoan.policies.packs import attach_source
from xiaoan.policies.queries import replaced_at

MOST_LOST = 0.5  # a text in which more quotes than this are missing is another document's


def publish_document(
    *, actor: Actor, document: Document, unit: Unit, shift_years: int = 0, note: str = ""
) -> Publication:
    """Put a document in force below `unit`, its dates moved by whole years. A worker then counts and back-fills.

    Raises Invalid when it is in force there already, or has no dates to stand on. Another office's document is
    published by that office: NotKnown.
    """
    require(actor, "policies.publish", unit.path)
    _require_owner(actor, document)
    starts, ends = _span(document, shift_years)
    with transaction.atomic():
        _make_room(document, unit)
        if document.state == DocumentState.DRAFT and not document.is_pack:
            finish(document)
        publication = Publication.objects.create(
            document=document, unit=unit, unit_path=unit.path, shift_years=shift_years, starts=starts, ends=ends,
            published_at=clock.now(), published_by=actor.name, note=note[:300],
        )  # fmt: skip
        Document.objects.filter(id=document.id).update(state=DocumentState.PUBLISHED)
        raise_stamp()
        enqueue("obligations.backfill", {"publication": str(publication.id)}, unit_path=publication.unit_path)
        verb = "沿用文件" if shift_years else "发布文件"
        _tell(actor, verb, publication, {"shift_years": shift_years, "starts": starts.isoformat()})
    return publication


def put_in_force(*, actor: Actor, document: Document, unit: Unit, shift_years: int = 0, note: str = "") -> Publication:
    """Publish, or supersede where the document's predecessor is in force at or below the unit."""
    service = supersede_document if replaced_at(document, unit) else publish_document
    return service(actor=actor, document=document, unit=unit, shift_years=shift_years, note=note)


def supersede_document(
    *, actor: Actor, document: Document, unit: Unit, shift_years: int = 0, note: str = ""
) -> Publication:
    """Publish the successor of a document: what its predecessor has in force at or below `unit` ends today."""
    if document.predecessor is None:
        raise Invalid("这份文件没有写明替代哪一份，请直接发布。")
    require(actor, "policies.publish", unit.path)
    before = document.predecessor
    with transaction.atomic():
        for publication in open_publications(before).filter(below(unit.path, "unit_path")):
            end_publication(
                actor=actor, publication=publication, on=max(clock.today(), publication.starts),
                why=f"由《{document.title}》替代",
            )  # fmt: skip
        made = publish_document(actor=actor, document=document, unit=unit, shift_years=shift_years, note=note)
        if not open_publications(before).exists():
            Document.objects.filter(id=before.id).update(state=DocumentState.SUPERSEDED)
    return made


def copy_as_draft(*, actor: Actor, document: Document, unit: Unit) -> Document:
    """A new version of a document as a draft of `unit`: all its sentences and requirements, free to change."""
    require(actor, "policies.draft", unit.path)
    last = Document.objects.filter(key=document.key).order_by("-version").values_list("version", flat=True)[0]
    clauses = list(document.clauses.all())
    requirements = list(document.requirements.select_related("clause"))
    with transaction.atomic():
        made = Document.objects.get(id=document.id)
        made.pk, made.version, made.predecessor, made.owner = None, last + 1, document, unit
        made.id, made.state, made.is_pack, made.is_public = new_id(), DocumentState.DRAFT, False, False
        made.issuer, made.tier, made.made_at = unit.name, tier_of(unit), clock.now()
        made.save(force_insert=True)
        _copy_rows(made, clauses, requirements)
        _tell_document(actor, "建立新版本", made, {"version": made.version})
    return made


def attach_text(*, actor: Actor, document: Document, text: str) -> list[str]:
    """Attach the original text. Returns the keys of clauses whose quote was not found in it.
    Raises Invalid when it is plainly another document's."""
    _require_owner(actor, document)
    quoted = document.clauses.exclude(quote="").count()
    with transaction.atomic():
        lost = attach_source(document, check_text(text))
        found = document.clauses.filter(start__isnull=False).count()
        if quoted and found < quoted * (1 - MOST_LOST):
            raise Invalid(
                f"{quoted} 处引文里只找到 {found} 处，这不像是《{document.title}》的原文。请核对后再附。",
                {"text": "不像是这份文件的原文。"},
            )
        _tell_document(actor, "附上原文", document, {"letters": len(text), "lost": len(lost)})
    return lost


def open_publications(document: Document) -> QuerySet[Publication]:
    """Publications of this version of a document that have not ended."""
    return Publication.objects.filter(document=document).exclude(state=PublicationState.ENDED)


def enter_force(publication: Publication) -> None:
    """The worker has counted and back-filled: the publication is in force. Safe to repeat."""
    Publication.objects.filter(id=publication.id, state=PublicationState.PREPARING).update(
        state=PublicationState.IN_FORCE
    )


def end_publication(*, actor: Actor, publication: Publication, on: date, why: str) -> Publication:
    """End a publication: nothing is owed by it from then on; what was done stays on the record."""
    require(actor, "policies.publish", publication.unit_path)
    if not why.strip():
        raise Invalid("请写明为什么结束执行。", {"why": "原因没有填写。"})
    if on < publication.starts or on > max(clock.today(), publication.starts):
        raise Invalid("结束日期应在开始执行之后、今天或以前。", {"on": "结束日期不对。"})
    with transaction.atomic():
        changed = Publication.objects.filter(id=publication.id).exclude(state=PublicationState.ENDED)
        if not changed.update(state=PublicationState.ENDED, ends=on, note=why[:300]):
            raise Stale("这份文件在这里已经结束执行。")
        raise_stamp()
        enqueue("policies.forget", {"publication": str(publication.id)}, unit_path=publication.unit_path)
        _tell(actor, "结束执行", publication, {"on": on.isoformat(), "why": why})
    publication.refresh_from_db()
    return publication


def acknowledge(*, actor: Actor, publication: Publication, unit: Unit) -> Receipt:
    """Note that a unit has opened the document; the first opening counts."""
    require(actor, "policies.read", unit.path)
    with transaction.atomic():
        receipt, is_new = Receipt.objects.get_or_create(
            publication=publication, unit=unit,
            defaults={"unit_path": unit.path, "read_at": clock.now(), "read_by": actor.name},
        )  # fmt: skip
        if is_new and unit.is_school:
            add([((unit.path, "read", publication.id.hex, ""), 1)])
    return receipt


def acknowledge_opening(*, actor: Actor, document: Document) -> None:
    """The actor's unit has opened a document: a receipt for each publication that is above it."""
    unit = Unit.objects.filter(path=actor.unit_path).first()
    if unit is None or actor.is_system or not unit.path.startswith(actor.scope):
        return
    above = open_publications(document).filter(unit_path__in=ancestors(unit.path))
    for publication in above.exclude(receipts__unit=unit):
        acknowledge(actor=actor, publication=publication, unit=unit)


def _span(document: Document, shift_years: int) -> tuple[date, date]:
    """The days from which and to which a document would be in force. Raises Invalid without them."""
    if abs(shift_years) > 20:
        raise Invalid("顺延的年数应在 20 年以内。", {"shift_years": "年数不对。"})
    starts, ends = shift(document.starts, shift_years), shift(document.ends, shift_years)
    if not starts or not ends or ends < starts:
        raise Invalid("文件的起止日期没有填全，不能发布。请先补上开始和结束日期。", {"starts": "起止日期不全。"})
    return starts, ends


def _make_room(document: Document, unit: Unit) -> None:
    """Close publications that have run out; refuse when one still holds where this one would."""
    near = Publication.objects.filter(document__key=document.key).exclude(state=PublicationState.ENDED).filter(
        below(unit.path, "unit_path") | Q(unit_path__in=ancestors(unit.path))
    )  # fmt: skip
    for over in near.filter(ends__lt=clock.today()):
        Publication.objects.filter(id=over.id).update(state=PublicationState.ENDED)
        enqueue("policies.forget", {"publication": str(over.id)}, unit_path=over.unit_path)
    if near.exists():
        raise Invalid(f"《{document.short}》已在这个范围内执行，不能重复发布。要改年度，请先结束原来的执行。")


def _copy_rows(made: Document, clauses: Iterable[Clause], requirements: Iterable[Requirement]) -> None:
    old_to_new = {}
    for clause in clauses:
        old, clause.pk, clause.id, clause.document = clause.id, None, new_id(), made
        old_to_new[old] = clause
    Clause.objects.bulk_create(old_to_new.values(), batch_size=200)
    rows = []
    for row in requirements:
        row.clause, row.pk, row.id, row.document = old_to_new[row.clause_id], None, new_id(), made
        row.key = f"{row.key.split('@')[0]}@{made.version}"
        rows.append(row)
    Requirement.objects.bulk_create(rows, batch_size=100)


def _require_owner(actor: Actor, document: Document) -> None:
    """The owner's office; a pack belongs to all, so any office that may publish may add its text."""
    if document.owner:
        require(actor, "policies.publish", document.owner.path)
    elif not actor.holds("policies.publish"):
        raise NotAllowed("您现在的岗位没有这项权限。需要时请联系本单位的系统管理员。")


def _tell_document(actor: Actor, verb: str, document: Document, changes: dict[str, object]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="document", subject_id=document.id, subject_name=document.title,
        changes=changes,
    )  # fmt: skip


def _tell(actor: Actor, verb: str, publication: Publication, changes: dict[str, object]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="publication", subject_id=publication.id,
        subject_name=publication.document.title, unit_path=publication.unit_path, changes=changes,
    )  # fmt: skip
