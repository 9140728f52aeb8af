"""Lists of teams, the year's list, the black list, supervised items, samples."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Resource
from xiaoan.engines.ui.dates import cn_day, cn_span
from xiaoan.engines.ui.marks import pill
from xiaoan.inspections.catalogue import list_rules
from xiaoan.inspections.flows import BLACKLIST
from xiaoan.inspections.kinds import BODIES, TEAMS
from xiaoan.inspections.models import Blacklisting, Finding, Member, Part, PlanItem, Sample, Supervised
from xiaoan.inspections.resource import STATE, STEP, UNIT, by_unit, equal
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor


def _count(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values("person_id").annotate(n=Count("pk")).values("n")), 0)


def _members(actor: Actor) -> QuerySet[Member]:
    rows = Member.objects.visible_to(actor, "inspections.oversee").select_related("unit")
    parts = Part.objects.filter(person_id=OuterRef("person_id"))
    found = Finding.objects.filter(person_id=OuterRef("person_id"))
    return rows.annotate(  # type: ignore[no-any-return]
        sent=_count(parts), done=_count(parts.filter(first_at__isnull=False)), found=_count(found)
    )


def _by_when(rows: QuerySet[Any], value: str, actor: Actor) -> QuerySet[Any]:
    today = clock.today()
    now = (Q(ends__isnull=True) | Q(ends__gte=today)) & Q(starts__lte=today)
    return rows if value == "all" else rows.filter(now)


def _until(row: Member) -> Any:
    if not row.ends:
        return "不限"
    return cn_day(row.ends) if row.ends >= clock.today() else pill("na", "已到期")


MEMBERS = Resource(
    key="members",
    one="member",
    name="督查队伍",
    right="inspections.oversee",
    rows=_members,
    columns=[
        Column("name", "姓名", lambda m: m.person_name, width=12),
        Column("team", "队伍", lambda m: TEAMS[m.team], width=14),
        Column("body", "部门", lambda m: f"第三方 {m.organisation}" if m.body == "third_party" else BODIES.get(m.body, m.body), width=18),
        Column("home", "所在单位", lambda m: m.home_name, width=22),
        Column("unit_name", "建队单位", lambda m: m.unit.name, width=20),
        Column("sent", "派出", lambda m: m.sent, show=lambda m: f"{m.sent} 次", type=int, width=8),
        Column("done", "已查", lambda m: m.done, show=lambda m: f"{m.done} 次", type=int, width=8),
        Column("found", "发现问题", lambda m: m.found, show=lambda m: f"{m.found} 项", type=int, width=9),
        Column("ends", "到哪天", lambda m: m.ends, show=_until, type=date, width=12),
    ],
    filters=[
        Filter("team", "队伍", equal("team"), options=lambda actor: list(TEAMS.items())),
        Filter("when", "在岗", _by_when, options=lambda actor: [("now", "在队的"), ("all", "全部")], default="now", every="在队的"),
        Filter("words", "姓名", lambda rows, value, actor: rows.filter(person_name__contains=value), kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("inspections:member", args=[row.pk]),
    measure="人",
    icon="users-group",
    keys=[UNIT],
    detail=lambda actor: [Column("starts", "从哪天", lambda m: m.starts, type=date), Column("places", "只能查", lambda m: m.places, type=list[str])],
    empty=("队伍里还没有人", "从在岗人员里选，第三方另外开限期岗位。"),
    actions=lambda actor: [("加人", reverse("inspections:add_member"), "user-plus"), ("第三方", reverse("inspections:third_party"), "certificate"), ("包校安排", reverse("inspections:keepers"), "school")] if actor.holds("inspections.plan") else (),
)  # fmt: skip


def _plan(actor: Actor) -> QuerySet[PlanItem]:
    used = ~Q(campaigns__state__in=["draft", "approved", "cancelled"])
    rows = PlanItem.objects.visible_to(actor, "inspections.oversee").select_related("unit")
    return rows.annotate(used=Count("campaigns", filter=used))  # type: ignore[no-any-return]


PLAN = Resource(
    key="plan_items",
    one="plan_item",
    name="年度检查清单",
    right="inspections.oversee",
    rows=_plan,
    columns=[
        Column("name", "事项", lambda p: p.name, width=34, is_wrapped=True),
        Column("year", "年度", lambda p: p.year, show=lambda p: f"{p.year}年", type=int, width=8),
        Column("unit_name", "单位", lambda p: p.unit.name, width=20),
        Column("basis", "依据", lambda p: p.basis, width=34, is_wrapped=True),
        Column("most", "一年几次", lambda p: p.most, show=lambda p: f"{p.most} 次", type=int, width=9),
        Column("used", "已派出", lambda p: p.used, show=lambda p: f"{p.used} 次", type=int, width=9),
    ],
    filters=[Filter("words", "事项", lambda rows, value, actor: rows.filter(name__contains=value), kind="words")],
    order=("-id",),
    href=lambda row: reverse("inspections:plan") + f"#{row.pk}",
    measure="项",
    icon="calendar-event",
    keys=[UNIT],
    empty=("清单还是空的", "督查检查实行年度清单管理，先把今年要做的列进来。"),
    actions=lambda actor: [("列入事项", reverse("inspections:new_plan_item"), "plus")] if actor.holds("inspections.plan") else (),
)  # fmt: skip


def _listed(actor: Actor) -> QuerySet[Blacklisting]:
    return Blacklisting.objects.visible_to(actor, "inspections.read").select_related("unit")


def blacklist_pill(row: Blacklisting) -> Any:
    state = BLACKLIST.state(row.state)
    return pill(state.colour, state.label)


def _listed_detail(actor: Actor) -> Sequence[Column]:
    return [Column("appeal", "申诉", lambda b: b.appeal), Column("decision", "答复", lambda b: b.decision),
            Column("made_by", "列入人", lambda b: b.made_by)]  # fmt: skip


BLACKLISTED = Resource(
    key="blacklist",
    one="blacklisting",
    name="黑名单",
    right="inspections.read",
    rows=_listed,
    columns=[
        Column("unit_name", "单位", lambda b: b.unit.name, width=26),
        Column("rule", "依据的规则", lambda b: list_rules()[b.rule].name, width=20),
        Column("state", "状态", lambda b: BLACKLIST.state(b.state).label, show=blacklist_pill, width=10),
        Column("words", "事实", lambda b: b.words, width=40, is_wrapped=True, show=lambda b: b.words[:50]),
        Column("starts", "列入", lambda b: b.starts, show=lambda b: cn_day(b.starts), type=date, width=12),
        Column("ends", "到哪天", lambda b: b.ends, show=lambda b: cn_day(b.ends), type=date, width=12),
    ],
    filters=[
        Filter("state", "状态", equal("state"), options=lambda actor: [(s.key, s.label) for s in BLACKLIST.states]),
        Filter("unit", "单位名称", by_unit("unit_path"), kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("inspections:blacklisting", args=[row.pk]),
    measure="个",
    icon="ban",
    keys=[UNIT, STATE, STEP],
    detail=_listed_detail,
    empty=("名单是空的", "按规则列入，写明事实和到期日；被列入的单位可以申诉。"),
    actions=lambda actor: [("列入", reverse("inspections:new_blacklisting"), "plus")] if actor.holds("blacklist.keep") else (),
)  # fmt: skip


def _supervised(actor: Actor) -> QuerySet[Supervised]:
    return Supervised.objects.visible_to(actor, "inspections.read").select_related("unit")


def supervised_words(row: Supervised) -> str:
    """How it stands, in words."""
    is_late = row.is_late(clock.today())
    if row.state == "done":
        return "超期办结" if is_late else "按期办结"
    if is_late:
        return "逾期"
    return "快到期" if row.remind_on <= clock.today() else "办理中"


def supervised_pill(row: Supervised) -> Any:
    words = supervised_words(row)
    colour = {"超期办结": "due", "按期办结": "ok", "逾期": "late", "快到期": "due", "办理中": "go"}[words]
    return pill(colour, words)


def _supervised_state(rows: QuerySet[Supervised], value: str, actor: Actor) -> QuerySet[Supervised]:
    if value == "late":
        return rows.filter(state="open", due__lt=clock.today())
    return rows.filter(state=value)


SUPERVISED = Resource(
    key="supervised",
    one="supervised",
    name="督办事项",
    right="inspections.read",
    rows=_supervised,
    columns=[
        Column("title", "督办什么", lambda s: s.title, width=36, is_wrapped=True),
        Column("unit_name", "单位", lambda s: s.unit.name, width=22),
        Column("holder", "谁办", lambda s: s.holder, width=12),
        Column("state", "状态", supervised_words, show=supervised_pill, width=10),
        Column("due", "完成日期", lambda s: s.due, show=lambda s: cn_day(s.due), type=date, width=12),
        Column("remind_on", "提醒", lambda s: s.remind_on, show=lambda s: cn_day(s.remind_on), type=date, width=12),
    ],
    filters=[
        Filter("state", "状态", _supervised_state, options=lambda actor: [("open", "办理中"), ("late", "逾期"), ("done", "已办结")]),
        Filter("unit", "单位名称", by_unit("unit_path"), kind="words"),
    ],
    order=("-id",),
    href=lambda row: reverse("inspections:supervised", args=[row.pk]),
    measure="件",
    icon="gavel",
    keys=[UNIT, STATE],
    detail=lambda actor: [Column("result", "办理结果", lambda s: s.result), Column("done_on", "办结日期", lambda s: s.done_on, type=date)],
    empty=("没有督办事项", "需要盯着办的事，立项后到期会提醒。"),
    actions=lambda actor: [("立项督办", reverse("inspections:new_supervised"), "plus")] if actor.holds("supervised.keep") else (),
)  # fmt: skip


def rate_words(row: Sample) -> str:
    return f"{100 * row.false / row.checked:.0f}%" if row.checked else ""


SAMPLES = Resource(
    key="samples",
    one="sample",
    name="记录抽查",
    right="inspections.oversee",
    rows=lambda actor: Sample.objects.visible_to(actor, "inspections.oversee").select_related("unit"),
    columns=[
        Column("name", "抽查", lambda s: s.name, width=28),
        Column("unit_name", "单位", lambda s: s.unit.name, width=20),
        Column("span", "记录时段", lambda s: cn_span(s.first, s.last), width=18),
        Column("size", "抽了", lambda s: s.size, show=lambda s: f"{s.size} 条", type=int, width=8),
        Column("checked", "已核", lambda s: s.checked, show=lambda s: f"{s.checked} 条", type=int, width=8),
        Column("false", "不实", lambda s: s.false, show=lambda s: f"{s.false} 条", type=int, width=8),
        Column("rate", "不实率", rate_words, width=8),
    ],
    filters=[Filter("words", "名称", lambda rows, value, actor: rows.filter(name__contains=value), kind="words")],
    order=("-id",),
    href=lambda row: reverse("inspections:sample", args=[row.pk]),
    measure="次",
    icon="zoom-question",
    keys=[UNIT],
    detail=lambda actor: [Column("seed", "种子", lambda s: s.seed), Column("pool", "记录总数", lambda s: s.pool, type=int)],
    empty=("还没有抽查过", "随机抽一批记录，现场或看照片的时间地点核对真假。"),
    actions=lambda actor: [("抽一批", reverse("inspections:new_sample"), "plus")] if actor.holds("inspections.plan") else (),
)  # fmt: skip
