import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conftest import Cast
from xiaoan.engines.files.models import StoredFile
from xiaoan.engines.files.tests.making import photo, upload
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.queries import last_answers, recent_sheets, sheets_for
from xiaoan.engines.sheets.services import file_record
from xiaoan.engines.sheets.tests.making import a_photo, a_record, minimal
from xiaoan.kernel import clock, wall
from xiaoan.kernel.errors import Invalid, Stale

pytestmark = pytest.mark.django_db
DRILL = {"q-kind": "fire", "q-people": "780", "q-duration": "12", "q-smooth": "yes", "happened": "2026-11-18T09:30"}


@pytest.fixture
def director(cast: Cast, wednesday: Any) -> Client:
    return cast.client("safety_director", cast.primary)


def words(response: Any) -> str:
    return response.content.decode()


def test_what_can_be_recorded_depends_on_the_rank_and_starts_with_what_was_used_last(
    director: Client, cast: Cast
) -> None:
    a_record(cast.primary, "drill", actor=cast.actor("safety_director"))
    page = director.get("/records/new/")
    assert [s.key for s in page.context["recent"]] == ["drill"]
    assert "校园日巡查" in words(page) and "记一条" in words(page)
    county = sheets_for("county")
    assert not {"drill", "daily_patrol"} & {s.key for s in county}
    assert recent_sheets(cast.actor("county_officer"), county) == []


def test_a_mistake_is_said_beside_its_question_and_what_was_typed_stays(director: Client) -> None:
    page = director.post("/records/new/drill/", {**DRILL, "q-people": "很多", "q-smooth": "no", "q-note": ""})
    assert page.status_code == 422 and not Record.objects.exists()
    assert "“参加人数”应填数字，现在是“很多”。" in words(page) and "“发现的问题”没有填写。" in words(page)
    assert "还有 2 处要改" in words(page)
    assert 'value="很多"' in words(page) and 'value="12"' in words(page)


def test_a_chosen_photo_survives_a_refused_form_and_then_belongs_to_the_record(director: Client) -> None:
    page = director.post("/records/new/drill/", {**DRILL, "q-people": "", "q-photo-new": upload("演练.jpg", photo())})
    file = StoredFile.objects.get()
    assert page.status_code == 422 and f'name="q-photo" value="{file.pk}"' in words(page)
    answer = director.post("/records/new/drill/", {**DRILL, "q-photo": str(file.pk)})
    record = Record.objects.get()
    file.refresh_from_db()
    assert answer.status_code == 302 and record.answers["photo"] == [str(file.pk)]
    assert (file.subject_type, file.subject_id) == ("record", record.pk)
    assert f"/files/{file.pk}/" in words(director.get(f"/records/{record.pk}/"))


def test_a_refused_photo_is_said_at_its_question(director: Client) -> None:
    page = director.post("/records/new/drill/", {**DRILL, "q-photo-new": upload("x.exe", b"MZ" + b"\0" * 99)})
    assert page.status_code == 422 and "不能收" in words(page) and not Record.objects.exists()


def test_a_photo_of_another_school_or_none_at_all_refuses_the_record(cast: Cast, wednesday: Any) -> None:
    for wrong in (str(a_photo(cast.junior).pk), str(uuid.uuid4())):
        with pytest.raises(Invalid, match="没有传到"):
            a_record(cast.primary, "drill", photo=[wrong])
    assert not Record.objects.exists()


def test_pressing_twice_files_once(director: Client) -> None:
    sent = {**DRILL, "id": str(uuid.uuid4())}
    first, second = (director.post("/records/new/drill/", sent) for _ in range(2))
    assert first.url == second.url and Record.objects.count() == 1


def test_all_fine_in_one_tap_for_daily_checks_only(director: Client) -> None:
    director.post("/records/new/daily_patrol/", {"all_fine": "1", "happened": "2026-11-18T07:20"})
    record = Record.objects.get()
    assert record.failed == 0 and {record.answers[f.key] for f in sheet("daily_patrol").checks} == {"ok"}
    assert "全部正常" in words(director.get("/records/new/daily_patrol/"))
    assert "全部正常" not in words(director.get("/records/new/drill/"))


def test_all_fine_leaves_what_was_found_wrong(director: Client) -> None:
    sent = {"all_fine": "1", "happened": "2026-11-18T07:20", "q-gate": "bad", "q-gate_note": "没人值守"}
    director.post("/records/new/daily_patrol/", sent)
    record = Record.objects.get()
    assert record.failed == 1 and record.answers["gate_note"] == "没人值守"
    assert "没人值守" in words(director.get(f"/records/{record.pk}/"))


def test_an_empty_form_proves_nothing(director: Client) -> None:
    page = director.post("/records/new/daily_patrol/", {"happened": "2026-11-18T07:20"})
    assert page.status_code == 422 and "还没有填写任何内容" in words(page) and not Record.objects.exists()


def test_last_times_answers_are_offered_and_results_are_not(director: Client, cast: Cast) -> None:
    a_record(cast.primary, "drill", actor=cast.actor("principal"), kind="quake", people=500)
    assert last_answers(cast.primary.path, None, sheet("drill"))["kind"] == "quake"
    a_record(cast.primary, "drill", actor=cast.actor("safety_director"), kind="fire", people=800, days_ago=3)
    form = director.get("/records/new/drill/").context["questions"]
    shown = {q.field.key: q.bound.value() for q in form}
    assert (shown["kind"], shown["people"], shown["smooth"]) == ("fire", 800, None), "one's own record first"


def test_nothing_confidential_of_somebody_else_is_offered(cast: Cast, wednesday: Any) -> None:
    who = cast.actor("homeroom_teacher")
    a_record(cast.primary, "care_talk", actor=cast.actor("principal"), groups=["mood"], due=7)
    offered = last_answers(cast.primary.path, who.person_id, sheet("care_talk"))
    assert "kind" in offered and not {"groups", "due"} & set(offered)
    a_record(cast.primary, "care_talk", actor=who, groups=["mood"])
    assert last_answers(cast.primary.path, who.person_id, sheet("care_talk"))["groups"] == ["mood"]


def test_a_duty_opens_its_form_with_its_condition_filled_in_and_brings_one_back(director: Client) -> None:
    page = director.get("/records/new/drill/?duty=r-1&kind=violence&back=/duties/")
    assert {q.field.key: q.bound.value() for q in page.context["questions"]}["kind"] == "violence"
    answer = director.post("/records/new/drill/", {**DRILL, "about": "r-1", "back": "/duties/"})
    assert answer.url == "/duties/" and Record.objects.get().about == "r-1"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_one_is_never_sent_to_another_site(director: Client, back: str) -> None:
    answer = director.post("/records/new/drill/", {**DRILL, "back": back})
    assert answer.url.startswith("/records/")


@pytest.mark.parametrize("happened", ["", "昨天", "2026-11-19T09:00", "0001-01-01T00:00", "1999-01-01T00:00"])
def test_a_moment_that_cannot_be_is_refused_at_its_question(director: Client, happened: str) -> None:
    page = director.post("/records/new/drill/", {**DRILL, "happened": happened})
    assert page.status_code == 422 and page.context["happened_error"], words(page)[:300]


def test_a_day_alone_is_noon_unless_it_is_today(director: Client) -> None:
    for day, hour in (("2026-11-16", 12), ("2026-11-18", 10)):
        sent = {f"q-{k}": v for k, v in minimal(sheet("meeting")).items()}
        director.post("/records/new/meeting/", {**sent, "happened": day})
        assert clock.day_of(Record.objects.latest("id").happened_at).isoformat() == day
        assert (Record.objects.latest("id").happened_at.hour + 8) % 24 == hour


def test_an_own_record_is_undone_in_one_tap_while_the_norm_allows(director: Client, cast: Cast) -> None:
    director.post("/records/new/drill/", DRILL)
    record = Record.objects.get()
    assert "撤销" in words(director.get(f"/records/{record.pk}/"))
    assert director.post(f"/records/{record.pk}/undo/").status_code == 302
    assert not Record.objects.get().is_filed


def test_too_late_or_somebody_elses_is_not_undone(director: Client, cast: Cast) -> None:
    director.post("/records/new/drill/", DRILL)
    record = Record.objects.get()
    with clock.held_at(clock.now() + timedelta(minutes=6)):
        late = director.post(f"/records/{record.pk}/undo/")
    other = cast.client("principal", cast.primary)
    assert late.status_code == other.post(f"/records/{record.pk}/undo/").status_code == 409
    assert "撤销的时间已过" in words(late) and Record.objects.get().is_filed


def test_withdrawing_needs_a_reason_and_shows_it(director: Client, cast: Cast) -> None:
    record = a_record(cast.primary)
    refused = director.post(f"/records/{record.pk}/withdraw/", {"why": " "})
    assert refused.status_code == 422 and "请写明撤回的原因" in words(refused)
    assert director.post(f"/records/{record.pk}/withdraw/", {"why": "填错了班级"}).status_code == 302
    assert words(director.get(f"/records/{record.pk}/")).count("填错了班级") >= 2, "in the note and in the history"
    assert director.post(f"/records/{record.pk}/withdraw/", {"why": "再撤"}).status_code == 409


def test_an_office_reads_a_schools_record_and_changes_nothing(cast: Cast, wednesday: Any) -> None:
    record, officer = a_record(cast.primary), cast.client("county_officer")
    assert "撤回这条记录" not in words(officer.get(f"/records/{record.pk}/"))
    assert officer.post(f"/records/{record.pk}/withdraw/", {"why": "x"}).status_code == 403


def test_confidential_answers_are_masked_on_the_page(cast: Cast, wednesday: Any) -> None:
    record = a_record(cast.primary, "care_talk", groups=["left_behind"], actions="每周家访")
    for role, is_open in (("safety_director", True), ("guard", False), ("county_officer", True), ("inspector", False)):
        client = cast.client(role)
        page = words(client.get(f"/records/{record.pk}/"))
        assert ("每周家访" in page and "留守" in page) is is_open, role
        assert ("保密内容" in page) is not is_open, role


def test_other_floors_add_their_sections(director: Client, cast: Cast, settings: Any) -> None:
    settings.XIAOAN_RECORD_SECTIONS = [f"{__name__}.a_section"]
    assert "证明了 3 件事" in words(director.get(f"/records/{a_record(cast.primary).pk}/"))


def a_section(request: Any, record: Record) -> str:
    from django.utils.safestring import mark_safe

    return mark_safe("<p>证明了 3 件事</p>")


def test_two_senders_of_one_id_make_one_record(cast: Cast, wednesday: Any) -> None:
    mine, told = uuid.uuid4(), {"sheet": "general", "answers": minimal(sheet("general")), "happened_at": clock.now()}
    actor = cast.actor("safety_director")
    first = file_record(actor=actor, unit=cast.primary, record_id=mine, **told)
    assert file_record(actor=actor, unit=cast.primary, record_id=mine, **told) == first
    assert file_record(actor=actor, unit=cast.primary, record_id=mine, **{**told, "answers": {}}) == first
    assert Record.objects.count() == 1


def test_the_id_of_a_record_elsewhere_is_refused_in_words(cast: Cast, wednesday: Any) -> None:
    theirs, actor = a_record(cast.junior), cast.actor("safety_director")
    with wall.asking(actor), pytest.raises(Stale, match="编号已用在别的记录上"):  # as a page does: it is not even seen
        file_record(
            actor=actor, unit=cast.primary, record_id=theirs.id, sheet="general", answers=minimal(sheet("general")),
            happened_at=clock.now(),
        )  # fmt: skip


def test_a_sheet_of_another_rank_is_not_there(cast: Cast, director: Client) -> None:
    assert director.get("/records/new/supervision/").status_code == 404
    assert director.get("/records/new/nothing/").status_code == 404
