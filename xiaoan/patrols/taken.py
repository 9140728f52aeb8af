"""The tables of patrols as workbooks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import FileResponse

from xiaoan.ground.people.roles import ROLES
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.excel import Col, Table, sheet
from xiaoan.patrols.models import Round, Route
from xiaoan.patrols.queries import Due, UnitRounds
from xiaoan.patrols.resource import ROUNDS

STATES = {"bad": "异常", "na": "没看"}  # a stop that says neither was in order
ROUTES = (
    Col("路线", lambda d: d.route.name, 26), Col("点位（处）", lambda d: len(d.route.stops.all())), Col("由谁", lambda d: ROLES[d.route.role].name, 18),
    Col("下一次", lambda d: d.slot.due if d.slot else None, 17),
)  # fmt: skip
UNITS = (
    Col("单位", lambda r: r.unit.name, 28), Col("按时（次）", lambda r: r.walked), Col("迟了（次）", lambda r: r.late),
    Col("没有巡查（次）", lambda r: r.missed),
)  # fmt: skip
STOPS = (
    Col("次序", lambda s: s[0].place),
    Col("点位", lambda s: s[0].point.name, 26),
    Col("看什么", lambda s: s[1], 60),
)
SEEN = (
    Col("点位", lambda s: s["name"], 26), Col("情况", lambda s: STATES.get(s["state"], "正常")),
    Col("发现了什么", lambda s: "；".join(filter(None, (s["note"], s["words"]))), 50), Col("怎么到的", lambda s: "扫码" if s["scanned"] else "列表"),
    Col("什么时候", lambda s: s["when"], 17), Col("已报隐患", lambda s: s["case"] is not None),
)  # fmt: skip


def routes_sheet(unit: Unit, due: Iterable[Due]) -> FileResponse:
    return sheet(f"{unit.name}巡查路线", Table("路线", ROUTES, due))


def units_sheet(unit: Unit, span: str, rows: Iterable[UnitRounds]) -> FileResponse:
    return sheet(f"{unit.name}{span}巡查", Table("各单位", UNITS, rows))


def route_sheet(route: Route, stops: Sequence[Any], rounds: Iterable[Round]) -> FileResponse:
    """A route's stops in their order, and its last rounds."""
    return sheet(
        f"{route.unit.name} {route.name}", Table("最近的巡查", ROUNDS.columns, rounds), Table("点位", STOPS, stops)
    )


def round_sheet(row: Round, stops: Iterable[Mapping[str, Any]]) -> FileResponse:
    return sheet(f"{row.unit.name} {row.route.name} {row.day}巡查", Table("各点位", SEEN, stops))
