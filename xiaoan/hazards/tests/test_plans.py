"""No list of hazards reads the table from end to end, whatever the rank and the one filter that was chosen."""

from typing import Any

import pytest
from django.db import connection

from conftest import Cast
from xiaoan.hazards.resource import HAZARDS
from xiaoan.hazards.tests.making import a_hazard

RANKS = ("province_officer", "city_officer", "county_officer", "township_officer", "principal")
FILTERS: list[dict[str, str]] = [
    {}, {"state": "open"}, {"state": "late"}, {"state": "transferred"}, {"state": "closed"}, {"level": "major"},
    {"level": "general"}, {"category": "C02"}, {"source": "video"}, {"source": "staff"}, {"whose": "mine"},
    {"whose": "reported"}, {"flag": "supervised"}, {"flag": "doubt"}, {"flag": "stock"}, {"unit": "东镇"},
    {"number": "隐患〔2026〕1号"},
]  # fmt: skip


@pytest.mark.django_db
def test_each_rank_finds_its_newest_by_an_index_under_any_one_filter(cast: Cast, wednesday: Any) -> None:
    a_hazard(cast)
    whole = []
    for role in RANKS:
        actor = cast.actor(role)
        for values in FILTERS:
            sql, params = HAZARDS.listed(actor, values)[:26].query.sql_with_params()
            whole += [(role, values) for _ in plan_faults(sql, params)]
    assert not whole


@pytest.mark.django_db
def test_a_list_without_an_index_is_found_out(cast: Cast) -> None:
    assert plan_faults("SELECT * FROM hazards_hazard WHERE words = %s", ["x"]) == ["hazards_hazard"]


def plan_faults(sql: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
            told = [line for (line,) in cursor.fetchall()]
            cursor.execute("RESET enable_seqscan")
            return ["hazards_hazard" for line in told if "Seq Scan on hazards_hazard" in line]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return ["hazards_hazard" for row in cursor.fetchall() if row[3] == "SCAN hazards_hazard"]
