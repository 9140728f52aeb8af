"""The lists of this floor in the API, and a control confirmed by another system."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from xiaoan.engines.connect.writing import writes
from xiaoan.engines.resource.api import detail_of, detail_schema, router_for
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotKnown
from xiaoan.risks.models import Control
from xiaoan.risks.resource import ACCEPTANCES, CONTROLS, NOTICES, POINTS, STANDINGS, STUDIES
from xiaoan.risks.services.confirming import confirm_controls

points, controls, standings = router_for(POINTS), router_for(CONTROLS), router_for(STANDINGS)
notices, studies, acceptances = router_for(NOTICES), router_for(STUDIES), router_for(ACCEPTANCES)
Told = detail_schema(CONTROLS)


class Seen(Schema):
    """`found` is 0 (it holds), 1 (something is wrong) or 2 (out of use); what is wrong is said in `note`."""

    found: str = Field("0", max_length=1)
    note: str = Field("", max_length=200)


@controls.post("/{uuid:control}/confirm/", response=Told, summary="确认管控措施", url_name="confirm_control")
@writes("risks.confirm")
def confirm(request: HttpRequest, control: uuid.UUID, given: Seen) -> Any:
    """Say that a control of the own school holds, or does not."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row: Control | None = (
        Control.objects.visible_to(actor, "risks.confirm").select_related("point", "unit").filter(id=control).first()
    )
    if row is None:
        raise NotKnown("没有这项措施，或者它不在您的管理范围内。")
    confirm_controls(actor=actor, unit=row.unit, controls=[row], found=given.found, note=given.note)
    return detail_of(CONTROLS, actor, CONTROLS.rows(actor).get(pk=row.id))
