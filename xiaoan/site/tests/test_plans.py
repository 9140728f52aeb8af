"""Every page that is measured asks few statements, and none of them reads a big table from end to end."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from conftest import messages
from xiaoan.checks.catalogue import items
from xiaoan.engines.resource.reading import page_of
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.resource import HAZARDS
from xiaoan.kernel import clock
from xiaoan.kernel.prepared import execution
from xiaoan.site.bench.cases import Case, cases
from xiaoan.site.bench.filters import values_of
from xiaoan.site.bench.hazards import hazard_cases, with_township
from xiaoan.site.bench.people import Asker, askers
from xiaoan.site.fabricate.build import Order, fabricate

BIG = (
    "sheets_record", "obligations_evidence", "obligations_completion", "journal_entry", "tally_count", "files_storedfile",
    "sync_command", "hazards_hazard", "hazards_listing",
)  # fmt: skip
MOST_STATEMENTS = 20  # of a board and of a living document
FILTERS = (
    "sheet=drill", "person=无此人", "unit=合成第1县", "since=2026-01-01", "until=2030-01-01", "failed=yes", "state=withdrawn",
    "state=all",
)  # fmt: skip


@pytest.fixture
def people(transactional_db: Any) -> dict[str, Asker]:
    fabricate(
        Order(schools=12, months=1, seed=7, until=clock.today() + timedelta(days=1), scale=0.6, hazards=300),
        lambda text: None,
    )
    return askers()


def test_pages_ask_few_statements_and_each_finds_its_rows_by_an_index(people: dict[str, Asker]) -> None:
    lists = [
        Case(f"{rank} {word}", asker, f"/records/?reset=&{word}") for word in FILTERS for rank, asker in people.items()
    ]
    for case in [*cases(people), *hazard_cases(people), *lists]:
        seen = _statements(case)
        assert seen, case.name
        if case.name.startswith(("看板", "活文件")):
            assert len(seen) <= MOST_STATEMENTS, case.name
        for sql, params in seen:
            assert _read_whole(sql, params) == [], f"{case.name}: {sql}"


def test_hazards_of_any_rank_under_any_one_filter_are_found_by_an_index(people: dict[str, Asker]) -> None:
    words = {"unit": ["合成第1县", "第1镇", "第1号学校", "无此单位"], "number": ["没有这个号"]}
    for asker in with_township(people).values():
        asked = [(key, value) for key, value in values_of(HAZARDS, asker, words) if key != "item"]
        for key, value in [*asked, ("item", next(iter(items())))]:
            with messages() as seen:
                page_of(HAZARDS, asker.actor, {key: value} if key else {}, after="", before="", size=25)
            assert len(seen) <= (3 if key == "unit" else 1), (asker.rank, key, value)
            for sql, params in seen:
                assert _read_whole(sql, params) == [], (asker.rank, key, value, sql)


def test_the_longest_late_stand_in_an_index_of_each_bureau_and_are_not_sorted(people: dict[str, Asker]) -> None:
    """Else a province looks at every open case, or sorts all that are late, to show twenty-five."""
    late = {"state": "late"}
    Hazard.objects.still_open().update(due=clock.today() - timedelta(days=3))
    for rank in ("province", "city", "county"):
        actor = people[rank].actor
        with messages() as seen:
            first = page_of(HAZARDS, actor, late, after="", before="", size=1)
            page_of(HAZARDS, actor, late, after=first.after, before="", size=1)
        assert len(seen) == 2 and first.after, rank
        for sql, params in seen:
            plan = _plan(sql, params, "enable_seqscan", "enable_sort")
            assert f"hz_due_{rank[:4]}" in plan and "Sort" not in plan and "TEMP B-TREE" not in plan, plan


@pytest.mark.django_db
def test_the_planner_is_told_that_who_reports_does_so_in_one_county() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite 没有多列统计")
    with connection.cursor() as cursor:
        cursor.execute("SELECT stxkind::text FROM pg_statistic_ext WHERE stxname = 'hz_reporters'")
        assert cursor.fetchall() == [("{f}",)]


HAZARD_PAGES = {"隐患列表接口": 4, "隐患列表网页": 4, "一件隐患接口": 3, "隐患数量": 3, "隐患统计": 30}


def test_a_list_of_hazards_asks_as_many_statements_for_a_province_as_for_a_school(people: dict[str, Asker]) -> None:
    for case in hazard_cases(people):
        asked = next((n for name, n in HAZARD_PAGES.items() if case.name.startswith(name)), MOST_STATEMENTS)
        assert len(_statements(case)) <= asked, case.name


def test_a_statement_without_an_index_is_found_out(people: dict[str, Asker]) -> None:
    assert _read_whole("SELECT * FROM sheets_record WHERE summary = %s", ["x"]) == ["sheets_record"]
    assert _read_whole("SELECT * FROM tally_count WHERE n = %s", [1]) == ["tally_count"]
    if told := execution("SELECT * FROM tally_count WHERE n = $1", ["integer"]):
        assert _read_whole(told, [1]) == ["tally_count"]


def _statements(case: Case) -> list[tuple[str, Any]]:
    case.asker.client.get(case.address)  # what a process keeps is read once
    with messages() as seen:
        answer = case.asker.client.get(case.address)
        if answer.streaming:
            b"".join(answer)
    assert answer.status_code == 200, case.name
    return seen


def _read_whole(sql: str, params: Any) -> list[str]:
    """The big tables that this statement would read from end to end, whatever their size: where the planner may not, it
    does so only for want of an index."""
    if not _text(_bare(sql)).lstrip("( ").startswith("SELECT"):
        return []
    whole = r"Seq Scan on (\w+)" if connection.vendor == "postgresql" else r"^SCAN (\w+)$"
    return [t for t in re.findall(whole, _plan(sql, params, "enable_seqscan"), re.MULTILINE) if t in BIG]


def _plan(sql: str, params: Any, *avoided: str) -> str:
    """How the database would answer; PostgreSQL takes what is avoided only where it has no other way."""
    sql = _bare(sql)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return "\n".join(row[3] for row in cursor.fetchall())
        settings = {**dict.fromkeys(avoided, "off"), "plan_cache_mode": "force_generic_plan"}
        for name, value in settings.items():
            cursor.execute(f"SET {name} = {value}")
        if (text := _text(sql)) != sql:  # what is prepared, planned anew
            cursor.execute(f"PREPARE tried AS {text}")
        cursor.execute(f"EXPLAIN {re.sub('^EXECUTE xa_[0-9]+', 'EXECUTE tried', sql)}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        if text != sql:
            cursor.execute("DEALLOCATE tried")
        for name in settings:
            cursor.execute(f"RESET {name}")
        return plan


def _bare(sql: str) -> str:
    """Without the scope that goes before it in one message."""
    return re.sub(r"^SET xiaoan\.scope = '[^']*';", "", sql)


def _text(sql: str) -> str:
    """The statement itself, where it is said by the name under which this connection prepared it."""
    known = connection.connection.xiaoan_prepared.items() if sql.startswith("EXECUTE") else ()
    return next((text for text, name in known if re.match(f"EXECUTE {name}( |$)", sql)), sql)
