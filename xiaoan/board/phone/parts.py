"""What seldom changes, in parts: each has a tag and is sent only to a phone that has another one, or none."""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

from xiaoan.board.phone.cases import hazard_lines, hazard_moves
from xiaoan.board.phone.rounds import route_part
from xiaoan.board.phone.visits import criteria_part, visit_part
from xiaoan.checks.catalogue import Item, category_names, items, items_for
from xiaoan.checks.criteria import Criterion, criteria_for
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.describe import describe
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import Actor
from xiaoan.risks.queries import points_of

MOST_SCHOOLS = 1500
MOST_PEOPLE = 60
Part = Callable[[Actor, Unit], Any]


def parts(actor: Actor, unit: Unit, have: Collection[str]) -> dict[str, dict[str, Any]]:
    """{name: {tag, value}} of every part, without the value where the phone has it."""
    made = {}
    for name, make in PARTS.items():
        value = make(actor, unit)
        tag = tag_of(name + json.dumps(value, ensure_ascii=False, sort_keys=True))
        made[name] = {"tag": tag} if tag in have else {"tag": tag, "value": value}
    return made


def tag_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@lru_cache(maxsize=16)
def described(rank: str) -> list[dict[str, Any]]:
    """The sheets that a unit of this rank fills in, described without what is at its default."""
    return [_lean(describe(s)) for s in sheets().values() if rank in s.ranks]


def _lean(described: dict[str, Any]) -> dict[str, Any]:
    """Half the bytes: properties that are empty are left out, and the phone reads them as empty."""
    kept = {k: v for k, v in described.items() if v not in (None, "", False, []) and k not in ("ranks", "missing")}
    if "fields" in kept:
        kept["fields"] = [_lean(f) for f in kept["fields"]]
    if kept.get("type") in ("yesno", "check"):
        kept.pop("options", None)
    return kept


def _points(actor: Actor, unit: Unit) -> list[dict[str, Any]]:
    """The school's points, each with the token of its QR code."""
    if unit.rank != Rank.SCHOOL:
        return []
    rows = points_of(unit)
    return [
        without_empty({"id": str(p.id), "token": p.token, "name": p.name, "place": p.place, "level": p.level})
        for p in rows
    ]


def _items(actor: Actor, unit: Unit) -> list[dict[str, Any]]:
    """The check items that concern the unit, with the level that a fault has and what would make it major."""
    if not (actor.holds("hazards.report") or actor.holds("inspections.do")):
        return []
    criteria = criteria_for(unit.path)
    names = category_names()
    found = items_for(unit) if unit.rank == Rank.SCHOOL else list(items().values())
    return [_item(i, names.get(i.category, ""), criteria) for i in found]


def _item(item: Item, group: str, criteria: Sequence[Criterion]) -> dict[str, Any]:
    linked = [c for c in criteria if c.key in item.criteria or item.key in c.items]
    level = "larger" if item.level == "major" and not any(c.is_direct for c in linked) else item.level
    return without_empty(
        {
            "key": item.key, "category": item.category, "group": group, "text": item.text, "level": level,
            "basis": item.basis, "unverified": not item.is_verified, "major": linked[0].words if linked else "",
        }
    )  # fmt: skip


def _schools(actor: Actor, unit: Unit) -> list[list[str]]:
    """For a bureau: the schools below it, to say where a hazard was seen. A city's or a province's are too many."""
    if unit.rank not in (Rank.COUNTY, Rank.TOWNSHIP) or not actor.holds("hazards.report"):
        return []
    rows = Unit.objects.under(unit.path).active().filter(rank=Rank.SCHOOL).order_by("path")
    return [[str(i), name] for i, name in rows.values_list("id", "name")[:MOST_SCHOOLS]]


def _people(actor: Actor, unit: Unit) -> list[dict[str, str]]:
    """Who may be told to fix a hazard: the colleagues, for those who tell them."""
    if unit.rank != Rank.SCHOOL or not actor.holds("hazards.judge"):
        return []
    rows = Post.objects.current().filter(unit=unit).select_related("person").order_by("id")
    return [
        {"id": str(p.id), "name": p.person.name, "role": p.role_name}
        for p in rows
        if p.role not in ("student_officer", "parent")
    ][:MOST_PEOPLE]


def without_empty(told: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in told.items() if v not in (None, "", False, [])}


PARTS: dict[str, Part] = {
    "sheets": lambda actor, unit: described(unit.rank),
    "points": _points,
    "items": _items,
    "schools": _schools,
    "people": _people,
    "moves": lambda actor, unit: hazard_moves(),
    "hazards": hazard_lines,
    "routes": route_part,
    "visits": visit_part,
    "criteria": criteria_part,
}
