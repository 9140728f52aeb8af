"""The list of rounds."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from xiaoan.engines.resource.declare import Column, Filter, Resource
from xiaoan.engines.ui.dates import cn_date
from xiaoan.engines.ui.marks import pill
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.paths import below
from xiaoan.kernel.actor import Actor
from xiaoan.patrols.models import Round, Route

STATES = [("walked", "已巡查"), ("missed", "没有巡查")]
MOST_UNITS = 200


def _rounds(actor: Actor) -> QuerySet[Round]:
    return Round.objects.visible_to(actor, "patrols.read").select_related("route", "unit")


def state_words(row: Round) -> str:
    if row.state == Round.MISSED:
        return "没有巡查"
    return "迟了" if row.is_late else "已巡查"


def round_pill(row: Round) -> Any:
    """A missed round is a fact, not an alarm: amber, never red."""
    return pill({"没有巡查": "due", "迟了": "go", "已巡查": "ok"}[state_words(row)], state_words(row))


def _routes(actor: Actor) -> list[tuple[str, str]]:
    """Of one's own school; above it there are too many to choose from."""
    rows = Route.objects.filter(unit_path=actor.unit_path).order_by("name")
    return [(str(pk), name) for pk, name in rows.values_list("id", "name")[:MOST_UNITS]]


def _by_unit(rows: QuerySet[Any], words: str, actor: Actor) -> QuerySet[Any]:
    named = Unit.objects.under(actor.scope).filter(name__contains=words).order_by("path")
    paths = list(named.values_list("path", flat=True)[:MOST_UNITS])
    return rows.filter(below(paths[0], "unit_path")) if len(paths) == 1 else rows.filter(unit_path__in=paths)


ROUNDS = Resource(
    key="rounds",
    one="round",
    name="巡查记录",
    right="patrols.read",
    rows=_rounds,
    columns=[
        Column("route", "路线", lambda r: r.route.name, width=24),
        Column("unit_name", "学校", lambda r: r.unit.name, width=24),
        Column("state", "情况", state_words, show=round_pill, width=10),
        Column("day", "哪一天", lambda r: r.day, show=lambda r: cn_date(r.day), type=date, width=12),
        Column("walked_by", "谁巡查", lambda r: r.walked_by, width=12),
        Column("passed", "看了几处", lambda r: r.passed, show=lambda r: f"{r.passed}/{r.total}", type=int, width=10),
        Column("found", "发现隐患", lambda r: r.found, type=int, width=10),
    ],
    filters=[
        Filter("state", "情况", lambda rows, value, actor: rows.filter(state=value), options=lambda actor: STATES),
        Filter("route", "路线", lambda rows, value, actor: rows.filter(route=value), options=_routes),
        Filter("unit", "学校", _by_unit, kind="words"),
    ],
    order=("-day", "-id"),
    href=lambda row: reverse("patrols:round", args=[row.pk]),
    measure="次",
    icon="route",
    keys=[
        Column("unit", "单位编号", lambda r: r.unit_id, type=uuid.UUID),
        Column("route_id", "路线编号", lambda r: r.route_id, type=uuid.UUID),
        Column("state_key", "情况代码", lambda r: r.state),
    ],
    detail=lambda actor: [
        Column("due", "到点", lambda r: r.due, type=datetime),
        Column("started_at", "开始", lambda r: r.started_at, type=datetime),
        Column("ended_at", "结束", lambda r: r.ended_at, type=datetime),
        Column("stops", "各点位", lambda r: r.stops, type=dict[str, Any]),
        Column("note", "说明", lambda r: r.note),
    ],
    empty=("还没有巡查记录", "设好路线后，手机上“巡查”里就能走；走过的都在这里。"),
)
