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
    after = anew(hazard, changes)
    after.verify_path = verifier(after)
    fresh = {"escalated": 0, "escalated_to": "", "verify_path": after.verify_path}
    if to in ENDS:
        return {**fresh, "holder_path": "", "holder_id": None, "holder": "", "due": None}
    if to in PLACES:
        place, key = PLACES[to]
        path = getattr(after, place)
        holder = {"holder_path": path, "holder_id": None, "holder": _words(path, after.unit_path)}
        return {**fresh, **holder, "due": due or due_in(norm(key, after.unit_path), after.unit_path)}
    holder = {"holder_path": after.unit_path, "holder_id": after.responsible_by_id}
    return {**fresh, **holder, "holder": after.responsible or POSTS[Rank.SCHOOL], "due": due or after.fix_by}


def verifier(hazard: Hazard) -> str:
    """The path of the unit that verifies a hazard of this level: a major one the county, never lower."""
    wanted = RANKS[-1] if hazard.is_major else norm(f"hazards.verified_by.{hazard.level}", hazard.unit_path)
    least = RANKS.index(wanted) if wanted in RANKS else 0
    ranks = dict(Unit.objects.filter(path__in=ancestors(hazard.unit_path)).values_list("path", "rank"))
    for path in reversed(ancestors(hazard.unit_path)):
        if HEIGHT.get(Rank(ranks[path]), -1) >= least:
            return path
    return hazard.unit_path


def fix_until(level: str, path: str) -> date:
    """The last day that the norm gives for fixing a hazard of this level."""
    return due_in(norm(f"hazards.fix_days.{level}", path), path)


def _words(path: str, own: str) -> str:
    unit = Unit.objects.only("rank", "name", "short").get(path=path)
    post = POSTS.get(Rank(unit.rank), "安全负责人")
    return post if path == own else f"{unit.label} {post}"
