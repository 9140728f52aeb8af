"""What each sentence of the documents about inspections asks, as its acceptance says it; the row is in the docstring."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse

from conftest import Cast
from xiaoan.checks.services import make_checklist, publish_checklist
from xiaoan.engines.resource.testing import sheet_of
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.engines.typeset import fonts
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.people.models import Post
from xiaoan.ground.people.rights import actor_for
from xiaoan.ground.units.services import create_unit
from xiaoan.hazards.models import Hazard
from xiaoan.inspections import blacklist, parts, supervised, truth, visits
from xiaoan.inspections.lines import lines_of_visit
from xiaoan.inspections.models import Finding, Visit
from xiaoan.inspections.reports import report_of
from xiaoan.inspections.six_lists import lists_of
from xiaoan.inspections.tests.asking import page, texts
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
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import NotAllowed
from xiaoan.obligations.models import Completion
from xiaoan.obligations.tests.making import disagreements, make_document
from xiaoan.obligations.tests.making import publish as enforce

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]


def test_the_programme_shows_each_schools_progress_and_last_inspection(cast: Cast) -> None:
    """S1-3.1-06, S2-4.18-06"""
    enforce(
        make_document(
            "prog", {"practice": "drill", "every": "monthly", "binds": {"ranks": ["school"]}}, owner=cast.county
        ),
        cast.county,
    )
    issued(cast, a_visit(cast), "C01-01")
    rows = {r.unit.id: r for r in cast.client("county_officer").get(reverse("inspections:programme")).context["rows"]}
    assert (rows[cast.primary.id].percent, rows[cast.primary.id].last_on, rows[cast.primary.id].stage) == (
        0,
        clock.today(),
        "待整改",
    )
    assert rows[cast.junior.id].last_on is None
    table = texts(cast.client("city_officer"), reverse("inspections:places_export"))
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
            r.unit.id: r for r in cast.client("county_officer").get(reverse("inspections:programme")).context["rows"]
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
    assert reverse("sheets:record", args=[record.pk]) in page(cast.client("inspector"), "visit", visit.id)
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
    answer = cast.client("county_officer").get(reverse("inspections:quality"))
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
    client = cast.client("inspector")
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
    client = cast.client("principal")
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
    shown = page(cast.client("city_officer"), "report", visit.campaign_id)
    assert "消防救援" in shown and "合成发现1" in shown


def test_the_four_kinds_stand_on_one_page_with_schools_and_findings(cast: Cast) -> None:
    """S2-4.19-05"""
    for mode, place in (("joint", cast.primary), ("special", cast.primary), ("special", cast.junior)):
        issued(cast, a_visit(cast, place, mode=mode), "C01-01")
    kinds = {
        k.key: (k.visits, k.schools, k.found)
        for k in cast.client("city_officer").get(reverse("inspections:coverage")).context["kinds"]
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
    shown = page(cast.client("inspector"), "rules")
    assert "甲市学校安全督导检查办法" in shown and "合成督查表" in shown and "10 天" in shown and "待复查" in shown
    visit = a_visit(cast, checklist=checklist.id)
    assert list(lines_of_visit(visit)) == ["C01-01"]
    assert issued(cast, visit, "C01-01").due == clock.today() + timedelta(days=10)


def test_open_and_covert_visits_show_by_period_and_county(cast: Cast) -> None:
    """S2-4.19-08"""
    issued(cast, a_visit(cast, cast.primary))
    issued(cast, a_visit(cast, cast.junior, mode="unannounced", announced_on=None))
    answer = cast.client("city_officer").get(reverse("inspections:coverage"))
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
    shown = page(cast.client("city_officer"), "coverage")
    assert "市级督查（25%）" in shown and "共 4 所，要求不少于 30%，即 2 所" in shown


def test_the_county_sees_all_schools_against_its_norm_and_those_left(cast: Cast) -> None:
    """S2-4.19-10"""
    issued(cast, a_visit(cast, cast.primary))
    shown = page(cast.client("county_officer"), "coverage")
    assert "县级督查（33%）" in shown and "共 3 所，要求不少于 100%，即 3 所" in shown
    left = page(cast.client("county_officer"), "places", query="?left=own")
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
    client = cast.client("principal")
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
    assert "演练照片" in page(cast.client("principal"), "blacklisting", row.id)
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
    client = cast.client("inspector")
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
