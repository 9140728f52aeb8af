"""Cursors come back from addresses, where anybody may have written them."""

import base64
import json

import pytest

from conftest import Cast
from xiaoan.engines.resource.paging import read_page
from xiaoan.ground.units.models import Unit


@pytest.mark.parametrize(
    "told", [["a\0b"], ["\ud800"], [5], {"a": 1}, 5, [["x"]], [None], ["x", "y"], [{"a": 1}], "a", ["9" * 999]]
)
def test_a_forged_cursor_gives_a_page_and_never_breaks(cast: Cast, told: object) -> None:
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    for order in (["path"], ["pupils"], ["id"]):
        read_page(Unit.objects.all(), order, after=forged)
        read_page(Unit.objects.all(), order, before=forged)
