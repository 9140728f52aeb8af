"""Which unit a page is about, and what every page needs to know of the asker."""

import uuid
from typing import Any

from django.http import HttpRequest

from xiaoan.engines.ui.blocks import Entry
from xiaoan.engines.ui.dates import cn_moment
from xiaoan.ground.journal.queries import history
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed, NotKnown


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def own_school(actor: Actor) -> Unit:
    """The actor's school. Raises NotAllowed for a bureau: a school's risks are written by the school."""
    unit = own_unit(actor)
    if not unit.is_school:
        raise NotAllowed("这一步由学校自己办理。")
    return unit


def unit_below(actor: Actor, unit_id: uuid.UUID) -> Unit:
    """A unit in the actor's scope."""
    unit = Unit.objects.under(actor.scope).filter(id=unit_id).first()
    if unit is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return unit


def number_of(request: HttpRequest, name: str = "step") -> int | None:
    """A small whole number that the page sent along."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def entries_of(kind: str, *ids: Any, most: int = 40) -> list[Entry]:
    """The journal of a subject as a timeline, newest first."""
    return [
        Entry(f"{e.verb}", _said(e.changes), f"{e.person_name} · {cn_moment(e.at)}", "now" if n == 0 else "")
        for n, e in enumerate(history(kind, *ids, most=most))
    ]


def _said(changes: dict[str, Any]) -> str:
    """What an entry has to say, in its own words."""
    for key in ("reason", "supervision", "note", "decision", "words", "conclusion", "what", "why"):
        if changes.get(key):
            return str(changes[key])
    return ""
