"""The rules against formalism, checked against what the platform really asks: sheets, requirements in force, norms."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.urls import reverse

from xiaoan.engines.sheets.catalogue import Field, Sheet, sheets
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.calendar.periods import STRICTNESS
from xiaoan.ground.norms.queries import value_at
from xiaoan.ground.units.kinds import SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import clock
from xiaoan.obligations.burden import burden_of
from xiaoan.obligations.measures import measures
from xiaoan.obligations.recording import why_url
from xiaoan.policies.book import Duty, book

OK, ATTENTION = "ok", "attention"
FACILITIES = ["boarding", "canteen", "bus", "laboratory", "pool", "gas"]
WEEKS_OF_TERM, TERMS = 20, 2
# How often a rhythm comes round in one school week; events cannot be foreseen.
A_WEEK = {
    "daily": 5.0, "weekly": 1.0, "monthly": 9 / 40, "quarterly": 4 / 40, "term_first_week": 2 / 40, "per_term": 2 / 40,
    "half_yearly": 2 / 40, "holiday": 2 / 40, "yearly": 1 / 40,
}  # fmt: skip
ACTIVITIES = {"theme_day", "outside_lecture", "lesson_selection", "experience_collection"}  # what comes into a school
OCCASION = {"place", "signature"}  # question types by which a person must be there and then
UNIT_FACTS = {"学生数", "学生总数", "在校学生数", "教职工数", "班级数", "寄宿生数"}  # the units' list has them already


@dataclass(frozen=True)
class Rule:
    """One rule as the catalogue says it."""

    key: str
    sentence: str
    check: str
    number: int
    unit: str
    source: str
    confidence: str


@dataclass(frozen=True)
class Finding:
    """What was found: a sentence, whether it is as the rule wants, and the things themselves with addresses."""

    words: str
    is_fine: bool
    items: list[tuple[str, str]] = field(default_factory=list)


@cache
def rules() -> list[Rule]:
    """All rules of the catalogue. Raises TypeError for an unknown property."""
    raw = yaml.safe_load(Path(settings.XIAOAN_CATALOGUE, "burden_rules.yaml").read_text(encoding="utf-8"))
    return [Rule(**row) for row in raw]


def findings(unit: Unit) -> Iterator[tuple[Rule, Finding]]:
    """Each rule with what was found for the schools at or below the unit."""
    for rule in rules():
        yield rule, CHECKS[rule.check](rule, unit)


def no_teacher_ranking(rule: Rule, unit: Unit) -> Finding:
    by_person = [m for m in measures().values() if m.of not in ("schools", "sum", "practice")]
    items = [(m.name, reverse("obligations:measures")) for m in by_person]
    return Finding(
        f"平台共 {len(measures())} 项指标，都按学校或事项计算，按人计算的有 {len(items)} 项。没有积分，也没有人的名次。",
        not items,
        items,
    )


def no_forced_checkin(rule: Rule, unit: Unit) -> Finding:
    items = _asked(lambda f: f.required and f.type in OCCASION)
    return Finding(
        f"{len(sheets())} 种记录里，必须到场定位或签名才能提交的有 {len(items)} 种。事后补记一样算数，总结不代替记录。",
        not items,
        items,
    )


def photos_only_where_proof_needs(rule: Rule, unit: Unit) -> Finding:
    wanted, offered = _asked(lambda f: f.required and f.type == "photo"), _asked(lambda f: f.type == "photo")
    return Finding(
        f"{len(sheets())} 种记录里，可以附照片的 {len(offered)} 种，必须附照片的 {len(wanted)} 种。",
        len(wanted) <= rule.number,
        wanted,
    )


def activities_per_term_max(rule: Rule, unit: Unit) -> Finding:
    limit = value_at("burden.activities_term", unit.path).value
    most, duties = 0.0, list[Duty]()
    for facts in facts_of(unit):
        chosen = [d for d in strictest(_binding(unit, facts)).values() if d.practice.key in ACTIVITIES]
        number = sum(A_WEEK[d.every] * WEEKS_OF_TERM * d.times for d in chosen)
        if number >= most:
            most, duties = number, chosen
    number = round(most)
    words = f"执行中的文件合并后，要求最多的学校每学期约 {number} 次，上限 {limit} 次。"
    return Finding(words, number <= limit, _duty_items(duties, unit))


def inspections_need_notice(rule: Rule, unit: Unit) -> Finding:
    days = value_at("burden.notice_days", unit.path).value
    duties = [d for d in _in_force(unit) if d.practice.group == "督查"]
    places = [f.key for f in sheets()["supervision"].fields if f.key in ("announced_on", "on_list")]
    if not duties:
        return Finding("执行中的文件没有要求开展督查检查。", True)
    if len(places) == 2:
        return Finding(f"督查记录里写明了提前告知日期和是否在清单内，至少提前 {days} 天。", True)
    words = f"执行中的文件有 {len(duties)} 条要求各级开展督查检查。平台能记检查结果，还不能替您核对{'年度清单' if rule.number == 0 else f'是否提前 {days} 天告知'}，请主办科室自己把关。"
    return Finding(words, False, _duty_items(duties, unit))


def one_source_per_field(rule: Rule, unit: Unit) -> Finding:
    standing = {m.sheet for m in measures().values() if m.sheet and m.within_days >= 180}
    labels: dict[str, set[str]] = {}
    for key in standing:
        for f in sheets()[key].fields:
            if f.type == "number":
                labels.setdefault(f.label, set()).add(key)
    twice = [(f"“{label}”在{_names(keys)}里各问一遍", "") for label, keys in sorted(labels.items()) if len(keys) > 1]
    known = [
        (f"《{s.name}》还在问“{f.label}”，单位信息里已经有", reverse("sheets:fill", args=[s.key]))
        for s in sheets().values() for f in s.fields if f.label in UNIT_FACTS
    ]  # fmt: skip
    items = [*twice, *known]
    words = (
        f"一年内不变的数共 {len(labels)} 个，问了不止一遍的有 {len(items)} 个。看板上的其余数字都由记录算出，不用填。"
    )
    return Finding(words, len(items) <= rule.number, items)


def no_holiday_teacher_duty(rule: Rule, unit: Unit) -> Finding:
    duties = [
        d for d in _in_force(unit)
        if d.kind == "recurring" and d.every in ("daily", "weekly", "holiday") and not d.practice.with_pupils
        and "homeroom_teacher" in d.by and d.window != "before_holiday"
    ]  # fmt: skip
    words = f"执行中的要求里，没有学生在校的日子也要班主任做的有 {len(duties)} 条。其余事项在节假日和寒暑假自动不计。"
    return Finding(words, len(duties) <= rule.number, _duty_items(duties, unit))


def no_letter_per_campaign(rule: Rule, unit: Unit) -> Finding:
    duties = [d for d in _in_force(unit) if d.practice.key == "responsibility_letter" and d.kind == "recurring"]
    if not duties:
        return Finding("执行中的文件没有另外要求签责任书。", True)
    documents = {d.document_id for d in duties}
    year = max(max(1, round(A_WEEK[d.every] * WEEKS_OF_TERM * TERMS)) * d.times for d in duties)
    words = f"{len(documents)} 份文件要求签责任书，合并后每岗每学年 {year} 份，不按文件各签一份。"
    return Finding(words, year <= rule.number, _duty_items(duties, unit))


def minutes_per_week_ceiling(rule: Rule, unit: Unit) -> Finding:
    ceiling = value_at("burden.minutes_week", unit.path).value
    expected = max((_minutes(_binding(unit, facts)) for facts in facts_of(unit)), default=0)
    burden = burden_of(unit, clock.today())
    measured = burden.average
    words = f"按执行中的要求估计，要求最多的学校每周约 {expected} 分钟；实际记下的，近 {len(burden.weeks)} 周平均每校每周 {measured or 0:g} 分钟；本地上限 {ceiling} 分钟。"
    link = reverse("obligations:burden") + f"?unit={unit.id}"
    return Finding(words, expected <= ceiling and (measured or 0) <= ceiling, [("看时间花在哪里", link)])


CHECKS: dict[str, Callable[[Rule, Unit], Finding]] = {
    check.__name__: check
    for check in (
        no_teacher_ranking, no_forced_checkin, photos_only_where_proof_needs, activities_per_term_max,
        inspections_need_notice, one_source_per_field, no_holiday_teacher_duty, no_letter_per_campaign,
        minutes_per_week_ceiling,
    )
}  # fmt: skip


def facts_of(unit: Unit) -> list[dict[str, Any]]:
    """The school itself, or for each kind of school below a bureau one that has everything: the most is asked of it."""
    if unit.is_school:
        return [unit.facts()]
    kinds = {kind for (kind, _), n in read_one(unit.path, "units").items() if n} & set(SchoolKind.values)
    return [{"rank": "school", "kind": k, "pupils": 1000, "boarding": True, "has": FACILITIES} for k in sorted(kinds)]


def strictest(duties: Iterable[Duty]) -> dict[str, Duty]:
    """The strictest recurring duty of each practice: what a school really has to do, whatever the documents."""
    found: dict[str, Duty] = {}
    for duty in duties:
        if duty.kind == "recurring" and duty.every in A_WEEK:
            known = found.get(duty.practice.key)
            if known is None or _rank(duty) < _rank(known):
                found[duty.practice.key] = duty
    return found


def _rank(duty: Duty) -> tuple[int, int]:
    return STRICTNESS.index(duty.every), -duty.times


def _minutes(duties: Iterable[Duty]) -> int:
    return round(sum(A_WEEK[d.every] * d.times * d.practice.minutes for d in strictest(duties).values()))


def _in_force(unit: Unit) -> list[Duty]:
    today = clock.today()
    return [d for d in book().above(unit.path) if d.starts <= today <= d.ends]


def _binding(unit: Unit, facts: dict[str, Any]) -> list[Duty]:
    today = clock.today()
    return [d for d in book().binding(unit.path, facts) if d.starts <= today <= d.ends]


def _asked(wanted: Callable[[Field], bool]) -> list[tuple[str, str]]:
    return [
        (s.name, reverse("sheets:fill", args=[s.key])) for s in sheets().values() if any(map(wanted, _questions(s)))
    ]


def _questions(sheet: Sheet) -> Iterator[Field]:
    for f in sheet.fields:
        yield f
        yield from f.fields


def _names(keys: set[str]) -> str:
    return "、".join(f"《{sheets()[k].name}》" for k in sorted(keys))


def _duty_items(duties: list[Duty], unit: Unit) -> list[tuple[str, str]]:
    return [(f"《{d.document_short}》{d.duty}", why_url(d.practice.key, f"?unit={unit.id}")) for d in duties]
