"""Grading: methods and their variants, and the rule that open hazards raise a point."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from conftest import Cast
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.norms.services import set_norm
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, Stale
from xiaoan.risks.methods import grade, method_for, methods, variant_for
from xiaoan.risks.models import Assessment, Level, Standing
from xiaoan.risks.services import assess_point, hazard_changed, incident_happened, loop_moved
from xiaoan.risks.tests.making import a_control, a_point, an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def choose(cast: Cast, key: str, text: str) -> None:
    set_norm(actor=SYSTEM, unit=cast.county, key=key, text=text, valid_from=date(2026, 1, 1), basis="甲县教〔2026〕2号")


@pytest.mark.parametrize(
    ("scores", "level"), [((5, 5), 1), ((4, 5), 1), ((4, 4), 2), ((3, 5), 2), ((3, 4), 3), ((3, 3), 3), ((2, 4), 4)]
)
def test_ls_is_graded_as_is_usual_in_shandong(cast: Cast, scores: tuple[int, int], level: int) -> None:
    assert grade(cast.primary.path, {"L": scores[0], "S": scores[1]}, "ls").level == level


def test_a_county_takes_another_variant_or_its_own_bounds(cast: Cast) -> None:
    path, factors = cast.primary.path, {"L": "3", "S": "3"}
    assert grade(path, factors).level == Level.YELLOW
    choose(cast, "risks.ls_variant", "mining")
    assert grade(path, factors).level == Level.ORANGE
    assert grade(cast.outside.path, factors).level == Level.YELLOW
    choose(cast, "risks.ls_variant", "own")
    choose(cast, "risks.ls_red", "9")
    assert grade(path, factors).level == Level.RED


@pytest.mark.parametrize(("value", "level"), [("320", 2), ("320.1", 1), ("160", 3), ("160.5", 2), ("70", 4), ("71", 3)])
def test_a_bound_of_lec_belongs_to_the_grade_below_it(cast: Cast, value: str, level: int) -> None:
    assert variant_for(cast.primary.path, methods()["lec"]).level_of(Decimal(value)) == level
    assert grade(cast.primary.path, {"L": 3, "E": 6, "C": 15}, "lec").value == 270


def test_a_list_of_three_grades_is_chosen_from_directly(cast: Cast) -> None:
    choose(cast, "risks.method", "direct")
    assert method_for(cast.primary.path).key == "direct"
    assert grade(cast.primary.path, {"level": "3"}).level == Level.YELLOW
    with pytest.raises(Invalid):
        grade(cast.primary.path, {"level": "9"})
    with pytest.raises(Invalid) as why:
        grade(cast.primary.path, {"L": "7", "S": "2"}, "ls")
    assert set(why.value.fields) == {"L"}


def test_an_assessment_is_kept_and_says_when_the_next_is_due(cast: Cast) -> None:
    point = an_assessed(cast.primary, scores=(4, 4))
    assert (point.level, point.assess_due) == (Level.ORANGE, date(2027, 5, 18))
    assess_point(
        actor=cast.actor("safety_director"), point=point, factors={"L": 5, "S": 5}, why="change", reason="加建"
    )
    told = list(Assessment.objects.order_by("at", "id").values_list("why", "before", "level"))
    assert told == [("initial", None, 2), ("change", 2, 1)]
    with pytest.raises(Stale):
        assess_point(actor=SYSTEM, point=point, factors={"L": 1, "S": 1}, seen=0)


def test_the_level_rises_while_hazards_are_open_says_why_and_falls_back(cast: Cast) -> None:
    """S3-3.3.1-07, the risks' side of it."""
    point = an_assessed(cast.primary)
    same = hazard_changed(point.id, {"general": 1})
    assert same is not None and same.level == Level.YELLOW
    said = [(a_control(point).id, "隐患〔2026〕1号")]
    raised = hazard_changed(point.id, {"general": 1}, "灶具软管老化", said)
    assert raised is not None and raised.level == Level.ORANGE and raised.is_raised
    assert "管控措施失效" in raised.why and "灶具软管老化" in raised.why
    major = hazard_changed(point.id, {"major": 1})
    assert major is not None and major.level == Level.RED
    back = hazard_changed(point.id, {})
    assert back is not None and back.level == Level.YELLOW and "销号" in back.why
    assert list(Assessment.objects.filter(why="rule").order_by("at", "id").values_list("before", "level")) == [
        (3, 2), (2, 1), (1, 3),
    ]  # fmt: skip


def test_piled_up_hazards_raise_by_one_grade_as_the_region_says(cast: Cast) -> None:
    point = an_assessed(cast.primary)
    choose(cast, "risks.raise_general", "3")
    assert hazard_changed(point.id, {"general": 2}).level == Level.YELLOW  # type: ignore[union-attr]
    assert hazard_changed(point.id, {"general": 3}).level == Level.ORANGE  # type: ignore[union-attr]


def test_an_assessment_does_not_take_away_what_open_hazards_have_raised(cast: Cast) -> None:
    point = an_assessed(cast.primary)
    raised = hazard_changed(point.id, {"larger": 1})
    assert raised is not None
    assess_point(actor=SYSTEM, point=raised, factors={"L": 1, "S": 1})
    assert (raised.level, raised.base_level) == (Level.ORANGE, Level.BLUE)
    assert hazard_changed(point.id, {}).level == Level.BLUE  # type: ignore[union-attr]


def test_an_incident_makes_an_assessment_due_at_once(cast: Cast) -> None:
    point = an_assessed(cast.primary)
    told = incident_happened(point.id, "学生烫伤")
    assert told is not None and told.assess_due == date(2026, 11, 18) and "学生烫伤" in told.why


def test_tallies_of_every_rank_follow_each_change(cast: Cast, settings: Any) -> None:
    point = an_assessed(cast.primary, scores=(5, 5))
    a_point(cast.junior)
    figures = {s: n for (s, _), n in read_one(cast.city.path, "risks").items() if n}
    assert figures["red"] == 1 and figures["unassessed"] == 1 and figures["listed"] == 2 and figures["assessed"] == 1
    hazard_changed(point.id, {})
    loop_moved(cast.primary)
    loop_moved(cast.primary)
    figures = {s: n for (s, _), n in read_one(cast.city.path, "risks").items() if n}
    assert figures["running"] == 1 and Standing.objects.get(unit=cast.primary).is_running
