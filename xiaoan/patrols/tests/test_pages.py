"""Pages and API of patrols."""

from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.test import Client

from conftest import Cast
from xiaoan.engines.resource.testing import ResourceTests
from xiaoan.kernel import clock
from xiaoan.patrols.models import Round, Route
from xiaoan.patrols.resource import ROUNDS
from xiaoan.patrols.services import close_slots_of, walk_round
from xiaoan.patrols.tests.making import a_route, seen_at
from xiaoan.risks.tests.making import a_point


class TestRounds(ResourceTests):
    resource = ROUNDS
    url = "/patrols/rounds/"
    api = "/api/rounds/"
    samples: ClassVar[dict[str, str]] = {"unit": "东镇"}

    def make(self, cast: Any, n: int) -> list[Any]:
        route = Route.objects.first() or a_route(cast)
        now = clock.now()
        return [
            walk_round(
                actor=cast.actor("guard"), route=route, stops=seen_at(route, ["ok", "ok"]),
                started_at=now - timedelta(minutes=9), ended_at=now,
            )
            for _ in range(n)
        ]  # fmt: skip


@pytest.fixture
def director(cast: Cast, wednesday: Any) -> Client:
    return cast.client("safety_director", cast.primary)


def test_a_director_sets_up_a_route_and_what_was_typed_stays_on_refusal(cast: Cast, director: Client) -> None:
    point = a_point(cast.primary, name="食堂后厨")
    wrong = director.post("/patrols/routes/new/", {"name": "食堂一圈", "rhythm": "daily", "times": "8点", "role": "guard",
                                                   "sheet": "daily_patrol", "stop": str(point.id), f"checks-{point.id}": "gate"})  # fmt: skip
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "时刻应写成" in page and "食堂一圈" in page and "已选 1 项" in page
    right = director.post("/patrols/routes/new/", {"name": "食堂一圈", "rhythm": "daily", "times": "8:00 12：30", "role": "guard",
                                                   "sheet": "daily_patrol", "stop": str(point.id)})  # fmt: skip
    route = Route.objects.get()
    assert right.status_code == 302 and route.times == ["08:00", "12:30"] and route.stops.get().point_id == point.id


def test_a_county_sees_rounds_by_the_units_below(cast: Cast, director: Client) -> None:
    route = a_route(cast)
    walk_round(actor=cast.actor("guard"), route=route, stops=seen_at(route, ["ok", "ok"]),
               started_at=clock.now(), ended_at=clock.now())  # fmt: skip
    office = cast.client("county_officer", cast.county)
    assert "东镇" in office.get("/patrols/").content.decode()
    assert director.get("/patrols/").status_code == 200
    assert director.get(f"/patrols/routes/{route.id}/").status_code == 200
    assert director.get(f"/patrols/rounds/{Round.objects.get().id}/").status_code == 200


def test_a_missed_round_stands_on_the_board_of_each_rank(cast: Cast, wednesday: Any) -> None:
    route = a_route(cast)
    with clock.held_at(clock.now() + timedelta(days=2)):
        missed = close_slots_of(route, clock.now())[0]
        for role, unit in (
            ("safety_director", cast.primary),
            ("county_officer", cast.county),
            ("city_officer", cast.city),
        ):
            client = cast.client(role, unit)
            assert "没有巡查" in client.get("/patrols/").content.decode()
            assert "没有人走" in client.get(f"/patrols/rounds/{missed.id}/").content.decode()
