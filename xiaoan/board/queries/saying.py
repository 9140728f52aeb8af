"""What a requirement asks, said for a person: who, how often, by when, what counts, what it costs."""

from typing import Any

from xiaoan.engines.sheets.catalogue import Sheet, sheets
from xiaoan.engines.ui.icons import listed
from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.kinds import Rank, SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.obligations.fitting import conditions
from xiaoan.obligations.measures import measures
from xiaoan.obligations.words import day_words, rhythm
from xiaoan.policies.book import Duty

FACILITIES = {
    "boarding": "有寄宿", "canteen": "有食堂", "bus": "有校车", "laboratory": "有实验室", "pool": "有游泳池", "gas": "用燃气",
}  # fmt: skip


def facts_of(duty: Duty) -> list[tuple[str, str]]:
    """(name, words) of one requirement for the panel."""
    return [
        ("做什么", duty.duty),
        ("谁来做", whom(duty.binds)),
        ("频次", rhythm(duty) + ("（原文未写，平台默认）" if duty.assumed else "")),
        ("截止", day_words(duty.deadline) if duty.deadline else ""),
        ("认什么", what_counts(duty)),
        ("谁去办", "、".join(ROLES[r].name for r in duty.by if r in ROLES)),
        ("负担", cost(duty)),
    ]


def whom(binds: dict[str, Any]) -> str:
    """有寄宿的初中、高中 / 所有学校 / 区县本级."""
    ranks = binds.get("ranks", ["school"])
    if "school" not in ranks:
        return "、".join(str(Rank(r).label) for r in ranks) + "本级"
    kinds = "、".join(str(SchoolKind(k).label) for k in binds.get("kinds") or ()) or "学校"
    facts = [FACILITIES.get(h, h) for h in binds.get("has", ())]
    if "boarding" in binds:
        facts.append("有寄宿" if binds["boarding"] else "不寄宿")
    if "min_pupils" in binds:
        facts.append(f"学生 {binds['min_pupils']} 人以上")
    if "max_pupils" in binds:
        facts.append(f"学生 {binds['max_pupils']} 人以下")
    others = [str(Rank(r).label) for r in ranks if r != "school"]
    head = ("、".join(facts) + "的" if facts else "") + (kinds if kinds != "学校" or facts else "所有学校")
    return "、".join([head, *others])


def what_counts(duty: Duty) -> str:
    """The records that prove it, with their conditions; for a state, the measure's definition."""
    if duty.kind in ("standing", "target") and duty.measure in measures():
        return measures()[duty.measure].definition
    form = sheets().get(duty.practice.sheet)
    if form is None:
        return ""
    wanted = [w for c in [*duty.practice.where, *conditions(duty.counts)] if (w := _condition(form, c))]
    topics = duty.counts.get("topic")
    if topics and form.columns.get("topic"):
        field = form.field(form.columns["topic"])
        wanted.append("主题：" + field.label_of([str(t) for t in topics]))
    if duty.counts.get("headcount_min"):
        wanted.append(f"人数不少于 {duty.counts['headcount_min']} 人")
    return f"“{form.name}”记录" + (f"：{'；'.join(wanted)}" if wanted else "")


def cost(duty: Duty) -> str:
    times = {"daily": 5, "weekly": 1}.get(duty.every)
    each = f"记一次约 {duty.practice.minutes} 分钟"
    return f"{each}，每周约 {times * duty.practice.minutes * duty.times} 分钟" if times else each


def kind_of(unit: Unit) -> str:
    """小学 · 有寄宿."""
    facts = [unit.get_kind_display()] if unit.kind else [unit.get_rank_display()]
    if unit.is_school:
        facts.append("有寄宿" if unit.boarders else "不寄宿")
    return " · ".join(facts)


def icon_of(name: str) -> str:
    """The icon when the sprite has it, else the common one: catalogues grow faster than the sprite."""
    return name if not listed() or name in listed() else "checklist"


def _condition(form: Sheet, condition: dict[str, Any]) -> str:
    field = next((f for f in form.fields if f.key == condition["field"]), None)
    if field is None:
        return ""
    values = [{True: "yes", False: "no"}[v] if isinstance(v, bool) else str(v) for v in condition["is"]]
    return f"{field.label}为{'、'.join(field.label_of(v) for v in values)}"
