"""A risk's life: declared, registered, supervised, controlled, regraded, ended; and what it was on a past day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import WEDNESDAY, Cast
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid, NotAllowed, Stale
from xiaoan.risks.history import figures_on, points_on
from xiaoan.risks.models import Confirmation, Level, Point, Standing
from xiaoan.risks.queries import my_controls, overdue_controls
from xiaoan.risks.services import assess_point, hazard_changed
from xiaoan.risks.services.confirming import confirm_controls
from xiaoan.risks.services.sources import declare_points, end_point, refuse_point, register_point, supervise_point
from xiaoan.risks.services.standing import reckon_expired
from xiaoan.risks.tests.making import a_control, a_point, an_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def test_an_owner_confirms_on_schedule_and_the_principal_sees_what_is_overdue(cast: Cast) -> None:
    """S0-2.6-05."""
    head = cast.actor("canteen_head")
    point = an_assessed(cast.primary)
    control = a_control(point, due_in=-2, holder=head.name, holder_id=head.person_id)
    assert list(overdue_controls(cast.county.path)) == [control] and list(my_controls(head)) == [control]
    principal = cast.client("principal")
    assert "燃气报警器每天看一遍" in principal.get("/risks/").content.decode()
    assert Standing.objects.get(unit=cast.primary).overdue == 1
    with pytest.raises(NotAllowed):
        confirm_controls(actor=cast.actor("guard"), unit=cast.primary, controls=[control])
    told = {"control": [str(control.id)], "found": "0"}
    assert cast.client("canteen_head").post("/risks/controls/confirm/", told).status_code == 302
    control.refresh_from_db()
    assert control.due == date(2026, 12, 18) and control.confirmed_by == head.name
    assert not overdue_controls(cast.county.path) and Standing.objects.get(unit=cast.primary).overdue == 0
    assert "措施逾期没确认" not in principal.get("/risks/").content.decode()


def test_a_fault_is_said_in_words(cast: Cast) -> None:
    control = a_control(an_assessed(cast.primary))
    lead = cast.actor("principal")
    with pytest.raises(Invalid):
        confirm_controls(actor=lead, unit=cast.primary, controls=[control], found="1")
    confirm_controls(actor=lead, unit=cast.primary, controls=[control], found="1", note="报警器没有电")
    assert Confirmation.objects.get().note == "报警器没有电"


def test_what_time_alone_changes_is_reckoned_by_the_clock(cast: Cast) -> None:
    a_control(an_assessed(cast.primary), due_in=3)
    assert Standing.objects.get().overdue == 0 and reckon_expired() == 0
    with clock.held_at(WEDNESDAY + timedelta(days=4)):
        assert reckon_expired() == 1
    assert Standing.objects.get().overdue == 1


def test_a_source_goes_through_four_steps_and_its_history_shows_them(cast: Cast) -> None:
    """S3-3.3.2-03."""
    lead, officer = cast.actor("safety_director"), cast.actor("county_officer")
    point = an_assessed(cast.primary, scores=(5, 5))
    with pytest.raises(Invalid):
        declare_points(actor=lead, unit=cast.primary, points=[a_point(cast.primary, "没评估的")])
    declare_points(actor=lead, unit=cast.primary, points=[point])
    refuse_point(actor=officer, point=point, note="写明具体位置")
    declare_points(actor=lead, unit=cast.primary, points=[point])
    with pytest.raises(NotAllowed):
        register_point(actor=lead, point=point, supervision="自己登记")
    register_point(actor=officer, point=point, supervision="每月到现场看一次")
    supervise_point(actor=officer, point=point, note="报警器正常")
    with pytest.raises(Stale):
        register_point(actor=officer, point=point, supervision="再登记一次")
    page = cast.client("safety_director").get(f"/risks/points/{point.id}/")
    assert [s.label for s in page.context["steps"]] == ["辨识", "申报", "登记", "监管"]
    assert page.context["steps"][3].state == "now" and "每月到现场看一次" in page.content.decode()
    verbs = [e.bold for e in page.context["entries"]]
    assert verbs == ["监管风险源", "登记风险源", "申报风险源", "退回风险源申报", "申报风险源", "评估风险"]


def test_a_risk_is_taken_from_identification_to_control_check_and_regrading(cast: Cast) -> None:
    """S2-4.21-01."""
    lead = cast.actor("safety_director")
    point = an_assessed(cast.primary, scores=(4, 4))
    control = a_control(point)
    confirm_controls(actor=lead, unit=cast.primary, controls=[control])
    point.refresh_from_db()
    assess_point(actor=lead, point=point, factors={"L": 2, "S": 4}, why="change", reason="换了新灶具")
    end_point(actor=lead, point=point, note="食堂拆除")
    page = cast.client("safety_director").get(f"/risks/points/{point.id}/").content.decode()
    for words in ("首次评估", "情况变化后", "换了新灶具", "确认管控措施", "消除风险点", "食堂拆除"):
        assert words in page
    assert not Point.objects.get(id=point.id).is_active and not point.controls.filter(is_active=True).exists()


def test_a_past_day_shows_kinds_and_grades_as_they_were(cast: Cast) -> None:
    """S3-3.3.2-04, and the two days side by side of S1-1-07."""
    with clock.held_at(WEDNESDAY - timedelta(days=300)):
        old = an_assessed(cast.primary, "旧锅炉", scores=(5, 5), kind="C07")
        gone = an_assessed(cast.primary, "临时板房", scores=(4, 4), kind="C18")
        control = a_control(old, due_in=30, every=1, period="month")
        Point.objects.filter(unit=cast.primary).update(owner="赵合成")
    with clock.held_at(WEDNESDAY - timedelta(days=100)):
        end_point(actor=cast.actor("safety_director"), point=Point.objects.get(id=gone.id), note="拆除")
        assess_point(actor=cast.actor("safety_director"), point=Point.objects.get(id=old.id), factors={"L": 1, "S": 5})
        an_assessed(cast.primary, "新灶间", scores=(5, 5), kind="C05")
    then = WEDNESDAY.date() - timedelta(days=200)
    assert {p.name: p.level_then for p in points_on(cast.county.path, then)} == {"旧锅炉": 1, "临时板房": 2}
    county = cast.client("county_officer")
    page = county.get("/risks/past/", {"on": then.isoformat(), "kind": "C07", "level": "1"}).content.decode()
    assert "旧锅炉" in page and "临时板房" not in page and "新灶间" not in page
    before = figures_on(cast.county.path, then)
    assert (before.red, before.orange, before.held) == (1, 1, 0)  # its control was due by then
    with clock.held_at(WEDNESDAY - timedelta(days=290)):
        confirm_controls(actor=cast.actor("principal"), unit=cast.primary, controls=[control])
    near = figures_on(cast.county.path, WEDNESDAY.date() - timedelta(days=280))
    assert near.held == 1
    told = county.get("/risks/trend/", {"first": then.isoformat(), "last": "2026-11-18"}).context["days"]
    assert [(d.red, d.orange) for d in told] == [(1, 1), (1, 0)]


def test_an_old_building_of_a_kindergarten_needs_its_assessment(cast: Cast, settings: Any, tmp_path: Any) -> None:
    """S2-2.12-06."""
    settings.MEDIA_ROOT = tmp_path
    point = an_assessed(cast.kindergarten, "园舍", is_old_building=True, kind="C03", area="16")
    county = cast.client("county_officer")
    assert "县直幼儿园" in county.get("/risks/schools/", {"stand": "old"}).content.decode()
    assert "还没有上传风险评估报告" in county.get(f"/risks/points/{point.id}/").content.decode()
    lead = cast.client("safety_director", cast.kindergarten)
    upload = SimpleUploadedFile("评估报告.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF", "application/pdf")
    told = {
        "name": "园舍",
        "area": "16",
        "kind": "C03",
        "is_old_building": "on",
        "report": upload,
        "step": str(point.step),
    }
    assert lead.post(f"/risks/points/{point.id}/edit/", told).status_code == 302
    county.get("/risks/schools/", {"reset": ""})
    assert "县直幼儿园" not in county.get("/risks/schools/", {"stand": "old"}).content.decode()


def test_a_hazard_at_a_failed_control_raises_the_risk_on_its_page_until_it_is_closed(cast: Cast) -> None:
    """S3-3.3.1-07 as its reader sees it; the hazards floor calls this function in its own transactions."""
    point = an_assessed(cast.primary)
    hazard_changed(point.id, {"general": 1}, "软管老化", [(a_control(point).id, "隐患〔2026〕1号")])
    client = cast.client("safety_director")
    page = client.get(f"/risks/points/{point.id}/").content.decode()
    assert "管控措施失效" in page and "软管老化" in page and Point.objects.get().level == Level.ORANGE
    hazard_changed(point.id, {})
    assert (
        Point.objects.get().level == Level.YELLOW
        and "都已销号" in client.get(f"/risks/points/{point.id}/").content.decode()
    )
