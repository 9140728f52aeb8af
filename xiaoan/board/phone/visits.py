"""The visits that a phone holds for an inspector: who goes where, which lines, what is signed already."""

from typing import Any

from xiaoan.checks.catalogue import items
from xiaoan.checks.criteria import criteria_for
from xiaoan.ground.units.models import Unit
from xiaoan.inspections.access import parts_of
from xiaoan.inspections.lines import lines_for
from xiaoan.inspections.models import Part, Visit
from xiaoan.inspections.parts import conflicts
from xiaoan.kernel import wall
from xiaoan.kernel.actor import Actor

MOST = 20
OPEN = ("planned", "running")


def visit_part(actor: Actor, unit: Unit) -> list[dict[str, Any]]:
    """The open visits that the person was sent to, also by another bureau: those of today and the next ones."""
    if not actor.holds("inspections.do"):
        return []
    with wall.opened():  # a person's own parts, wherever they lie
        rows = parts_of(actor).filter(visit__state__in=OPEN).order_by("visit__planned_on", "id")
        found = list(rows.select_related("visit__campaign", "visit__place")[:MOST])
        beside = Part.objects.filter(visit__in=[p.visit_id for p in found]).exclude(person_id=actor.person_id)
        others: dict[Any, list[str]] = {}
        for other in beside.order_by("id"):
            others.setdefault(other.visit_id, []).append(other.person_name)
        return [_visit(part, others.get(part.visit_id, [])) for part in found]


def criteria_part(actor: Actor, unit: Unit) -> list[list[str]]:
    """What a failed line may break where its list names no clause: for those who inspect."""
    return [[c.key, c.words] for c in criteria_for(unit.path)] if actor.holds("inspections.do") else []


def _visit(part: Part, others: list[str]) -> dict[str, Any]:
    visit = part.visit
    return {
        "id": str(visit.id), "number": visit.number, "way": part.way, "place": visit.place.name, "on": visit.planned_on.isoformat(),
        "mode": visit.how.name, "icon": visit.how.icon, "hidden": visit.is_hidden, "head": part.is_head,
        "leader": visit.head_name, "with": list(dict.fromkeys(others)), "signed": _signed(visit), "lines": _lines(visit),
        "disputed": _disputed(visit) if part.is_head and visit.state == "running" else [],
    }  # fmt: skip


def _signed(visit: Visit) -> list[str]:
    return [side for side, file in (("head", visit.head_signature), ("place", visit.place_signature)) if file]


def _disputed(visit: Visit) -> list[dict[str, Any]]:
    """What the head has to decide: the lines on which inspectors disagree, with what each said."""
    return [
        {"key": m.key, "text": m.text, "said": [[p.person_name, a["result"], a.get("note", "")] for p, a in m.said]}
        for m in conflicts(visit)
    ]


def _lines(visit: Visit) -> list[Any]:
    """By key where the phone has the line among its check items, else in full: [key, group, text, whether it names a basis]."""
    known = items()
    return [
        line.key
        if line.key in known and known[line.key].text == line.text
        else [line.key, line.category, line.text, bool(line.basis)]
        for line in lines_for(visit.campaign, visit.place)
    ]
