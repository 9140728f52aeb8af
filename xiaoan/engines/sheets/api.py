"""The API of records: the list and the single record of the resource, and the sheets themselves."""

from typing import Any

from django.http import HttpRequest

from xiaoan.engines.resource.api import REFUSALS, held, router_for
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.describe import describe
from xiaoan.engines.sheets.queries import own_unit, sheets_for
from xiaoan.engines.sheets.resource import RECORDS
from xiaoan.kernel.errors import NotKnown

router = router_for(RECORDS)


@router.get("/sheets/", response={200: list[dict[str, Any]], **REFUSALS}, summary="本单位可填的记录类型")
@held("records.write")
def list_sheets(request: HttpRequest) -> Any:
    """What the actor's own unit may fill in, each with its questions."""
    return [describe(s) for s in sheets_for(own_unit(request.actor).rank)]  # type: ignore[attr-defined]


@router.get("/sheets/{sheet}/", response={200: dict[str, Any], **REFUSALS}, summary="一种记录的全部问题")
@held("records.read")
def get_sheet(request: HttpRequest, sheet: str) -> Any:
    """Any sheet by its key, for reading records of units below."""
    if sheet not in sheets():
        raise NotKnown("没有这种记录类型。")
    return describe(sheets()[sheet])
