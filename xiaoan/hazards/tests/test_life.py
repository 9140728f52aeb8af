"""A hazard from the first photo to the closing by somebody else."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from conftest import WEDNESDAY, Cast
from xiaoan.checks.catalogue import items
from xiaoan.checks.criteria import criteria_for
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.flow.escalation import escalate_all
from xiaoan.ground.journal.queries import history
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.units.reshaping import reparent_unit
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards import services
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.tests.making import PLAN, a_hazard, a_photo, a_point, disagreements, stored, verifier_of, walked
from xiaoan.kernel import clock
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.kernel.ids import new_id

pytestmark = pytest.mark.usefixtures("wednesday")


def test_a_report_is_numbered_held_and_due_on_the_next_working_day(cast: Cast) -> None:
    first, second = a_hazard(cast), a_hazard(cast)
    assert (first.number, second.number) == ("隐患〔2026〕1号", "隐患〔2026〕2号")
    assert first.holder_path == cast.primary.path and first.holder == "安全负责人"
    assert first.due == date(2026, 11, 19)
    assert disagreements() == []


def test_friday_s_report_is_due_on_monday(cast: Cast) -> None:
    with clock.held_at(WEDNESDAY + timedelta(days=2)):
        assert a_hazard(cast).due == date(2026, 11, 23)


def test_the_whole_way_over_four_people(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "larger")
    assert hazard.holder == "东镇 镇街安全管理人员" and hazard.due == date(2026, 11, 23)
    services.verify(actor=cast.actor("township_officer"), hazard=hazard, decision="联动测试正常")
    assert hazard.state == "closed" and hazard.due is None and hazard.closed_by == "系统"
    verbs = [e.verb for e in history("hazard", hazard.id)]
    assert sorted(verbs) == sorted(["上报隐患", "研判隐患", "落实整改", "整改完成", "通过验收", "销号"])
    assert disagreements() == []


def test_the_fixer_never_verifies_in_any_post(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "assigned")
    lead = cast.actor("principal")
    with pytest.raises(NotAllowed):  # it was given to the guard
        services.hand_in(actor=lead, hazard=hazard, done="我改的", photos=[stored(cast.primary)])
    services.reassign(actor=cast.actor("safety_director"), hazard=hazard, responsible="维修队", why="保安不会")
    services.hand_in(actor=lead, hazard=hazard, done="我改的", photos=[stored(cast.primary)])
    with pytest.raises(NotAllowed, match="不能验收自己"):
        services.verify(actor=lead, hazard=hazard, decision="好")
    services.return_it(actor=cast.actor("safety_director"), hazard=hazard, decision="没改好")
    services.hand_in(actor=cast.actor("guard"), hazard=hazard, done="改了", photos=[stored(cast.primary)])
    with pytest.raises(NotAllowed, match="不能验收自己"):  # of the first round
        services.verify(actor=lead, hazard=hazard, decision="好")
    services.verify(actor=cast.actor("safety_director"), hazard=hazard, decision="好")
    assert hazard.state == "closed" and hazard.returned == 1


def test_a_major_one_is_verified_by_the_county_whatever_the_norms_say(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "major")
    assert hazard.verify_path == cast.county.path
    for role in ("principal", "township_officer"):
        with pytest.raises(NotAllowed):
            services.verify(actor=cast.actor(role), hazard=hazard, decision="好")
    services.verify(actor=cast.actor("county_officer"), hazard=hazard, decision="好")
    assert hazard.state == "verified" and hazard.due


def test_the_next_hazard_takes_the_new_limits_and_verifiers(cast: Cast) -> None:
    for key, value in (("verified_by.general", "区县"), ("fix_days.general", 2)):
        set_norm(
            actor=SYSTEM,
            unit=cast.county,
            key=f"hazards.{key}",
            text=str(value),
            valid_from=clock.today(),
            basis="测试",
        )
    hazard = walked(cast, a_hazard(cast), "judged")
    assert hazard.verify_path == cast.county.path
    with pytest.raises(Invalid) as refused:
        services.assign(
            actor=cast.actor("safety_director"), hazard=hazard, responsible="总务", fix_by=date(2026, 11, 23), **PLAN
        )
    assert "11月20日" in refused.value.fields["fix_by"]


def test_nothing_is_assigned_without_the_five_decisions_and_protection_meanwhile(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "judged")
    with pytest.raises(Invalid) as refused:
        services.assign(
            actor=cast.actor("principal"), hazard=hazard, responsible="", measures=" ", funds="", plan="", interim=""
        )
    assert set(refused.value.fields) == {"responsible", "measures", "funds", "plan", "interim"}


def test_a_failed_check_reopens_the_same_case(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "closed")
    with pytest.raises(NotAllowed):
        services.reopen(actor=cast.actor("guard"), hazard=hazard, decision="又坏了")
    services.reopen(actor=cast.actor("inspector"), hazard=hazard, decision="探测器仍离线")
    assert (hazard.state, hazard.reopened, hazard.holder) == ("fixing", 1, "测试guard") and hazard.due
    assert disagreements() == []


def test_more_time_is_granted_above_only(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "assigned")
    until = hazard.fix_by + timedelta(days=7)
    services.ask_more(actor=cast.actor("guard"), hazard=hazard, until=until, why="等配件")
    assert hazard.holder_path == cast.township.path
    with pytest.raises(NotAllowed):
        services.grant_more(actor=cast.actor("principal"), hazard=hazard, decision="同意")
    services.grant_more(actor=cast.actor("township_officer"), hazard=hazard, decision="同意")
    assert (hazard.state, hazard.due, hazard.fix_by, hazard.extended) == ("fixing", until, until, 1)


def test_what_is_fixed_on_the_spot_before_a_witness_is_closed_at_once(cast: Cast) -> None:
    inspector = cast.actor("inspector")
    photos = [a_photo(inspector, cast.county) for _ in range(2)]
    fixed = {"by": "食堂张师傅", "photos": photos[1:], "how": "搬走杂物"}
    hazard = a_hazard(cast, actor=inspector, source="inspection", photos=photos[:1], fixed=fixed)
    assert hazard.state == "closed" and hazard.verified_by == "测试inspector" and hazard.managed == "at_once"
    assert StoredFile.objects.filter(unit_path=cast.primary.path, subject_id=hazard.id).count() == 2
    assert disagreements() == []


@pytest.mark.parametrize(("role", "by", "level"), [("inspector", "", "general"), ("inspector", "张师傅", "larger"),
                                                   ("guard", "张师傅", "general")])  # fmt: skip
def test_it_waits_where_the_witness_fixed_it_is_too_low_or_it_is_grave(
    cast: Cast, role: str, by: str, level: str
) -> None:
    actor = cast.actor(role)
    at = cast.county if role == "inspector" else cast.primary
    photos = [a_photo(actor, at) for _ in range(2)]
    fixed = {"by": by or actor.name, "photos": photos[1:]}
    hazard = a_hazard(cast, actor=actor, source="inspection", level=level, photos=photos[:1], fixed=fixed)
    assert hazard.state == "handed_in" and hazard.due


def test_a_report_that_is_sent_twice_is_one_case(cast: Cast) -> None:
    mine = new_id()
    assert not a_hazard(cast, hazard_id=mine).is_repeat
    assert a_hazard(cast, hazard_id=mine).is_repeat and Hazard.objects.count() == 1
    with pytest.raises(Stale):
        a_hazard(cast, cast.junior, hazard_id=mine)


def test_a_stale_click_does_nothing(cast: Cast) -> None:
    hazard = a_hazard(cast)
    with pytest.raises(Stale):
        services.judge(actor=cast.actor("principal"), hazard=hazard, category="C02", level="low", seen=7)


def test_an_anonymous_reporter_is_named_nowhere(cast: Cast) -> None:
    hazard = a_hazard(cast, is_anonymous=True)
    assert hazard.reporter == "匿名"
    assert [e.person_name for e in history("hazard", hazard.id)] == ["匿名"]


def test_the_same_again_links_to_the_earlier_case_and_questions_its_closing(cast: Cast) -> None:
    old = walked(cast, a_hazard(cast), "closed")
    new = walked(cast, a_hazard(cast, place="宿舍2号楼，3层"), "judged")
    other = walked(cast, a_hazard(cast, place="食堂"), "judged")
    old.refresh_from_db()
    assert new.earlier_id == old.id and other.earlier_id is None and old.questioned_on == clock.today()
    assert disagreements() == []


def test_what_came_back_too_late_is_no_repeat(cast: Cast) -> None:
    walked(cast, a_hazard(cast), "closed")
    with clock.held_at(WEDNESDAY + timedelta(days=200)):
        assert walked(cast, a_hazard(cast), "judged").earlier_id is None


def test_the_reporter_alone_cannot_call_it_false(cast: Cast) -> None:
    hazard = a_hazard(cast, actor=cast.actor("safety_director"))
    with pytest.raises(NotAllowed, match="不能自己认定不属实"):
        services.dismiss(actor=cast.actor("safety_director"), hazard=hazard, decision="看错了")
    services.dismiss(actor=cast.actor("principal"), hazard=hazard, decision="看过，是新装的")
    assert hazard.state == "false" and disagreements() == []


def test_a_school_does_not_dismiss_what_an_inspector_found(cast: Cast) -> None:
    hazard = a_hazard(cast, actor=cast.actor("inspector"), source="inspection")
    with pytest.raises(NotAllowed):
        services.dismiss(actor=cast.actor("principal"), hazard=hazard, decision="不属实")
    services.dismiss(actor=cast.actor("township_officer"), hazard=hazard, decision="核实过")


def test_a_duplicate_goes_on_as_the_other_case(cast: Cast) -> None:
    first, second, done = a_hazard(cast), a_hazard(cast), walked(cast, a_hazard(cast), "closed")
    with pytest.raises(Invalid):
        services.link_duplicate(actor=cast.actor("principal"), hazard=second, of=done)
    services.link_duplicate(actor=cast.actor("principal"), hazard=second, of=first)
    assert second.state == "duplicate" and second.duplicate_of_id == first.id and disagreements() == []


def test_the_school_whistles_and_the_partner_reports_for_duty(cast: Cast) -> None:
    police = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", name="甲县公安局", kind="police")
    fire = create_unit(actor=SYSTEM, parent=cast.other_county, rank="partner", name="乙县消防", kind="fire")
    hazard, officer, lead = (
        walked(cast, a_hazard(cast), "judged"),
        cast.actor("partner_officer", police),
        cast.actor("principal"),
    )
    with pytest.raises(Invalid):
        services.transfer(actor=lead, hazard=hazard, partner=fire, why="占道")
    assert not Hazard.objects.visible_to(officer, "hazards.read").exists()
    services.transfer(actor=lead, hazard=hazard, partner=police, why="校门口占道经营，学校无权处理")
    assert hazard.holder == "甲县公安局 协作部门人员" and hazard.due == date(2026, 11, 20)
    assert Hazard.objects.visible_to(officer, "hazards.read").get() == hazard
    services.chase(actor=lead, hazard=hazard)
    with pytest.raises(Stale):
        services.chase(actor=lead, hazard=hazard)
    services.receive(actor=officer, hazard=hazard)
    services.answer(actor=officer, hazard=hazard, done="已清理", photos=[a_photo(officer, cast.county)])
    assert hazard.state == "handed_in" and hazard.holder_path == cast.primary.path
    services.verify(actor=lead, hazard=hazard, decision="摊点已撤")
    assert hazard.state == "closed" and disagreements() == []


def test_a_partner_that_declines_gives_it_back(cast: Cast) -> None:
    police = create_unit(actor=SYSTEM, parent=cast.county, rank="partner", name="甲县公安局", kind="police")
    hazard = walked(cast, a_hazard(cast), "judged")
    services.transfer(actor=cast.actor("principal"), hazard=hazard, partner=police, why="占道")
    services.decline(actor=cast.actor("partner_officer", police), hazard=hazard, decision="属城管职责")
    assert (hazard.state, hazard.partner_path, hazard.holder_path) == ("judged", "", cast.primary.path)


def test_late_cases_climb_from_rank_to_rank(cast: Cast) -> None:
    hazard, near = a_hazard(cast), a_hazard(cast, cast.kindergarten)
    for days, township, direct in ((1, "", ""), (2, cast.township.path, cast.county.path), (4, cast.county.path, cast.city.path),
                                   (30, cast.city.path, cast.city.path)):  # fmt: skip
        with clock.held_at(WEDNESDAY + timedelta(days=days)):
            escalate_all()
            assert escalate_all() == 0
        hazard.refresh_from_db()
        near.refresh_from_db()
        assert (hazard.escalated_to, near.escalated_to) == (township, direct if days < 30 else cast.province.path), days
    assert [e.verb for e in history("hazard", hazard.id)].count("超期升级") == 3


def test_an_open_case_without_holder_or_deadline_is_refused_by_the_database(cast: Cast) -> None:
    hazard = a_hazard(cast)
    for broken in ({"due": None}, {"holder": ""}, {"holder_path": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Hazard.objects.filter(id=hazard.id).update(**broken)


def test_a_school_that_moves_takes_its_cases_along(cast: Cast) -> None:
    hazard = walked(cast, a_hazard(cast), "handed_in", "larger")
    town = create_unit(actor=SYSTEM, parent=cast.other_county, rank="township", name="西镇")
    reparent_unit(actor=SYSTEM, unit=cast.primary, parent=town, basis="测试")
    hazard.refresh_from_db()
    assert hazard.verify_path == hazard.holder_path == town.path and disagreements() == []


def test_an_outsider_knows_of_nothing(cast: Cast) -> None:
    hazard = a_hazard(cast)
    assert not Hazard.objects.visible_to(cast.actor("county_officer", cast.other_county), "hazards.read").exists()
    with pytest.raises(NotKnown):
        services.verify(actor=cast.actor("county_officer", cast.other_county), hazard=hazard, decision="好")
    assert verifier_of(cast, hazard).role == "principal"


def test_an_item_with_a_verified_direct_criterion_makes_it_major_and_the_school_cannot_lower_it(cast: Cast) -> None:
    charging = next(c for c in criteria_for(cast.primary.path) if c.is_direct and c.is_verified and c.items)
    hazard = a_hazard(cast, item=charging.items[0])
    assert (hazard.level, hazard.least) == ("major", "major") and hazard.category == items()[charging.items[0]].category
    with pytest.raises(Invalid) as refused:
        services.judge(actor=cast.actor("principal"), hazard=hazard, category="", level="general", why="不严重")
    assert "不能定得更低" in refused.value.fields["level"]
    services.judge(actor=cast.actor("principal"), hazard=hazard, category="", level="major")
    with pytest.raises(NotAllowed):
        services.regrade(actor=cast.actor("township_officer"), hazard=hazard, level="larger", why="不严重")
    services.regrade(actor=cast.actor("county_officer"), hazard=hazard, level="larger", why="现场核实，不构成重大")
    assert (hazard.level, hazard.verify_path) == ("larger", cast.township.path) and disagreements() == []


def test_criteria_that_are_ticked_make_it_major_and_a_school_may_always_go_higher(cast: Cast) -> None:
    direct = next(c for c in criteria_for(cast.primary.path) if c.is_direct and c.is_verified)
    hazard = a_hazard(cast)
    with pytest.raises(Invalid):
        services.judge(actor=cast.actor("principal"), hazard=hazard, category="C02", level="general", hits=[direct.key])
    services.judge(actor=cast.actor("principal"), hazard=hazard, category="C02", level="general")
    services.raise_level(actor=cast.actor("principal"), hazard=hazard, level="larger", why="面积大")
    assert hazard.level == "larger"
    with pytest.raises(Invalid):
        services.raise_level(actor=cast.actor("principal"), hazard=hazard, level="low", why="小")


def test_a_rule_row_that_nobody_has_verified_only_proposes(cast: Cast) -> None:
    unsure = next(c for c in criteria_for(cast.primary.path) if c.is_direct and not c.is_verified)
    hazard, lead = a_hazard(cast), cast.actor("principal")
    with pytest.raises(Invalid) as refused:
        services.judge(actor=lead, hazard=hazard, category="C02", level="general", hits=[unsure.key])
    assert set(refused.value.fields) == {"level_why"}
    services.judge(actor=lead, hazard=hazard, category="C02", level="general", hits=[unsure.key], why="面积很小")
    assert (hazard.level, hazard.proposed) == ("general", "major")


def test_open_hazards_raise_the_risk_point_and_closing_them_lets_it_fall(cast: Cast) -> None:
    point = a_point(cast)
    hazard = walked(cast, a_hazard(cast, point=point), "judged", "major")
    point.refresh_from_db()
    assert point.level == 1 and "重大隐患" in point.why
    services.regrade(actor=cast.actor("county_officer"), hazard=hazard, level="low", why="核实过")
    point.refresh_from_db()
    assert point.level != 1
    with pytest.raises(Invalid):
        a_hazard(cast, cast.junior, point=point)
