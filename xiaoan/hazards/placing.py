"""Who holds a hazard in each state, and until when. Nothing else sets holder and due."""

from datetime import date
from typing import Any

from xiaoan.engines.flow.deadlines import due_in
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import ancestors
from xiaoan.hazards.models import Hazard, anew
from xiaoan.hazards.norms import RANKS
from xiaoan.hazards.states import ENDS

HEIGHT = {Rank.SCHOOL: 0, Rank.TOWNSHIP: 1, Rank.COUNTY: 2, Rank.CITY: 3, Rank.PROVINCE: 4}
POSTS = {
    Rank.SCHOOL: "安全负责人", Rank.TOWNSHIP: "镇街安全管理人员", Rank.COUNTY: "区县安全管理人员", Rank.CITY: "市级安全管理人员",
    Rank.PROVINCE: "省级安全管理人员", Rank.PARTNER: "协作部门人员",
}  # fmt: skip
# state -> (column or property with the holder's path, norm of its deadline)
PLACES = {
    "reported": ("unit_path", "hazards.judge_days"),
    "judged": ("unit_path", "hazards.assign_days"),
    "extending": ("upper_path", "hazards.extend_days"),
    "transferred": ("partner_path", "hazards.receipt_days"),
    "received": ("partner_path", "hazards.answer_days"),
    "handed_in": ("verify_path", "hazards.verify_days"),
    "verified": ("verify_path", "hazards.strike_days"),
}


def placed(hazard: Hazard, to: str, changes: dict[str, Any], due: date | None = None) -> dict[str, Any]:
    """The columns that say who holds it in the state `to`, once `changes` are made. `due` overrides the norm's."""
    return _placed(anew(hazard, changes), to, due)


def place(hazard: Hazard) -> None:
    """Let a case that is not written yet be held as its state says."""
    for column, value in _placed(hazard, hazard.state, None).items():
        setattr(hazard, column, value)


def _placed(after: Hazard, to: str, due: date | None) -> dict[str, Any]:
    above = _Above(after)
    after.verify_path = verifier(after, above)
    fresh = {"escalated": 0, "escalated_to": "", "verify_path": after.verify_path}
    if to in ENDS:
        return {**fresh, "holder_path": "", "holder_id": None, "holder": "", "due": None}
    if to in PLACES:
        place, key = PLACES[to]
        path = getattr(after, place)
        holder = {"holder_path": path, "holder_id": None, "holder": _words(above[path], after.unit_path)}
        return {**fresh, **holder, "due": due or due_in(norm(key, after.unit_path), after.unit_path)}
    holder = {"holder_path": after.unit_path, "holder_id": after.responsible_by_id}
    return {**fresh, **holder, "holder": after.responsible or POSTS[Rank.SCHOOL], "due": due or after.fix_by}


class _Above(dict[str, Unit]):
    """The units at and above a case by their paths: its own where it is at hand, the others by one statement when one of
    them is asked for, which may also be another unit."""

    def __init__(self, hazard: Hazard) -> None:
        own = hazard._state.fields_cache.get("unit")
        super().__init__({own.path: own} if own and own.path == hazard.unit_path else {})
        self.paths = ancestors(hazard.unit_path)

    def __missing__(self, path: str) -> Unit:
        rows = Unit.objects.filter(path__in=[*self.paths, path]).only("path", "rank", "name", "short")
        found = {unit.path: unit for unit in rows}
        self.update(found)
        return found[path]


def verifier(hazard: Hazard, above: _Above | None = None) -> str:
    """The path of the unit that verifies a hazard of this level: a major one the county, never lower."""
    wanted = RANKS[-1] if hazard.is_major else norm(f"hazards.verified_by.{hazard.level}", hazard.unit_path)
    least = RANKS.index(wanted) if wanted in RANKS else 0
    above = above or _Above(hazard)
    for path in reversed(above.paths):
        if HEIGHT.get(Rank(above[path].rank), -1) >= least:
            return path
    return hazard.unit_path


def fix_until(level: str, path: str) -> date:
    """The last day that the norm gives for fixing a hazard of this level."""
    return due_in(norm(f"hazards.fix_days.{level}", path), path)


def _words(unit: Unit, own: str) -> str:
    post = POSTS.get(Rank(unit.rank), "安全负责人")
    return post if unit.path == own else f"{unit.label} {post}"
