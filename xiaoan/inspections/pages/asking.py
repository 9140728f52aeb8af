"""What pages read from a request, and how they say a refusal."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest

from xiaoan.engines.files.services import store_file
from xiaoan.engines.ui.blocks import Entry
from xiaoan.engines.ui.dates import cn_moment
from xiaoan.ground.journal.queries import history
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown, Refusal
from xiaoan.kernel.ids import read_id

MOST_FILES = 9
ROOM = "department", "partner"


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def unit_in(actor: Actor, told: str) -> Unit:
    """The unit of that id in the actor's scope; the own one when none is told. Raises NotKnown."""
    if not told:
        return own_unit(actor)
    wanted = read_id(told)
    found = Unit.objects.under(actor.scope).exclude(rank__in=ROOM).filter(pk=wanted).first() if wanted else None
    if found is None:
        raise NotKnown("没有这个单位，或者它不在您的管理范围内。")
    return found


def step_of(request: HttpRequest) -> int | None:
    """The step that the page showed. What cannot be read is none that ever was."""
    text = request.POST.get("step", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1


def seconds_of(request: HttpRequest) -> int:
    text = request.POST.get("seconds", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def year_of(request: HttpRequest, today: date) -> int:
    text = request.GET.get("year", "")
    is_year = len(text) == 4 and text.isascii() and text.isdigit()
    return int(text) if is_year and 2020 <= int(text) <= today.year else today.year


def uploads(request: HttpRequest, actor: Actor, name: str = "new") -> list[str]:
    """Keep what was uploaded at the actor's own unit. Returns the ids."""
    files = request.FILES.getlist(name)
    if len(files) > MOST_FILES:
        raise Invalid(f"一次最多传 {MOST_FILES} 个文件。")
    own = own_unit(actor)
    return [str(store_file(actor=actor, unit=own, upload=f).id) for f in files]


def refuse(form: forms.BaseForm, why: Refusal, renamed: Mapping[str, str] | None = None) -> None:
    """Show a refusal in the form: beside its field, or above all."""
    told = getattr(why, "fields", {}) or {"": why.sentence}
    for name, words in told.items():
        field = (renamed or {}).get(name, name)
        form.add_error(field if field in form.fields else None, words)


def entries_of(kind: str, *subjects: uuid.UUID) -> list[Entry]:
    """What happened, from the journal, in words."""
    return [Entry(e.verb, _told(e.changes), f"{e.person_name} · {cn_moment(e.at)}") for e in history(kind, *subjects)]


def _told(changes: dict[str, Any]) -> str:
    keys = (
        "decision",
        "opinion",
        "fix_words",
        "check_words",
        "evaluation",
        "conclusion",
        "reason",
        "said",
        "why",
        "appeal",
    )
    told = next((str(changes[k]) for k in keys if changes.get(k)), "")
    if changes.get("seed"):
        told = (
            f"种子 {changes['seed']}，第 {changes['times']} 次抽取，抽中 {changes['units']} 个"
            if "times" in changes
            else told
        )
    elif "lines" in changes:
        told = f"{changes['lines']} 项 · {changes['way']}" if "way" in changes else str(changes.get("line", ""))
    return f" {told}" if told else ""
