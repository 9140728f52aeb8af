"""The shape of the data: which sheets a school fills in how often, on which days, at which hours, how late."""

from dataclasses import dataclass
from datetime import date, timedelta

from xiaoan.ground.calendar.days import SchoolCalendar, each_day

# sheet -> (records on a day with pupils, what a school must have, hours at which it is filled in)
Hours = tuple[int, ...]
MORNING: Hours = (7, 7, 7, 8, 8, 9)
NOON: Hours = (10, 11, 11, 12, 12, 13)
DAY: Hours = (8, 9, 10, 10, 11, 14, 15, 15, 16, 17)
EVENING: Hours = (16, 17, 17, 18)
NIGHT: Hours = (20, 21, 21, 22, 22, 23, 0, 5)
ROUND_THE_CLOCK: Hours = (0, 6, 7, 8, 10, 12, 14, 16, 18, 20, 22)
SHEETS: dict[str, tuple[float, str, Hours]] = {
    "guard_post": (0.75, "", MORNING + EVENING),
    "daily_patrol": (0.65, "", ROUND_THE_CLOCK),
    "health_check": (0.70, "", MORNING + NOON),
    "canteen_day": (0.60, "canteen", NOON),
    "accompanied_meal": (0.60, "canteen", NOON),
    "bus_check": (0.80, "bus", MORNING + EVENING),
    "night_rollcall": (0.80, "boarding", NIGHT),
    "dormitory_day": (0.60, "boarding", NIGHT),
    "lab_check": (0.15, "laboratory", DAY),
    "ventilation": (0.20, "", MORNING),
    "talk_1530": (0.30, "", EVENING),
    "hygiene_check": (0.12, "", DAY),
    "lesson": (0.12, "", DAY),
    "area_check": (0.08, "", DAY),
    "key_area_check": (0.05, "", DAY),
    "meeting": (0.07, "", DAY),
    "education": (0.06, "", DAY),
    "drill": (0.04, "", DAY),
    "care_talk": (0.05, "", DAY),
    "parent_reminder": (0.05, "", EVENING),
    "conflict_survey": (0.03, "", DAY),
    "home_school": (0.03, "", DAY),
    "facility_service": (0.03, "", DAY),
    "training": (0.03, "", DAY),
    "risk_study": (0.03, "", DAY),
}
ON_DUTY_ALWAYS = {"daily_patrol", "guard_post"}  # what is done on days without pupils too, by the few who stay
WITHOUT_PUPILS = 0.08
BUSY_SHARE, BUSY = 0.005, 10.0  # a few schools have ten times the rest
KINDS = (  # kind, share, pupils, staff per pupil, share that boards
    ("primary", 0.38, 820, 1 / 15, 0.05), ("kindergarten", 0.40, 230, 1 / 9, 0.0), ("junior", 0.11, 1100, 1 / 13, 0.5),
    ("nine_year", 0.05, 1300, 1 / 14, 0.4), ("senior", 0.04, 2300, 1 / 12, 0.85), ("vocational", 0.015, 1900, 1 / 14, 0.8),
    ("special", 0.005, 90, 1 / 4, 0.6),
)  # fmt: skip
HAS = (("canteen", 0.75), ("bus", 0.2), ("laboratory", 0.5))
SENT_LATE = 0.04  # of phones without a network: the record reaches us hours or days after it was written
WITHDRAWN = 0.003


@dataclass(frozen=True)
class SchoolDay:
    """A day and how much of each sheet's usual amount happens on it."""

    day: date
    with_pupils: bool
    weight: float


def days_of(calendar: SchoolCalendar, months: int, until: date) -> list[SchoolDay]:
    """The days of the last `months` times 30 days up to `until`, that day left out: it is still running."""
    first = until - timedelta(days=30 * months)
    return [_day(calendar, d) for d in each_day(first, until - timedelta(days=1))]


def _day(calendar: SchoolCalendar, day: date) -> SchoolDay:
    with_pupils = calendar.has_pupils(day)
    season = 1.15 if day.month in (3, 9, 11) else 0.9 if day.month in (1, 6) else 1.0  # terms begin, fire month, exams
    weekday = 1.1 if day.weekday() == 0 else 0.9 if day.weekday() == 4 else 1.0
    return SchoolDay(day, with_pupils, season * weekday if with_pupils else WITHOUT_PUPILS)
