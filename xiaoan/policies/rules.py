"""Rules against formalism that can be answered before a document is published, from what it asks alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.ground.norms.queries import norm
from xiaoan.policies.burden import Estimate, said
from xiaoan.policies.models import Requirement
from xiaoan.policies.packs import read_yaml

RANKING = ("排名", "排序", "积分", "末位", "评比名次")
CHECK_IN = ("打卡", "签到")
LETTERS = "responsibility_letter"


@dataclass(frozen=True)
class Finding:
    """One rule: whether the document keeps it, what was found, and where the rule comes from."""

    sentence: str
    is_kept: bool
    found: str
    source: str


@dataclass(frozen=True)
class Asking:
    """What the rules look at."""

    requirements: list[Requirement]
    estimate: Estimate
    path: str


def findings(requirements: Iterable[Requirement], estimate: Estimate, path: str) -> list[Finding]:
    """Every rule of catalogue/burden_rules.yaml that a document alone can answer; broken ones first."""
    asking = Asking(list(requirements), estimate, path)
    told = [(rule, CHECKS[rule["key"]](asking)) for rule in burden_rules() if rule["key"] in CHECKS]
    made = [Finding(_sentence(rule, path), not why, why or "没有发现", rule["source"]) for rule, why in told]
    return sorted(made, key=lambda f: f.is_kept)


@cache
def burden_rules() -> list[dict[str, Any]]:
    """The rules as the catalogue has them."""
    return list(read_yaml(Path(settings.XIAOAN_CATALOGUE, "burden_rules.yaml")))


def _sentence(rule: dict[str, Any], path: str) -> str:
    """The rule in words, with the ceiling that holds in this place."""
    if rule["key"] != "minutes_per_week_ceiling":
        return str(rule["sentence"])
    return str(rule["sentence"]).replace(str(rule["number"]), str(norm("burden.minutes_week", path)))


def _no_ranking(asking: Asking) -> str:
    return _named([r.duty for r in asking.requirements if any(w in r.duty for w in RANKING)])


def _no_check_in(asking: Asking) -> str:
    return _named([r.duty for r in asking.requirements if any(w in r.duty for w in CHECK_IN)])


def _no_photos(asking: Asking) -> str:
    wanted = {r.practice.sheet for r in asking.requirements}
    forced = [sheet(key) for key in sorted(wanted)]
    return _named([s.name for s in forced if any(f.type == "photo" and f.required for f in s.fields)])


def _minutes(asking: Asking) -> str:
    ceiling = int(norm("burden.minutes_week", asking.path))
    total = asking.estimate.held_minutes + asking.estimate.minutes
    if total <= ceiling:
        return ""
    return f"发布后每校每周约 {said(total)}，超过上限 {ceiling} 分钟。请说明减去哪一项。"


def _one_letter(asking: Asking) -> str:
    letters = [
        r.duty
        for r in asking.requirements
        if r.practice_id == LETTERS and r.kind == "recurring" and r.every != "yearly"
    ]
    return _named(letters)


def _no_duplicates(asking: Asking) -> str:
    near = [r.duty for r in asking.requirements if r.practice.is_local and r.drafted.get("near")]
    return f"{len(near)} 项新事项与已有事项相像，请看能否合用：{_named(near)}" if near else ""


def _no_holiday(asking: Asking) -> str:
    rows = [r for r in asking.requirements if r.kind == "recurring" and r.every == "holiday" and not r.window]
    return _named([r.duty for r in rows if set(r.by) & {"homeroom_teacher"}])


def _named(duties: list[str]) -> str:
    return "、".join(duties[:3]) + (f"等 {len(duties)} 项" if len(duties) > 3 else "")


CHECKS: dict[str, Callable[[Asking], str]] = {
    "no_teacher_ranking": _no_ranking, "no_forced_checkin": _no_check_in,
    "photos_only_where_proof_needs": _no_photos, "minutes_per_week_ceiling": _minutes,
    "no_letter_per_campaign": _one_letter, "one_source_per_field": _no_duplicates,
    "no_holiday_teacher_duty": _no_holiday,
}  # fmt: skip
