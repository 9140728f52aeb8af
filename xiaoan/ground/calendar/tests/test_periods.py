"""Every rhythm in school time: months, weeks, terms, vacations, make-up days, leap years, borders of years."""

import csv
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiaoan.ground.calendar.days import SchoolCalendar, _usual_terms, each_day
from xiaoan.ground.calendar.periods import EVERY, STRICTNESS, period_of, periods

USUAL = SchoolCalendar(_usual_terms(), (), 5, 2, 3)
REAL_DAYS = Path(__file__).resolve().parents[5] / "shared" / "data" / "cn_calendar_2024_2026.csv"
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
# A machine that does other things too is no fault of the calendar.
calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
rhythms = st.sampled_from([e for e in EVERY if e != "per_event"])


def keys(every: str, start: date, end: date, **how: object) -> list[str]:
    return [p.key for p in periods(every, start, end, USUAL, **how)]  # type: ignore[arg-type]


def test_working_days_agree_with_the_state_calendar() -> None:
    if not REAL_DAYS.exists():
        pytest.skip("no ../shared/data/cn_calendar_2024_2026.csv here: the state's calendar was NOT compared")
    with REAL_DAYS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1096
    assert [
        r["date"] for r in rows if USUAL.is_working(date.fromisoformat(r["date"])) != (r["is_workday"] == "1")
    ] == []


def test_years_that_the_library_does_not_know_count_monday_to_friday() -> None:
    assert [USUAL.is_working(date(2033, 10, d)) for d in (1, 2, 3)] == [False, False, True]


def test_an_uploaded_day_wins_over_the_library() -> None:
    typhoon = SchoolCalendar(_usual_terms(), ((date(2026, 11, 18), False), (date(2026, 11, 22), True)), 5, 2, 3)
    assert not typhoon.has_pupils(date(2026, 11, 18))
    assert typhoon.has_pupils(date(2026, 11, 22))


def test_a_make_up_saturday_has_pupils_and_a_holiday_monday_has_none() -> None:
    assert USUAL.has_pupils(date(2026, 9, 20))  # a Sunday worked for the National Day
    assert not USUAL.has_pupils(date(2026, 10, 5))
    assert [d.day for d in USUAL.pupil_days(date(2026, 2, 20), date(2026, 2, 28))] == [24, 25, 26, 27, 28]


def test_pupil_days_are_the_working_days_of_terms() -> None:
    start, end = date(2025, 8, 20), date(2026, 3, 10)
    plain = [d for d in each_day(start, end) if USUAL.is_working(d) and USUAL.term_of(d)]
    assert USUAL.pupil_days(start, end) == plain
    assert [d for d in each_day(start, end) if USUAL.has_pupils(d)] == plain


def test_august_asks_for_no_monthly_drill_but_for_the_monthly_duty_of_an_office() -> None:
    assert period_of("monthly", date(2026, 8, 12), USUAL) is None
    assert period_of("monthly", date(2026, 7, 2), USUAL) is None  # three days with pupils
    assert period_of("monthly", date(2026, 8, 12), USUAL, with_pupils=False).key == "2026-08"  # type: ignore[union-attr]


def test_the_months_of_a_school_year() -> None:
    year = keys("monthly", date(2025, 9, 1), date(2026, 8, 31))
    assert year == [
        "2025-09",
        "2025-10",
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-04",
        "2026-05",
        "2026-06",
    ]


def test_a_month_is_due_on_its_last_day_with_pupils() -> None:
    assert period_of("monthly", date(2026, 1, 5), USUAL).due == date(2026, 1, 20)  # type: ignore[union-attr]
    assert period_of("monthly", date(2026, 2, 25), USUAL).due == date(2026, 2, 28)  # type: ignore[union-attr]
    assert period_of("monthly", date(2026, 5, 3), USUAL).due == date(2026, 5, 29)  # type: ignore[union-attr]


def test_the_norm_decides_how_many_days_make_a_month() -> None:
    strict = SchoolCalendar(_usual_terms(), (), 6, 2, 3)
    assert period_of("monthly", date(2026, 2, 25), strict) is None


def test_weeks_with_too_few_pupil_days_are_left_out() -> None:
    assert period_of("weekly", date(2026, 10, 5), USUAL).key == "2026-W41"  # type: ignore[union-attr]  # 8th to 10th
    assert period_of("weekly", date(2026, 2, 17), USUAL) is None
    lone = SchoolCalendar(_usual_terms(), ((date(2026, 11, 17), False), (date(2026, 11, 18), False), (date(2026, 11, 19), False), (date(2026, 11, 20), False)), 5, 2, 3)  # fmt: skip
    assert period_of("weekly", date(2026, 11, 16), lone) is None


def test_a_week_is_due_on_its_last_pupil_day_even_a_make_up_saturday() -> None:
    assert period_of("weekly", date(2026, 10, 8), USUAL).due == date(2026, 10, 10)  # type: ignore[union-attr]
    assert period_of("weekly", date(2026, 11, 18), USUAL).due == date(2026, 11, 20)  # type: ignore[union-attr]


def test_a_week_without_pupils_is_due_on_its_last_working_day_for_an_office() -> None:
    august = period_of("weekly", date(2026, 8, 12), USUAL, with_pupils=False)
    festival = period_of("weekly", date(2026, 2, 18), USUAL, with_pupils=False)
    assert august and festival
    assert (august.due, festival.due) == (date(2026, 8, 14), date(2026, 2, 22))


def test_weeks_over_the_year_border_carry_the_iso_year() -> None:
    found = periods("weekly", date(2026, 12, 30), date(2027, 1, 6), USUAL)
    assert [(p.key, p.label) for p in found] == [("2026-W53", "12月28日—1月3日"), ("2027-W01", "1月4日—10日")]


def test_days_are_those_with_pupils_or_the_working_ones() -> None:
    assert keys("daily", date(2026, 10, 1), date(2026, 10, 10)) == ["2026-10-08", "2026-10-09", "2026-10-10"]
    assert keys("daily", date(2026, 8, 14), date(2026, 8, 17)) == []
    assert keys("daily", date(2026, 8, 14), date(2026, 8, 17), with_pupils=False) == ["2026-08-14", "2026-08-17"]


def test_quarters_halves_and_years() -> None:
    assert keys("quarterly", date(2026, 1, 1), date(2026, 12, 31)) == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert keys("half_yearly", date(2025, 12, 31), date(2026, 7, 1)) == ["2025-H2", "2026-H1", "2026-H2"]
    half = period_of("half_yearly", date(2026, 8, 1), USUAL)
    assert half and (half.start, half.end, half.due, half.label) == (
        date(2026, 7, 1),
        date(2026, 12, 31),
        date(2026, 12, 31),
        "2026年下半年",
    )
    assert keys("yearly", date(2026, 12, 31), date(2027, 1, 1)) == ["2026", "2027"]


def test_leap_day_lies_in_its_month() -> None:
    leap = period_of("monthly", date(2028, 2, 29), USUAL)
    assert leap and (leap.end, leap.due) == (date(2028, 2, 29), date(2028, 2, 29))
    assert period_of("quarterly", date(2028, 2, 29), USUAL).key == "2028-Q1"  # type: ignore[union-attr]


def test_a_term_and_its_windows() -> None:
    term, week, opening = (
        period_of("per_term", date(2026, 10, 12), USUAL, window=w) for w in ("", "first_week", "term_opening")
    )
    assert term and week and opening
    assert {term.key, week.key, opening.key} == {"2026-2027-1"}
    assert (term.start, term.due) == (date(2026, 9, 1), date(2027, 1, 20))
    assert (week.due, opening.start, opening.due) == (date(2026, 9, 7), date(2026, 8, 18), date(2026, 9, 14))
    assert period_of("term_first_week", date(2026, 9, 3), USUAL) == week


def test_between_terms_only_the_opening_window_is_open() -> None:
    assert period_of("per_term", date(2026, 8, 20), USUAL) is None
    assert period_of("per_term", date(2026, 8, 20), USUAL, window="term_opening").key == "2026-2027-1"  # type: ignore[union-attr]


def test_vacations_lie_between_terms() -> None:
    found = periods("holiday", date(2026, 1, 1), date(2026, 12, 31), USUAL)
    assert [(p.key, p.start, p.end, p.label) for p in found] == [
        ("2026-VW", date(2026, 1, 21), date(2026, 2, 19), "2026年寒假"),
        ("2026-VS", date(2026, 7, 6), date(2026, 8, 31), "2026年暑假"),
    ]


def test_a_term_that_nobody_entered_makes_no_year_long_vacation() -> None:
    gap = SchoolCalendar(tuple(t for t in _usual_terms() if t.key != "2026-2027-2"), (), 5, 2, 3)
    assert [p.key for p in periods("holiday", date(2027, 1, 1), date(2027, 12, 31), gap)] == []


def test_before_every_break_something_is_due_on_the_last_pupil_day() -> None:
    found = periods("holiday", date(2026, 9, 1), date(2027, 2, 28), USUAL, window="before_holiday")
    assert [p.due for p in found] == [date(2026, 9, 24), date(2026, 9, 30), date(2027, 1, 20)]
    assert [p.key for p in found] == ["2026-09-25-H", "2026-10-01-H", "2027-01-21-H"]


def test_a_week_long_window_opens_before_the_break() -> None:
    assert period_of("holiday", date(2026, 9, 29), USUAL, window="before_holiday").key == "2026-10-01-H"  # type: ignore[union-attr]
    assert period_of("holiday", date(2026, 11, 18), USUAL, window="before_holiday") is None
    assert period_of("holiday", date(2026, 7, 20), USUAL, window="before_holiday") is None


def test_the_norm_decides_what_a_break_is() -> None:
    long_only = SchoolCalendar(_usual_terms(), (), 5, 2, 7)
    found = periods("holiday", date(2026, 4, 1), date(2026, 10, 31), long_only, window="before_holiday")
    assert [p.key for p in found] == ["2026-07-04-H", "2026-10-01-H"]


def test_what_happens_by_occasion_has_no_period_and_an_unknown_rhythm_is_an_error() -> None:
    assert period_of("per_event", date(2026, 11, 18), USUAL) is None
    with pytest.raises(KeyError):
        period_of("fortnightly", date(2026, 11, 18), USUAL)


def test_every_rhythm_that_competes_has_a_place_in_the_order() -> None:
    assert set(STRICTNESS) == set(EVERY) - {"per_event"}


@calmly
@given(rhythms, days)
def test_the_period_of_a_day_contains_it_and_is_found_in_its_range(every: str, day: date) -> None:
    period = period_of(every, day, USUAL)
    if period is None:
        return
    assert period.start <= day <= period.end
    assert period.start <= period.due <= period.end
    assert period in periods(every, day - timedelta(days=400), day + timedelta(days=400), USUAL)


@calmly
@given(rhythms, st.sampled_from(["", "before_holiday"]), days)
def test_keys_sort_as_time_does_and_never_repeat(every: str, window: str, day: date) -> None:
    found = periods(every, day, day + timedelta(days=800), USUAL, window=window)
    assert [p.start for p in found] == sorted(p.start for p in found)
    assert len({p.key for p in found}) == len(found)
    assert all(p.key[:4].isdigit() for p in found)


def test_asking_for_a_half_year_costs_microseconds() -> None:
    period_of("half_yearly", date(2026, 11, 18), USUAL)
    start = time.process_time()
    for _ in range(1000):
        period_of("half_yearly", date(2026, 11, 18), USUAL)
    assert time.process_time() - start < 0.2  # 200 µs each on a busy machine; measured 5
