"""The map beside the tree-map: only where a bureau uploaded outlines, with the tree-map's own figures."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import Cast
from xiaoan.board.queries.county import read_county
from xiaoan.board.tests.test_boards import HTMX, TODAY, in_force, open_board
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.ground.units.shapes import save_shapes
from xiaoan.ground.units.tests.outlines import file_of
from xiaoan.kernel.actor import SYSTEM

pytestmark = pytest.mark.usefixtures("wednesday")
SWITCH = 'aria-label="图的样式"'


def outlined(unit: Unit, *names: str) -> None:
    save_shapes(actor=SYSTEM, unit=unit, text=file_of(*names), number="测S(2026)001号")


def areas(response: Any) -> dict[str, tuple[str, str, str]]:
    return {a["label"]: (a["state"], a["word"], a["figure"]) for a in response.context["ground"].map["areas"]}


def test_without_outlines_nothing_changes(cast: Cast) -> None:
    in_force(cast)
    outlined(cast.city, "甲县")  # another unit's
    for role, unit in (
        ("county_officer", cast.county),
        ("township_officer", cast.township),
        ("principal", cast.primary),
    ):
        text = open_board(cast.client(role), unit, map="outlines").content.decode()
        assert SWITCH not in text
        assert 'data-chart="map"' not in text
        assert "审图号" not in text


def test_the_switch_is_remembered_and_the_refresh_shows_the_same(cast: Cast) -> None:
    in_force(cast)
    outlined(cast.county, "东镇")
    client = cast.client("county_officer")
    first = open_board(client, cast.county).content.decode()
    assert SWITCH in first
    assert 'data-chart="treemap"' in first
    chosen = open_board(client, cast.county, map="outlines")
    assert 'data-chart="map"' in chosen.content.decode()
    assert "审图号：测S(2026)001号" in chosen.content.decode()
    assert 'data-chart="treemap"' not in chosen.content.decode()
    assert 'data-chart="map"' in open_board(client, cast.county).content.decode()
    address = reverse("board:unit", args=[cast.county.id])
    told = {"seen": chosen.context["mark"]}
    again = client.get(address, told, headers={**HTMX, "HX-Target": "board-main"})
    assert again.headers["HX-Reswap"] == "none"


def test_a_township_is_as_its_worst_school(cast: Cast) -> None:
    in_force(cast)
    create_unit(actor=SYSTEM, parent=cast.county, rank="township", name="西镇")
    outlined(cast.county, "东镇", "西镇")
    n = len(set(read_county(cast.county, TODAY).late) & {cast.primary.path, cast.junior.path})
    assert n
    shown = open_board(cast.client("county_officer"), cast.county, map="outlines")
    assert areas(shown) == {"东镇": ("late", "有逾期", f"{n} 所"), "西镇": ("na", "不适用", "")}
    assert f"<td>东镇</td><td>有逾期</td><td>{n} 所</td>" in shown.content.decode()


def test_a_city_is_drawn_from_the_figures_of_its_tiles(cast: Cast) -> None:
    in_force(cast)
    outlined(cast.city, "甲县", "乙县")
    shown = open_board(cast.client("city_officer"), cast.city, map="outlines")
    held = {b.unit.label: (b.total.state, b.total.percent) for b in shown.context["board"].below}
    assert {name: (state, figure) for name, (state, _, figure) in areas(shown).items()} == held


def test_the_outlines_are_for_those_who_see_the_board(cast: Cast) -> None:
    outlined(cast.county, "东镇")
    url = reverse("board:outlines", args=[cast.county.id])
    answer = cast.client("county_officer").get(url)
    assert answer.status_code == 200
    assert answer.json()["features"][0]["properties"] == {"name": str(cast.township.id)}
    assert cast.client("county_officer", cast.other_county).get(url).status_code == 404
    assert cast.client("county_officer").get(reverse("board:outlines", args=[cast.township.id])).status_code == 404
    assert cast.client("principal").get(url).status_code == 404
    assert cast.client("student_officer").get(url).status_code == 403


@pytest.mark.parametrize(("role", "home"), [("county_officer", "county"), ("city_officer", "city")])
def test_the_map_costs_no_more_for_three_areas_than_for_one(cast: Cast, role: str, home: str) -> None:
    in_force(cast)
    unit: Unit = getattr(cast, home)
    rank = "township" if home == "county" else "county"
    outlined(unit, "东镇", "甲县")
    client, counts = cast.client(role), []
    for more in ((), ("丙", "丁")):
        for name in more:
            create_unit(actor=SYSTEM, parent=unit, rank=rank, name=name)
        open_board(client, unit, map="outlines")
        with CaptureQueriesContext(connection) as asked:
            assert open_board(client, unit, map="outlines").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
