"""From the parser's words to the platform's: whom a duty binds, who does it, its figure; and what it still lacks."""

import re
from collections.abc import Iterable
from typing import Any

from xiaoan.ground.calendar.periods import EVERY
from xiaoan.ground.units.kinds import Rank, SchoolKind
from xiaoan.policies.models import Kind, Practice, Requirement

RANKS = [Rank.PROVINCE, Rank.CITY, Rank.COUNTY, Rank.TOWNSHIP, Rank.SCHOOL]
ROLE_OF = {
    "principal": "principal", "safety_officer": "safety_director", "homeroom_teacher": "homeroom_teacher",
    "guard": "guard", "student_officer": "student_officer",
}  # fmt: skip
PEOPLE = {*ROLE_OF, "teacher", "parents"}
KIND_OF = {"kindergarten": SchoolKind.KINDERGARTEN, "training_institution": SchoolKind.TRAINING}
WINDOWS = {
    "first_week": "限第一周", "term_opening": "限开学前后", "before_holiday": "限放假前", "arrival_departure": "上下学时段",
}  # fmt: skip
RHYTHMS = {key: words for key, words in EVERY.items() if key != "per_event"}
PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")


def binds_of(actors: Iterable[str], practice: Practice | None) -> dict[str, Any]:
    """Whom the words bind. A practice that only schools record binds schools, whoever is told to see to it."""
    named = set(actors)
    ranks = [r.value for r in RANKS if r.value in named]
    kinds = [kind.value for actor, kind in KIND_OF.items() if actor in named]
    if kinds or named & PEOPLE:
        ranks = [*dict.fromkeys([*ranks, "school"])]
    if "all" in named:
        ranks = ["county", "school"]
    if practice and not practice.is_local:
        ranks = (
            [r for r in ranks if r in practice.ranks]
            or [r for r in ("school",) if r in practice.ranks]
            or list(practice.ranks)
        )
    binds: dict[str, Any] = {"ranks": ranks or ["school"]}
    if kinds and "school" not in named and "school" in binds["ranks"]:
        binds["kinds"] = kinds
    return binds


def by_of(actors: Iterable[str]) -> list[str]:
    """The roles that the words name; empty leaves the practice's own."""
    return [ROLE_OF[a] for a in actors if a in ROLE_OF]


def figure_of(words: str | None) -> dict[str, Any]:
    """{at_least, unit} of a percentage; anything else is left to the person."""
    found = PERCENT.search(words or "")
    return {"at_least": float(found[1]) if "." in found[1] else int(found[1]), "unit": "percent"} if found else {}


def lacks(row: Requirement) -> str:
    """What a requirement still needs before it can be asked of anyone, as a sentence; empty when complete."""
    if row.kind == Kind.RECURRING and row.every not in RHYTHMS:
        return "还没有选多久做一次。"
    if row.kind == Kind.DELIVERABLE and not row.deadline:
        return "限期事项还没有填截止日期。"
    if row.kind == Kind.STANDING and not row.measure:
        return "保持类要求要选一个平台能算出的指标，否则无法核实。"
    if row.kind == Kind.TARGET and not (row.measure and row.deadline and row.figure):
        return "指标类要求要选指标，并填写达到多少、截止到哪天。"
    if row.kind == Kind.EVENT and not (row.trigger and row.within_days is not None):
        return "遇事类要求要选由哪种记录触发、几天内办完。"
    return ""


def when(row: Requirement) -> str:
    """每月 2 次，限第一周 / 2026年6月30日前 / 一直保持 / 发生后 3 天内."""
    if row.kind == Kind.RECURRING and row.every in RHYTHMS:
        text = "开学第一周 1 次" if row.every == "term_first_week" else f"{RHYTHMS[row.every]} {row.times} 次"
        window = WINDOWS.get(row.window, "")
        return f"{text}，{window}" if window else text
    if row.kind == Kind.EVENT and row.within_days is not None:
        return f"发生后 {row.within_days} 天内"
    if row.deadline:
        return f"{row.deadline.year}年{row.deadline.month}月{row.deadline.day}日前"
    return "一直保持" if row.kind == Kind.STANDING else "时间未定"


def who(row: Requirement) -> str:
    """学校（幼儿园）、区县: whom a requirement binds, in words."""
    binds = row.binds or {}
    kinds = "、".join(SchoolKind(k).label for k in binds.get("kinds", ()))
    ranks = [Rank(r).label for r in binds.get("ranks", ["school"])]
    return "、".join(f"{r}（{kinds}）" if kinds and r == Rank.SCHOOL.label else r for r in ranks)
