"""Row-level security: what a raw statement of a role without special powers sees and writes."""

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from conftest import Cast
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.units.models import Scoped
from xiaoan.ground.units.wall import found_policies, goes_round, missing_walls, policies, raise_walls, scoped_models
from xiaoan.kernel import wall
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.models import Task
from xiaoan.site.tests.made import an_assignment
from xiaoan.site.tests.planting import World, plant

postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="row-level security is PostgreSQL's")


def test_no_scoped_table_stands_outside_the_wall(db: Any) -> None:
    scoped = {m for m in apps.get_models() if issubclass(m, Scoped)}
    assert scoped and scoped == set(scoped_models())
    if connection.vendor == "postgresql":
        assert missing_walls() == []


def test_a_policy_lets_nothing_through_that_another_unit_owns() -> None:
    for model in scoped_models():
        first, *also = policies(model).values()
        assert "WITH CHECK" in first and "FOR" not in first.partition("USING")[0]
        assert all("FOR SELECT" in sql for sql in also)


@postgres
def test_a_wall_that_was_torn_down_is_missed_and_raised_again(db: Any) -> None:
    table = scoped_models()[0]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    assert missing_walls() == [table]
    raise_walls()
    assert missing_walls() == [] and found_policies(connection, table)


@postgres
def test_the_tests_themselves_stand_behind_the_wall(db: Any) -> None:
    assert not goes_round(), "run the tests by scripts/postgres: its role is no superuser"


@postgres
def test_a_raw_statement_sees_only_its_scope(cast: Cast) -> None:
    rows = planted(cast)
    county, other = cast.county.path, cast.other_county.path
    for model in scoped_models():
        table = model._meta.db_table
        with behind(county):
            assert paths_in(table) == {cast.primary.path}, table
        with behind(other):
            assert paths_in(table) == {cast.outside.path}, table
        with behind(None):
            assert paths_in(table) == set(), table
        assert paths_in(table) >= {cast.primary.path, cast.outside.path}, rows


@postgres
def test_a_raw_statement_writes_only_in_its_scope(cast: Cast) -> None:
    planted(cast)
    theirs = cast.outside.path
    for model in scoped_models():
        table = model._meta.db_table
        with behind(cast.county.path):
            for sql in (f"UPDATE {table} SET county_path = county_path", f"DELETE FROM {table}"):
                assert touched(f"{sql} WHERE unit_path = '{theirs}'") == 0, table
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                touched(f"UPDATE {table} SET unit_path = '{theirs}'")
            copied = ", ".join(f'"{f.column}"' for f in model._meta.concrete_fields if not f.generated)
            theirs_instead = copied.replace('"unit_path"', repr(theirs))
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                touched(f"INSERT INTO {table} ({copied}) SELECT {theirs_instead} FROM {table} LIMIT 1")


@postgres
def test_what_a_session_never_said_is_nothing(cast: Cast) -> None:
    """Without the variable, and with what is left of it after a transaction has set it."""
    planted(cast)
    raw = connection.connection
    for sql in ("RESET xiaoan.scope", "SET xiaoan.scope = ''"):
        raw.execute(sql)
        assert raw.execute("SELECT count(*) FROM sheets_record").fetchone() == (0,)
    raw.xiaoan_scope = None


@postgres
def test_a_school_reads_the_task_that_it_was_given_and_no_other(cast: Cast) -> None:
    given = an_assignment(cast, cast.primary).task_id
    an_assignment(cast, cast.outside)
    with behind(cast.primary.path):
        assert list(Task.objects.values_list("id", flat=True)) == [given]
        assert touched("UPDATE obligations_task SET title = 'x'") == 0
    with behind(cast.junior.path):
        assert not Task.objects.exists()


@postgres
def test_the_wall_costs_no_statement_and_survives_a_rollback(cast: Cast, django_assert_num_queries: Any) -> None:
    a_record(cast.primary), a_record(cast.outside)
    with django_assert_num_queries(1), behind(cast.county.path):
        assert Record.objects.count() == 1
    with behind(cast.other_county.path):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with wall.opened():
                assert Record.objects.count() == 2
            raise ZeroDivisionError
        assert Record.objects.count() == 1


@postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_never_carries_a_scope_over(cast: Cast) -> None:
    """Neither after a transaction that was rolled back, nor to the next request of the same thread."""
    a_record(cast.primary), a_record(cast.outside)
    with behind(cast.county.path):
        assert Record.objects.count() == 1
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with wall.opened():
                assert Record.objects.count() == 2
            raise ZeroDivisionError
        assert Record.objects.count() == 1
    client = cast.client("county_officer", cast.county)
    assert client.get("/records/").status_code == 200
    wall.begin()
    assert Record.objects.count() == 0
    wall.end()
    assert Record.objects.count() == 2


@postgres
def test_lists_keep_their_index_behind_the_wall(cast: Cast) -> None:
    with connection.cursor() as cursor:  # the tables are empty: say that reading them whole is dear, and sorting too
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    for unit in (cast.province, cast.city, cast.county, cast.township):
        with behind(unit.path):
            listed = Record.objects.under(unit.path).order_by("-happened_on", "-id")[:20]
            plan = listed.explain()
        assert "Sort" not in plan and "Index Scan" in plan, plan
        assert "starts_with" in plan, "the wall stands in the plan"


def behind(path: str | None) -> Any:
    """Ask as somebody whose scope is the unit at `path`."""
    return wall.asking(replace(SYSTEM, is_system=False, scope=path or ""))


def planted(cast: Cast) -> World:
    """A row of the school and one of the other county's school in every scoped table."""
    world = World([cast.primary, cast.outside])
    for unit in world.units:
        plant(world, unit)
    return world


def paths_in(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT unit_path FROM {table}")
        return {path for (path,) in cursor.fetchall()}


def touched(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)
