"""What a record's page says of evidence: which requirements of which documents it proves, and why."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xiaoan.engines.sheets.models import Record
from xiaoan.obligations.models import Evidence
from xiaoan.obligations.recording import why_url
from xiaoan.policies.models import Document, Requirement


@dataclass(frozen=True)
class Proved:
    """One document with the requirements of it that the record proves."""

    document: Document
    lines: list[tuple[Requirement, str, str]]  # requirement, why it counts, address


def evidence_section(request: HttpRequest, record: Record) -> SafeString:
    """The section as HTML, also when the record proves nothing: then it says so. Three queries."""
    found = proved_by(record)
    context = {"found": found, "number": sum(len(p.lines) for p in found), "record": record}
    return render_to_string("obligations/parts/proves.html", context, request=request)


def proved_by(record: Record) -> list[Proved]:
    reasons = dict(Evidence.objects.filter(record=record).values_list("requirement", "reason"))
    if not reasons:
        return []
    rows = (
        Requirement.objects.filter(key__in=reasons)
        .select_related("document", "clause")
        .order_by("document__key", "clause__position", "key")
    )
    documents: dict[uuid.UUID, Proved] = {}
    for row in rows:
        proved = documents.setdefault(row.document_id, Proved(row.document, []))
        proved.lines.append((row, reasons[row.key], why_url(row.practice_id, f"?unit={record.unit_id}")))
    return list(documents.values())
