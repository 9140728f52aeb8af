"""Rows that are inserted in bulk are those that were told, few or many of them."""

from datetime import date
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from conftest import Cast
from xiaoan.engines.tally.models import Delta
from xiaoan.engines.tally.services import COLUMNS
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.bulk import FEW, insert, raw_id
from xiaoan.obligations.models import Completion

ODD = ["", '"', "\\", "\x1f", "null", "一二，{}", "a\tb\nc"]


@pytest.mark.parametrize("many", [1, FEW, FEW + 1, 3 * FEW])
def test_text_of_any_letters_numbers_and_nothing_come_back_as_they_were_told(cast: Cast, many: int) -> None:
    told = [("0001", "m", ODD[n % len(ODD)], str(n), n - 5) for n in range(many)]
    insert(Delta, COLUMNS, told)
    assert sorted(Delta.objects.filter(measure="m").values_list(*COLUMNS)) == sorted(told)


@pytest.mark.parametrize("many", [1, 2 * FEW])
def test_days_and_what_is_missing_keep_their_types(cast: Cast, many: int) -> None:
    unit: Unit = cast.primary
    where: tuple[Any, ...] = (raw_id(unit.id), unit.path, unit.county_path)
    columns = ("unit_id", "unit_path", "county_path", "requirement", "period", "due", "done_on")
    rows = [(*where, "A", f"{n}", date(2026, 1, 2) if n % 2 else None, None) for n in range(many)]
    insert(Completion, (*columns, "need", "count"), [(*row, 1, 0) for row in rows])
    found = Completion.objects.values_list("period", "due", "done_on", "unit_id")
    assert set(found) == {(row[4], row[5], None, unit.id) for row in rows}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no length")
@pytest.mark.parametrize("many", [1, 2 * FEW])
def test_what_is_too_long_is_refused_and_never_cut(cast: Cast, many: int) -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert(Delta, COLUMNS, [("0001", "m" * 17, "s", "", 1)] * many)
