"""Dates, times and figures are written the way people here write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from xiaoan.engines.ui import dates, numbers
from xiaoan.kernel import clock


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with clock.held_at(datetime(2026, 11, 17, 1, 40, tzinfo=UTC)):
        yield


def test_the_year_is_written_only_when_it_is_another() -> None:
    assert dates.cn_date(date(2026, 11, 21)) == "11月21日 周六"
    assert dates.cn_date(date(2025, 12, 9)) == "2025年12月9日 周二"
    assert dates.cn_day(date(2026, 1, 5)) == "1月5日"


def test_moments_are_local() -> None:
    moment = datetime(2026, 11, 17, 1, 40, tzinfo=UTC)
    assert dates.cn_stamp(moment) == "截至 11月17日 周二 09:40"
    assert dates.cn_date(datetime(2026, 11, 16, 17, 0, tzinfo=UTC)) == "11月17日 周二"
    assert dates.cn_time(time(7, 5)) == "07:05"


def test_a_span_says_nothing_twice() -> None:
    assert dates.cn_span(date(2026, 11, 16), date(2026, 11, 22)) == "11月16日—22日"
    assert dates.cn_span(date(2026, 11, 28), date(2026, 12, 4)) == "11月28日—12月4日"
    assert dates.cn_span(date(2026, 11, 16), date(2026, 11, 16)) == "11月16日 周一"
    assert dates.cn_span(date(2026, 12, 28), date(2027, 1, 3)) == "12月28日—2027年1月3日"
    assert dates.cn_span(date(2025, 9, 1), date(2025, 9, 5)) == "2025年9月1日—5日"
    assert dates.cn_span(None, date(2026, 9, 5)) == "9月5日"


def test_nothing_is_written_for_no_date() -> None:
    assert dates.cn_date(None) == dates.cn_stamp(None) == dates.cn_span(None, None) == dates.cn_time(None) == ""


def test_a_hundred_percent_means_all_of_them() -> None:
    assert numbers.percent(0.9999) == "99%"
    assert numbers.percent(0.864, 1) == "86.4%"
    assert numbers.percent(1) == "100%"
    assert numbers.percent_of(134, 172) == "77%"
    assert numbers.percent_of(1, 1000) == "不足 1%"
    assert numbers.percent_of(0, 5) == "0%"
    assert numbers.percent_of(0, 0) == "—"


def test_counts_and_minutes() -> None:
    assert numbers.count(1462, "所") == "1,462 所"
    assert numbers.count(1.5, "万元") == "1.5 万元"
    assert numbers.count(None) == "—"
    assert numbers.minutes(18) == "18 分钟"
    assert numbers.minutes(90) == "1 小时 30 分钟"
    assert numbers.minutes(120) == "2 小时"
    assert numbers.minutes(0.5) == "不到 1 分钟"
