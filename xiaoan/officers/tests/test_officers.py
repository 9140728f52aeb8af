"""Officers of classes, dormitories and housing areas; what they tell, who sees it, thanks, and the ledger."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conftest import Cast, client_of
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.tests.making import photo
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.services import file_record, withdraw_record
from xiaoan.engines.sync.models import Command
from xiaoan.engines.sync.sent import Sent
from xiaoan.engines.sync.services import receive
from xiaoan.engines.ui.waiting import waiting
from xiaoan.ground.journal.models import Entry
from xiaoan.hazards.models import Hazard
from xiaoan.hazards.queries import find_hazard
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.errors import Invalid, NotAllowed
from xiaoan.kernel.ids import new_id
from xiaoan.obligations.measures import measures
from xiaoan.obligations.models import Completion, Reading
from xiaoan.obligations.standing import expire
from xiaoan.obligations.tests.fabricate import fill
from xiaoan.obligations.tests.making import disagreements, make_document, publish
from xiaoan.officers.models import Concern, Group, Officer, Report
from xiaoan.officers.services import groups, reports
from xiaoan.officers.tests.making import PUPIL, a_class, a_concern, an_officer

pytestmark = pytest.mark.usefixtures("wednesday")


def page_of(actor: Actor, url: str) -> str:
    return client_of(actor).get(url).content.decode()


def waits(actor: Actor, words: str) -> int:
    return next((line.count for line in waiting(actor) if line.words == words), 0)


def test_the_teacher_names_the_officer_and_the_school_sees_classes_without_one(cast: Cast) -> None:
    """S3-3.4.3-01"""
    teacher, lead = cast.actor("homeroom_teacher", cast.junior), cast.actor("safety_director", cast.junior)
    told = {"kind": "class", "grade": "7", "names": "七(1)班\n七(2)班\n\n七(1)班", "teacher": str(teacher.post_id)}
    assert client_of(lead).post("/officers/new/", told).status_code == 302
    client_of(lead).post("/officers/new/", {**told, "names": "五年级一班", "grade": "5"})
    first = Group.objects.get(name="七(1)班")
    answer = client_of(teacher).post(f"/officers/{first.id}/change/", {"what": "name", "name": PUPIL})
    assert answer.status_code == 302
    without = page_of(lead, "/officers/?officer=without&kind=class")
    assert "七(2)班" in without and "七(1)班" not in without and "五年级一班" not in without
    assert PUPIL in page_of(teacher, f"/officers/{first.id}/") and PUPIL in page_of(lead, f"/officers/{first.id}/")


def test_the_dormitory_keeper_names_the_officer_and_the_school_sees_rooms_without_one(cast: Cast) -> None:
    """S3-3.4.3-02"""
    room, other = (a_class(cast, cast.junior, n, "dormitory", "dormitory_head") for n in ("3号楼201", "3号楼202"))
    keeper = cast.actor("dormitory_head", cast.junior)
    groups.name_officer(actor=keeper, group=room, name=PUPIL)
    without = page_of(cast.actor("principal", cast.junior), "/officers/?officer=without&kind=dormitory")
    assert other.name in without and room.name not in without


def test_the_share_of_classes_and_rooms_with_an_officer_is_told_by_the_register(cast: Cast) -> None:
    """S3-3.4.3-01, S3-3.4.3-02"""
    lead, school = cast.actor("safety_director", cast.junior), cast.junior
    wanted = {"class_officers": "classes", "room_officers": "rooms"}
    duties = [{"kind": "standing", "practice": "security_profile", "measure": m} for m in wanted]
    publish(make_document("R", *duties), cast.city)

    def told() -> dict[str, tuple[int, int, bool]]:
        held = {c.requirement: c.is_done for c in Completion.objects.filter(unit=school)}
        rows = {r.measure: (r.numerator, r.denominator) for r in Reading.objects.filter(unit=school)}
        return {m: (*rows[m], held.get(f"R-{n}", False)) for n, m in enumerate(wanted, 1) if m in rows}

    profile = fill(sheet("security_profile"), {}, {}, clock.today()) | {
        "classes": 2, "class_officers": 2, "rooms": 1, "room_officers": 1,
    }  # fmt: skip
    record = file_record(actor=lead, unit=school, sheet="security_profile", answers=profile, happened_at=clock.now())
    assert told() == {"class_officers": (2, 2, True), "room_officers": (1, 1, True)}  # no register: the sheet
    first = a_class(cast, school)
    keeping = page_of(lead, "/duties/").partition(measures()["class_officers"].name)[2]
    assert f'href="{reverse("officers:groups")}"' in keeping[:2000]  # what is still to be done leads to the register
    assert told()["class_officers"] == (0, 2, False)  # a register of one class, and the school said that there are two
    an_officer(cast, first)
    second = a_class(cast, school, "七(2)班")
    a_class(cast, school, "五年级一班", grade=5)
    assert told()["class_officers"] == (1, 2, False)
    officer = an_officer(cast, second, with_account=False)
    assert told()["class_officers"] == (2, 2, True)
    groups.end_officer(actor=lead, officer=officer)
    assert told()["class_officers"] == (1, 2, False)
    withdraw_record(actor=lead, record=record, why="合成:填错")
    groups.end_group(actor=lead, group=second)
    assert told()["class_officers"] == (1, 1, True) and told()["room_officers"] == (0, 0, False)
    an_officer(cast, a_class(cast, school, "3号楼201", "dormitory", "dormitory_head"), with_account=False)
    assert told()["room_officers"] == (1, 1, True) and not disagreements()


def test_registers_kept_before_are_read_by_the_next_hourly_job(cast: Cast) -> None:
    an_officer(cast, a_class(cast, cast.junior))
    Reading.objects.all().delete()
    import_module("xiaoan.officers.migrations.0002_registers").read_anew(apps, None)
    assert expire() == 1
    reading = Reading.objects.get()
    assert (reading.measure, reading.numerator, reading.denominator, reading.expires_on) == (
        "class_officers",
        1,
        1,
        None,
    )


def test_a_housing_area_has_an_officer_whose_reports_the_school_sees(cast: Cast) -> None:
    """S3-3.4.3-03"""
    lead = cast.actor("safety_officer", cast.junior)
    area = groups.add_groups(
        actor=lead,
        unit=cast.junior,
        kind="housing",
        names=["合成宿舍区"],
        teacher=cast.post("safety_officer", cast.junior),
    )[0]
    officer = groups.name_officer(actor=lead, group=area, name="合成居委会老王")
    told = {"what": "hazard", "group": str(area.id), "words": "合成:楼道堆物", "place": "2单元"}
    assert Client().post(f"/officers/link/{officer.token}/", told).status_code == 302
    assert "合成:楼道堆物" in page_of(lead, f"/officers/{area.id}/") and waits(lead, "安全员刚报来的") == 0
    assert Hazard.objects.get().source == "student_officer"
    groups.end_officer(actor=lead, officer=officer)
    assert Client().get(f"/officers/link/{officer.token}/").status_code == 404


def test_an_officer_sends_a_hazard_with_a_photo_and_the_teacher_sees_it_at_once(cast: Cast) -> None:
    """S3-3.4.3-04"""
    group = a_class(cast, cast.junior)
    an_officer(cast, group)
    pupil, teacher = cast.actor("student_officer", cast.junior), cast.actor("homeroom_teacher", cast.junior)
    told = {"what": "hazard", "group": str(group.id), "words": "合成:插座冒火花", "place": "教室后墙",
            "photos": SimpleUploadedFile("a.jpg", photo(), "image/jpeg")}  # fmt: skip
    assert client_of(pupil).post("/officers/report/", told).status_code == 302
    hazard = Hazard.objects.get()
    assert (
        hazard.source == "student_officer"
        and len(hazard.photos) == 1
        and StoredFile.objects.get().subject_type == "hazard"
    )
    assert waits(teacher, "安全员刚报来的") == 1
    assert "合成:插座冒火花" in page_of(teacher, f"/officers/{group.id}/") and waits(teacher, "安全员刚报来的") == 0
    assert find_hazard(teacher, hazard.id).words == "合成:插座冒火花"
    assert PUPIL not in hazard.reporter and not Entry.objects.filter(subject_type="hazard", person_name=PUPIL).exists()


def test_a_phone_reports_once_and_names_the_own_class_by_itself(cast: Cast) -> None:
    group = a_class(cast, cast.junior)
    an_officer(cast, group)
    pupil, key = cast.actor("student_officer", cast.junior), new_id()
    sent = Sent(key, "officer.report", "合成", "", clock.now(), clock.now(), {"words": "合成:地砖松动"})
    states = [receive(actor=pupil, commands=[sent])[0]["state"] for _ in range(2)]
    assert states == ["done", "done"] and Report.objects.get().group_id == group.id and Hazard.objects.count() == 1


def test_suspicious_behaviour_is_seen_by_the_duty_person_at_once(cast: Cast) -> None:
    """S3-3.2.4-03"""
    guard, lead, on_duty = (cast.actor(r, cast.junior) for r in ("guard", "safety_director", "canteen_head"))
    reports.report_suspicion(actor=cast.actor("homeroom_teacher", cast.junior), unit=cast.junior, words="合成:有人翻墙")
    assert (
        waits(guard, "可疑情况待处理") == 1
        and waits(lead, "可疑情况待处理") == 1
        and waits(on_duty, "可疑情况待处理") == 0
    )
    groups.set_watch(actor=lead, unit=cast.junior, on=clock.today(), posts=[cast.post("canteen_head", cast.junior)])
    assert waits(on_duty, "可疑情况待处理") == 1 and waits(guard, "可疑情况待处理") == 0
    row = Report.objects.get()
    assert client_of(on_duty).post(f"/officers/reports/{row.id}/", {"how": "合成:已劝离"}).status_code == 302
    assert waits(on_duty, "可疑情况待处理") == 0 and "合成:已劝离" in page_of(lead, f"/officers/reports/{row.id}/")


def test_a_concern_is_filed_on_a_phone_by_a_cadre_or_a_keeper_and_the_teacher_sees_it_at_once(cast: Cast) -> None:
    """S2-2.6-05"""
    group, teacher = a_class(cast, cast.junior), cast.actor("homeroom_teacher", cast.junior)
    for role in ("student_officer", "dormitory_head"):
        payload = {"group": str(group.id), "pupil": "合成学生乙", "words": f"合成:几天没睡 {role}"}
        sent = Sent(new_id(), "officer.concern", "关心", "", clock.now(), clock.now(), payload)
        assert receive(actor=cast.actor(role, cast.junior), commands=[sent])[0]["state"] == "done"
    assert waits(teacher, "私下报告的关心事项") == 2 and "合成学生乙" in page_of(teacher, "/officers/concerns/")


def test_only_the_teacher_and_the_counsellor_read_a_concern_and_a_refusal_is_logged(cast: Cast) -> None:
    """S3-3.4.3-05"""
    concern = a_concern(cast, cast.junior)
    groups.name_counsellor(
        actor=cast.actor("principal", cast.junior), unit=cast.junior, post=cast.post("canteen_head", cast.junior)
    )
    url = f"/officers/concerns/{concern.id}/"
    for role in ("homeroom_teacher", "canteen_head"):
        assert "合成:几天没吃饭" in page_of(cast.actor(role, cast.junior), url)
    others = [("principal", cast.junior), ("safety_director", cast.junior), ("student_officer", cast.junior),
              ("homeroom_teacher", cast.primary), ("county_officer", cast.county), ("auditor", cast.county),
              ("system_administrator", cast.junior)]  # fmt: skip
    for n, (role, unit) in enumerate(others, 1):
        answer = client_of(cast.actor(role, unit)).get(url)
        assert answer.status_code in (403, 404) and "合成学生乙" not in answer.content.decode()
        assert Entry.objects.filter(verb="查看被拒绝", subject_id=str(concern.id)).count() == n
        for elsewhere in ("/officers/concerns/", f"/officers/{concern.group_id}/"):
            assert "合成学生乙" not in client_of(cast.actor(role, unit)).get(elsewhere).content.decode()
        assert waits(cast.actor(role, unit), "私下报告的关心事项") == 0
    with pytest.raises(NotAllowed):
        reports.follow_concern(actor=cast.actor("principal", cast.junior), concern=concern, words="合成")
    teacher = cast.actor("homeroom_teacher", cast.junior)
    client_of(teacher).post(url, {"words": "合成:已谈心", "move": "follow", "step": "0"})
    concern.refresh_from_db()
    assert concern.state == "followed" and "合成:已谈心" in page_of(teacher, url)
    told = str(list(Entry.objects.values_list("subject_name", "changes")))
    assert "合成学生乙" not in told and "合成:" not in told


def test_a_concern_that_is_refused_is_kept_nowhere(cast: Cast) -> None:
    """Leads settle what a phone could not get done, so nothing of a concern may lie there."""
    pupil = cast.actor("student_officer", cast.junior)
    payload = {"group": str(a_class(cast, cast.junior).id), "pupil": "", "words": "合成:保密的话"}
    sent = Sent(new_id(), "officer.concern", "合成学生乙的事", "", clock.now(), clock.now(), payload)
    assert receive(actor=pupil, commands=[sent])[0]["state"] == "refused"
    row = Command.objects.get()
    assert "保密的话" not in str(row.payload) and "学生乙" not in str(row.payload)
    assert "学生乙" not in str(list(Entry.objects.values_list("subject_name", "changes")))
    assert not Concern.objects.exists()


def test_the_teacher_sees_reports_per_officer_and_gives_thanks(cast: Cast) -> None:
    """S3-3.4.3-06"""
    group, teacher = a_class(cast, cast.junior), cast.actor("homeroom_teacher", cast.junior)
    officer = an_officer(cast, group)
    for n in range(2):
        reports.report_as_officer(actor=cast.actor("student_officer", cast.junior), group=group, words=f"合成:隐患{n}")
    answer = client_of(teacher).post(
        f"/officers/{group.id}/change/", {"what": "thank", "words": "合成:眼尖", "points": "2"}
    )
    assert answer.status_code == 302 and officer.thanks.get().points == 2
    page = page_of(teacher, f"/officers/{group.id}/")
    assert "2 件" in page and "1 次" in page and "2 分" in page and "不排名" in page
    with pytest.raises(NotAllowed):
        groups.thank(actor=cast.actor("dormitory_head", cast.junior), officer=officer, words="合成")


def test_the_class_summary_holds_all_reports_with_their_state(cast: Cast) -> None:
    """S3-3.4.3-07"""
    group, teacher = a_class(cast, cast.junior), cast.actor("homeroom_teacher", cast.junior)
    an_officer(cast, group)
    pupil = cast.actor("student_officer", cast.junior)
    reports.report_as_officer(actor=pupil, group=group, words="合成:窗户松")
    reports.report_suspicion(actor=pupil, unit=cast.junior, words="合成:校门外有人拦学生")
    a_concern(cast, cast.junior)
    page = page_of(teacher, f"/officers/{group.id}/")
    assert all(w in page for w in ("合成:窗户松", "合成:校门外有人拦学生", "合成学生乙", "待值班人员处理", "待了解"))


def test_the_teacher_sends_chosen_lines_to_the_school_which_sees_the_times(cast: Cast) -> None:
    """S3-3.4.3-08"""
    group, teacher = a_class(cast, cast.junior), cast.actor("homeroom_teacher", cast.junior)
    an_officer(cast, group)
    rows = [
        reports.report_as_officer(actor=cast.actor("student_officer", cast.junior), group=group, words=f"合成:第{n}件")
        for n in range(2)
    ]
    client_of(teacher).post(f"/officers/{group.id}/change/", {"what": "send", "reports": [str(rows[0].id)]})
    lead = cast.actor("principal", cast.junior)
    assert waits(lead, "班级报送的台账待签收") == 1
    page = page_of(lead, "/officers/reports/?sent=yes")
    assert "合成:第0件" in page and "合成:第1件" not in page and "11月18日 周三 10:00" in page
    reports.take_sent(actor=lead, report=rows[0])
    assert waits(lead, "班级报送的台账待签收") == 0
    with pytest.raises(Invalid):
        reports.send_up(actor=teacher, group=group, reports=[rows[0].id])


def test_a_pupils_name_is_read_inside_the_school_by_teacher_and_leads_alone(cast: Cast) -> None:
    group = a_class(cast, cast.junior)
    an_officer(cast, group, with_account=False)
    url = f"/officers/{group.id}/"
    for role, unit in (
        ("county_officer", cast.county),
        ("township_officer", cast.township),
        ("canteen_head", cast.junior),
    ):
        assert PUPIL not in page_of(cast.actor(role, unit), url) and PUPIL not in page_of(
            cast.actor(role, unit), "/officers/"
        )
    assert PUPIL not in page_of(cast.actor("county_officer"), "/api/groups/")
    assert PUPIL not in str(list(Entry.objects.values_list("subject_name", "changes")))


def test_an_officer_reports_for_the_own_class_only(cast: Cast) -> None:
    an_officer(cast, a_class(cast, cast.junior))
    other = a_class(cast, cast.junior, "七(9)班")
    with pytest.raises(NotAllowed):
        reports.report_as_officer(actor=cast.actor("student_officer", cast.junior), group=other, words="合成")
    assert Officer.objects.count() == 1


def test_a_link_reports_only_so_often_an_hour(cast: Cast, monkeypatch: Any) -> None:
    officer = an_officer(cast, a_class(cast, cast.junior), with_account=False)
    monkeypatch.setattr("xiaoan.officers.pages.reports.norm", lambda key, path: 1)
    told = {"what": "suspicion", "group": str(officer.group_id), "words": "合成:有人"}
    assert [Client().post(f"/officers/link/{officer.token}/", told).status_code for _ in range(2)] == [302, 422]
