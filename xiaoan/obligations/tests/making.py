"""Making small documents for tests: `make_document(...)` with requirements given as dictionaries."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from xiaoan.engines.jobs.services import run_all
from xiaoan.engines.tally.recount import compare
from xiaoan.engines.tally.services import Key
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.recount import recount
from xiaoan.policies.book import raise_stamp
from xiaoan.policies.models import Clause, Document, Practice, Publication, Requirement
from xiaoan.policies.packs import load_practices
from xiaoan.policies.services import publish_document


def make_document(key: str, *requirements: dict[str, Any], tier: str = "county", **facts: Any) -> Document:
    """A synthetic document with one clause per requirement: {practice, every, …} over sensible defaults."""
    if not Practice.objects.exists():
        load_practices()
    document = Document.objects.create(
        **{"key": key, "title": f"合成文件{key}", "short": f"合成{key}", "issuer": "合成教育局", "tier": tier,
           "starts": date(2026, 1, 1), "ends": date(2026, 12, 31), "made_at": clock.now(),
           "sections": [{"key": "1", "label": "一、", "title": "任务", "level": 1, "parent": None}], **facts}
    )  # fmt: skip
    for n, given in enumerate(requirements, 1):
        clause = Clause.objects.create(
            document=document, key=f"{key}-{n}", position=n, section="1", text=f"合成条款{n}", disposition="live"
        )
        given = {"kind": "recurring", "duty": f"合成事项{n}", "binds": {"ranks": ["school"]}, **given}
        Requirement.objects.create(
            key=f"{key}-{n}", document=document, clause=clause, practice_id=given.pop("practice"), **given
        )
    return document


def publish(document: Document, unit: Unit, **how: Any) -> Publication:
    """Publish on the document's first day and let the worker finish."""
    publication = publish_document(actor=SYSTEM, document=document, unit=unit, **how)
    run_all()
    first_day = timezone.make_aware(datetime.combine(publication.starts, time()))
    Publication.objects.filter(id=publication.id).update(published_at=first_day)
    raise_stamp()
    publication.refresh_from_db()
    return publication


def disagreements() -> list[tuple[Key, int, int]]:
    """(key, counted from rows, held) wherever a tally of obligations is not what its rows say."""
    return [found for leaves in recount() for found in compare(leaves)]
