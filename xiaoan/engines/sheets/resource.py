"""Records as a list: who sees which, by what they are found, what goes into Excel and the API."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from xiaoan.engines.resource.declare import Column, Filter, Options, Resource, Values
from xiaoan.engines.sheets.catalogue import sheet as find_sheet
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.sheets.queries import kept_total, sheets_for
from xiaoan.engines.sheets.words import open_answers, value_of
from xiaoan.engines.ui.dates import cn_date
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.kinds import Rank
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import scope
from xiaoan.kernel.actor import Actor

Rows = QuerySet[Record]
MOST_UNITS = 200


def rows(actor: Actor) -> Rows:
    """Records in the actor's scope, with their unit's name at hand. A school's are found by equality, not by a
    range of paths: only then does the index give them in order."""
    seen: Rows = Record.objects.visible_to(actor, "records.read")
    if actor.rank == Rank.SCHOOL and actor.holds("records.read"):
        seen = Record.objects.filter(unit_path=actor.scope)
    return seen.select_related("unit")


def units_called(actor: Actor, words: str) -> QuerySet[Unit]:
    """Units of the scope of exactly this name; when there is none, those whose name holds these words. So a board's
    link by name means that bureau, although offices below it may carry its name too."""
    seen = Unit.objects.under(actor.scope).order_by("path")
    return (seen.filter(name=words) if seen.filter(name=words).exists() else seen.filter(name__contains=words))[
        :MOST_UNITS
    ]


def _sheet_options(actor: Actor) -> Options:
    return [(s.key, s.name) for s in sorted(sheets().values(), key=lambda s: s.group)]


def _by_unit(found: Rows, words: str, actor: Actor) -> Rows:
    """A bureau's name means all below it; several schools of a like name are all shown."""
    units = list(units_called(actor, words).values_list("path", "rank"))
    if len(units) == 1 and units[0][1] != Rank.SCHOOL:
        return found.filter(scope(units[0][0]))
    return found.filter(unit_path__in=[path for path, _ in units])


def _by_person(found: Rows, words: str, actor: Actor) -> Rows:
    """Above a school, at the units where somebody of this name has or had a post: no index could give a province's
    records by name."""
    found = found.filter(person_name=words)
    if actor.rank == Rank.SCHOOL:
        return found
    posts = Post.objects.under(actor.scope).filter(person__name=words).values_list("unit_path", flat=True)
    return found.filter(unit_path__in=list(posts.distinct()[:MOST_UNITS]))


def _by_failed(found: Rows, value: str, actor: Actor) -> Rows:
    return found.filter(failed__gt=0) if value == "yes" else found.filter(failed=0)


def _by_state(found: Rows, value: str, actor: Actor) -> Rows:
    return found if value == "all" else found.filter(state=value)


FILTERS = [
    Filter("sheet", "记录类型", lambda found, value, actor: found.filter(sheet=value), options=_sheet_options),
    Filter("unit", "单位名称", _by_unit, kind="words"),
    Filter("person", "填报人", _by_person, kind="words"),
    Filter("since", "从", lambda found, value, actor: found.filter(happened_on__gte=date.fromisoformat(value)), kind="day"),
    Filter("until", "到", lambda found, value, actor: found.filter(happened_on__lte=date.fromisoformat(value)), kind="day"),
    Filter("failed", "异常", _by_failed, options=lambda actor: [("yes", "有异常"), ("no", "无异常")], every="不限"),
    Filter(
        "state", "状态", _by_state, options=lambda actor: [*RecordState.choices, ("all", "全部")],
        default=RecordState.FILED, every="有效",
    ),
]  # fmt: skip


def _name(record: Record) -> Any:
    """The sheet's name; a withdrawn record is struck through and says so."""
    if record.is_filed:
        return record.sheet_name
    return format_html("<s>{}</s> 已撤回", record.sheet_name)


def _content(record: Record) -> str:
    """What was recorded; a round of checks, whose summary is only its name, says how it went."""
    if record.summary != record.sheet_name:
        return record.summary
    return f"{record.failed} 项异常" if record.failed else "无异常" if find_sheet(record.sheet).checks else ""


def _failed(record: Record) -> Any:
    return format_html('<span class="due ink b6">{} 项</span>', record.failed) if record.failed else ""


COLUMNS = [
    Column("sheet_name", "记录", lambda r: r.sheet_name, show=_name, width=18),
    Column("summary", "内容", lambda r: r.summary, show=_content, width=36, is_wrapped=True),
    Column("unit_name", "单位", lambda r: r.unit.name, width=24),
    Column(
        "happened_on", "发生日期", lambda r: r.happened_on, show=lambda r: cn_date(r.happened_on), type=date, width=12
    ),
    Column("person_name", "填报人", lambda r: r.person_name, width=12),
    Column("failed", "异常", lambda r: r.failed, show=_failed, type=int, width=8),
]


def _answer_columns(actor: Actor, values: Values) -> Sequence[Column]:
    """In Excel: when it reached us and, for one chosen sheet, each answer in its column."""
    fixed = [
        Column("state", "状态", lambda r: r.get_state_display(), width=8),
        Column("received_at", "收到时间", lambda r: r.received_at, width=16),
    ]
    if "sheet" not in values:
        return fixed
    sheet = find_sheet(values["sheet"])
    return [*fixed, *(_answer_column(sheet, field, actor) for field in sheet.fields)]


def _answer_column(sheet: Any, field: Any, actor: Actor) -> Column:
    label = f"{field.label}（{field.unit}）" if field.unit else field.label
    return Column(
        field.key, label, lambda r: value_of(sheet, field, r.answers, actor), width=max(10, min(30, 2 * len(label)))
    )


KEYS = [
    Column("unit", "单位编号", lambda r: r.unit_id, type=uuid.UUID),
    Column("sheet", "类型", lambda r: r.sheet),
    Column("state", "状态", lambda r: r.state),
]


def _detail(actor: Actor) -> Sequence[Column]:
    return [
        Column("happened_at", "发生时间", lambda r: r.happened_at.isoformat()),
        Column("received_at", "收到时间", lambda r: r.received_at.isoformat()),
        Column("answers", "回答", lambda r: open_answers(find_sheet(r.sheet), r.answers, actor), type=dict),
    ]


def _actions(actor: Actor) -> Sequence[tuple[str, str, str]]:
    if not actor.holds("records.write") or not sheets_for(actor.rank):
        return ()
    return [("记一条", reverse("sheets:choose"), "plus")]


RECORDS = Resource(
    key="records",
    one="record",
    name="记录",
    right="records.read",
    rows=rows,
    columns=COLUMNS,
    filters=FILTERS,
    order=("-happened_on", "-id"),
    href=lambda record: reverse("sheets:record", args=[record.pk]),
    icon="clipboard-list",
    empty=("还没有记录", "学校在手机或电脑上记一条，这里马上就有。"),
    total=kept_total,
    more=_answer_columns,
    keys=KEYS,
    detail=_detail,
    light=("sheet", "state", "summary", "happened_on", "person_name", "failed", "unit__name"),
    by_scope=lambda actor: True,
    actions=_actions,
)
