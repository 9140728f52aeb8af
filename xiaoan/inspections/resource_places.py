"""Lists of units under inspection: coverage of schools, institutions of training."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Resource
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.ui.dates import cn_day
from xiaoan.engines.ui.marks import pill
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.units.kinds import GENERAL_KINDS, SchoolKind
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.states import ENDS
from xiaoan.inspections.institutions import APPRAISALS, KINDS, REMITS
from xiaoan.inspections.models import Institution, Keeper, Penalty, Visit
from xiaoan.inspections.resource import by_unit
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor

STAGES = {"issued": "待整改", "fixed": "待复查", "checked": "待评价"}


def _last(column: str) -> Subquery:
    rows = Visit.objects.filter(place=OuterRef("pk"), counted_on__isnull=False).order_by("-counted_on", "-id")
    return Subquery(rows.values(column)[:1])


def open_hazards() -> Coalesce:
    """How many open hazards a unit has."""
    rows = Hazard.objects.filter(unit=OuterRef("pk")).exclude(state__in=ENDS).order_by().values("unit")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def inspected(actor: Actor, rows: QuerySet[Unit]) -> QuerySet[Unit]:
    """Units with their last visit, the stage of its problems, keeper and open hazards."""
    keeper = Keeper.objects.filter(unit=OuterRef("pk"), ends__isnull=True).values("person_name")[:1]
    return rows.annotate(
        last_on=_last("counted_on"), last_state=_last("state"), last_failed=_last("failed"), last_id=_last("id"),
        keeper=Subquery(keeper), hazards=open_hazards(),
    ).select_related("parent")  # fmt: skip


def _schools(actor: Actor) -> QuerySet[Unit]:
    rows = Unit.objects.visible_to(actor, "units.read").active().schools().filter(kind__in=GENERAL_KINDS)
    return inspected(actor, rows)


def _by_left(rows: QuerySet[Unit], value: str, actor: Actor) -> QuerySet[Unit]:
    """Not inspected this year by the actor's own rank; or at all."""
    own = Visit.objects.filter(place=OuterRef("pk"), counted_on__year=clock.today().year).exclude(mode="self")
    own = own.filter(by_rank=actor.rank) if value == "own" and actor.rank in ("province", "city", "county") else own
    return rows.filter(~Exists(own))


def _by_size(rows: QuerySet[Unit], value: str, actor: Actor) -> QuerySet[Unit]:
    small = Q(pupils__lt=norm("inspections.small_pupils", actor.scope))
    nursery = Q(kind="kindergarten")
    return rows.filter({"small": small, "kindergarten": nursery, "both": small | nursery}[value])


def _by_keeper(rows: QuerySet[Unit], value: str, actor: Actor) -> QuerySet[Unit]:
    held = Keeper.objects.filter(unit=OuterRef("pk"), ends__isnull=True)
    return rows.filter(Exists(held)) if value == "with" else rows.filter(~Exists(held))


def _stage(row: Any) -> str:
    if row.last_state is None or (row.last_state == "issued" and not row.last_failed):
        return ""
    return STAGES.get(row.last_state, "")


def _last_words(row: Any) -> Any:
    return cn_day(row.last_on) if row.last_on else pill("na", "没有查过")


PLACES = Resource(
    key="inspected",
    one="unit",
    name="各校督查情况",
    right="inspections.oversee",
    rows=_schools,
    columns=[
        Column("name", "学校", lambda u: u.name, width=26),
        Column("kind", "类别", lambda u: u.get_kind_display(), width=12),
        Column("parent", "所属", lambda u: u.parent.label if u.parent else "", width=16),
        Column("pupils", "学生", lambda u: u.pupils, type=int, width=8),
        Column("keeper", "包校人员", lambda u: u.keeper or "", width=12),
        Column("last_on", "上次督查", lambda u: u.last_on, show=_last_words, type=date, width=12),
        Column("found", "上次问题", lambda u: u.last_failed, type=int, width=9),
        Column("stage", "问题办到哪一步", _stage, width=14),
        Column("hazards", "未销号隐患", lambda u: u.hazards, type=int, width=10),
    ],
    filters=[
        Filter("left", "今年", _by_left, options=lambda actor: [("own", "本级还没查的"), ("any", "哪一级都没查的")], every="不限"),
        Filter("size", "规模", _by_size, options=lambda actor: [("both", "小型学校和幼儿园"), ("small", "小型学校"), ("kindergarten", "幼儿园")], every="不限"),
        Filter("keeper", "包校", _by_keeper, options=lambda actor: [("without", "没有包校人员"), ("with", "有包校人员")], every="不限"),
        Filter("kind", "类别", lambda rows, value, actor: rows.filter(kind=value), options=lambda actor: [(k, SchoolKind(k).label) for k in GENERAL_KINDS]),
        Filter("words", "名称", by_unit("path"), kind="words"),
    ],
    order=("path",),
    href=lambda row: reverse("inspections:place", args=[row.pk]),
    measure="所",
    icon="school",
    empty=("没有这样的学校", "换个筛选条件看看。"),
    actions=lambda actor: [
        ("覆盖情况", reverse("inspections:coverage"), "chart-bar"),
        ("落实与督查", reverse("inspections:programme"), "checks"),
        ("督查质量", reverse("inspections:quality"), "scale"),
        ("督导调研", reverse("inspections:deputies"), "walk"),
        ("记录抽查", reverse("inspections:samples"), "zoom-question"),
    ],
)  # fmt: skip


def institutions_of(actor: Actor) -> QuerySet[Unit]:
    """The institutions that the actor may know of; a department sees those of its own remit."""
    rows = Unit.objects.under(actor.scope) if actor.holds("institutions.read") else Unit.objects.none()
    known = Institution.objects.filter(unit=OuterRef("pk"))
    rows = rows.active().filter(Q(kind="training") | Q(kind__in=KINDS) & Exists(known))
    if actor.role == "partner_officer":
        own = Unit.objects.filter(path=actor.unit_path).values("kind")[:1]
        rows = rows.filter(Exists(known.filter(remit=Subquery(own))))
    return rows


def _institutions(actor: Actor) -> QuerySet[Unit]:
    facts = Institution.objects.filter(unit=OuterRef("pk"))
    fines = Penalty.objects.filter(unit=OuterRef("pk")).order_by().values("unit").annotate(n=Count("pk")).values("n")
    return inspected(actor, institutions_of(actor)).annotate(
        licence=Subquery(facts.values("licence")[:1]), licence_until=Subquery(facts.values("licence_until")[:1]),
        safety_owner=Subquery(facts.values("safety_owner")[:1]), remit=Subquery(facts.values("remit")[:1]),
        is_self_built=Subquery(facts.values("is_self_built")[:1]), appraisal=Subquery(facts.values("appraisal")[:1]),
        penalties=Coalesce(Subquery(fines, output_field=IntegerField()), 0),
    )  # fmt: skip


def _licence(row: Any) -> Any:
    if not row.licence:
        return pill("due", "没有登记")
    if row.licence_until and row.licence_until < clock.today():
        return pill("late", "已过期")
    return row.licence


def house_words(is_self_built: bool | None, appraisal: str | None) -> str:
    """The house in words: only a self-built one must be appraised."""
    if not is_self_built:
        return ""
    return f"自建房，{APPRAISALS.get(appraisal or '', '还没有鉴定')}"


def _by_house(rows: QuerySet[Any], value: str, actor: Actor) -> QuerySet[Any]:
    rows = rows.filter(is_self_built=True)
    return rows.exclude(appraisal="safe") if value == "unsafe" else rows


def _by_checks(rows: QuerySet[Any], value: str, actor: Actor) -> QuerySet[Any]:
    if value == "unvisited":
        return rows.filter(last_on__isnull=True)
    if value == "silent":
        own = Record.objects.filter(unit=OuterRef("pk"), sheet="institution_check", state="filed")
        return rows.filter(~Exists(own.filter(happened_on__year=clock.today().year)))
    return rows.filter(hazards__gt=0) if value == "hazards" else rows.filter(penalties__gt=0)


def _detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("licence_until", "许可到期", lambda u: u.licence_until, type=date),
        Column("remit", "主管部门代码", lambda u: u.remit or "own"),
    ]


INSTITUTIONS = Resource(
    key="institutions",
    one="institution",
    name="校外培训机构",
    right="institutions.read",
    rows=_institutions,
    columns=[
        Column("name", "机构", lambda u: u.name, width=28),
        Column("parent", "所属", lambda u: u.parent.label if u.parent else "", width=16),
        Column("remit_name", "主管部门", lambda u: REMITS.get(u.remit or "own", "教育"), width=12),
        Column("licence", "许可证", lambda u: u.licence or "", show=_licence, width=18),
        Column("safety_owner", "安全负责人", lambda u: u.safety_owner or "", width=12),
        Column("last_on", "上次检查", lambda u: u.last_on, show=_last_words, type=date, width=12),
        Column("hazards", "未销号隐患", lambda u: u.hazards, type=int, width=10),
        Column("house", "房屋", lambda u: house_words(u.is_self_built, u.appraisal), width=18),
        Column("penalties", "处罚", lambda u: u.penalties, type=int, width=8),
    ],
    filters=[
        Filter("checks", "检查", _by_checks, options=lambda actor: [("unvisited", "没有查过的"), ("silent", "今年没有自查的"), ("hazards", "有未销号隐患的"), ("penalties", "受过处罚的")], every="不限"),
        Filter("house", "房屋", _by_house, options=lambda actor: [("built", "在自建房里的"), ("unsafe", "自建房没有鉴定安全的")], every="不限"),
        Filter("remit", "主管部门", lambda rows, value, actor: rows.filter(remit=value), options=lambda actor: list(REMITS.items())),
        Filter("words", "名称", by_unit("path"), kind="words"),
    ],
    order=("path",),
    href=lambda row: reverse("inspections:institution", args=[row.pk]),
    measure="家",
    icon="building-store",
    keys=[Column("unit", "单位编号", lambda u: u.pk, type=uuid.UUID)],
    detail=_detail,
    actions=lambda actor: [("各地情况", reverse("inspections:institutions_below"), "map")] if actor.holds("inspections.oversee") else (),
    empty=("没有这样的机构", "培训机构在“单位”里新增，类别选校外培训机构。"),
)  # fmt: skip
