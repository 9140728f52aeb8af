"""Counters: read the moment they are written, equal however far they are folded."""

import pytest
from django.db import transaction

from xiaoan.engines.tally.models import Count, Delta
from xiaoan.engines.tally.queries import read, read_one, totals
from xiaoan.engines.tally.services import add, fold, replace_counts

pytestmark = pytest.mark.django_db
COUNTY, TOWN, SCHOOL, OTHER = "000100010001", "0001000100010001", "00010001000100010001", "000100010002"
ALL = (COUNTY[:4], COUNTY[:8], COUNTY, TOWN, SCHOOL)


def count(path: str, n: int = 1, period: str = "2026-11") -> None:
    add([((path, "records", "drill", period), n)])


def figures() -> dict[str, int]:
    return {path: sum(read_one(path, "records").values()) for path in (*ALL, OTHER)}


def test_a_figure_is_never_stale() -> None:
    """Before folding, half folded, folded, and after a change on top: every ancestor says the same at once."""
    for n in range(1, 4):
        count(SCHOOL)
        assert figures() == {**dict.fromkeys(ALL, n), OTHER: 0}
    assert Count.objects.count() == 0
    assert fold(most=2) == 2
    assert figures() == {**dict.fromkeys(ALL, 3), OTHER: 0}
    assert fold() == 1
    assert Delta.objects.count() == 0
    assert figures() == {**dict.fromkeys(ALL, 3), OTHER: 0}
    count(SCHOOL, -1)
    count(OTHER)
    assert figures() == {COUNTY[:4]: 3, COUNTY[:8]: 3, COUNTY: 2, TOWN: 2, SCHOOL: 2, OTHER: 1}


def test_a_change_that_is_rolled_back_was_never_counted() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        count(SCHOOL)
        raise RuntimeError
    assert figures() == {**dict.fromkeys(ALL, 0), OTHER: 0}


def test_a_figure_is_one_query_whatever_the_number_of_units(django_assert_num_queries: object) -> None:
    for n in range(30):
        count(f"{TOWN}{n:04d}")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert read([COUNTY, TOWN], "records")[COUNTY] == {("drill", "2026-11"): 30}


def test_periods_bound_what_is_read() -> None:
    for period in ("2026-09", "2026-10", "2026-11"):
        count(SCHOOL, period=period)
    assert read_one(COUNTY, "records", since="2026-10", until="2026-10") == {("drill", "2026-10"): 1}
    assert read_one(COUNTY, "records", subjects=["meeting"]) == {}


def test_sums_of_several_units_are_what_their_figures_add_up_to(django_assert_num_queries: object) -> None:
    add(
        [
            (("00010001", "m", "a", "2026-01"), 3),
            (("00010001", "m", "b", "2026-02"), 4),
            (("00010002", "m", "a", "2026-02"), 5),
        ]
    )
    for _ in range(2):  # open, then folded with some open beside
        for since, until in (("", ""), ("2026-02", ""), ("", "2026-01")):
            told = read(paths := ["0001", "00010001", "00010002", "0002"], "m", None, since, until)
            with django_assert_num_queries(1):  # type: ignore[operator]
                assert totals(paths, "m", since, until) == {path: sum(told[path].values()) for path in paths}
        while fold():
            pass
        add([(("00010002", "m", "c", "2026-02"), 6)])
    assert totals(["0001"], "m") == {"0001": 24} and totals([], "m") == {}


def test_absolute_figures_replace_what_stood_there() -> None:
    count(SCHOOL)
    fold()
    replace_counts("records", "2026-11", ["drill"], {(COUNTY, "records", "drill", "2026-11"): 7})
    assert read_one(COUNTY, "records") == {("drill", "2026-11"): 7}
    assert read_one(TOWN, "records") == {}
