"""What waits for a person on this floor, and what it costs to say so."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import Cast
from xiaoan.engines.ui.waiting import Waiting
from xiaoan.kernel import clock
from xiaoan.risks.models import Point
from xiaoan.risks.services.accepting import apply, score
from xiaoan.risks.services.sources import declare_points
from xiaoan.risks.tests.making import a_control, a_point, an_assessed
from xiaoan.risks.waiting import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def told(cast: Cast, role: str) -> dict[str, tuple[int, int]]:
    return {line.words: (line.count, line.late) for line in waiting(cast.actor(role)) if line.count}


def test_controls_wait_for_who_holds_them_and_points_for_who_grades_them(cast: Cast) -> None:
    guard = cast.actor("guard")
    held = {"holder": guard.name, "holder_id": guard.person_id}
    point = an_assessed(cast.primary)
    for days in (-1, 0, 3):
        a_control(point, f"措施{days}", due_in=days, **held)
    a_point(cast.primary, "配电间")
    Point.objects.filter(id=point.id).update(assess_due=clock.today() - timedelta(days=2))
    assert told(cast, "guard") == {"管控措施要确认": (2, 1)}
    assert told(cast, "principal") == {"风险点还没评估": (1, 0), "风险点该重新评估": (1, 1)}


def test_a_county_sees_what_schools_have_declared_and_applied_for(cast: Cast) -> None:
    lead, officer = cast.actor("safety_director"), cast.actor("county_officer")
    point = an_assessed(cast.primary, scores=(5, 5))
    declare_points(actor=lead, unit=cast.primary, points=[point])
    case = apply(actor=lead, unit=cast.primary, kind="risk")
    assert told(cast, "county_officer") == {"风险源待登记": (1, 0), "达标验收待评分": (1, 0)}
    assert told(cast, "inspector") == {"达标验收待评分": (1, 0)} and told(cast, "city_officer") == {}
    score(actor=officer, acceptance=case, points=dict.fromkeys(("rules", "duties", "running", "control"), 22))
    assert told(cast, "county_officer") == {"风险源待登记": (1, 0), "达标验收待决定": (1, 0)}
    other = cast.actor("county_officer", cast.other_county)
    assert not any(line.count for line in waiting(other))


@pytest.mark.parametrize("role", ["guard", "principal", "county_officer"])
def test_it_costs_two_statements_at_most_and_leads_to_the_lines(
    cast: Cast, role: str, django_assert_max_num_queries: Any
) -> None:
    lead = cast.actor("safety_director")
    declare_points(actor=lead, unit=cast.primary, points=[an_assessed(cast.primary, scores=(5, 5))])
    actor = cast.actor(role)
    with django_assert_max_num_queries(2):
        lines: list[Waiting] = waiting(actor)
    client = cast.client(role)
    for line in lines:
        assert client.get(line.href).status_code == 200, line
