"""What is compiled once gives each actor the rows that the declaration gives."""

from typing import Any

import pytest

from conftest import Cast
from xiaoan.engines.resource.reading import page_of, row_of
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.resource import RECORDS
from xiaoan.engines.sheets.services import withdraw_record
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.kept import Kept

pytestmark = pytest.mark.django_db
ROLES = ["province_officer", "city_officer", "county_officer", "township_officer", "safety_director"]


def first(actor: Actor) -> list[Any]:
    return page_of(RECORDS, actor, {}, after="", before="", size=RECORDS.page_size).rows


def test_every_rank_sees_the_first_page_and_the_rows_that_are_its_own(cast: Cast, wednesday: Any) -> None:
    made = [a_record(u, days_ago=n) for n, u in enumerate((cast.primary, cast.junior, cast.outside, cast.primary))]
    withdraw_record(actor=SYSTEM, record=made[3], why="记错了")
    for role in ROLES * 2:  # the second time by what was compiled for the first
        actor = cast.actor(role)
        assert first(actor) == list(RECORDS.listed(actor, {})[:20])
        for record in made:
            assert row_of(RECORDS, actor, record.pk) == RECORDS.rows(actor).filter(pk=record.pk).first()


def test_two_of_one_rank_share_a_statement_and_no_rows(cast: Cast, wednesday: Any) -> None:
    own, other = a_record(cast.primary), a_record(cast.junior)
    heads = [cast.actor("principal", cast.primary), cast.actor("principal", cast.junior)]
    assert [first(head) for head in heads] == [[own], [other]]
    assert [row_of(RECORDS, head, own.pk) for head in heads] == [own, None]


def test_without_the_right_there_is_no_row(cast: Cast, wednesday: Any) -> None:
    record = a_record(cast.primary)
    actor = cast.actor("safety_director")
    bare = Actor(**{**vars(actor), "rights": frozenset()})
    assert first(bare) == []
    assert row_of(RECORDS, bare, record.pk) is None


def test_a_page_of_another_size_is_as_long_as_asked(cast: Cast, wednesday: Any) -> None:
    for n in range(3):
        a_record(cast.primary, days_ago=n)
    found = page_of(RECORDS, cast.actor("principal"), {}, after="", before="", size=2)
    assert (len(found.rows), bool(found.after), Record.objects.count()) == (2, True, 3)


def test_a_sample_that_hides_in_another_parameter_is_not_overlooked(cast: Cast) -> None:
    with pytest.raises(ValueError, match="a sample is lost"):
        Kept(lambda path: Unit.objects.under(path), "~~~~")("0001")
