"""Reading terms and days out of files that people have: .ics calendars and workbooks."""

import re
from datetime import date, datetime, timedelta
from typing import BinaryIO

from icalendar import Calendar, Component, Event

from xiaoan.ground.calendar.days import DAY, Span
from xiaoan.ground.calendar.services import DayGiven, TermGiven
from xiaoan.ground.units.workbook import Column, Row, read_rows
from xiaoan.kernel import clock
from xiaoan.kernel.errors import Invalid

TERM_COLUMNS = [
    Column("学年", "如 2026—2027,只写 2026 也可以", required=True),
    Column("学期", "", ["第一学期", "第二学期", "第三学期"], required=True),
    Column("开始日期", "如 2026-09-01", required=True),
    Column("结束日期", "放假前最后一天", required=True),
]
DAY_COLUMNS = [
    Column("日期", "如 2027-01-01", required=True),
    Column("上班/休息", "", ["上班", "休息"], required=True),
    Column("名称", "如 元旦、国庆节调休", required=True),
    Column("依据", "如 国务院办公厅通知文号", required=True, width=40),
]
PARTS = {"一": "1", "1": "1", "上": "1", "秋": "1", "二": "2", "2": "2", "下": "2", "春": "2", "三": "3", "3": "3"}
TERM_WORDS = re.compile(r"(?:第)?([一二三123上下秋春])季?(?:学期|学年期)")
YEAR_WORDS = re.compile(r"(20\d\d)(?:\D{1,2}(?:20)?\d\d)?\s*学年")
SIZE = 2 * 1024 * 1024


def read_terms(name: str, file: BinaryIO) -> list[TermGiven]:
    """The terms of an .ics calendar or a workbook, told apart by what the file begins with."""
    content = file.read(SIZE + 1)
    if len(content) > SIZE:
        raise Invalid("文件太大，不像校历。请只上传学期安排。")
    file.seek(0)
    if b"BEGIN:VCALENDAR" in content[:200] or name.lower().endswith(".ics"):
        return terms_of_calendar(content)
    return [_term_of_row(row) for row in read_rows(file, [c.heading for c in TERM_COLUMNS])]


def terms_of_calendar(content: bytes) -> list[TermGiven]:
    """Events whose title names a term; vacations, holidays and everything else are left out."""
    try:
        calendar = Calendar.from_ical(content)
    except ValueError as why:
        raise Invalid("这个日历文件读不出来，请重新导出 .ics 文件。") from why
    found = (_term_of_event(event) for event in calendar.walk("VEVENT"))
    return [term for term in found if term]


def calendar_file(name: str, terms: list[Span], special: list[tuple[date, bool, str]]) -> bytes:
    """An .ics file of terms and moved days, for the calendars of phones."""
    calendar = Calendar()
    calendar.add("prodid", "-//xiaoan//school calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for term in terms:
        calendar.add_component(_event(f"term-{term.key}", term.name, term.starts, term.ends))
    for day, is_working, word in special:
        calendar.add_component(_event(f"day-{day}", f"{word}{'(上课)' if is_working else '(放假)'}", day, day))
    return bytes(calendar.to_ical())


def read_days(file: BinaryIO) -> list[DayGiven]:
    """The days of a workbook. Raises Invalid naming the line."""
    found, seen = [], set()
    for row in read_rows(file, [c.heading for c in DAY_COLUMNS]):
        day = _day(row, "日期")
        word = row.get("上班/休息")
        if word not in ("上班", "休息"):
            raise Invalid(f"第 {row.line} 行：“上班/休息”只能填上班或休息，现在是“{word}”。")
        if not row.get("名称") or not row.get("依据"):
            raise Invalid(f"第 {row.line} 行：名称和依据都要填写。")
        if day in seen:
            raise Invalid(f"第 {row.line} 行:{day} 出现了两次。")
        seen.add(day)
        found.append(DayGiven(day, word == "上班", row.get("名称")[:30], row.get("依据")[:120]))
    return found


def parse_day(text: str) -> date | None:
    """2026-10-01, 2026/10/1, 2026.10.1 or 2026年10月1日."""
    found = re.fullmatch(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00)?", text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _day(row: Row, heading: str) -> date:
    day = parse_day(row.get(heading))
    if day is None:
        raise Invalid(f"第 {row.line} 行：{heading}“{row.get(heading)}”看不懂，请写成 2026-09-01 这样。")
    return day


def _term_of_row(row: Row) -> TermGiven:
    year = re.match(r"20\d\d", row.get("学年"))
    part = TERM_WORDS.search(row.get("学期"))
    if not year or not part:
        raise Invalid(f"第 {row.line} 行：学年应像 2026—2027，学期应是第一学期、第二学期或第三学期。")
    return TermGiven(int(year[0]), PARTS[part[1]], _day(row, "开始日期"), _day(row, "结束日期"))


def _term_of_event(event: Component) -> TermGiven | None:
    title = str(event.get("summary", ""))
    part = TERM_WORDS.search(title)
    if not part or event.get("dtstart") is None or event.get("dtend") is None:
        return None
    starts, ends = _date(event.get("dtstart").dt), _date(event.get("dtend").dt)
    # An all-day event ends on the day after its last.
    last = ends - DAY if not isinstance(event.get("dtend").dt, datetime) else ends
    named = YEAR_WORDS.search(title)
    year = int(named[1]) if named else starts.year - (starts.month < 7)
    return TermGiven(year, PARTS[part[1]], starts, last)


def _date(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _event(uid: str, summary: str, starts: date, ends: date) -> Event:
    event = Event()
    event.add("uid", f"{uid}@xiaoan")
    event.add("dtstamp", clock.now())
    event.add("summary", summary)
    event.add("dtstart", starts)
    event.add("dtend", ends + timedelta(days=1))
    return event
