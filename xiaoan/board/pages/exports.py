"""What can be taken away: a document's clauses with their figures."""

import uuid
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from xiaoan.board.queries.documents import find_document, read_living
from xiaoan.board.queries.places import find_unit
from xiaoan.board.reports.living_sheet import living_workbook
from xiaoan.board.spans import DOCUMENT_KEYS
from xiaoan.kernel import clock
from xiaoan.kernel.gate import needs
from xiaoan.kernel.replica import from_replica

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("reports.export")
@from_replica
def living_export(request: HttpRequest, document: uuid.UUID) -> HttpResponse:
    """Clauses × state × figures × schools without, as a workbook."""
    actor = request.actor  # type: ignore[attr-defined]
    found, unit = find_document(actor, document), find_unit(actor, request.GET.get("unit"))
    key = request.GET.get("span", "term")
    live = read_living(found, unit, key if key in DOCUMENT_KEYS else "term", clock.today())
    name = f"{found.short}落实情况-{unit.label}-{clock.today():%Y%m%d}.xlsx"
    return download(living_workbook(live).getvalue(), name, XLSX)


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """The bytes as a file with a Chinese name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return HttpResponse(content, content_type=media_type, headers=headers)
