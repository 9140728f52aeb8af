"""Inserts that wait are seen by every statement after them, and go when what they belong to is rolled back."""

import threading
import uuid
from contextlib import suppress
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from conftest import Cast, messages
from xiaoan.engines.connect.tests.making import a_client, a_token, key
from xiaoan.engines.sync.models import Command
from xiaoan.engines.tally.models import Delta
from xiaoan.engines.tally.services import add
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.kernel import clock, wall
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.bulk import insert_object, lock, raw_id
from xiaoan.kernel.kept import Kept
from xiaoan.kernel.together import later, together
from xiaoan.obligations.tests.test_evidence import answers_for
from xiaoan.site.bench.writes import ANSWERS

KEY = ("0001", "waiting", "x", "2026")
pytestmark = pytest.mark.django_db


def counted() -> list[int]:
    return list(Delta.objects.filter(measure="waiting").order_by("id").values_list("n", flat=True))


def a_command(pk: uuid.UUID) -> Command:
    now = clock.now()
    told = {"captured_at": now, "received_at": now, "answer": {"占比": "100%", "n": 1.5, "nothing": None}}
    return Command(id=pk, kind="x", person_id=uuid.uuid4(), unit_path="0001", state="done", **told)


def test_a_reader_finds_what_waited() -> None:
    with together():
        add([(KEY, 1)])
        add([(KEY, 2)])
        assert counted() == [1, 2]
        add([(KEY, 3)])
    assert counted() == [1, 2, 3]


def test_a_statement_with_a_percent_sign_and_no_parameters_stays_as_it_is() -> None:
    with together():
        add([(KEY, 1)])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), '100%%' FROM tally_delta WHERE measure LIKE 'wait%'".replace("%%", "%"))
            assert cursor.fetchone() == (1, "100%")


def test_rows_of_one_table_are_one_statement() -> None:
    with CaptureQueriesContext(connection) as seen, together():
        add([(KEY, 1)])
        insert_object(a_command(uuid.uuid4()))
        add([(KEY, 2)])
    assert len([q for q in seen.captured_queries if "INSERT" in q["sql"]]) == 2


def test_what_waited_goes_with_its_savepoint() -> None:
    with together():
        add([(KEY, 1)])
        with pytest.raises(KeyError), transaction.atomic():
            add([(KEY, 2)])
            raise KeyError
        with pytest.raises(KeyError), together():
            add([(KEY, 3)])
            raise KeyError
        add([(KEY, 4)])
    assert counted() == [1, 4]


def test_what_is_written_after_a_failure_goes_with_its_savepoint() -> None:
    with together():
        with pytest.raises(KeyError), transaction.atomic():
            with pytest.raises(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT nothing FROM nowhere")
            add([(KEY, 1)])
            raise KeyError
        add([(KEY, 2)])
    assert counted() == [2]


def test_an_error_that_was_caught_is_told_by_the_end_of_its_savepoint() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite an error does not end the transaction")
    with together():
        with pytest.raises(DatabaseError), transaction.atomic(), suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        add([(KEY, 1)])
    assert counted() == [1]


def test_a_statement_that_nobody_waits_for_goes_after_the_rows_before_it() -> None:
    pk = uuid.uuid4()
    with together():
        with transaction.atomic():
            insert_object(a_command(pk))
            later(f"UPDATE {Command._meta.db_table} SET kind = %s WHERE id = %s", ["y", raw_id(pk)])
        assert Command.objects.get(id=pk).kind == "y"
        later(f"UPDATE {Command._meta.db_table} SET kind = %s WHERE id = %s", ["z", raw_id(pk)])
    later(f"UPDATE {Command._meta.db_table} SET unit_path = %s WHERE id = %s", ["0002", raw_id(pk)])
    assert (Command.objects.get(id=pk).kind, Command.objects.get(id=pk).unit_path) == ("z", "0002")


def test_nothing_is_left_of_what_failed() -> None:
    with pytest.raises(KeyError), together():
        add([(KEY, 1)])
        raise KeyError
    add([(KEY, 2)])
    assert counted() == [2]


def test_a_wrong_insert_is_told_by_the_end_at_the_latest() -> None:
    pk = uuid.uuid4()
    insert_object(a_command(pk))
    with pytest.raises(IntegrityError), together():
        insert_object(a_command(pk))
    with together():
        with pytest.raises(IntegrityError), together():
            insert_object(a_command(pk))
        add([(KEY, 1)])
    assert counted() == [1]


def test_an_object_comes_back_as_it_was_put_in() -> None:
    made = a_command(uuid.uuid4())
    insert_object(made)
    held = Command.objects.get(id=made.id)
    assert {f.attname: getattr(held, f.attname) for f in Command._meta.fields} == {
        f.attname: getattr(made, f.attname) for f in Command._meta.fields
    }


@pytest.mark.django_db(transaction=True)
def test_the_last_go_with_commit_and_hooks_run_after_it() -> None:
    ran: list[list[int]] = []
    with together():
        transaction.on_commit(lambda: ran.append(counted()))
        add([(KEY, 1)])
    assert ran == [[1]] and connection.get_autocommit()
    with pytest.raises(IntegrityError), together():
        pk = uuid.uuid4()
        insert_object(a_command(pk))
        insert_object(a_command(pk))
    assert counted() == [1]


@pytest.mark.django_db(transaction=True)
def test_an_outermost_one_begins_ends_and_is_rolled_back_as_any_transaction() -> None:
    with together():
        pass
    with pytest.raises(KeyError), together():
        raise KeyError
    with pytest.raises(KeyError), together():
        assert counted() == []
        add([(KEY, 1)])
        assert counted() == [1]
        raise KeyError
    with pytest.raises(DatabaseError), together(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    with together():
        with pytest.raises(KeyError), transaction.atomic():
            raise KeyError
        with pytest.raises(KeyError), transaction.atomic():
            with transaction.atomic():
                add([(KEY, 2)])
            raise KeyError
        with transaction.atomic():
            add([(KEY, 3)])
    with pytest.raises(KeyError), together():
        Delta.objects.filter(measure="waiting").delete()
        raise KeyError
    assert counted() == [3]


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_written_in_the_scope_that_it_was_written_in(cast: Any) -> None:
    """The platform's own look in between lends it no wider scope."""
    from xiaoan.engines.sheets.tests.making import a_record

    theirs = a_record(cast.junior)
    theirs.id = uuid.uuid4()
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has the second wall")
    with pytest.raises(Exception, match="row-level security"), wall.asking(cast.actor("safety_director")), together():
        insert_object(theirs)
        with wall.opened():
            counted()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_who_comes_second_waits_for_a_lock_and_sees_what_the_first_wrote() -> None:
    unit = create_unit(actor=SYSTEM, parent=None, rank="province", name="测试省")
    asks, seen = threading.Event(), list[list[int]]()

    def second() -> None:
        wall.open_process()
        with together():
            lock(Unit, [unit.pk])
            asks.set()
            seen.append(counted())
        connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        lock(Unit, [unit.pk])
        other.start()
        assert asks.wait(10)
        other.join(0.5)
        assert not seen
        add([(KEY, 1)])
    other.join(10)
    assert seen == [[1]]


HELD = Kept(lambda n: Delta.objects.filter(measure="waiting", subject=n), "a sample of a subject")


def test_a_question_goes_with_the_next_statement_and_is_answered_once() -> None:
    with together():
        add([(KEY, 1)])
        HELD.ahead("x")
        assert counted() == [1]
        add([(KEY, 2)])  # after the question
        assert [d.n for d in HELD("x")] == [1]
        assert sorted(d.n for d in HELD("x")) == [1, 2]


def test_a_question_that_still_waits_is_asked_when_its_answer_is_wanted() -> None:
    with CaptureQueriesContext(connection) as seen, together():
        HELD.ahead("x")
        add([(KEY, 1)])
        assert [d.n for d in HELD("x")] == [1]
    assert len([q for q in seen.captured_queries if q["sql"].startswith("SELECT")]) == 1


def test_an_answer_goes_with_its_savepoint() -> None:
    with together():
        with pytest.raises(KeyError), transaction.atomic():
            add([(KEY, 1)])
            HELD.ahead("x")
            assert counted() == [1]
            raise KeyError
        assert HELD("x") == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sheet", ["guard_post", "drill"])
def test_a_record_through_the_api_is_three_messages(cast: Cast, wednesday: Any, sheet: str) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("statements go together in one message to PostgreSQL only")
    client = a_client(a_token(cast, "safety_director", cast.primary))
    body = {"sheet": sheet, "answers": answers_for(sheet) | (ANSWERS if sheet == "guard_post" else {}), "seconds": 9}
    for _ in range(2):  # what a process keeps is read once
        with messages() as seen:
            answer = client.post("/api/records/", body, content_type="application/json", headers=key())
        assert answer.status_code == 201, answer.content
    assert len(seen) == 3 and seen[-1][0].endswith("COMMIT"), seen
