"""What each sentence of the documents about inspections asks, as its acceptance says it; the row is in the docstring."""

from datetime import timedelta

import pytest
from django.urls import reverse

from conftest import Cast, client_of
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services import report_hazard
from xiaoan.inspections import campaigns, parts, rosters, visits
from xiaoan.inspections.access import find_visit
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Campaign, Finding, Keeper, Member
from xiaoan.inspections.reports import report_of
from xiaoan.inspections.tests.asking import page, texts
from xiaoan.inspections.tests.making import (
    a_visit,
    head,
    issued,
    member,
    officer,
    planned,
    sent,
    upload,
)
from xiaoan.inspections.waiting import waiting
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotKnown
from xiaoan.obligations.tests.making import disagreements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def test_small_schools_and_kindergartens_show_coverage_and_hazards(cast: Cast) -> None:
    """S0-2.7-22"""
    report_hazard(actor=officer(cast), unit=cast.kindergarten, words="合成隐患：门口堆物", source="inspection")
    issued(cast, a_visit(cast, cast.kindergarten))
    shown = page(cast.client("county_officer"), "places", query="?size=both")
    assert "县直幼儿园" in shown and "东镇中心小学" not in shown
    table = texts(cast.client("county_officer"), reverse("inspections:places_export") + "?size=both")
    row = dict(zip(table[0], table[1], strict=True))
    assert row["未销号隐患"] == 1 and row["上次督查"]


def test_teams_show_assignments_and_findings_of_each_member(cast: Cast) -> None:
    """S0-2.8-10, S2-2.5-08"""
    one = member(cast, team="drowning", name="合成队员")
    rosters.add_member(
        actor=cast.actor("principal"),
        unit=cast.primary,
        team="school",
        person=cast.post("safety_director", cast.primary).person,
    )
    issued(cast, a_visit(cast, cast.kindergarten, topics=["drowning"]), "C01-01")
    client = cast.client("county_officer")
    table = texts(client, reverse("inspections:members_export") + "?team=drowning")
    row = dict(zip(table[0], table[1], strict=True))
    assert (row["姓名"], row["派出"], row["已查"], row["发现问题"]) == (one.person_name, 1, 1, 1)
    assert "县直幼儿园" in page(client, "member", one.id)
    assert {m.team for m in Member.objects.all()} == {"drowning", "school"}


def test_every_school_is_given_to_a_named_inspector_and_those_unvisited_are_seen(cast: Cast) -> None:
    """S0-2.8-11"""
    keeper = member(cast)
    client = cast.client("county_officer")
    schools = [cast.primary, cast.junior, cast.kindergarten]
    answer = client.post(
        reverse("inspections:keepers"), {"person": str(keeper.person_id), "schools": [str(s.id) for s in schools]}
    )
    assert answer.status_code == 302 and Keeper.objects.filter(ends__isnull=True).count() == 3
    assert "东镇中心小学" not in page(client, "places", query="?keeper=without")
    issued(cast, a_visit(cast, cast.kindergarten))
    assert "已到校 1 次" in page(client, "place", cast.kindergarten.id)
    assert page(client, "keepers").count("超期没去") == 2
    left = page(client, "places", query="?left=own")
    assert "东镇初级中学" in left and "县直幼儿园" not in left
    with pytest.raises(Invalid, match="本校的人不能包本校"):
        rosters.keep_school(
            actor=officer(cast), school=cast.primary, person=cast.post("principal", cast.primary).person
        )


def test_an_online_inspection_uses_records_and_the_school_gets_its_findings_at_once(cast: Cast) -> None:
    """S0-2.8-14"""
    record = a_record(cast.primary)
    visit = a_visit(cast, ways=["online"])
    inspector = head(cast, visit)
    assert reverse("sheets:record", args=[record.pk]) in page(cast.client("inspector"), "visit", visit.id)
    parts.save_part(
        actor=inspector,
        visit=visit,
        way="online",
        answers={"C01-01": {"result": "fail", "note": "照片里没有文件"}},
        is_done=True,
    )
    visit.refresh_from_db()
    visits.sign(actor=inspector, visit=visit, side="head", file=upload(inspector))
    visits.finish(actor=inspector, visit=visit, opinion="请补", why_unsigned="线上")
    assert "照片里没有文件" in page(cast.client("principal"), "visit", visit.id)
    assert [w.count for w in waiting(cast.actor("principal")) if w.words.startswith("督查反馈")] == [1]


def test_one_report_holds_the_findings_of_the_online_and_the_on_site_part(cast: Cast) -> None:
    """S1-2.2.6-02"""
    visit = a_visit(cast, ways=["site", "online"])
    inspector = head(cast, visit)
    for way, line in (("site", "C01-01"), ("online", "C01-02")):
        parts.save_part(actor=inspector, visit=visit, way=way, answers={line: "fail"}, is_done=True)
    visit.refresh_from_db()
    visits.sign(actor=inspector, visit=visit, side="head", file=upload(inspector))
    visits.finish(actor=inspector, visit=visit, opinion="请整改", why_unsigned="合成")
    report = report_of(visit.campaign)
    assert [(g.name, len(g.findings)) for g in report.by_way] == [("现场检查", 1), ("线上巡查", 1)]
    assert "线上巡查" in page(cast.client("county_officer"), "report", visit.campaign_id)


def test_leaders_visits_show_by_month(cast: Cast) -> None:
    """S0-3.1-06, S4-3.2-04"""
    answers = {"who": "deputy", "areas": ["canteen"], "found": 1, "note": "地面湿滑"}
    file_record(
        actor=cast.actor("principal"),
        unit=cast.primary,
        sheet="own_supervision",
        answers=answers,
        happened_at=clock.now(),
    )
    visited = {"kind": "visit", "topics": ["overall"], "visited": "东镇中心小学", "found": 0, "opinion": "好"}
    file_record(actor=officer(cast), unit=cast.county, sheet="supervision", answers=visited, happened_at=clock.now())
    answer = cast.client("county_officer").get(reverse("inspections:deputies"))
    assert answer.context["rows"][0][1][10] == 2
    assert (
        cast.client("county_officer")
        .get(reverse("inspections:deputies") + f"?unit={cast.township.id}")
        .context["rows"][1][1][10]
        == 1
    )


def test_self_found_against_inspector_found_hazards_by_school(cast: Cast) -> None:
    """S1-1-04"""
    for n in range(3):
        report_hazard(
            actor=cast.actor("safety_director"), unit=cast.primary, words=f"合成自查隐患第{n}处", source="self_check"
        )
    issued(cast, a_visit(cast), "C01-01")
    found = {o.unit.id: o for o in cast.client("county_officer").get(reverse("inspections:quality")).context["origins"]}
    own = found[cast.primary.id]
    assert (own.own, own.inspected, own.share) == (3, 1, "75%")


def test_a_special_inspection_asks_only_its_topic_and_shows_results_by_school(cast: Cast) -> None:
    """S1-2.1.2-01, S2-4.19-02"""
    visit = a_visit(cast, mode="special", categories=["C02"], topics=["fire"])
    assert {line.group for line in lines_of_visit(visit).values()} == {"C02"}
    key = next(iter(lines_of_visit(visit)))
    inspector = head(cast, visit)
    parts.save_part(actor=inspector, visit=visit, answers={key: "fail"}, is_done=True)
    with pytest.raises(Invalid, match="不在这次的检查表里"):
        parts.save_part(actor=inspector, visit=visit, answers={"C01-01": "pass"})
    visit.refresh_from_db()
    visits.sign(actor=inspector, visit=visit, side="head", file=upload(inspector))
    visits.finish(actor=inspector, visit=visit, opinion="请整改", why_unsigned="合成")
    assert [(g.name, len(g.findings)) for g in report_of(visit.campaign).by_place] == [("东镇中心小学", 1)]


def test_an_unannounced_visit_is_nowhere_to_be_seen_until_its_findings_are_issued(cast: Cast) -> None:
    """S1-2.1.2-02, S1-2.6.22-01"""
    member(cast, name="暗访合成人员")
    visit = a_visit(cast, cast.kindergarten, mode="unannounced", announced_on=None)
    inspector = head(cast, visit)
    hidden = [str(visit.id), visit.number, str(visit.campaign_id), visit.campaign.name]
    school, director = cast.client("principal", cast.kindergarten), cast.actor("principal", cast.kindergarten)

    def seen() -> list[str]:
        urls = ["/inspections/visits/", "/inspections/mine/", "/inspections/findings/", "/api/visits/", "/api/findings/", "/hazards/",
                "/api/hazards/", "/records/", "/duties/", "/board/" + str(cast.kindergarten.id) + "/", "/api/records/"]  # fmt: skip
        shown = "".join(school.get(u, follow=True).content.decode() for u in urls)
        journal = Entry.objects.filter(unit_path__startswith=cast.kindergarten.path)
        shown += "".join(f"{e.subject_id} {e.subject_name} {e.changes}" for e in journal)
        return [h for h in hidden if h in shown]

    parts.save_part(
        actor=inspector, visit=visit, answers={"C01-01": {"result": "fail", "note": "合成暗访发现"}}, is_done=True
    )
    visit.refresh_from_db()
    visits.sign(actor=inspector, visit=visit, side="head", file=upload(inspector))
    assert seen() == [] and not Hazard.objects.exists() and waiting(director)[1].count == 0
    for name, args in (("visit", [visit.id]), ("lists", [visit.id]), ("order", [visit.id, "docx"])):
        assert school.get(reverse(f"inspections:{name}", args=args)).status_code == 404
    assert school.get(f"/api/visits/{visit.id}/").status_code == 404
    with pytest.raises(NotKnown):
        find_visit(director, visit.id)
    visits.finish(actor=inspector, visit=visit, opinion="请整改", why_unsigned="暗访")
    assert visit.number in seen() and "合成暗访发现" in page(school, "visit", visit.id)
    assert Hazard.objects.get().unit_id == cast.kindergarten.id


def third_party(cast: Cast, *places: Unit, at: Unit | None = None) -> Actor:
    """Somebody of a third party, admitted for these places until next month."""
    at = at or cast.county
    leader = cast.actor("city_officer" if at == cast.city else "county_officer", at)
    one, first = rosters.admit_third_party(
        actor=leader, unit=at, organisation="合成检测公司", name="合成检测员", username="third-one", places=places,
        ends=clock.today() + timedelta(days=30),
    )  # fmt: skip
    assert first
    Person.objects.filter(pk=one.person_id).update(must_change_password=False)
    return actor_for(Post.objects.select_related("person", "unit").get(person_id=one.person_id))


def test_a_third_party_sees_the_chosen_schools_only_until_its_day_and_is_labelled(cast: Cast) -> None:
    """S1-2.1.2-10, S2-4.19-03"""
    guest = third_party(cast, cast.primary, cast.kindergarten)
    others = member(cast)
    mine = a_visit(cast, cast.primary, mode="third_party")
    assert mine.head_id == guest.person_id
    theirs = sent(cast, planned(cast, cast.junior)).visits.get()
    assert theirs.head_id == others.person_id
    client = client_of(guest)
    listed = page(client, "visits")
    assert "东镇中心小学" in listed and "东镇初级中学" not in listed
    assert client.get(reverse("inspections:visit", args=[theirs.id])).status_code == 404
    for url in (
        "/units/",
        "/records/",
        "/people/",
        "/inspections/",
        "/inspections/places/",
        f"/api/visits/{theirs.id}/",
    ):
        assert client.get(url).status_code in (403, 404), url
    issued(cast, mine, "C01-01")
    found = Finding.objects.get()
    assert found.is_third_party and Hazard.objects.get().source == "third_party"
    assert "第三方 合成检测公司" in page(cast.client("principal"), "visit", mine.id)
    with clock.held_at(clock.now() + timedelta(days=31)):
        assert not Post.objects.current().filter(person_id=guest.person_id).exists()
    campaign = planned(cast, cast.junior, mode="third_party")
    campaigns.draw_campaign(actor=officer(cast), campaign=campaign)
    assert campaign.drawn["without"] == [str(cast.junior.id)]


def test_schools_are_drawn_at_random_and_anyone_may_repeat_the_draw(cast: Cast) -> None:
    """S2-4.19-03"""
    member(cast)
    campaign = planned(cast, take=2, chosen=[])
    campaigns.draw_campaign(actor=officer(cast), campaign=campaign)
    assert len(campaign.drawn["units"]) == 2 and campaigns.is_repeatable(campaign)
    assert campaign.seed in page(cast.client("county_officer"), "drawn", campaign.id)
    first = campaign.seed
    campaigns.draw_campaign(actor=officer(cast), campaign=campaign)
    seeds = [e.changes["seed"] for e in Entry.objects.filter(verb="随机抽取").order_by("id")]
    assert seeds == [first, campaign.seed]
    Campaign.objects.filter(pk=campaign.pk).update(drawn={**campaign.drawn, "units": campaign.drawn["units"][::-1]})
    assert "不一致" in page(cast.client("county_officer"), "drawn", campaign.id)


def test_in_a_cross_inspection_counties_are_paired_and_nobody_inspects_the_own(cast: Cast) -> None:
    """S2-4.19-04, S1-2.6.22-01"""
    for county in (cast.county, cast.other_county):
        member(cast, "county_officer", county, at=cast.city)
    campaign = sent(cast, planned(cast, cast.primary, cast.outside, at=cast.city, mode="cross"), team=1)
    assert set(campaign.drawn["pairs"]) == {cast.county.path, cast.other_county.path}
    for visit in campaign.visits.select_related("place", "campaign"):
        inspector = head(cast, visit)
        assert not visit.place.path.startswith(inspector.unit_path)
        parts.save_part(actor=inspector, visit=visit, answers={"C01-01": "fail"}, is_done=True)
        visit.refresh_from_db()
        visits.sign(actor=inspector, visit=visit, side="head", file=upload(inspector))
        visits.finish(actor=inspector, visit=visit, opinion="请整改", why_unsigned="合成")
        with pytest.raises(NotKnown):
            find_visit(cast.actor("county_leader", Unit.objects.get(path=inspector.unit_path)), visit.id)
    assert Finding.objects.count() == 2 and not disagreements()
    shown = cast.client("county_officer", cast.county).get(reverse("inspections:mine")).content.decode()
    assert "乙县小学" in shown
