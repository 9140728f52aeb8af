"""A control that did not hold: from the failed check over the hazard to the risk's grade, and back when it is closed."""

import pytest

from conftest import Cast
from xiaoan.hazards import services
from xiaoan.hazards.doing import do_move
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.tests.making import PLAN, a_hazard, a_photo, verifier_of, walked
from xiaoan.kernel.errors import Invalid
from xiaoan.risks.models import Assessment, Control, Level, Point
from xiaoan.risks.tests.making import a_control, an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def state_of(point: Point) -> tuple[int, str]:
    """The point's level now, and the hazards that say its control failed."""
    return Point.objects.get(id=point.id).level, Control.objects.get(point=point).failed_by


def test_a_failed_check_becomes_a_hazard_that_raises_the_risk_until_it_is_closed(cast: Cast) -> None:
    """S3-3.3.1-07 from end to end: each step is taken on the page where people take it."""
    point = an_assessed(cast.primary)
    control = a_control(point)
    lead = cast.client("safety_director")
    told = {"control": [str(control.id)], "found": "1", "note": "报警器没有电"}
    sent_on = lead.post("/risks/controls/confirm/", told)
    form = lead.get(sent_on["Location"]).context["form"]
    report = {name: form[name].value() or "" for name in form.fields}
    assert report["words"] == "报警器没有电" and report["point"] == point.id
    assert lead.post("/hazards/new/", {**report, "unit": str(cast.primary.id)}).status_code == 302
    hazard = Hazard.objects.get()
    assert (hazard.control_id, hazard.point_id) == (control.id, point.id)
    assert state_of(point) == (Level.YELLOW, "")  # reported by one, confirmed by nobody
    page = lead.get(f"/hazards/{hazard.id}/do/judge/").content.decode()
    assert "失效的管控措施" in page and control.words in page
    judged = {"category": "C04", "level": "general", "control": str(control.id), "step": str(hazard.step)}
    assert lead.post(f"/hazards/{hazard.id}/do/judge/", judged).status_code == 302
    assert state_of(point) == (Level.ORANGE, hazard.number)
    page = lead.get(f"/risks/points/{point.id}/").content.decode()
    assert "1 件隐患说明管控措施失效" in page and hazard.number in page and "失效：" in page
    assert "失效" in lead.get("/risks/controls/?due=failed").content.decode()
    walked_on(cast, hazard)
    assert state_of(point) == (Level.YELLOW, "")
    page = lead.get(f"/risks/points/{point.id}/").content.decode()
    assert "都已销号" in page and "管控措施恢复" in page and "失效：" not in page
    rule = Assessment.objects.filter(why="rule").order_by("at", "id").values_list("before", "level")
    assert list(rule) == [(Level.YELLOW, Level.ORANGE), (Level.ORANGE, Level.YELLOW)]


def walked_on(cast: Cast, hazard: Hazard) -> None:
    """The judged case to its end, by the steps that everybody takes."""
    fresh = Hazard.objects.get(id=hazard.id)
    lead, guard = cast.actor("safety_director"), cast.actor("guard")
    services.assign(actor=lead, hazard=fresh, responsible=cast.post("guard", cast.primary), **PLAN)
    services.hand_in(actor=guard, hazard=fresh, done="已换电池", photos=[a_photo(guard, cast.primary)])
    services.verify(actor=verifier_of(cast, fresh), hazard=fresh, decision="现场看过")


def test_a_hazard_whose_item_looks_at_a_control_says_that_it_failed_once_it_is_judged(cast: Cast) -> None:
    point = an_assessed(cast.primary)
    control = a_control(point, item="C02-06")
    hazard = a_hazard(cast, point=point, item="C02-06")
    assert hazard.control_id == control.id and state_of(point)[1] == ""
    walked(cast, hazard, "judged")
    assert state_of(point) == (Level.ORANGE, hazard.number)
    raised = services.raise_level(actor=cast.actor("safety_director"), hazard=hazard, level="larger", why="蔓延")
    assert state_of(point) == (Level.ORANGE, raised.number)


def test_whoever_judges_may_say_that_no_control_failed_or_that_another_did(cast: Cast) -> None:
    point = an_assessed(cast.primary)
    a_control(point, item="C02-06")
    other = a_control(an_assessed(cast.primary, "配电间"))
    lead = cast.actor("safety_director")
    hazard = a_hazard(cast, point=point, item="C02-06")
    judged = {"category": "C02", "level": "general", "item": "", "why": ""}
    with pytest.raises(Invalid) as why:
        do_move(lead, hazard, "judge", {**judged, "control": str(other.id)}, [], None)
    assert set(why.value.fields) == {"control"}
    do_move(lead, hazard, "judge", {**judged, "control": "none"}, [], None)
    assert hazard.control_id is None and state_of(point) == (Level.YELLOW, "")


def test_another_schools_control_is_refused(cast: Cast) -> None:
    elsewhere = a_control(an_assessed(cast.junior))
    with pytest.raises(Invalid) as why:
        a_hazard(cast, control=elsewhere.id)
    assert set(why.value.fields) == {"control"}
