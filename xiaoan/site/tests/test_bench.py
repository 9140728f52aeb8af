"""What measuring leaves behind."""

from typing import Any

import pytest
from django.test import Client

from conftest import Cast
from xiaoan.engines.sheets.tests.making import a_record
from xiaoan.hazards.tests.making import a_hazard
from xiaoan.site.bench.hazards import HAZARD
from xiaoan.site.bench.people import Asker
from xiaoan.site.bench.writes import RECORD, Plain


@pytest.mark.django_db
@pytest.mark.parametrize(("beside", "make"), [(RECORD, lambda cast: a_record(cast.primary)), (HAZARD, a_hazard)])
def test_rows_of_the_plain_view_are_taken_back_and_no_others(
    beside: Plain, make: Any, cast: Cast, wednesday: Any, settings: Any
) -> None:
    settings.ROOT_URLCONF, settings.MIDDLEWARE = "xiaoan.site.bench.plain", []
    ours = make(cast)
    asked = beside.ask(Asker("school", cast.post("safety_director", cast.primary)))
    assert asked.body
    assert Client().post(asked.address, asked.body(), content_type="application/json").status_code == 201
    rows = type(ours).objects.values_list("pk", flat=True)
    beside.forget([cast.junior.path])
    assert len(rows.all()) == 2
    beside.forget([cast.junior.path, cast.primary.path])
    assert list(rows.all()) == [ours.pk]
