import io
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from python_calamine import CalamineWorkbook

from conftest import Cast
from xiaoan.engines.resource.testing import ResourceTests, sheet_of
from xiaoan.engines.sheets.catalogue import sheets
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.resource import RECORDS
from xiaoan.engines.sheets.services import withdraw_record
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.engines.sheets.words import MASK
from xiaoan.engines.tally.services import fold
from xiaoan.ground.units.models import scope_of
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.excel import Table, workbook

pytestmark = pytest.mark.django_db


class TestRecordList(ResourceTests):
    resource = RECORDS
    url = "/records/"
    api = "/api/records/"
    samples: ClassVar[dict[str, str]] = {
        "sheet": "general", "unit": "中心小学", "person": "系统", "since": "2026-11-01", "until": "2026-11-30",
    }  # fmt: skip

    def make(self, cast: Cast, n: int) -> list[Any]:
        return [a_record(cast.primary, days_ago=number) for number in range(n)]


def many_records(cast: Cast) -> None:
    """A thousand records of many sheets, so that a planner has something to choose by."""
    now, keys = clock.now(), list(sheets())
    Record.objects.bulk_create(
        Record(
            sheet=keys[n % len(keys)], version=1, happened_on=clock.day_of(now - timedelta(days=n % 200)),
            happened_at=now, captured_at=now, received_at=now, answers={}, **scope_of((cast.primary, cast.outside)[n % 2]),
        )
        for n in range(1000)
    )  # fmt: skip


def listed(client: Client, **query: str) -> list[str]:
    return [str(r.pk) for r in client.get("/records/", query or {"reset": ""}).context["found"].rows]


def test_each_filter_narrows_to_what_it_names(cast: Cast, wednesday: Any) -> None:
    officer = cast.client("county_officer")
    drill = a_record(cast.primary, "drill", actor=cast.actor("safety_director"))
    patrol = a_record(cast.junior, "daily_patrol", days_ago=3, gate="bad", gate_note="门卫不在岗")
    gone = withdraw_record(actor=SYSTEM, record=a_record(cast.primary), why="重复")
    one, two, three = str(drill.pk), str(patrol.pk), str(gone.pk)
    assert listed(officer) == [one, two]
    assert listed(officer, sheet="drill") == [one]
    assert listed(officer, unit="初级中学") == [two]
    assert listed(officer, unit="东镇") == [one, two], "a township's name and its schools' names alike"
    assert listed(officer, unit="乙县") == []
    assert listed(officer, person="测试safety_director") == [one]
    assert listed(officer, since="2026-11-16") == [one]
    assert listed(officer, until="2026-11-16") == [two]
    assert listed(officer, failed="yes") == [two]
    assert listed(officer, state="withdrawn") == [three]
    assert set(listed(officer, state="all")) == {one, two, three}


def test_a_school_sees_its_own_records_only(cast: Cast, wednesday: Any) -> None:
    own, other = a_record(cast.primary), a_record(cast.junior)
    teacher = cast.client("safety_director")
    assert listed(teacher) == [str(own.pk)]
    assert teacher.get(f"/records/{own.pk}/").status_code == 200
    assert teacher.get(f"/records/{other.pk}/").status_code == 404


def test_the_count_comes_from_the_tally_and_is_not_claimed_for_other_filters(cast: Cast, wednesday: Any) -> None:
    for _ in range(21):
        a_record(cast.primary)
    fold()
    a_record(cast.primary)  # not folded yet, and counted all the same
    officer = cast.client("county_officer")
    assert "共 22 条" in officer.get("/records/").content.decode()
    assert "多于 20 条" in officer.get("/records/", {"failed": "no"}).content.decode()


def test_a_chosen_sheet_brings_its_answers_into_the_workbook_and_masks_what_is_confidential(
    cast: Cast, wednesday: Any
) -> None:
    a_record(cast.primary, "care_talk", groups=["left_behind"], people=12)
    for role, words in (("county_officer", "留守"), ("inspector", MASK)):
        table = sheet_of(cast.client(role).get("/records/export.xlsx", {"sheet": "care_talk"}))
        row = dict(zip(*table, strict=True))
        assert row["关爱对象"] == words and row["这次关爱了多少人（人）"] == 12.0, role


def test_the_api_masks_what_is_confidential(cast: Cast, wednesday: Any) -> None:
    record = a_record(cast.primary, "care_talk")
    hidden = {"groups", "due", "actions"} & set(record.answers)
    url = f"/api/records/{record.pk}/"
    assert hidden and hidden <= set(cast.client("county_officer").get(url).json()["answers"])
    assert not hidden & set(cast.client("inspector").get(url).json()["answers"])


@pytest.mark.parametrize(
    ("role", "query", "index"),
    [
        ("county_officer", {}, "rec_coun"),
        ("city_officer", {}, "rec_city"),
        ("province_officer", {}, "rec_prov"),
        ("township_officer", {}, "rec_town"),
        ("safety_director", {}, "rec_unit"),
        ("county_officer", {"sheet": "drill"}, "rec_county_sheet"),
        ("safety_director", {"sheet": "drill"}, "rec_unit_sheet"),
    ],
)
def test_the_list_reads_an_index_and_sorts_nothing(cast: Cast, role: str, query: dict[str, str], index: str) -> None:
    many_records(cast)
    rows = RECORDS.narrowed(cast.actor(role), query)[:21]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":  # a table of a few pages would be read whole
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = rows.explain()
    assert index in plan, plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan, plan


def test_the_export_stops_at_its_limit_and_says_so(cast: Cast, wednesday: Any) -> None:
    for _ in range(3):
        a_record(cast.primary)
    rows = RECORDS.narrowed(cast.actor("county_officer"), {})
    file = workbook([Table("记录", RECORDS.columns, rows)], most=2)
    table = CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()
    assert len(table) == 4 and "只导出前 2 行" in str(table[3][0])


def test_the_api_says_what_it_is_in_openapi_3_1(cast: Cast) -> None:
    client = cast.client("county_officer")
    told = client.get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    asked = {p["name"] for p in told["paths"]["/api/records/"]["get"]["parameters"]}
    assert {f.key for f in RECORDS.filters} | {"after", "before", "limit"} == asked
    assert set(told["paths"]["/api/records/{record}/"]["get"]["responses"]) >= {"200", "401", "403", "404", "422"}
    assert "http" not in client.get("/api/docs").content.decode().replace("http-equiv", ""), (
        "Swagger loads from here only"
    )


def test_every_refusal_of_the_api_has_a_sentence(cast: Cast) -> None:
    client = cast.client("county_officer")
    for url, status in (
        ("/api/records/?limit=9999", 422),
        ("/api/records/?since=x", 422),
        ("/api/records/00000000-0000-0000-0000-000000000000/", 404),
        ("/api/records/sheets/nothing/", 404),
        ("/api/nothing", 404),
    ):
        told = client.get(url)
        assert told.status_code == status and told.json()["sentence"].endswith("。"), url
