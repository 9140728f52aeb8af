"""The journal, as those who audit it read it."""

import uuid
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xiaoan.engines.resource.api import held
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.journal.queries import Wanted, entries_in
from xiaoan.ground.people.journal_pages import paths_named
from xiaoan.kernel.actor import Actor

router = Router(tags=["操作日志"])


class EntryTold(Schema):
    """Who did what to which thing, from where, and what changed. `seal` is the link of the hash chain it is in."""

    id: uuid.UUID
    at: datetime
    person_name: str
    role: str
    where: str
    verb: str
    subject_type: str
    subject_id: str
    subject_name: str
    changes: dict[str, Any]
    digest: str
    seal: int | None


class PageTold(Schema):
    rows: list[EntryTold]
    after: str
    before: str


class Asked(Schema):
    person: str = Field("", max_length=60)
    verb: str = Field("", max_length=40)
    subject: str = Field("", max_length=80)
    unit: str = Field("", max_length=80, description="单位名称")
    since: date | None = Field(None, ge=date(2000, 1, 1), le=date(2200, 1, 1))
    until: date | None = Field(None, ge=date(2000, 1, 1), le=date(2200, 1, 1))
    after: str = ""
    before: str = ""
    limit: int = Field(50, ge=1, le=200)


@router.get("/", response=PageTold, summary="操作日志列表", url_name="list_journal")
@held("journal.read")
def list_journal(request: HttpRequest, asked: Asked = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """Entries of the actor's scope, newest first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    paths = paths_named(actor, asked.unit)
    if asked.unit and not paths:
        return {"rows": [], "after": "", "before": ""}
    wanted = Wanted(asked.person, asked.verb, asked.subject, tuple(paths), asked.since, asked.until)
    found = entries_in(actor.scope, wanted, after=asked.after, before=asked.before, size=asked.limit)
    return {"rows": [_told(e) for e in found.entries], "after": found.after, "before": found.before}


def _told(entry: Entry) -> dict[str, Any]:
    plain = [name for name in EntryTold.model_fields if name != "seal"]
    return {**{name: getattr(entry, name) for name in plain}, "seal": entry.seal_id}
