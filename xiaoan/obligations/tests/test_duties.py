"""What a unit owes: merged lines, states, figures of a subtree."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from conftest import WEDNESDAY, Cast
from xiaoan.engines.jobs.services import run_all
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.figures import figures
from xiaoan.obligations.queries import duties_of
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.obligations.tests.test_evidence import drill
from xiaoan.policies.book import book
from xiaoan.policies.services import publish_document

pytestmark = pytest.mark.usefixtures("wednesday")
TODAY = date(2026, 11, 18)


def three_documents(cast: Cast) -> None:
    publish(make_document("P", {"practice": "drill", "every": "quarterly"}, tier="province"), cast.province)
    publish(make_document("C", {"practice": "drill", "every": "monthly"}, tier="city"), cast.city)
    publish(make_document("D", {"practice": "drill", "every": "term_first_week"}), cast.county)


def test_one_record_serves_every_document_that_it_fits(cast: Cast) -> None:
    three_documents(cast)
    record = drill(cast.actor("safety_director"), cast)
    assert sorted(record.evidence.values_list("requirement", flat=True)) == ["C-1", "D-1", "P-1"]
    lines = [line for line in duties_of(cast.primary, TODAY) if not line.is_missed]
    assert [(line.key, line.state, line.documents) for line in lines] == [("drill", "ok", 3)]


def test_the_strictest_rhythm_leads_the_line(cast: Cast) -> None:
    three_documents(cast)
    line = next(line for line in duties_of(cast.primary, TODAY) if not line.is_missed)
    assert line.strictest.rhythm == "每月 1 次"
    assert line.state == "late"  # the drill of the first week is still open
    assert {s.rhythm for s in line.sources} == {"每月 1 次", "每季度 1 次", "开学第一周 1 次"}


def test_a_missed_month_is_explained_and_can_still_be_recorded(cast: Cast) -> None:
    publish(make_document("C", {"practice": "drill", "every": "monthly"}), cast.county)
    missed = next(line for line in duties_of(cast.primary, TODAY) if line.is_missed)
    assert "补记" in missed.explain
    drill(cast.actor("safety_director"), cast, timezone.make_aware(datetime(2026, 10, 20, 9)))
    assert not any(line.is_missed for line in duties_of(cast.primary, TODAY))


def test_my_duties_are_sorted_by_day(cast: Cast) -> None:
    publish(
        make_document(
            "C", {"practice": "monthly_check", "every": "monthly"}, {"practice": "daily_patrol", "every": "daily"},
            {"practice": "rules_document", "kind": "deliverable", "deadline": date(2026, 11, 1)},
        ),
        cast.county,
    )  # fmt: skip
    lines = [line for line in duties_of(cast.primary, TODAY) if not line.is_missed]
    assert [line.state for line in lines] == ["late", "due", "go"]
    assert [line.practice.key for line in lines] == ["rules_document", "daily_patrol", "monthly_check"]


def test_a_role_sees_only_what_it_does(cast: Cast) -> None:
    publish(make_document("C", {"practice": "drill", "every": "monthly", "by": ["principal"]}), cast.county)
    assert duties_of(cast.primary, TODAY, role="principal")
    assert not duties_of(cast.primary, TODAY, role="guard")


def test_figures_of_a_subtree_count_done_and_owed(cast: Cast) -> None:
    publish(make_document("C", {"practice": "drill", "every": "monthly"}), cast.city)
    drill(cast.actor("safety_director"), cast)
    start, end = date(2026, 10, 1), date(2026, 11, 30)
    for unit, bound in ((cast.city, 4), (cast.county, 3), (cast.township, 2), (cast.primary, 1), (cast.outside, 1)):
        figure = next(iter(figures(unit, book().duties, start, end, TODAY).values()))
        done = 0 if unit == cast.outside else 1
        assert (figure.bound, figure.owed, figure.done, figure.late) == (bound, bound * 2, done, bound)


def test_queries_do_not_grow_with_documents(cast: Cast, django_assert_num_queries: object) -> None:
    three_documents(cast)
    duties_of(cast.primary, TODAY)
    with django_assert_num_queries(4):  # type: ignore[operator]
        duties_of(cast.primary, TODAY)
    publish(make_document("E", {"practice": "talk_daily", "every": "daily"}), cast.county)
    duties_of(cast.primary, TODAY)
    with django_assert_num_queries(4):  # type: ignore[operator]
        duties_of(cast.primary, TODAY)


def test_a_deadline_turns_late_the_day_after(cast: Cast) -> None:
    publish(make_document("C", {"practice": "rules_document", "kind": "deliverable", "deadline": TODAY}), cast.county)
    assert duties_of(cast.primary, TODAY)[0].state == "due"
    with clock.held_at(WEDNESDAY + timedelta(days=1)):
        assert duties_of(cast.primary, clock.today())[0].state == "late"


def test_nothing_is_late_that_was_due_before_it_was_published(cast: Cast) -> None:
    document = make_document(
        "C", {"practice": "drill", "every": "monthly"}, {"practice": "drill", "every": "term_first_week"}
    )
    publish_document(actor=SYSTEM, document=document, unit=cast.county)
    run_all()
    lines = duties_of(cast.primary, TODAY)
    assert [(line.state, line.period_label, line.is_missed) for line in lines] == [("go", "11月", False)]
    of_november = figures(cast.county, book().duties, date(2026, 9, 1), date(2026, 11, 30), TODAY)
    assert [(f.owed, f.late) for f in of_november.values()] == [(3, 0), (0, 0)]
