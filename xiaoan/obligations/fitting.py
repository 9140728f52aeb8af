"""Does a record fit a duty, and in which period? Pure questions, asked for each record and each duty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from xiaoan.engines.sheets.answers import matches
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.engines.sheets.models import Record
from xiaoan.ground.calendar.days import SchoolCalendar
from xiaoan.ground.calendar.periods import Period, period_of
from xiaoan.policies.book import Duty

DELIVERABLE_SHEET = "deliverable"
STATE = "state"
MOST_REASON = 200
BY_RECORDS = ("recurring", "deliverable")  # kinds of duty that a record proves by its content and day alone


@dataclass(frozen=True)
class Hit:
    """A duty that a record proves, and the period in which it does."""

    duty: Duty
    period: Period


def named(duty: Duty) -> str:
    """What a record must say that it is about, to prove the duty: a paper answers one requirement, a practice that a
    bureau has made is known by its key alone. Empty where the record's content tells."""
    if duty.practice.sheet == DELIVERABLE_SHEET:
        return duty.key
    return duty.practice.key if duty.practice.is_local else ""


class Seen(NamedTuple):
    """What fitting asks of a record: a tenth of a Record's price."""

    answers: dict[str, Any]
    about: str
    topics: list[str]
    headcount: int | None


Told = Record | Seen


def fits_record(duty: Duty, record: Told) -> bool:
    """Whether the record's content is what the duty asks for (its sheet, unit and day apart)."""
    name = named(duty)
    if name or record.about:
        return record.about == name
    if not all(matches(record.answers.get(c["field"]), c["is"]) for c in _wanted(duty)):
        return False
    topics = duty.counts.get("topic")
    if topics and not set(map(str, topics)) & set(record.topics):
        return False
    return bool((record.headcount or 0) >= duty.counts.get("headcount_min", 0))


class Asked(NamedTuple):
    """What `fits_record` asks for the sake of some duties: records that say the same of it fit the same of them."""

    fields: tuple[str, ...]
    is_topics: bool
    is_headcount: bool

    @classmethod
    def by(cls, duties: Iterable[Duty]) -> "Asked":
        held = list(duties)
        fields = sorted({c["field"] for d in held for c in _wanted(d)})
        return cls(
            tuple(fields), any(d.counts.get("topic") for d in held), any("headcount_min" in d.counts for d in held)
        )


def _wanted(duty: Duty) -> list[dict[str, Any]]:
    return [*duty.practice.where, *conditions(duty.counts)]


def conditions(counts: dict[str, Any]) -> list[dict[str, Any]]:
    """The `where` of a requirement, written as a mapping or as a list, in one form."""
    where = counts.get("where") or {}
    return list(where) if isinstance(where, list) else [{"field": k, "is": v} for k, v in where.items()]


def period_for(duty: Duty, day: date, calendar: SchoolCalendar) -> Period | None:
    """The period of the duty in which something done on `day` counts; none where that was over before the document
    was published, for nothing is asked of it then."""
    if not duty.starts <= day <= duty.ends:
        return None
    if duty.season and day.month not in duty.season:
        return None
    if duty.kind == "recurring":
        found = period_of(duty.every, day, calendar, with_pupils=duty.practice.with_pupils, window=duty.window)
        return found if found and found.due >= duty.since else None
    if duty.kind == "deliverable":
        return deadline_period(duty)
    return None


def deadline_period(duty: Duty) -> Period:
    """The one period of a duty with a deadline: from the document's start to its end, due on the deadline."""
    due = duty.deadline or duty.ends
    return Period(due.isoformat(), duty.starts, duty.ends, due, f"{due.year}年{due.month}月{due.day}日前")


def reason_for(duty: Duty, record: Record, period: Period) -> str:
    """Why the record proves the duty, in one Chinese sentence."""
    around = reason_around(duty, record.sheet, record.happened_on, period)
    return reason(around, said(record.sheet, record.summary))


def reason_around(duty: Duty, sheet_key: str, day: date, period: Period) -> tuple[str, str]:
    """The sentence up to what the record itself says, and from there on: the same for all records of a day."""
    late = "，晚于期限" if day > period.due else ""
    return f"{day.month}月{day.day}日的{sheet(sheet_key).name}", f"落在“{period.label}”内，计入“{duty.duty}”{late}"


def said(sheet_key: str, summary: str) -> str:
    """What the record itself says, where that is more than the name of its sheet."""
    return f"（{summary}）" if summary not in ("", sheet(sheet_key).name) else ""


def reason(around: tuple[str, str], told: str) -> str:
    return f"{around[0]}{told}{around[1]}"[:MOST_REASON]
