"""What is said by name is the same statement: after a rollback, in a broken transaction, and where statements are counted."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from conftest import Cast, messages
from xiaoan.ground.people.models import Post
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.kept import Kept
from xiaoan.kernel.prepared import execution

OF = Kept(lambda person, day: Post.objects.current(day).filter(person=person), UUID(int=1), date(2000, 1, 1))
NAMED = Kept(lambda path: Unit.objects.filter(path=path).exclude(name="一半 50% 和 $1"), "a sample of a path")
needs_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL prepares")


@needs_postgresql
@pytest.mark.django_db
def test_a_kept_query_is_said_by_its_name_and_finds_the_same(cast: Cast) -> None:
    post = cast.post("safety_director", cast.primary)
    for _ in range(7):  # five times for the values given, then for any
        with messages() as seen:
            assert [p.id for p in OF(post.person_id, post.starts)] == [post.id]
        ((said, _),) = seen
        assert "EXECUTE xa_" in said
    assert OF(uuid4(), post.starts) == [] and OF(post.person_id, date(1990, 1, 1)) == []


@pytest.mark.django_db
def test_signs_in_a_value_stay_signs(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.county.pk).update(name="一半 50% 和 $1")
    assert [u.pk for u in NAMED(cast.primary.path)] == [cast.primary.pk]
    assert NAMED(cast.county.path) == []


@needs_postgresql
@pytest.mark.django_db
def test_where_statements_are_counted_they_are_said_as_they_are(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as seen:
        OF(uuid4(), date(2026, 1, 1))
    assert len(seen) == 1 and seen.captured_queries[0]["sql"].startswith("SELECT")


@needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_name_outlives_the_transaction_that_gave_it(cast: Cast) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        told = execution("SELECT 1 + $1", ["integer"])
        raise KeyError
    assert execution("SELECT 1 + $1", ["integer"]) == told
    with connection.cursor() as cursor:
        cursor.execute(str(told), [41])
        assert cursor.fetchone() == (42,)


@needs_postgresql
@pytest.mark.django_db
def test_nothing_is_prepared_in_a_broken_transaction(cast: Cast) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        assert execution("SELECT 2 + $1", ["integer"]) is None
        raise KeyError
    assert execution("SELECT 2 + $1", ["integer"])


@needs_postgresql
@pytest.mark.django_db
def test_what_cannot_be_prepared_is_refused_as_any_statement(cast: Cast) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        execution("SELECT nothing FROM nowhere WHERE a = $1", ["text"])
