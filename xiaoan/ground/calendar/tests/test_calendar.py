"""Terms and moved days: set, read from files, shown, and who may."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from xiaoan.ground.calendar.days import calendar_for, forget_calendars, known_until
from xiaoan.ground.calendar.models import SpecialDay, Term
from xiaoan.ground.calendar.queries import calendar_warning, kind_of, months_shown, school_year_of
from xiaoan.ground.calendar.reading import calendar_file, parse_day, read_terms, terms_of_calendar
from xiaoan.ground.calendar.services import DayGiven, TermGiven, set_special_days, set_term
from xiaoan.ground.journal.models import Entry
from xiaoan.ground.norms.services import set_norm
from xiaoan.ground.units.models import Unit
from xiaoan.ground.units.tests.test_workbook import workbook
from xiaoan.kernel.actor import SYSTEM
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown

pytestmark = pytest.mark.usefixtures("wednesday")
AUTUMN = TermGiven(2026, "1", date(2026, 8, 31), date(2027, 1, 27))


def term_at(unit: Unit, key: str = "2026-2027-1") -> tuple[date, date]:
    return next((t.starts, t.ends) for t in calendar_for(unit.path).terms if t.key == key)


def test_the_nearest_ancestor_gives_each_term_and_the_usual_one_fills_the_rest(cast: Cast) -> None:
    set_term(actor=SYSTEM, unit=cast.province, given=AUTUMN)
    set_term(actor=SYSTEM, unit=cast.county, given=TermGiven(2026, "1", date(2026, 9, 2), date(2027, 1, 25)))
    assert term_at(cast.primary) == (date(2026, 9, 2), date(2027, 1, 25))
    assert term_at(cast.outside) == (date(2026, 8, 31), date(2027, 1, 27))
    assert term_at(cast.primary, "2025-2026-1") == (date(2025, 9, 1), date(2026, 1, 20))


def test_moving_a_term_is_seen_at_once_and_told(cast: Cast) -> None:
    set_term(actor=SYSTEM, unit=cast.county, given=AUTUMN)
    assert calendar_for(cast.primary.path).has_pupils(date(2026, 8, 31))
    set_term(actor=SYSTEM, unit=cast.county, given=TermGiven(2026, "1", date(2026, 9, 7), date(2027, 1, 27)))
    assert not calendar_for(cast.primary.path).has_pupils(date(2026, 8, 31))
    assert Term.objects.count() == 1
    assert Entry.objects.filter(verb="设定学期").latest("id").changes["before"] == ["2026-08-31", "2027-01-27"]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (TermGiven(2026, "1", date(2026, 9, 1), date(2026, 9, 1)), "不晚于"),
        (TermGiven(2026, "1", date(2026, 9, 1), date(2026, 9, 20)), "不像一个学期"),
        (TermGiven(2026, "1", date(2026, 9, 1), date(2027, 6, 30)), "不像一个学期"),
        (TermGiven(2025, "1", date(2026, 9, 1), date(2027, 1, 20)), "不在这个学年"),
        (TermGiven(2026, "2", date(2027, 1, 15), date(2027, 7, 5)), "重叠"),
    ],
)
def test_a_term_that_cannot_be_is_refused(cast: Cast, given: TermGiven, word: str) -> None:
    set_term(actor=SYSTEM, unit=cast.county, given=AUTUMN)
    with pytest.raises(Invalid, match=word):
        set_term(actor=SYSTEM, unit=cast.county, given=given)


def test_units_of_one_county_share_one_calendar_without_a_query(cast: Cast) -> None:
    first = calendar_for(cast.primary.path)
    with CaptureQueriesContext(connection) as seen:
        again = [calendar_for(u.path) for u in (cast.primary, cast.junior, cast.kindergarten, cast.outside)]
    assert len(seen) == 0
    assert all(c is first for c in again)


def test_a_norm_of_the_county_makes_its_calendar_another(cast: Cast) -> None:
    set_norm(
        actor=SYSTEM, unit=cast.county, key="calendar.week_days", text="3", valid_from=date(2026, 1, 1), basis="合成"
    )
    forget_calendars()
    assert (calendar_for(cast.primary.path).week_days, calendar_for(cast.outside.path).week_days) == (3, 2)


def test_uploaded_days_hold_for_all_and_only_the_topmost_office_sets_them(cast: Cast) -> None:
    given = [
        DayGiven(date(2027, 1, 1), False, "元旦", "合成通知"),
        DayGiven(date(2027, 1, 2), True, "元旦调休", "合成通知"),
    ]
    with pytest.raises(NotAllowed):
        set_special_days(actor=cast.actor("principal"), given=given)
    cast.actor("province_officer")
    with pytest.raises(NotAllowed, match="最高一级"):
        set_special_days(actor=cast.actor("county_officer"), given=given)
    assert set_special_days(actor=cast.actor("province_officer"), given=given) == 2
    assert set_special_days(actor=cast.actor("province_officer"), given=given) == 0
    calendar = calendar_for(cast.primary.path)
    assert [calendar.has_pupils(date(2027, 1, d)) for d in (1, 2, 3, 4)] == [False, True, False, True]
    assert Entry.objects.filter(verb="设定节假日").count() == 1


def test_the_warning_comes_sixty_days_before_the_known_days_end(db: None) -> None:
    assert known_until() == date(2026, 12, 31)
    assert calendar_warning(date(2026, 11, 1)) == ""
    assert "上传 2027 年" in calendar_warning(date(2026, 11, 2))
    SpecialDay.objects.create(day=date(2027, 1, 1), is_working=False, name="元旦", basis="合成")
    assert calendar_warning(date(2026, 12, 30)) == ""


def test_the_twelve_months_say_what_each_day_is(cast: Cast) -> None:
    calendar = calendar_for(cast.primary.path)
    kinds = {
        d: kind_of(calendar, d)
        for d in (date(2026, 9, 20), date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 17), date(2026, 8, 3))
    }
    assert list(kinds.values()) == ["makeup", "holiday", "pupils", "weekend", "vacation"]
    months = months_shown(calendar, 2026, date(2026, 11, 18))
    assert [m.first for m in months][::11] == [date(2026, 9, 1), date(2027, 8, 1)]
    assert (len(months), months[0].lead, sum(d.is_today for m in months for d in m.days)) == (12, range(1), 1)
    assert [school_year_of(date(2026, m, 1)) for m in (7, 8)] == [2025, 2026]


def test_an_exported_calendar_is_read_back_whole(cast: Cast) -> None:
    spans = [t for t in calendar_for(cast.primary.path).terms if t.key.startswith("2026-")]
    made = calendar_file("合成校历", spans, [(date(2026, 10, 10), True, "国庆节调休")])
    assert b"BEGIN:VCALENDAR" in made
    assert [(t.key, t.starts, t.ends) for t in terms_of_calendar(made)] == [(s.key, s.starts, s.ends) for s in spans]


def test_terms_are_read_from_a_calendar_that_does_not_name_the_year() -> None:
    text = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
        b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20270222\r\nDTEND;VALUE=DATE:20270708\r\nSUMMARY:\xe7\xac\xac\xe4\xba\x8c\xe5\xad\xa6\xe6\x9c\x9f\r\nEND:VEVENT\r\n"
        b"BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20270708\r\nDTEND;VALUE=DATE:20270901\r\nSUMMARY:\xe6\x9a\x91\xe5\x81\x87\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert terms_of_calendar(text) == [TermGiven(2026, "2", date(2027, 2, 22), date(2027, 7, 7))]
    with pytest.raises(Invalid):
        read_terms("x.ics", io.BytesIO(b"BEGIN:VCALENDAR\r\nnonsense"))


def test_a_county_alone_on_the_platform_sets_the_days_itself(cast: Cast) -> None:
    given = [DayGiven(date(2027, 1, 1), False, "元旦", "合成通知")]
    assert set_special_days(actor=cast.actor("county_officer"), given=given) == 1


@pytest.mark.parametrize("text", ["2026-09-01", "2026/9/1", "2026.9.1", "2026年9月1日"])
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert parse_day(text) == date(2026, 9, 1)
    assert parse_day("9月1日") is None
    assert parse_day("2026-02-30") is None


def test_terms_are_set_and_imported_on_pages(cast: Cast) -> None:
    client = cast.client("county_officer")
    url = f"/calendar/{cast.county.pk}/"
    refused = client.post(url + "term/", {"year": 2026, "part": "1", "starts": "2026-09-01", "ends": "2026-09-02"})
    assert refused.status_code == 422
    assert 'value="2026-09-02"' in refused.content.decode()
    assert (
        client.post(
            url + "term/", {"year": 2026, "part": "1", "starts": "2026-08-31", "ends": "2027-01-27"}
        ).status_code
        == 302
    )
    page = client.get("/calendar/", follow=True).content.decode()
    assert "2026年8月31日" in page or "8月31日" in page
    assert "平台默认" in page
    book = workbook(["学年", "学期", "开始日期", "结束日期"], ["2026—2027", "第二学期", "2027-02-22", "2027-07-07"])
    client.post(url + "upload/", {"file": SimpleUploadedFile("学期.xlsx", book.getvalue())})
    assert term_at(cast.primary, "2026-2027-2") == (date(2027, 2, 22), date(2027, 7, 7))
    exported = client.get(url + "file/").content
    assert [t.ends for t in terms_of_calendar(exported)][:2] == [date(2027, 1, 27), date(2027, 7, 7)]


def test_days_are_uploaded_on_a_page_and_a_wrong_line_is_named(cast: Cast) -> None:
    client = cast.client("province_officer")
    head = ["日期", "上班/休息", "名称", "依据"]
    wrong = workbook(head, ["2027-01-01", "休息", "元旦", "合成"], ["2027-01-02", "上课", "元旦", "合成"])
    answer = client.post("/calendar/days/upload/", {"file": SimpleUploadedFile("x.xlsx", wrong.getvalue())})
    assert "第 3 行" in answer.content.decode()
    right = workbook(head, [date(2027, 1, 1), "休息", "元旦", "合成通知"])
    client.post("/calendar/days/upload/", {"file": SimpleUploadedFile("x.xlsx", right.getvalue())})
    assert "合成通知" in client.get("/calendar/days/").content.decode()
    assert cast.client("county_officer").get("/calendar/days/upload/").status_code == 403


def test_insider_colleague_and_outsider(cast: Cast) -> None:
    url = f"/calendar/{cast.county.pk}/"
    assert "设定学期" in cast.client("county_officer").get(url).content.decode()
    school = cast.client("homeroom_teacher", cast.primary)
    assert "设定学期" not in school.get(f"/calendar/{cast.primary.pk}/").content.decode()
    assert school.get(f"/calendar/{cast.primary.pk}/term/").status_code == 403
    assert cast.client("county_officer", cast.other_county).get(url).status_code == 404
    with pytest.raises(NotKnown):
        set_term(actor=cast.actor("county_officer", cast.other_county), unit=cast.county, given=AUTUMN)
