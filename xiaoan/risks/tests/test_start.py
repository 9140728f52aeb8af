"""From nothing to a graded list: the start-up library, who controls what, the list as a file."""

from typing import Any

import pytest

from conftest import Cast, client_of
from xiaoan.engines.resource.testing import sheet_of
from xiaoan.risks.library import areas, library, proposals
from xiaoan.risks.models import Assessment, Control, Level, Point
from xiaoan.risks.queries import points_of
from xiaoan.risks.services.chain import Chosen, adopt_points, change_control, change_point, make_point
from xiaoan.risks.tests.making import a_control, an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def adopt(cast: Cast, *keys: str) -> list[Point]:
    """What the primary school takes: its canteen and gas, two buildings."""
    found = proposals("primary", ["canteen", "gas"], {"teaching": ["东楼", "西楼"]})
    chosen = [Chosen(p, {"L": "3", "S": "5"}) for p in found if not keys or p.proposal.key in keys]
    return adopt_points(actor=cast.actor("safety_director"), unit=cast.primary, chosen=chosen, announced_at="校门口")


def test_the_library_offers_what_a_school_has_and_a_point_for_each_place() -> None:
    assert len(library().points) >= 50 and len(areas()) == 22
    keys = {p.proposal.key for p in proposals("primary", ["canteen"], {})}
    assert "food" in keys and not keys & {"bus_ride", "lab_store", "pool", "lift", "dorm_fire", "kinder_care"}
    names = [p.name for p in proposals("primary", [], {"teaching": ["东楼", "西楼"]})]
    assert {"东楼楼梯和疏散通道", "西楼楼梯和疏散通道"} <= set(names)


def test_a_school_adopts_its_points_in_one_go_and_sees_its_graded_map(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    """S0-2.6-01: by area, with likelihood and severity; the county sees schools without an assessment."""
    cast.post("canteen_head", cast.primary, "李合成")
    lead = cast.actor("safety_director")
    county = cast.client("county_officer")
    assert "东镇中心小学" in county.get("/risks/missing/").content.decode()
    found = proposals("primary", ["canteen", "gas"], {"teaching": ["东楼", "西楼"]})
    chosen = [Chosen(p, {"L": "3", "S": "5"}) for p in found]
    with django_assert_max_num_queries(40):
        made = adopt_points(actor=lead, unit=cast.primary, chosen=chosen, announced_at="校门口")
    assert len(made) == len(found) > 35 and Assessment.objects.count() == len(made)
    assert all(p.level == Level.ORANGE and p.assess_due and p.controls_due for p in made)
    assert Control.objects.filter(item="C04-03").get().holder == "李合成"
    page = cast.client("safety_director").get("/risks/").content.decode()
    assert "四色分布" in page and "东楼楼梯和疏散通道" in page and "较大风险（橙）" in page
    assert "东镇中心小学" not in county.get("/risks/missing/").content.decode()


def test_what_is_there_already_is_not_adopted_twice(cast: Cast) -> None:
    assert len(adopt(cast, "food")) == 1
    more = adopt(cast, "food", "kitchen_gas")
    assert [p.library for p in more] == ["kitchen_gas"] and len(points_of(cast.primary)) == 2


def test_the_wizard_leads_from_what_a_school_has_to_its_list(cast: Cast) -> None:
    client = cast.client("safety_director")
    first = client.get("/risks/start/").content.decode()
    assert 'value="canteen" checked' in first  # prefilled from the unit
    asked = {"seen": "1", "has": ["canteen"], "place-teaching": "东楼、西楼", "place-gate": "大门"}
    second = client.get("/risks/start/", asked).content.decode()
    assert "东楼楼梯和疏散通道" in second and 'name="L-food"' in second
    told = {**asked, "take": ["food", "corridor@东楼"], "L-food": "5", "S-food": "5", "L-corridor@东楼": "1",
            "S-corridor@东楼": "1", "announced_at": "大门口"}  # fmt: skip
    assert client.post("/risks/start/", told).status_code == 302
    assert {p.name: p.level for p in points_of(cast.primary)} == {"食材采购和加工": 1, "东楼楼梯和疏散通道": 4}
    assert client.post("/risks/start/", {"seen": "1", "has": ["canteen"]}).status_code == 422


def test_the_list_has_a_line_for_each_point_with_grade_measures_owner_and_date_and_comes_as_a_file(cast: Cast) -> None:
    """S0-2.6-02, S3-3.1.3-03."""
    adopt(cast, "food")
    client = cast.client("safety_director")
    page = client.get("/risks/points/").content.decode()
    assert "食材采购和加工" in page and "较大" in page and "11月18日" in page
    table = sheet_of(client.get("/risks/points/export.xlsx"))
    line = dict(zip(table[0], table[1], strict=False))
    assert line["风险等级"] == "较大风险（橙）" and "索证索票" in line["管控措施"] and line["责任岗位和责任人"]


def test_a_risk_without_cycle_owner_or_place_of_notice_is_shown_with_what_it_lacks(cast: Cast) -> None:
    """S0-2.6-03."""
    lead = cast.actor("safety_director")
    point = make_point(actor=lead, unit=cast.primary, name="后门配电箱", area="11", kind="C05")
    assert point.lacks == ["评估周期", "管控责任人", "公告位置"]
    client = cast.client("safety_director")
    assert "后门配电箱" in client.get("/risks/points/", {"wanting": "lacking"}).content.decode()
    assert "还缺：评估周期、管控责任人、公告位置" in client.get(f"/risks/points/{point.id}/").content.decode()
    owner = {"owner": lead.name, "owner_id": lead.person_id}
    change_point(actor=lead, point=point, cycle_months=6, announced_at="配电箱门上", **owner)
    assert point.lacks == [] and client.get("/risks/points/", {"wanting": "lacking"}).context["found"].rows == []


def test_the_list_of_responsibilities_names_post_and_person_and_each_sees_their_own(cast: Cast) -> None:
    """S1-2.1.2-05."""
    head = cast.post("canteen_head", cast.primary, "李合成")
    adopt(cast, "food", "gate")
    rows = sheet_of(cast.client("principal").get("/risks/controls/export.xlsx"))
    assert rows[0][:5] == ["管控措施", "风险点", "风险等级", "责任岗位", "责任人"]
    assert any(r[3] == "食堂管理员" and r[4] == "李合成" for r in rows[1:])
    client = client_of(head)
    own = client.get("/risks/controls/mine/").context
    assert own["later"] and all(c.holder_id == head.person_id for c in [*own["due"], *own["later"]])


def test_a_control_changed_is_due_by_its_new_rhythm(cast: Cast) -> None:
    control = a_control(an_assessed(cast.primary), due_in=30)
    change_control(actor=cast.actor("safety_director"), control=control, every=3, period="day")
    control.point.refresh_from_db()
    assert (control.due - control.made_on).days == 3 and control.point.controls_due == control.due
