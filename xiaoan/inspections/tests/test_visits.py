"""A visit from the plan to the end: sent out, answered, fed back, put right, checked again, evaluated."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from conftest import Cast, client_of
from xiaoan.checks.catalogue import items
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.journal.models import Entry
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.queries import hazards_of
from xiaoan.hazards.services import judge
from xiaoan.hazards.tests.making import disagreements as differences
from xiaoan.inspections import campaigns, dispatch, parts, visits
from xiaoan.inspections.access import find_visit
from xiaoan.inspections.flows import CAMPAIGN
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Campaign, Finding, Part, Visit
from xiaoan.inspections.tests.making import a_visit, filled, head, issued, member, officer, planned, sent, upload
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Stale
from xiaoan.obligations.tests.making import disagreements, make_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def two_inspectors(cast: Cast, **more: Any) -> tuple[Visit, Actor, Actor]:
    """A visit by the county's inspector and its township's officer."""
    member(cast)
    member(cast, "township_officer", cast.township)
    visit = a_visit(cast, cast.kindergarten, **more)
    first = head(cast, visit)
    other = cast.actor("township_officer" if first.role == "inspector" else "inspector")
    return visit, first, other


def test_a_campaign_is_planned_approved_by_another_sent_out_run_and_closed_with_time_and_person(cast: Cast) -> None:
    member(cast)
    campaign = planned(cast, cast.primary)
    with pytest.raises(NotAllowed, match="不能自己批准"):
        campaigns.approve(actor=officer(cast), campaign=campaign)
    sent(cast, campaign)
    visit = campaign.visits.get()
    issued(cast, visit)
    visits.evaluate(actor=head(cast, visit), visit=visit, evaluation="没有问题")
    campaigns.conclude(actor=officer(cast), campaign=Campaign.objects.get(pk=campaign.pk), conclusion="查完了")
    row = Campaign.objects.get(pk=campaign.pk)
    assert (row.state, visit.state) == ("concluded", "closed")
    assert all((row.made_at, row.approved_at, row.dispatched_at, row.started_at, row.concluded_at))
    assert row.approved_by and row.approved_by != row.made_by and row.concluded_by
    verbs = set(Entry.objects.filter(subject_id=str(row.pk)).values_list("verb", flat=True))
    assert verbs >= {"策划督查", "随机抽取", "批准督查方案", "派出督查", "开始督查", "结束督查"}
    assert not disagreements()


def test_a_failed_line_raises_its_hazard_in_the_same_gesture_once(cast: Cast) -> None:
    visit = a_visit(cast)
    actor = head(cast, visit)
    picture = upload(actor)
    answers = {"C01-02": "pass", "C01-01": {"result": "fail", "note": "合成问题", "photos": [picture]}}
    for _ in range(3):
        parts.save_part(actor=actor, visit=visit, answers=answers)
    hazard = hazards_of("visit", visit.id).get()
    assert (hazard.unit_id, hazard.source, hazard.item, hazard.photos) == (
        cast.primary.id,
        "inspection",
        "C01-01",
        [picture],
    )
    visit.refresh_from_db()
    visits.sign(actor=actor, visit=visit, side="head", file=upload(actor))
    visits.finish(actor=actor, visit=visit, opinion="请整改", why_unsigned="校长外出", has_all=True)
    assert Hazard.objects.count() == 1
    assert Finding.objects.get().hazard == hazard.id


def test_feedback_fixing_recheck_and_evaluation_each_keep_their_time(cast: Cast) -> None:
    visit = issued(cast, a_visit(cast), "C01-01")
    director, inspector = cast.actor("safety_director"), head(cast, visit)
    assert (visit.state, visit.failed, visit.opinion) == ("issued", 1, "合成反馈")
    with pytest.raises(Stale, match="复查通过以后"):
        visits.evaluate(actor=inspector, visit=visit, evaluation="好")
    visits.fix(actor=director, visit=visit, fix_words="已补发文件", files=[upload(director)])
    visits.return_it(actor=inspector, visit=visit, check_words="缺分工")
    assert (visit.state, visit.returned) == ("issued", 1)
    visits.fix(actor=director, visit=visit, fix_words="已补分工")
    visits.check(actor=inspector, visit=visit, check_words="属实")
    visits.evaluate(actor=inspector, visit=visit, evaluation="整改及时")
    assert visit.state == "closed"
    times = [visit.started_at, visit.issued_at, visit.fixed_at, visit.checked_at, visit.evaluated_at]
    assert all(times) and times == sorted(times)  # type: ignore[type-var]


def test_the_one_who_fixed_cannot_check_it(cast: Cast) -> None:
    member(cast)
    member(cast, "safety_director", cast.junior)
    visit = issued(cast, a_visit(cast, cast.primary), "C01-01")
    visits.fix(actor=cast.actor("safety_director"), visit=visit, fix_words="已改")
    Visit.objects.filter(pk=visit.pk).update(fixed_by_id=visit.head_id)
    visit.refresh_from_db()
    with pytest.raises(NotAllowed, match="不能复查自己"):
        visits.check(actor=head(cast, visit), visit=visit)


def test_inspectors_who_disagree_are_both_kept_and_the_head_decides(cast: Cast) -> None:
    visit, first, other = two_inspectors(cast)
    parts.save_part(actor=first, visit=visit, answers={"C01-01": "pass", "C01-02": "pass"}, is_done=True)
    parts.save_part(
        actor=other, visit=visit, answers={"C01-01": {"result": "fail", "note": "没见到文件"}}, is_done=True
    )
    assert [m.key for m in parts.conflicts(visit)] == ["C01-01"]
    assert not Hazard.objects.exists()
    visit.refresh_from_db()
    visits.sign(actor=first, visit=visit, side="head", file=upload(first))
    with pytest.raises(Invalid, match="意见不一致"):
        visits.finish(actor=first, visit=visit, opinion="好", why_unsigned="合成")
    with pytest.raises(NotAllowed, match="带队人员"):
        parts.decide(actor=other, visit=visit, key="C01-01", result="pass")
    parts.decide(actor=first, visit=visit, key="C01-01", result="fail", why="现场复核属实")
    visits.finish(actor=first, visit=visit, opinion="请整改", why_unsigned="合成")
    assert Finding.objects.get().person_id == other.person_id
    assert {p.answers["C01-01"]["result"] for p in Part.objects.filter(visit=visit)} == {"pass", "fail"}


def overruling(cast: Cast) -> tuple[Visit, Actor, Hazard]:
    """A line that raised its hazard at once, and then the head says that it is in order."""
    visit, first, other = two_inspectors(cast)
    parts.save_part(
        actor=other, visit=visit, answers={"C01-01": {"result": "fail", "note": "没见到文件"}}, is_done=True
    )
    hazard = hazards_of("visit", visit.id).get()
    visit.refresh_from_db()
    parts.save_part(actor=first, visit=visit, answers={"C01-01": "pass", "C01-02": "pass"}, is_done=True)
    return visit, first, hazard


def test_a_hazard_whose_line_is_overruled_goes_with_it_and_comes_anew_when_the_head_decides_again(cast: Cast) -> None:
    visit, first, hazard = overruling(cast)
    parts.decide(actor=first, visit=visit, key="C01-01", result="pass", why="文件在档案室")
    hazard.refresh_from_db()
    assert (hazard.state, hazard.closed_by) == ("false", first.name)
    assert visit.number in hazard.decision and "文件在档案室" in hazard.decision
    assert Entry.objects.filter(subject_id=str(hazard.pk), verb="认定不属实").exists() and not differences()
    parts.decide(actor=first, visit=visit, key="C01-01", result="fail", why="档案室也没有")
    visits.sign(actor=first, visit=visit, side="head", file=upload(first))
    visits.finish(actor=first, visit=visit, opinion="请整改", why_unsigned="合成")
    again = hazards_of("visit", visit.id).exclude(pk=hazard.pk).get()
    assert Finding.objects.get().hazard == again.pk and again.is_open and not differences()


def test_a_hazard_that_somebody_works_on_stays_and_the_page_says_so(cast: Cast) -> None:
    visit, first, hazard = overruling(cast)
    lead = cast.actor("safety_director", cast.kindergarten)
    judge(actor=lead, hazard=hazard, category=hazard.category, level=hazard.level)
    parts.decide(actor=first, visit=visit, key="C01-01", result="pass")
    hazard.refresh_from_db()
    assert hazard.state == "judged"
    client = client_of(officer(cast))
    page = client.get(f"/inspections/visits/{visit.pk}/").content.decode()
    assert "已经有人在办" in page and hazard.number in page


def test_the_later_written_answer_of_one_inspector_stays_whichever_arrives_first(cast: Cast) -> None:
    visit = a_visit(cast)
    actor, now = head(cast, visit), clock.now()
    parts.save_part(actor=actor, visit=visit, answers={"C01-01": "pass"}, at=now)
    parts.save_part(actor=actor, visit=visit, answers={"C01-01": "na", "C01-03": "pass"}, at=now - timedelta(hours=1))
    held = Part.objects.get(visit=visit).answers
    assert (held["C01-01"]["result"], held["C01-03"]["result"]) == ("pass", "pass")


def test_two_phones_may_start_a_visit_and_its_campaign_at_the_same_moment(cast: Cast, monkeypatch: Any) -> None:
    visit, first, other = two_inspectors(cast)
    found = [Visit.objects.select_related("campaign", "place", "unit").get(pk=visit.pk) for _ in range(2)]
    run = parts.run_move

    def overtaken(flow: Any, *, case: Any, **how: Any) -> Any:
        """Another visit of the campaign starts it just before this one does."""
        if flow is CAMPAIGN:
            Campaign.objects.filter(pk=case.pk).update(state="running", step=F("step") + 1)
        return run(flow, case=case, **how)

    monkeypatch.setattr(parts, "run_move", overtaken)
    for actor, each in zip((first, other), found, strict=True):  # both phones found it planned
        parts.save_part(actor=actor, visit=each, answers={"C01-01": "pass"})
    assert [p.answers["C01-01"]["result"] for p in Part.objects.filter(visit=visit)] == ["pass", "pass"]
    visit.refresh_from_db()
    assert (visit.state, visit.step, visit.campaign.state) == ("running", 1, "running")


def test_a_visit_that_was_cancelled_meanwhile_is_not_started(cast: Cast) -> None:
    visit = a_visit(cast)
    Visit.objects.filter(pk=visit.pk).update(state="cancelled", step=1)
    with pytest.raises(Stale):
        parts.save_part(actor=head(cast, visit), visit=visit, answers={"C01-01": "pass"})


def test_what_arrives_after_the_feedback_is_told_and_not_lost(cast: Cast) -> None:
    visit, first, other = two_inspectors(cast)
    filled(cast, visit, "C01-01")
    visits.finish(actor=first, visit=visit, opinion="请整改", why_unsigned="合成", has_all=True)
    with pytest.raises(Stale, match="没有并入"):
        parts.save_part(actor=other, visit=visit, answers={"C01-03": "pass"})


def test_a_finding_without_a_clause_is_refused_and_with_one_it_shows_the_clauses_words(cast: Cast) -> None:
    document = make_document("cited", {"practice": "drill", "every": "monthly"}, owner=cast.county)
    clause = document.clauses.get()
    visit = a_visit(cast)
    actor = head(cast, visit)
    own = {"own-1": {"result": "fail", "text": "围墙外有人摆摊"}}
    with pytest.raises(Invalid, match="违反哪一条规定"):
        parts.save_part(actor=actor, visit=visit, answers=own)
    with pytest.raises(Invalid, match="不是法规条款库"):
        parts.save_part(actor=actor, visit=visit, answers={"own-1": {**own["own-1"], "clause": "没有这条"}})
    parts.save_part(actor=actor, visit=visit, answers={"own-1": {**own["own-1"], "clause": clause.key}}, is_done=True)
    visit.refresh_from_db()
    visits.sign(actor=actor, visit=visit, side="head", file=upload(actor))
    visits.finish(actor=actor, visit=visit, opinion="请整改", why_unsigned="合成")
    found = Finding.objects.get()
    assert (found.clause, found.cited) == (clause.key, clause.text)


def test_only_lines_that_concern_the_school_are_asked(cast: Cast) -> None:
    without, held = lines_of_visit(a_visit(cast, cast.kindergarten)), lines_of_visit(a_visit(cast, cast.primary))
    canteen = {key for key, item in items().items() if item.needs == ("canteen",) and not item.kinds}
    assert canteen and canteen <= set(held) and not canteen & set(without)
    assert "C01-01" in without


def test_paper_photographed_is_an_equal_path(cast: Cast) -> None:
    visit = a_visit(cast)
    actor = head(cast, visit)
    visits.add_paper(actor=actor, visit=visit, files=[upload(actor), upload(actor)])
    parts.save_part(actor=actor, visit=visit, answers={"C01-01": {"result": "fail", "note": "纸上记了"}}, is_done=True)
    visit.refresh_from_db()
    visits.finish(actor=actor, visit=visit, opinion="见纸质表")
    assert (visit.failed, len(visit.paper)) == (1, 2)


def test_issuing_files_the_bureaus_own_record_so_that_nobody_is_asked_twice(cast: Cast) -> None:
    visit = issued(cast, a_visit(cast, mode="special", topics=["fire"]), "C01-01")
    record = Record.objects.get(pk=visit.record)
    assert (record.sheet, record.unit_id, record.topics) == ("supervision", cast.county.id, ["fire"])
    assert record.answers["kind"] == "special" and record.answers["on_list"] == "yes"
    assert record.answers["found"] == 1 and record.answers["announced_on"]


def test_a_visit_counts_once_a_year_and_rank_and_the_recount_agrees(cast: Cast) -> None:
    for _ in range(2):
        issued(cast, a_visit(cast), "C01-01")
    assert dict(read_one(cast.city.path, "visited")) == {("county:primary", "2026"): 1}
    assert read_one(cast.county.path, "visits")[("routine", "2026-11")] == 2
    assert Finding.objects.order_by("id").last().is_repeat
    assert not disagreements()


def test_nobody_else_sees_or_does_it(cast: Cast) -> None:
    visit = a_visit(cast)
    with pytest.raises(NotKnown):
        find_visit(cast.actor("county_officer", cast.other_county), visit.id)
    with pytest.raises(NotKnown):
        find_visit(cast.actor("principal", cast.junior), visit.id)
    with pytest.raises(NotAllowed):
        parts.save_part(actor=cast.actor("principal"), visit=visit, answers={"C01-01": "pass"})
    assert find_visit(cast.actor("principal"), visit.id) == visit


def test_before_sending_out_the_list_the_notice_and_clashes_are_checked(cast: Cast) -> None:
    member(cast)
    campaign = planned(cast, cast.primary, plan_item=None, announced_on=None, reason="")
    campaigns.draw_campaign(actor=officer(cast), campaign=campaign)
    assert {c.key for c in dispatch.concerns(officer(cast), campaign)} == {"list", "notice"}
    campaigns.approve(actor=cast.actor("county_leader"), campaign=campaign)
    with pytest.raises(Invalid, match="请先写明理由"):
        dispatch.dispatch(actor=officer(cast), campaign=campaign)
    campaigns.give_reason(actor=officer(cast), campaign=campaign, reason="接到群众举报，须立即检查")
    dispatch.dispatch(actor=officer(cast), campaign=campaign)
    assert campaign.state == "dispatched"


def test_a_visit_of_another_bureau_is_joined_instead_of_doubled(cast: Cast) -> None:
    member(cast, "inspector", cast.city, at=cast.city)
    theirs = sent(cast, planned(cast, cast.primary, at=cast.city)).visits.get()
    member(cast)
    ours = planned(cast, cast.primary)
    campaigns.draw_campaign(actor=officer(cast), campaign=ours)
    clash = next(c for c in dispatch.concerns(officer(cast), ours) if c.key == "clash").clashes[0]
    assert (clash.visit, clash.may_join) == (theirs, True)
    campaigns.approve(actor=cast.actor("county_leader"), campaign=ours)
    dispatch.dispatch(actor=officer(cast), campaign=ours, join={str(cast.primary.id): str(theirs.id)})
    assert not ours.visits.exists()
    assert set(theirs.parts.values_list("campaign__name", flat=True)) == {theirs.campaign.name, ours.name}


def test_words_that_do_not_fit_are_refused_with_their_number_and_nothing_is_done(cast: Cast) -> None:
    visit = a_visit(cast)
    with pytest.raises(Invalid, match="最多写 300 字，现在有 301 字") as refused:
        visits.cancel(actor=officer(cast), visit=visit, why="长" * 301)
    assert "why_cancelled" in refused.value.fields
    assert Visit.objects.get(pk=visit.pk).state == "planned"
    visits.cancel(actor=officer(cast), visit=visit, why="长" * 300)
    assert Visit.objects.get(pk=visit.pk).state == "cancelled"
