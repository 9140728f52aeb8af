"""The risk tables in the field names of the dual-prevention exchange format."""

import uuid

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_GET

from xiaoan.ground.people.gate import needs
from xiaoan.kernel.excel import Col, Table, as_response, workbook
from xiaoan.risks.exchange import tables_of
from xiaoan.risks.pages.places import actor_of, unit_below


@require_GET
@needs("risks.read")
def as_json(request: HttpRequest, unit: uuid.UUID) -> HttpResponseBase:
    """One JSON array for each table."""
    found = unit_below(actor_of(request), unit)
    told = {name: rows for name, _, rows in tables_of(found)}
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="dual-prevention.json"'
    return response


@require_GET
@needs("risks.read")
def as_xlsx(request: HttpRequest, unit: uuid.UUID) -> HttpResponseBase:
    """One sheet for each table."""
    found = unit_below(actor_of(request), unit)
    tables = [
        Table(name[:31], [Col(field, lambda row, f=field: row.get(f, ""), 18) for field in fields], rows)  # type: ignore[misc]
        for name, fields, rows in tables_of(found)
    ]
    return as_response(workbook(tables), f"双重预防数据 {found.name}.xlsx")
