"""Who asks: the first thing that a new system tries."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xiaoan.engines.resource.api import held
from xiaoan.ground.people.rights import declared_rights
from xiaoan.kernel.actor import Actor

router = Router(tags=["本接口"])


class RightTold(Schema):
    key: str
    sentence: str


class MeTold(Schema):
    """The actor of the token: in which unit and role, with which rights."""

    name: str
    unit: uuid.UUID | None
    role: str
    rights: list[RightTold]


@router.get("/", response=MeTold, summary="我是谁", url_name="get_me")
@held("")
def get_me(request: HttpRequest) -> Any:
    """The name in the journal, the unit, and what may be done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rights = [r for r in declared_rights().values() if r.key in actor.rights]
    return {
        "name": actor.name, "unit": actor.unit_id, "role": actor.role,
        "rights": [{"key": r.key, "sentence": r.sentence} for r in rights],
    }  # fmt: skip
