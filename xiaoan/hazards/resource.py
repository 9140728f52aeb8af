"""Hazards as a list: who sees which, by what they are found, what goes into Excel and the API."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from xiaoan.checks.catalogue import category_names, items
from xiaoan.engines.resource.declare import Column, Filter, Resource, Values
from xiaoan.engines.sheets.resource import units_called
from xiaoan.engines.tally.queries import read_one
from xiaoan.engines.ui.dates import cn_day
from xiaoan.engines.ui.marks import level, pill
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.paths import scope
from xiaoan.hazards.figures import NOW
from xiaoan.hazards.flows import HAZARD
from xiaoan.hazards.models import REPORT_ONLY, STOCK_UNTIL, Hazard
from xiaoan.hazards.states import ENDS, KINDS, LEVELS, MANAGED, SOURCES
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

Rows = QuerySet[Hazard]
OPEN_STATES = [s.key for s in HAZARD.states if not s.is_end]
STATE_OPTIONS = [("open", "未销号"), ("late", "超期"), *((s.key, s.label) for s in HAZARD.states)]


def rows(actor: Actor) -> Rows:
    return Hazard.objects.visible_to(actor, "hazards.read").select_related("unit")


def state_pill(row: Hazard) -> Any:
    """The state, said to be late where it is, and which round it is."""
    state = HAZARD.state(row.state)
    again = row.returned + row.reopened + 1
    words = f"{state.label} · 第 {again} 次" if again > 1 and row.is_open else state.label
    return pill("late", f"{words}，超期") if row.is_late(clock.today()) else pill(state.colour, words)


def _by_state(found: Rows, value: str, actor: Actor) -> Rows:
    if value == "late":  # only what is open has a day: said twice, a planner would take it for much rarer than it is
        return found.filter(due__lt=clock.today())
    return found.exclude(state__in=ENDS) if value == "open" else found.filter(state=value)


def _by_whose(found: Rows, value: str, actor: Actor) -> Rows:
    if value == "reported":
        return found.filter(reported_by_id=actor.person_id)
    ours = Q(holder_path=actor.unit_path, holder_id__isnull=True)
    return found.exclude(state__in=ENDS).filter(Q(holder_id=actor.person_id) | ours)


def _by_unit(found: Rows, words: str, actor: Actor) -> Rows:
    """A bureau's name means all below it; several schools of a like name are all shown."""
    units = list(units_called(actor, words).values_list("path", "rank"))
    if len(units) == 1 and units[0][1] != Rank.SCHOOL:
        return found.filter(scope(units[0][0]))
    return found.filter(unit_path__in=[path for path, _ in units])


def _by_flag(found: Rows, value: str, actor: Actor) -> Rows:
    if value == "supervised":
        return found.filter(is_supervised=True)
    if value == "doubt":
        return found.filter(questioned_on__isnull=False)
    return found.filter(level="major", found_on__lte=STOCK_UNTIL)


def _by_item(found: Rows, value: str, actor: Actor) -> Rows:
    """With its category, by which there is an index."""
    return found.filter(category=items()[value].category, item=value)


def _options(words: dict[str, str]) -> Any:
    return lambda actor: list(words.items())


FLAGS = {"supervised": "挂牌督办中", "doubt": "原销号待复核", "stock": "2023年及以前的重大隐患"}
FILTERS = [
    Filter("state", "状态", _by_state, options=lambda actor: STATE_OPTIONS, orders={"late": ("due", "id")}),
    Filter("level", "等级", lambda found, value, actor: found.filter(level=value), options=_options(LEVELS)),
    Filter("category", "类别", lambda found, value, actor: found.filter(category=value),
           options=lambda actor: list(category_names().items())),
    Filter("item", "检查项", _by_item, options=lambda actor: [(i.key, i.text[:18]) for i in items().values()]),
    Filter("source", "来源", lambda found, value, actor: found.filter(source=value), options=_options(SOURCES)),
    Filter("whose", "归谁", _by_whose, options=lambda actor: [("mine", "等我办的"), ("reported", "我报的")], every="不限"),
    Filter("unit", "单位名称", _by_unit, kind="words"),
    Filter("flag", "另看", _by_flag, options=_options(FLAGS), every="不限"),
    Filter("number", "编号", lambda found, value, actor: found.filter(number=value), kind="words"),
]  # fmt: skip


def _name(row: Hazard) -> Any:
    tag = format_html(' <span class="tier">督</span>') if row.is_supervised else ""
    return format_html("{} {}{}", level(LEVELS[row.level]), row.words[:60], tag)


def _whole(words: str) -> Any:
    """Few words that stay on one line."""
    return format_html('<span class="nw">{}</span>', words) if words else ""


def category_word(row: Hazard) -> str:
    return category_names().get(row.category, "")


def _total(actor: Actor, values: Values) -> int | None:
    """From the tallies, where they are kept for these filters: state, level and category in any company, or the source
    alone with level and category."""
    asked = set(values)
    if not actor.scope or actor.role in (*REPORT_ONLY, "partner_officer") or values.get("state") == "late":
        return None
    if asked <= {"state", "level", "category"}:
        states = OPEN_STATES if values.get("state") == "open" else [values["state"]] if "state" in values else None
        return _sum(actor.scope, NOW, states, values)
    return None


def _sum(path: str, measure: str, firsts: list[str] | None, values: Values) -> int:
    total = 0
    for (subject, _), n in read_one(path, measure).items():
        first, grade, category = subject.split(".")
        fits = (firsts is None or first in firsts) and values.get("level", grade) == grade
        total += n if fits and values.get("category", category) == category else 0
    return total


COLUMNS = [
    Column("words", "隐患", lambda h: h.words, show=_name, width=40, is_wrapped=True),
    Column("unit_name", "单位", lambda h: h.unit.name, width=22),
    Column("state", "状态", lambda h: HAZARD.state(h.state).label, show=state_pill, width=12),
    Column("category", "类别", category_word, show=lambda h: _whole(category_word(h)), width=14),
    Column("holder", "现在归", lambda h: h.holder, width=20),
    Column("due", "本步期限", lambda h: h.due, show=lambda h: _whole(cn_day(h.due)), type=date, width=12),
    Column("source", "来源", lambda h: SOURCES[h.source], show=lambda h: _whole(SOURCES[h.source]), width=10),
    Column("number", "编号", lambda h: h.number, show=lambda h: _whole(h.number), width=20),
]


def _more(actor: Actor, values: Values) -> Sequence[Column]:
    return [
        Column("level", "等级", lambda h: LEVELS[h.level], width=8),
        Column("place", "地点", lambda h: h.place, width=20),
        Column("found_on", "发现日期", lambda h: h.found_on, type=date, width=12),
        Column("reporter", "上报人", lambda h: h.reporter, width=12),
        Column("managed", "治理方式", lambda h: MANAGED[h.managed], width=10),
        Column("responsible", "责任人", lambda h: h.responsible, width=12),
        Column("measures", "措施", lambda h: h.measures, width=30),
        Column("funds", "资金", lambda h: h.funds, width=16),
        Column("fix_by", "整改时限", lambda h: h.fix_by, type=date, width=12),
        Column("plan", "预案", lambda h: h.plan, width=24),
        Column("done", "整改情况", lambda h: h.done, width=30),
        Column("decision", "验收意见", lambda h: h.decision, width=24),
        Column("closed_on", "销号日期", lambda h: h.closed_on, type=date, width=12),
        Column("returned", "退回次数", lambda h: h.returned, type=int, width=9),
        Column("is_repeat", "重复隐患", lambda h: h.earlier_id is not None, type=bool, width=9),
    ]


KEYS = [
    Column("unit", "单位编号", lambda h: h.unit_id, type=uuid.UUID),
    Column("state_key", "状态代码", lambda h: h.state),
    Column("level_key", "等级代码", lambda h: h.level),
    Column("category_key", "类别代码", lambda h: h.category),
    Column("source_key", "来源代码", lambda h: h.source),
    Column("step", "第几步", lambda h: h.step, type=int),
    Column("place", "地点", lambda h: h.place),
    Column("found_on", "发现日期", lambda h: h.found_on, type=date),
    Column("is_supervised", "挂牌督办", lambda h: h.is_supervised, type=bool),
]


def _detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("kind", "范围", lambda h: KINDS[h.kind]),
        Column("item", "检查项", lambda h: h.item),
        Column("control", "失效的管控措施", lambda h: h.control_id, type=uuid.UUID),
        Column("level_why", "判定理由", lambda h: h.level_why),
        Column("happened_at", "发现时间", lambda h: h.happened_at, type=datetime),
        Column("reporter", "上报人", lambda h: h.reporter),
        Column("photos", "整改前照片", lambda h: h.photos, type=list[str]),
        Column("after_photos", "整改后照片", lambda h: h.after_photos, type=list[str]),
        Column("responsible", "责任人", lambda h: h.responsible),
        Column("measures", "措施", lambda h: h.measures),
        Column("funds", "资金", lambda h: h.funds),
        Column("fix_by", "整改时限", lambda h: h.fix_by, type=date),
        Column("plan", "预案", lambda h: h.plan),
        Column("interim", "整改前的防护", lambda h: h.interim),
        Column("done", "整改情况", lambda h: h.done),
        Column("decision", "最近的意见", lambda h: h.decision),
        Column("returned", "退回次数", lambda h: h.returned, type=int),
        Column("reopened", "重新打开次数", lambda h: h.reopened, type=int),
        Column("earlier", "上一次的编号", lambda h: h.earlier_id, type=uuid.UUID),
        Column("closed_on", "销号日期", lambda h: h.closed_on, type=date),
    ]


def _actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    found = [("报隐患", reverse("hazards:new"), "plus")] if actor.holds("hazards.report") else []
    if actor.role not in (*REPORT_ONLY, "partner_officer"):
        found += [
            ("统计", reverse("hazards:figures"), "chart-bar"),
            ("六张清单", reverse("hazards:lists"), "list-details"),
        ]
    return found


LIGHT = (
    "words", "level", "state", "returned", "reopened", "due", "category", "holder", "source", "number", "is_supervised",
    "step", "place", "found_on", "unit_id", "unit__name",
)  # fmt: skip

HAZARDS = Resource(
    key="hazards",
    one="hazard",
    name="隐患",
    right="hazards.read",
    rows=rows,
    columns=COLUMNS,
    filters=FILTERS,
    order=("-id",),
    href=lambda row: reverse("hazards:hazard", args=[row.pk]),
    measure="件",
    icon="alert-triangle",
    empty=("还没有隐患", "巡查、检查和随手报发现的隐患都在这里。"),
    total=_total,
    more=_more,
    keys=KEYS,
    detail=_detail,
    light=LIGHT,
    by_scope=lambda actor: actor.role not in (*REPORT_ONLY, "partner_officer"),
    actions=_actions,
    page_size=25,
)
