"""Everything that the phone draws, as one plain JSON value, small enough for a slow network."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Subquery
from django.utils import timezone

from xiaoan.board.phone.links import link_to
from xiaoan.board.phone.parts import parts
from xiaoan.board.phone.rounds import due_rounds
from xiaoan.engines.sheets.answers import spelled
from xiaoan.engines.sheets.catalogue import Sheet, sheets
from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.sync.queries import own_refused
from xiaoan.engines.ui.context import is_demo
from xiaoan.engines.ui.waiting import Waiting, waiting
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.roles import SCHOOL_LEADS
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.ground.units.queries import own_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.obligations.agenda import open_tasks
from xiaoan.obligations.fitting import conditions
from xiaoan.obligations.queries import DutyLine, Source, duties_of
from xiaoan.policies.models import Publication, PublicationState

RECENT = 30
NOBODY = uuid.UUID(int=0)  # the phone puts the id of its case in the place of this one
PHONE_PAGES = {"/hazards/": "#/hazards", "/patrols/": "#/patrol", "/inspections/mine/": "#/patrol"}


def phone_data(actor: Actor, posts: Sequence[Post], have: Collection[str] = ()) -> dict[str, Any]:
    """Duties of the actor's unit, what waits, what is in force. `have` are the tags of the parts that the phone holds."""
    unit = own_unit(actor)
    today, in_force = clock.today(), documents(unit)
    places = {uuid.UUID(one["id"]): n for n, one in enumerate(in_force)}
    return {
        "person": {"id": str(actor.person_id), "name": actor.name},
        "post": str(actor.post_id),
        "posts": [{"id": str(p.id), "name": f"{p.unit.name} · {p.role_name}"} for p in posts],
        "roles": sorted({p.role for p in posts if p.unit_id == actor.unit_id}),
        "leads": any(p.role in SCHOOL_LEADS for p in posts if p.unit_id == actor.unit_id),
        "unit": {"id": str(unit.id), "name": unit.name, "rank": unit.rank},
        "demo": is_demo(),
        "today": today.isoformat(),
        "week": week_words(unit.path, today),
        "may_write": actor.holds("records.write"),
        "tasks": tasks(unit) if actor.holds("tasks.hand_in") else [],
        "duties": [_line(line, places) for line in duties_of(unit, today)] if actor.holds("duties.read") else [],
        "may_report": actor.holds("hazards.report"),
        "judge_days": norm("hazards.judge_days", unit.path),
        "rounds": due_rounds(actor, unit),
        "waiting": [_waits(line) for line in waiting(actor)],
        "last": last_answers(unit) if actor.holds("records.write") else {},
        "recent": recent(unit, actor),
        "refused": refused(actor),
        "documents": in_force,
        "links": links(actor),
        "parts": parts(actor, unit, have),
    }


def links(actor: Actor) -> dict[str, str]:
    """Pages outside the phone, those left out that the actor's post may not open."""
    wanted = {
        "calendar": ("feed", "duties.read"),
        "conflicts": ("conflicts", "sync.settle"),
        "ask": ("ask", "exemptions.ask"),
        "hazard": ("hazard", "hazards.read"),
        "desk": ("desk", "duties.read"),  # not the first page: on a phone that leads back here
    }
    return {
        name: link_to(what, *([NOBODY] if what == "hazard" else [])) if actor.holds(right) else ""
        for name, (what, right) in wanted.items()
    }


def tasks(unit: Unit) -> list[dict[str, Any]]:
    """What an office asks of the unit and is not handed in yet."""
    return [
        {
            "title": a.task.title, "who": a.task.unit.label, "due": a.due.isoformat(), "url": link_to("assignment", a.id),
            "late": a.due < clock.today(), "returned": a.state == "returned",
        }
        for a in open_tasks(unit.path)
    ]  # fmt: skip


def _waits(line: Waiting) -> dict[str, Any]:
    """A line of what waits, leading to the phone's own page where there is one."""
    href = next((page for prefix, page in PHONE_PAGES.items() if line.href.startswith(prefix)), line.href)
    return {"words": line.words, "count": line.count, "late": line.late, "icon": line.icon, "href": href}


def week_words(path: str, day: date) -> str:
    """第12周 within a term, counted from the Monday of its first week; 假期 outside."""
    term = calendar_for(path).term_of(day)
    if term is None:
        return "假期"
    first = term.starts.toordinal() - term.starts.weekday()
    return f"第{(day.toordinal() - first) // 7 + 1}周"


def last_answers(unit: Unit) -> dict[str, dict[str, Any]]:
    """{sheet: the remembered answers of the unit's latest record}: one query of index look-ups."""
    keeping = {key: _remembered(sheet) for key, sheet in sheets().items() if unit.rank in sheet.ranks}
    keeping = {key: fields for key, fields in keeping.items() if fields}
    filed = Record.objects.filter(unit_path=unit.path, state=RecordState.FILED)
    latest: list[Any] = [
        Subquery(filed.filter(sheet=key).order_by("-happened_on", "-id").values("id")[:1]) for key in keeping
    ]
    rows = Record.objects.filter(id__in=latest).values_list("sheet", "answers") if latest else []
    return {key: {f: a[f] for f in keeping[key] if f in a} for key, a in rows}


def _remembered(sheet: Sheet) -> list[str]:
    return [f.key for f in sheet.fields if f.remember and f.key not in sheet.confidential]


def recent(unit: Unit, actor: Actor) -> list[dict[str, Any]]:
    """What the unit has recorded today, newest first, without the answers."""
    if not actor.holds("records.read"):
        return []
    rows = Record.objects.filter(unit_path=unit.path, happened_on=clock.today(), state=RecordState.FILED)
    return [
        {
            "id": str(r.id), "sheet": r.sheet, "name": r.sheet_name, "who": r.person_name,
            "own": r.person_id == actor.person_id, "at": timezone.localtime(r.happened_at).strftime("%H:%M"),
        }
        for r in rows.order_by("-id")[:RECENT]
    ]  # fmt: skip


def refused(actor: Actor) -> list[dict[str, Any]]:
    """The person's refused commands, from this phone or another."""
    return [
        {
            "id": str(c.id), "label": c.payload.get("label", ""), "sentence": c.answer.get("sentence", ""),
            "captured_at": c.captured_at.isoformat(), "sheet": c.payload.get("body", {}).get("sheet", ""), "kind": c.kind,
            "hazard": c.payload.get("body", {}).get("hazard", ""),
        }
        for c in own_refused(actor)
    ]  # fmt: skip


def documents(unit: Unit) -> list[dict[str, Any]]:
    """Documents in force here, with the address of the living page."""
    rows = Publication.objects.filter(unit_path__in=ancestors(unit.path)).exclude(state=PublicationState.ENDED)
    return [
        {
            "id": str(p.document_id), "short": p.document.short, "title": p.document.title, "tier": p.document.tier,
            "issuer": p.document.issuer, "until": p.ends.isoformat(), "url": link_to("living", p.document_id),
        }
        for p in rows.select_related("document").order_by("-published_at")
    ]  # fmt: skip


def _line(line: DutyLine, places: dict[Any, int]) -> dict[str, Any]:
    practice, strictest = line.practice, line.strictest
    told = {
        "key": line.key, "name": line.name, "icon": practice.icon, "sheet": practice.sheet,
        "minutes": practice.minutes, "rhythm": strictest.rhythm, "every": strictest.duty.every,
        "state": line.state, "due": line.due.isoformat(), "period": line.period_label, "count": line.count,
        "need": line.need, "by": list(line.by), "about": line.about, "missed": line.is_missed, "explain": line.explain,
        "documents": line.documents, "where": _where(line), "plain": not set(strictest.duty.counts) - {"where"},
        "sources": [_source(s, places, line.is_missed) for s in line.sources],
    }  # fmt: skip
    return {k: v for k, v in told.items() if v not in ("", False, [])}  # nought too: 0 == False


def _where(line: DutyLine) -> list[dict[str, Any]]:
    """What a record must say to count for the strictest source: the phone fills in what leaves no choice."""
    wanted = [*line.practice.where, *conditions(line.strictest.duty.counts)]
    return [{"field": c["field"], "is": [spelled(v) for v in c["is"]]} for c in wanted]


def _source(source: Source, places: dict[Any, int], is_missed: bool) -> dict[str, Any]:
    """The document by its place in `documents`: a hundred duties repeat the same few. What is past needs no key."""
    duty = source.duty
    told = {"document": places[duty.document_id], "duty": duty.duty, "rhythm": source.rhythm}
    return told | ({} if is_missed else {"key": duty.key}) | ({"done": True} if source.is_done else {})
