"""Publishing, adopting, superseding documents; receipts."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from xiaoan.engines.jobs.services import enqueue
from xiaoan.ground.journal.services import write_entry
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors, below
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor, require
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.policies.book import raise_stamp
from xiaoan.policies.models import (
    Document,
    DocumentState,
    Publication,
    PublicationState,
    Receipt,
    shift,
)


def publish_document(
    *, actor: Actor, document: Document, unit: Unit, shift_years: int = 0, note: str = ""
) -> Publication:
    """Put a document in force below `unit`, its dates moved by whole years. A worker then counts and back-fills.

    Raises Invalid when it is in force there already, or has no dates to stand on.
    """
    require(actor, "policies.publish", unit.path)
    starts, ends = shift(document.starts, shift_years), shift(document.ends, shift_years)
    if not starts or not ends or ends < starts:
        raise Invalid("文件的起止日期没有填全,不能发布。请先补上开始和结束日期。", {"starts": "起止日期不全。"})
    overlap = Publication.objects.filter(document__key=document.key).exclude(state=PublicationState.ENDED)
    if overlap.filter(below(unit.path, "unit_path") | Q(unit_path__in=ancestors(unit.path))).exists():
        raise Invalid(f"《{document.short}》已在这个范围内执行,不能重复发布。要改年度,请先结束原来的执行。")
    with transaction.atomic():
        publication = Publication.objects.create(
            document=document, unit=unit, unit_path=unit.path, shift_years=shift_years, starts=starts, ends=ends,
            published_at=clock.now(), published_by=actor.name, note=note,
        )  # fmt: skip
        Document.objects.filter(id=document.id).update(state=DocumentState.PUBLISHED)
        raise_stamp()
        enqueue("obligations.backfill", {"publication": str(publication.id)})
        verb = "沿用文件" if shift_years else "发布文件"
        _tell(actor, verb, publication, {"shift_years": shift_years, "starts": starts.isoformat()})
    return publication


def enter_force(publication: Publication) -> None:
    """The worker has counted and back-filled: the publication is in force. Safe to repeat."""
    Publication.objects.filter(id=publication.id, state=PublicationState.PREPARING).update(
        state=PublicationState.IN_FORCE
    )


def end_publication(*, actor: Actor, publication: Publication, on: date, why: str) -> Publication:
    """End a publication: nothing is owed by it from then on; what was done stays on the record."""
    require(actor, "policies.publish", publication.unit_path)
    with transaction.atomic():
        changed = Publication.objects.filter(id=publication.id).exclude(state=PublicationState.ENDED)
        if not changed.update(state=PublicationState.ENDED, ends=on, note=why[:300]):
            raise Stale("这份文件在这里已经结束执行。")
        raise_stamp()
        _tell(actor, "结束执行", publication, {"on": on.isoformat(), "why": why})
    publication.refresh_from_db()
    return publication


def acknowledge(*, actor: Actor, publication: Publication, unit: Unit) -> Receipt:
    """Note that a unit has opened the document; the first opening counts."""
    require(actor, "policies.read", unit.path)
    receipt, _ = Receipt.objects.get_or_create(
        publication=publication, unit=unit,
        defaults={"unit_path": unit.path, "read_at": clock.now(), "read_by": actor.name},
    )  # fmt: skip
    return receipt


def _tell(actor: Actor, verb: str, publication: Publication, changes: dict[str, object]) -> None:
    write_entry(
        actor=actor, verb=verb, subject_type="publication", subject_id=publication.id,
        subject_name=publication.document.title, unit_path=publication.unit_path, changes=changes,
    )  # fmt: skip
