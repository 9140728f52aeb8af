"""Boards: each rank its own figures, one level at a time, from tallies and county-bounded lists."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import Cast
from xiaoan.board.queries.boards import read_board
from xiaoan.board.queries.county import read_county
from xiaoan.board.queries.tiles import lay_out
from xiaoan.board.spans import stretch
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.calendar.days import calendar_for
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.gaps import gaps_of
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.obligations.queries import duties_of
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.obligations.tests.test_evidence import drill

pytestmark = pytest.mark.usefixtures("wednesday")
TODAY = date(2026, 11, 18)
HTMX = {"HX-Request": "true"}


def in_force(cast: Cast) -> None:
    publish(make_document("M", {"practice": "drill", "every": "monthly"}, tier="city"), cast.city)
    publish(
        make_document(
            "N", {"practice": "weekly_check", "every": "weekly"}, {"practice": "drill", "every": "quarterly"},
            {"practice": "rules_document", "kind": "deliverable", "deadline": date(2026, 11, 1)},
        ),
        cast.county,
    )  # fmt: skip


def board(cast: Cast, unit: Unit, key: str = "month") -> Any:
    return read_board(unit, stretch(key, TODAY, calendar_for(unit.path)), TODAY)


def open_board(client: Client, unit: Unit | None = None, **query: str) -> Any:
    return client.get(reverse("board:unit", args=[unit.id]) if unit else "/", query)


def test_each_rank_sees_its_own_figures(cast: Cast) -> None:
    in_force(cast)
    drill(cast.actor("safety_director"), cast)
    seen = {}
    for role in ("province_officer", "city_officer", "county_officer", "township_officer", "safety_director"):
        response = open_board(cast.client(role), span="month")
        assert response.status_code == 200
        seen[role] = re.search(r'class="fig-v">([\d.]+%)', response.content.decode())[1]  # type: ignore[index]
    # November of the drill: 1 of 4 schools in the city, with the county's requirements beside it.
    assert seen["province_officer"] == seen["city_officer"]
    assert seen["safety_director"] > seen["township_officer"] > seen["county_officer"]


def test_the_boards_figure_is_the_mean_of_its_requirements(cast: Cast) -> None:
    publish(
        make_document("M", {"practice": "drill", "every": "monthly"}, {"practice": "drill", "every": "quarterly"}),
        cast.county,
    )
    drill(cast.actor("safety_director"), cast)
    held = board(cast, cast.county)
    assert [(f.owed, f.done) for f in held.figures] == [(3, 1), (3, 1)]
    assert held.total.percent == "33.3%"
    assert held.papers[0].total.percent == "33.3%"


def test_a_gap_is_one_school_and_one_matter(cast: Cast) -> None:
    in_force(cast)
    drill(cast.actor("safety_director"), cast)
    schools = [cast.primary, cast.junior, cast.kindergarten]
    found = {
        (school.name, g.key): (g.due, g.documents)
        for g in gaps_of(cast.county, schools, TODAY, date(2026, 11, 22))
        for school in g.schools
    }
    assert found[("东镇初级中学", "N-3")] == (date(2026, 11, 1), 1)
    assert found[("东镇中心小学", "drill")][1] == 1  # October's is still missing, the quarter's is done
    assert found[("东镇中心小学", "weekly_check")][0] == date(2026, 11, 20)


def test_the_office_and_the_school_see_the_same_late_matters(cast: Cast) -> None:
    in_force(cast)
    drill(cast.actor("safety_director"), cast)
    gaps = gaps_of(cast.county, [cast.primary], TODAY, TODAY)
    lines = [
        line for line in duties_of(cast.primary, TODAY) if line.state == "late" and line.strictest.duty.every != "daily"
    ]
    assert {g.key for g in gaps if g.is_late(TODAY)} == {line.key for line in lines}


def test_the_map_writes_late_and_coming_in_the_squares(cast: Cast) -> None:
    in_force(cast)
    county = read_county(cast.county, TODAY)
    groups = {g["name"]: [c["state"] for c in g["children"]] for g in county.map["groups"]}
    assert groups == {"东镇": ["late", "late"], "区直": ["late"]}
    assert county.marks == {"late": 3, "due": 0, "ok": 0}
    assert [d.off for d in county.week] == [False] * 5 + [True] * 2


def test_a_board_drills_one_rank_at_a_time(cast: Cast) -> None:
    in_force(cast)
    client = cast.client("province_officer")
    assert [b.unit.name for b in board(cast, cast.province).below] == ["甲市", "乙市"]
    body = open_board(client).content.decode()
    assert reverse("board:unit", args=[cast.city.id]) in body
    assert reverse("board:unit", args=[cast.county.id]) not in body
    assert reverse("board:unit", args=[cast.county.id]) in open_board(client, cast.city).content.decode()
    assert cast.primary.name in open_board(client, cast.county).content.decode()


def test_a_board_outside_the_scope_is_not_known(cast: Cast) -> None:
    assert open_board(cast.client("county_officer"), cast.other_county).status_code == 404
    assert open_board(cast.client("county_officer"), cast.city).status_code == 404
    assert open_board(cast.client("principal"), cast.junior).status_code == 404
    assert Client().get(reverse("board:unit", args=[cast.county.id])).status_code == 302


def test_a_province_board_reads_no_rows_of_records(cast: Cast) -> None:
    in_force(cast)
    drill(cast.actor("safety_director"), cast)
    client = cast.client("province_officer")
    tables = [m._meta.db_table for m in (Completion, Evidence, Record)]
    for address in (reverse("board:unit", args=[cast.province.id]), reverse("board:beside", args=[cast.city.id])):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        said = " ".join(q["sql"] for q in asked.captured_queries)
        assert not [t for t in tables if t in said]


@pytest.mark.parametrize(
    "role", ["province_officer", "city_officer", "county_officer", "township_officer", "safety_director"]
)
def test_a_board_costs_the_same_with_more_schools_and_documents(
    cast: Cast, role: str, django_assert_max_num_queries: Any
) -> None:
    in_force(cast)
    client = cast.client(role)
    for part in ("", "beside/"):
        address = reverse("board:unit", args=[cast.home_of(role).id]) + part
        client.get(address)
        with django_assert_max_num_queries(20) as few:
            client.get(address)
        for n in range(3):
            create_unit(
                actor=SYSTEM, parent=cast.township, rank="school", name=f"合成{part}{n}", kind="primary", pupils=9
            )
        publish(make_document(f"X{part}", {"practice": "talk_daily", "every": "daily"}), cast.province)
        client.get(address)
        with django_assert_max_num_queries(20) as many:
            client.get(address)
        assert len(many) == len(few)


def test_the_refresh_sends_only_the_time_when_nothing_changed(cast: Cast) -> None:
    in_force(cast)
    client = cast.client("county_officer")
    address = reverse("board:unit", args=[cast.county.id])
    main = {**HTMX, "HX-Target": "board-main"}
    first = client.get(address).content.decode()
    mark = re.search(r'name="seen" value="(\w+)"', first)[1]  # type: ignore[index]
    again = client.get(address, {"seen": mark}, headers=main)
    assert again["HX-Reswap"] == "none"
    assert "board-stamp" in again.content.decode()
    assert len(again.content) < 300
    drill(cast.actor("safety_director"), cast)
    assert "总体落实" in client.get(address, {"seen": mark}, headers=main).content.decode()


def test_the_list_behind_a_figure_names_the_schools(cast: Cast) -> None:
    in_force(cast)
    client = cast.client("county_officer")
    address = reverse("board:gaps", args=[cast.county.id])
    assert "合成事项3" in client.get(address, {"state": "late"}).content.decode()
    names = client.get(address, {"state": "late", "thing": "N-3"}).content.decode()
    assert cast.junior.name in names
    assert client.get(reverse("board:gaps", args=[cast.city.id])).status_code == 404


def test_home_leads_each_role_to_its_place(cast: Cast) -> None:
    in_force(cast)
    assert Client().get("/").status_code == 302
    assert "区级总览" in cast.client("county_officer").get("/").content.decode()
    assert "本校总览" in cast.client("principal").get("/").content.decode()
    assert cast.client("homeroom_teacher").get("/")["Location"] == "/duties/"
    phone = cast.client("guard").get("/", headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile"})
    assert phone["Location"] == "/phone/"
    assert cast.client("system_administrator").get("/").status_code == 302


def test_a_parent_comes_to_what_they_told_and_who_has_no_post_may_sign_out(cast: Cast) -> None:
    client = cast.client("parent")
    assert client.get("/").headers["Location"] == "/hazards/"  # what they told by a point's code
    cast.post("parent", cast.primary).delete()
    answer = client.get("/").content.decode()
    assert "没有岗位" in answer and "退出登录" in answer


def test_a_schools_phone_reaches_its_board_and_comes_back(cast: Cast) -> None:
    in_force(cast)
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
    menu = cast.client("principal").get("/duties/", headers=phone).content.decode()
    assert f'href="/board/{cast.primary.id}/"' in menu
    assert "手机待办" in menu
    assert "手机待办" not in cast.client("principal").get("/duties/").content.decode()


def test_an_empty_county_says_what_to_do(cast: Cast) -> None:
    body = open_board(cast.client("county_officer")).content.decode()
    assert "还没有文件在执行" in body
    assert "没有逾期的事" in body


def test_the_search_box_finds_units_below_only(cast: Cast) -> None:
    client = cast.client("county_officer")
    found = client.get(
        reverse("board:pick"), {"unit": cast.county.id, "rank": "school", "q": "小学"}, headers=HTMX
    ).content.decode()
    assert "东镇中心小学" in found
    assert "乙县小学" not in found


def test_tiles_fill_their_box_without_overlap() -> None:
    tiles = lay_out([("甲", 600, 1), ("乙", 300, 2), ("丙", 100, 3), ("丁", 0, 4)])
    assert sum(t.width * t.height for t in tiles) == pytest.approx(10000, rel=0.01)
    assert [t.name for t in tiles] == ["甲", "乙", "丙", "丁"]
    assert all(t.left + t.width <= 100.1 and t.top + t.height <= 100.1 for t in tiles)
