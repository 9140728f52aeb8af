"""What a board offers to press: nothing that would be refused, and the warning that somebody must act on."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from conftest import Cast
from xiaoan.kernel import clock
from xiaoan.obligations.tests.test_evidence import drill

pytestmark = pytest.mark.usefixtures("wednesday")


def body(cast: Cast, role: str, url: str) -> str:
    client = cast.client(role, cast.county)
    answer: Any = client.get(url)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(("role", "rank"), [("county_officer", "primary"), ("county_officer", "county")])
def test_the_records_of_the_week_are_behind_their_figure(cast: Cast, role: str, rank: str) -> None:
    drill(cast.actor("safety_director"), cast)
    link = re.search(
        r'href="(/records/[^"]*)"', body(cast, role, reverse("board:beside", args=[getattr(cast, rank).id]))
    )
    assert link
    assert "没有符合筛选的内容" not in body(cast, role, link[1])


@pytest.mark.parametrize(("role", "offered"), [("county_officer", True), ("auditor", False), ("inspector", True)])
def test_the_figures_lead_only_where_the_reader_may_go(cast: Cast, role: str, offered: bool) -> None:
    beside = body(cast, role, reverse("board:beside", args=[cast.county.id]))
    assert ("/records/?unit=" in beside) is offered


def test_a_school_s_duties_are_offered_to_its_own_people_only(cast: Cast) -> None:
    assert "去办理" not in body(cast, "county_officer", reverse("board:unit", args=[cast.primary.id]))


def test_the_bureau_is_told_in_time_that_the_holidays_run_out(cast: Cast) -> None:
    with clock.held_at(timezone.make_aware(datetime(2026, 10, 1, 9))):
        assert "节假日安排只知道到" not in body(cast, "county_officer", "/")
    with clock.held_at(timezone.make_aware(datetime(2026, 11, 22, 9))):
        assert "去看节假日" in body(cast, "county_officer", "/")
        assert "去看节假日" not in body(cast, "auditor", "/")
