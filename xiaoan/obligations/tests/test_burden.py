"""The burden adds up: per school, document and office, whatever is filed, withdrawn or published later."""

import pytest

from conftest import Cast
from xiaoan.engines.jobs.services import run_all
from xiaoan.engines.sheets.models import Record, RecordState
from xiaoan.engines.sheets.services import withdraw_record
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations import tasks
from xiaoan.obligations.burden import burden_of
from xiaoan.obligations.costs import split
from xiaoan.obligations.models import HandIn
from xiaoan.obligations.tests.making import disagreements, make_document, publish
from xiaoan.obligations.tests.test_evidence import drill
from xiaoan.obligations.tests.test_tasks import one
from xiaoan.policies.services import end_publication

pytestmark = pytest.mark.usefixtures("wednesday")


def raw_seconds() -> int:
    return sum(Record.objects.filter(state=RecordState.FILED).values_list("seconds", flat=True)) + sum(
        HandIn.objects.values_list("seconds", flat=True)
    )


def check(cast: Cast) -> None:
    for unit in (cast.primary, cast.township, cast.county, cast.city, cast.province):
        burden = burden_of(unit, clock.today())
        assert burden.seconds == raw_seconds()
        for shares in (burden.by_sheet, burden.by_document, burden.by_office):
            assert sum(s.seconds for s in shares) == raw_seconds()
    assert burden_of(cast.other_county, clock.today()).seconds == 0
    assert not disagreements()


def test_the_burden_adds_up_to_the_raw_log(cast: Cast) -> None:
    actor = cast.actor("safety_director")
    publish(make_document("A", {"practice": "drill", "every": "monthly"}, issuer="合成省厅"), cast.province)
    publish(make_document("B", {"practice": "drill", "every": "quarterly"}, issuer="合成县局"), cast.county)
    records = [drill(actor, cast, seconds=n) for n in (61, 7, 0, 100)]
    check(cast)
    publish(make_document("C", {"practice": "drill", "every": "yearly"}, issuer="合成县局"), cast.county)  # back-filled
    check(cast)
    withdraw_record(actor=actor, record=records[0], why="重复")
    check(cast)
    case = one(cast)
    tasks.hand_in(actor=actor, assignment=case, said="已办", seconds=33)
    check(cast)
    shares = {s.name: s.seconds for s in burden_of(cast.county, clock.today()).by_document}
    assert sum(shares.values()) == 7 + 100 + 33
    assert shares["学校自己的记录"] == 33
    assert sorted(shares[f"合成{k}"] for k in "ABC") == [35, 35, 37]  # 7 = 3+2+2 and 100 = 34+33+33


def test_a_record_that_proves_nothing_is_the_schools_own(cast: Cast) -> None:
    drill(cast.actor("safety_director"), cast, seconds=40)
    assert [(s.name, s.seconds) for s in burden_of(cast.primary, clock.today()).by_document] == [("学校自己的记录", 40)]


def test_what_further_documents_did_not_have_to_ask_is_counted_as_saved(cast: Cast) -> None:
    for key in "ABC":
        publish(make_document(key, {"practice": "drill", "every": "monthly"}), cast.county)
    drill(cast.actor("safety_director"), cast, seconds=40)
    burden = burden_of(cast.county, clock.today())
    assert (burden.saved, burden.saved_seconds) == (2, 80)


def test_minutes_are_per_school_and_week(cast: Cast) -> None:
    drill(cast.actor("safety_director"), cast, seconds=1800)
    assert burden_of(cast.primary, clock.today()).this_week == 30
    assert burden_of(cast.county, clock.today()).this_week == 10  # three schools


@pytest.mark.parametrize("seconds", [0, 1, 2, 59, 14400])
def test_a_split_loses_no_second(seconds: int) -> None:
    from uuid import uuid4

    for number in range(8):
        shares = split(seconds, {uuid4() for _ in range(number)})
        assert sum(shares.values()) == seconds
        assert max(shares.values()) - min(shares.values()) <= 1


def test_an_ended_publication_leaves_no_figure_behind_that_a_recount_denies(cast: Cast) -> None:
    publication = publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    drill(cast.actor("safety_director"), cast, seconds=30)
    end_publication(actor=SYSTEM, publication=publication, on=clock.today(), why="换了新文件")
    run_all()
    assert not disagreements()
