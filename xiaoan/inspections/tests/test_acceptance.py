"""What each sentence of the documents about inspections asks, as its acceptance says it; the row is in the docstring."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from conftest import Cast
from xiaoan.checks.services import make_checklist, publish_checklist
from xiaoan.engines.resource.testing import sheet_of
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.engines.typeset import fonts
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.people.models import Person, Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.services import report_hazard
from xiaoan.inspections import blacklist, campaigns, parts, rosters, supervised, truth, visits
from xiaoan.inspections.access import find_visit
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Campaign, Finding, Keeper, Member, Visit
from xiaoan.inspections.reports import report_of
from xiaoan.inspections.six_lists import lists_of
from xiaoan.inspections.tests.making import (
    a_visit,
    filled,
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
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown
from xiaoan.obligations.models import Completion
from xiaoan.obligations.tests.making import disagreements, make_document
from xiaoan.obligations.tests.making import publish as enforce

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def opened(cast: Cast, role: str, unit: Unit | None = None, person: Person | None = None) -> Client:
    client = Client()
    client.force_login(person or cast.post(role, unit or cast.home_of(role)).person)
    return client


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"inspections:{name}", args=args) + query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def texts(client: Client, url: str) -> list[list[Any]]:
    return sheet_of(client.get(url))


def test_small_schools_and_kindergartens_show_coverage_and_hazards(cast: Cast) -> None:
    """S0-2.7-22"""
    report_hazard(actor=officer(cast), unit=cast.kindergarten, words="合成隐患：门口堆物", source="inspection")
    issued(cast, a_visit(cast, cast.kindergarten))
    shown = page(opened(cast, "county_officer"), "places", query="?size=both")
    assert "县直幼儿园" in shown and "东镇中心小学" not in shown
    table = texts(opened(cast, "county_officer"), reverse("inspections:places_export") + "?size=both")
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
    client = opened(cast, "county_officer")
    table = texts(client, reverse("inspections:members_export") + "?team=drowning")
    row = dict(zip(table[0], table[1], strict=True))
    assert (row["姓名"], row["派出"], row["已查"], row["发现问题"]) == (one.person_name, 1, 1, 1)
    assert "县直幼儿园" in page(client, "member", one.id)
    assert {m.team for m in Member.objects.all()} == {"drowning", "school"}


def test_every_school_is_given_to_a_named_inspector_and_those_unvisited_are_seen(cast: Cast) -> None:
    """S0-2.8-11"""
    keeper = member(cast)
    client = opened(cast, "county_officer")
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
    assert reverse("sheets:record", args=[record.pk]) in page(opened(cast, "inspector"), "visit", visit.id)
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
    assert "照片里没有文件" in page(opened(cast, "principal"), "visit", visit.id)
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
    assert "线上巡查" in page(opened(cast, "county_officer"), "report", visit.campaign_id)


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
    answer = opened(cast, "county_officer").get(reverse("inspections:deputies"))
    assert answer.context["rows"][0][1][10] == 2
    assert (
        opened(cast, "county_officer")
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
    found = {
        o.unit.id: o for o in opened(cast, "county_officer").get(reverse("inspections:quality")).context["origins"]
    }
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
    school, director = opened(cast, "principal", cast.kindergarten), cast.actor("principal", cast.kindergarten)

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
    client = opened(cast, "expert", person=Person.objects.get(pk=guest.person_id))
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
    assert "第三方 合成检测公司" in page(opened(cast, "principal"), "visit", mine.id)
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
    assert campaign.seed in page(opened(cast, "county_officer"), "drawn", campaign.id)
    first = campaign.seed
    campaigns.draw_campaign(actor=officer(cast), campaign=campaign)
    seeds = [e.changes["seed"] for e in Entry.objects.filter(verb="随机抽取").order_by("id")]
    assert seeds == [first, campaign.seed]
    Campaign.objects.filter(pk=campaign.pk).update(drawn={**campaign.drawn, "units": campaign.drawn["units"][::-1]})
    assert "不一致" in page(opened(cast, "county_officer"), "drawn", campaign.id)


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
    shown = opened(cast, "county_officer", cast.county).get(reverse("inspections:mine")).content.decode()
    assert "乙县小学" in shown


def test_the_programme_shows_each_schools_progress_and_last_inspection(cast: Cast) -> None:
    """S1-3.1-06, S2-4.18-06"""
    enforce(
        make_document(
            "prog", {"practice": "drill", "every": "monthly", "binds": {"ranks": ["school"]}}, owner=cast.county
        ),
        cast.county,
    )
    issued(cast, a_visit(cast), "C01-01")
    rows = {r.unit.id: r for r in opened(cast, "county_officer").get(reverse("inspections:programme")).context["rows"]}
    assert (rows[cast.primary.id].percent, rows[cast.primary.id].last_on, rows[cast.primary.id].stage) == (
        0,
        clock.today(),
        "待整改",
    )
    assert rows[cast.junior.id].last_on is None
    table = texts(opened(cast, "city_officer"), reverse("inspections:places_export"))
    stages = {r[0]: r[table[0].index("问题办到哪一步")] for r in table[1:]}
    assert stages == {"东镇中心小学": "待整改", "东镇初级中学": "", "县直幼儿园": "", "乙县小学": ""}


def test_an_internal_item_reminds_and_its_overdue_state_counts(cast: Cast) -> None:
    """S1-3.4-04"""
    director = cast.actor("safety_director")
    item = supervised.supervise(
        actor=director, unit=cast.primary, title="更换灭火器", holder="总务处", due=clock.today() + timedelta(days=5)
    )
    assert not [w for w in waiting(director) if w.count]
    with clock.held_at(clock.now() + timedelta(days=3)):
        assert [w.words for w in waiting(director) if w.count] == ["督办事项快到期"]
    with clock.held_at(clock.now() + timedelta(days=7)):
        assert [w.late for w in waiting(director) if w.count] == [1]
        supervised.finish(actor=director, item=item, result="已换 20 具")
        rows = {
            r.unit.id: r for r in opened(cast, "county_officer").get(reverse("inspections:programme")).context["rows"]
        }
        assert rows[cast.primary.id].overdue == 1
    with pytest.raises(NotAllowed):
        supervised.supervise(actor=officer(cast), unit=cast.primary, title="x", holder="y", due=clock.today())
    assert not disagreements()


def test_guards_and_funds_are_seen_and_recorded_as_in_place_or_not(cast: Cast) -> None:
    """S2-2.4-03"""
    spent = {"year": 2026, "need": 12, "budget": 10, "uses": ["guards"]}
    record = file_record(
        actor=cast.actor("principal"), unit=cast.primary, sheet="budget", answers=spent, happened_at=clock.now()
    )
    visit = a_visit(cast, mode="special", line_set="guards_funds", topics=["security"])
    assert reverse("sheets:record", args=[record.pk]) in page(opened(cast, "inspector"), "visit", visit.id)
    inspector = head(cast, visit)
    parts.save_part(
        actor=inspector,
        visit=visit,
        answers={"GF-1": "pass", "GF-2": "pass", "GF-3": {"result": "fail", "note": "少列 2 万元"}, "GF-4": "pass"},
        is_done=True,
    )
    looked = next(each for each in lists_of(visit) if each.key == "looked")
    assert [(row[1], row[3]) for row in looked.rows] == [
        ("保安配备", "合格"),
        ("保安配备", "合格"),
        ("专项经费", "不合格"),
        ("专项经费", "合格"),
    ]


def test_quality_shows_findings_per_visit_and_repeats_and_ranks_nobody(cast: Cast) -> None:
    """S2-2.5-10"""
    member(cast, name="丙合成")
    for _ in range(2):
        issued(cast, a_visit(cast), "C01-01")
    answer = opened(cast, "county_officer").get(reverse("inspections:quality"))
    row = answer.context["rows"][0]
    assert (row.visits, row.found, row.repeated, row.per_visit) == (2, 2, 1, "1.0")
    assert "第 1 名" not in answer.content.decode() and [r.person for r in answer.context["rows"]] == sorted(
        r.person for r in answer.context["rows"]
    )


def test_records_are_drawn_at_random_and_the_rate_of_false_ones_is_seen(cast: Cast) -> None:
    """S2-2.8-19"""
    for _ in range(4):
        a_record(cast.primary)
    sample = truth.draw_records(
        actor=officer(cast), unit=cast.county, first=date(2026, 1, 1), last=clock.today(), size=2, seed="合成种子"
    )
    rows = list(sample.rows.order_by("position"))
    pool = truth.pool_ids(cast.county.path, sample.first, sample.last, "")
    assert [str(r.record_id) for r in rows] == truth.chosen_ids("合成种子", list(reversed(pool)), 2)
    client = opened(cast, "inspector")
    url = reverse("inspections:sample", args=[sample.id])
    assert client.post(url, {"row": str(rows[0].id), "verdict": "true", "way": "site"}).status_code == 302
    assert client.post(url, {"row": str(rows[1].id), "verdict": "false", "way": "online"}).status_code == 422
    client.post(url, {"row": str(rows[1].id), "verdict": "false", "way": "online", "why": "照片时间不是当天"})
    assert client.get(url).context["rate"] == "50%"
    assert cast.primary.path not in {r.unit_path for r in sample.rows.all()}


def test_six_lists_carry_the_same_number_and_each_is_exported(cast: Cast) -> None:
    """S2-4.18-05"""
    visit = issued(cast, a_visit(cast), "C01-01")
    visits.fix(actor=cast.actor("safety_director"), visit=visit, fix_words="已改")
    visits.check(actor=head(cast, visit), visit=visit)
    visits.evaluate(actor=head(cast, visit), visit=visit, evaluation="好")
    six = lists_of(visit)
    assert [each.name for each in six] == ["排查清单", "督查清单", "问题清单", "反馈清单", "整改清单", "评价清单"]
    assert all(each.rows and {row[0] for row in each.rows} == {visit.number} for each in six)
    client = opened(cast, "principal")
    url = reverse("inspections:lists", args=[visit.id])
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{url}?as=xlsx").streaming_content)))  # type: ignore[attr-defined]
    assert book.sheetnames == [each.name for each in six]
    for each in six:
        assert sheet_of(client.get(f"{url}?as=xlsx&list={each.key}"))[1][0] == visit.number
    assert visit.number in page(client, "lists", visit.id)


def test_a_joint_inspection_is_merged_in_one_report_by_department(cast: Cast) -> None:
    """S2-4.19-01"""
    fire = create_unit(actor=SYSTEM, parent=cast.city, rank="partner", name="合成消防支队", kind="fire")
    member(cast, "city_officer", cast.city, at=cast.city)
    member(cast, "partner_officer", fire, at=cast.city, body="fire")
    visit = (
        sent(cast, planned(cast, cast.primary, at=cast.city, mode="joint"))
        .visits.select_related("campaign", "place")
        .get()
    )
    lead = head(cast, visit)
    for at, part in enumerate(visit.parts.order_by("id")):
        actor = actor_for(Post.objects.select_related("person", "unit").get(person_id=part.person_id))
        parts.save_part(
            actor=actor,
            visit=visit,
            answers={f"C01-0{at + 1}": {"result": "fail", "note": f"合成发现{at}"}},
            is_done=True,
        )
    visit.refresh_from_db()
    visits.sign(actor=lead, visit=visit, side="head", file=upload(lead))
    visits.finish(actor=lead, visit=visit, opinion="请整改", why_unsigned="合成")
    assert [(g.name, len(g.findings)) for g in report_of(visit.campaign).by_body] == [("教育", 1), ("消防救援", 1)]
    shown = page(opened(cast, "city_officer"), "report", visit.campaign_id)
    assert "消防救援" in shown and "合成发现1" in shown


def test_the_four_kinds_stand_on_one_page_with_schools_and_findings(cast: Cast) -> None:
    """S2-4.19-05"""
    for mode, place in (("joint", cast.primary), ("special", cast.primary), ("special", cast.junior)):
        issued(cast, a_visit(cast, place, mode=mode), "C01-01")
    kinds = {
        k.key: (k.visits, k.schools, k.found)
        for k in opened(cast, "city_officer").get(reverse("inspections:coverage")).context["kinds"]
    }
    assert kinds == {"joint": (1, 1, 1), "special": (2, 2, 2), "third_party": (0, 0, 0), "cross": (0, 0, 0)}


def test_published_rules_show_inspectors_their_steps_terms_and_forms(cast: Cast) -> None:
    """S2-4.19-06"""
    city = cast.actor("city_officer")
    set_norm(
        actor=city,
        unit=cast.city,
        key="inspections.rules",
        text="甲市学校安全督导检查办法",
        valid_from=clock.today(),
        basis="甲教安〔2026〕9号",
    )
    set_norm(
        actor=city,
        unit=cast.city,
        key="inspections.fix_days",
        text="10",
        valid_from=clock.today(),
        basis="甲教安〔2026〕9号",
    )
    checklist = make_checklist(actor=city, unit=cast.city, title="合成督查表", purpose="inspection", keys=["C01-01"])
    publish_checklist(actor=city, checklist=checklist)
    shown = page(opened(cast, "inspector"), "rules")
    assert "甲市学校安全督导检查办法" in shown and "合成督查表" in shown and "10 天" in shown and "待复查" in shown
    visit = a_visit(cast, checklist=checklist.id)
    assert list(lines_of_visit(visit)) == ["C01-01"]
    assert issued(cast, visit, "C01-01").due == clock.today() + timedelta(days=10)


def test_open_and_covert_visits_show_by_period_and_county(cast: Cast) -> None:
    """S2-4.19-08"""
    issued(cast, a_visit(cast, cast.primary))
    issued(cast, a_visit(cast, cast.junior, mode="unannounced", announced_on=None))
    answer = opened(cast, "city_officer").get(reverse("inspections:coverage"))
    below = {b.unit.id: (b.open_visits, b.covert) for b in answer.context["below"]}
    assert below == {cast.county.id: (1, 1), cast.other_county.id: (0, 0)}
    assert [s["values"][10] for s in answer.context["months"]["series"]] == [1, 1]


def test_the_city_sees_its_share_of_schools_against_its_norm(cast: Cast) -> None:
    """S2-4.19-09"""
    member(cast, "city_officer", cast.city, at=cast.city)
    visit = (
        sent(cast, planned(cast, cast.primary, at=cast.city), team=1).visits.select_related("campaign", "place").get()
    )
    issued(cast, visit)
    shown = page(opened(cast, "city_officer"), "coverage")
    assert "市级督查（25%）" in shown and "共 4 所，要求不少于 30%，即 2 所" in shown


def test_the_county_sees_all_schools_against_its_norm_and_those_left(cast: Cast) -> None:
    """S2-4.19-10"""
    issued(cast, a_visit(cast, cast.primary))
    shown = page(opened(cast, "county_officer"), "coverage")
    assert "县级督查（33%）" in shown and "共 3 所，要求不少于 100%，即 3 所" in shown
    left = page(opened(cast, "county_officer"), "places", query="?left=own")
    assert "东镇初级中学" in left and "县直幼儿园" in left and "东镇中心小学" not in left


def test_the_provinces_half_year_inspection_of_dual_duty_is_done_by_its_visits(cast: Cast) -> None:
    """S3-3.4.2-11"""
    college = create_unit(
        actor=SYSTEM, parent=cast.province, rank="school", name="合成大学", kind="higher", pupils=9000
    )
    duty = {"practice": "dual_duty_inspection", "every": "half_yearly", "binds": {"ranks": ["province"]}}
    document = make_document("dual", duty, tier="province", owner=cast.province)
    enforce(document, cast.province)
    member(cast, "province_officer", cast.province, at=cast.province)
    campaign = planned(
        cast, cast.city, college, at=cast.province, mode="special", line_set="dual_duty", topics=["dual_duty"]
    )
    for visit in sent(cast, campaign, team=1).visits.select_related("campaign", "place"):
        issued(cast, visit, "DD-1")
    assert {(f.unit.name, f.hazard is None) for f in Finding.objects.select_related("unit")} == {
        ("甲市", True),
        ("合成大学", False),
    }
    assert Completion.objects.get(requirement=document.requirements.get().key).is_done


def test_the_order_is_a_pdf_and_a_document_with_the_same_words(cast: Cast) -> None:
    """The rectification order on the spot."""
    import docx
    from pypdf import PdfReader

    visit = issued(cast, a_visit(cast), "C01-01")
    client = opened(cast, "principal")
    paper = docx.Document(io.BytesIO(client.get(reverse("inspections:order", args=[visit.id, "docx"])).content))
    words = "".join(p.text for p in paper.paragraphs)
    assert (
        visit.number in words
        and "合成问题C01-01" in words
        and paper.sections[0].top_margin.mm == pytest.approx(37, abs=0.1)
    )
    if not fonts.held().families():
        pytest.skip("no fonts on this machine")
    answer = client.get(reverse("inspections:order", args=[visit.id, "pdf"]))
    told = (
        "".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages)
        .replace("\n", "")
        .replace(" ", "")
    )
    assert visit.number in told and "安全检查整改通知书" in told and "合成问题C01-01" in told


def test_the_black_list_has_rules_an_appeal_that_another_answers_and_an_end(cast: Cast) -> None:
    """The black list."""
    row = blacklist.put_on_list(actor=officer(cast), unit=cast.primary, rule="falsified", words="演练照片是上一年的")
    assert row.ends == clock.today() + timedelta(days=180)
    assert "演练照片" in page(opened(cast, "principal"), "blacklisting", row.id)
    blacklist.appeal(actor=cast.actor("principal"), row=row, words="照片传错了")
    with pytest.raises(NotAllowed, match="不能自己答复"):
        blacklist.answer(actor=officer(cast), row=row, move="uphold", decision="维持")
    blacklist.answer(actor=officer(cast), row=row, move="lift", decision="补交了当日照片")
    other = blacklist.put_on_list(actor=officer(cast), unit=cast.junior, rule="refused", words="拒绝开门接受检查")
    with clock.held_at(clock.now() + timedelta(days=366)):
        assert blacklist.end_expired() == 1
    other.refresh_from_db()
    assert (row.state, other.state) == ("lifted", "ended")


def test_a_phone_sends_answers_signs_and_finishes_once(cast: Cast) -> None:
    """The phone's commands: sent twice, done once."""
    visit = a_visit(cast)
    inspector = head(cast, visit)
    client = opened(cast, "inspector")
    payloads = [
        (
            "inspection.part",
            {"visit": str(visit.id), "answers": {"C01-01": {"result": "fail", "note": "合成"}}, "done": True},
        ),
        ("inspection.sign", {"visit": str(visit.id), "side": "head", "file": upload(inspector)}),
        ("inspection.finish", {"visit": str(visit.id), "opinion": "请整改", "why_unsigned": "合成"}),
    ]
    batch = [
        {
            "id": f"01900000-0000-7000-8000-00000000000{n}",
            "kind": kind,
            "captured_at": clock.now().isoformat(),
            "payload": told,
        }
        for n, (kind, told) in enumerate(payloads)
    ]
    for _ in range(2):
        told = {"person": str(inspector.person_id), "sent_at": clock.now().isoformat(), "commands": batch}
        answer = client.post("/sync/commands/", told, content_type="application/json")
        assert [a["state"] for a in answer.json()["answers"]] == ["done"] * 3, answer.json()
    visit.refresh_from_db()
    assert (visit.state, Finding.objects.count(), Hazard.objects.count()) == ("issued", 1, 1)
    assert Visit.objects.count() == 1 and filled
