"""One record, every document: linking, counting, withdrawing, back-filling."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record, withdraw_record
from xiaoan.engines.tally.queries import read_one
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import NotAllowed, NotKnown
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.policies.book import book

pytestmark = pytest.mark.usefixtures("wednesday")


def answers_for(key: str) -> dict[str, Any]:
    """The shortest right answers of a sheet."""
    made: dict[str, Any] = {}
    for f in sheet(key).fields:
        if f.required:
            made[f.key] = (
                f.options[0][0] if f.options else {"number": f.min or 1, "date": "2026-11-18"}.get(f.type, "合成")
            )
            made[f.key] = [made[f.key]] if f.type == "choices" else made[f.key]
    return made


def drill(actor: Actor, cast: Cast, day: datetime | None = None, **more: Any) -> Record:
    return file_record(
        actor=actor, unit=cast.primary, sheet="drill", answers=answers_for("drill"),
        happened_at=day or timezone.make_aware(datetime(2026, 11, 17, 9)), **more,
    )  # fmt: skip


def test_one_record_proves_every_document_it_fits(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}, tier="province"), cast.province)
    publish(make_document("B", {"practice": "drill", "every": "quarterly"}), cast.county)
    publish(make_document("C", {"practice": "drill", "every": "monthly"}), cast.other_county)
    record = drill(cast.actor("safety_director"), cast)
    assert set(record.evidence.values_list("requirement", "period")) == {("A-1", "2026-11"), ("B-1", "2026-Q4")}
    assert read_one(cast.province.path, "done", ["A-1"]) == {("A-1", "2026-11"): 1}
    assert read_one(cast.county.path, "done", ["B-1"]) == {("B-1", "2026-Q4"): 1}
    assert read_one(cast.other_county.path, "done", ["A-1"]) == {}


def test_withdrawing_takes_all_of_it_back(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    actor = cast.actor("safety_director")
    record = drill(actor, cast)
    withdraw_record(actor=actor, record=record, why="写错了学校")
    assert Evidence.objects.count() == 0
    assert Completion.objects.get().done_on is None
    assert sum(read_one(cast.county.path, "done").values()) == 0


def test_a_second_record_keeps_it_done_when_the_first_is_withdrawn(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    actor = cast.actor("safety_director")
    first, _ = drill(actor, cast), drill(actor, cast)
    withdraw_record(actor=actor, record=first, why="重复")
    assert Completion.objects.get().is_done
    assert read_one(cast.county.path, "done") == {("A-1", "2026-11"): 1}


def test_twice_a_month_needs_two_records(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly", "times": 2}), cast.county)
    actor = cast.actor("safety_director")
    drill(actor, cast)
    assert not Completion.objects.get().is_done
    drill(actor, cast)
    assert Completion.objects.get().is_done


def test_a_document_published_later_is_back_filled(cast: Cast) -> None:
    drill(cast.actor("safety_director"), cast)
    publication = publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    assert publication.state == "in_force"
    assert Evidence.objects.get().requirement == "A-1"
    assert read_one(cast.county.path, "bound") == {("A-1", publication.id.hex): 3}


def test_a_drill_in_august_proves_no_month(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    record = drill(cast.actor("safety_director"), cast, timezone.make_aware(datetime(2026, 8, 12, 9)))
    assert not record.evidence.exists()


def test_the_same_id_sent_again_changes_nothing(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    actor = cast.actor("safety_director")
    first = drill(actor, cast)
    again = drill(actor, cast, record_id=first.id)
    assert again.id == first.id
    assert Record.objects.count() == Evidence.objects.count() == 1


def test_the_colleague_may_not_and_the_outsider_may_not_know(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        drill(cast.actor("county_officer"), cast)
    with pytest.raises(NotKnown):
        drill(cast.actor("principal", cast.outside), cast)


def test_a_kind_that_is_not_bound_owes_nothing(cast: Cast) -> None:
    publish(
        make_document("A", {"practice": "drill", "every": "monthly", "binds": {"kinds": ["kindergarten"]}}), cast.county
    )
    assert book().binding(cast.primary.path, cast.primary.facts()) == []
    assert not drill(cast.actor("safety_director"), cast).evidence.exists()
