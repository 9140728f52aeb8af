"""A query that is compiled once answers as the queryset does."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.ground.people.models import Post
from xiaoan.kernel import clock
from xiaoan.kernel.kept import Kept

OF = Kept(lambda person: Post.objects.filter(person=person).select_related("unit").order_by("-starts"), UUID(int=1))


def test_it_gives_the_rows_and_their_related_ones_in_one_statement(cast: Cast) -> None:
    one, two = cast.post("safety_director", cast.primary), cast.post("county_officer", cast.county)
    for post in (one, two, one):
        with CaptureQueriesContext(connection) as seen:
            (found,) = OF(post.person_id)
            assert (found.id, found.unit.name, found.starts) == (post.id, post.unit.name, post.starts)
        assert len(seen) == 1
    assert OF(uuid4()) == [] and OF.first(uuid4()) is None


def test_what_it_gives_can_be_changed_and_saved(cast: Cast) -> None:
    post = OF.first(cast.post("safety_director", cast.primary).person_id)
    assert post is not None
    post.ends = clock.today()
    post.save()
    assert Post.objects.get(id=post.id).ends == clock.today()


def test_a_gap_that_is_lost_or_ambiguous_is_refused(cast: Cast) -> None:
    lost = Kept(lambda person: Post.objects.all(), UUID(int=1))
    with pytest.raises(ValueError, match="lost"):
        lost(uuid4())
