"""Figures read only the rows that they show."""

from datetime import date
from typing import Any

import pytest

from conftest import Cast
from xiaoan.obligations import figures as asked
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.policies.book import book

pytestmark = pytest.mark.usefixtures("wednesday")


def test_an_old_deadline_does_not_bring_every_day_since(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    document = make_document(
        "A", {"practice": "daily_patrol", "every": "daily"}, {"practice": "weekly_check", "every": "weekly"},
        {"practice": "rules_document", "kind": "deliverable", "deadline": date(2024, 6, 30)}, starts=date(2024, 1, 1),
    )  # fmt: skip
    publish(document, cast.county)
    reads: dict[str, str] = {}
    real = asked.read

    def read(paths: Any, measure: str, subjects: Any = None, since: str = "", until: str = "") -> Any:
        reads.update(dict.fromkeys(subjects or (), since) if measure == "done" else {})
        return real(paths, measure, subjects, since, until)

    monkeypatch.setattr(asked, "read", read)
    found = asked.figures(cast.county, book().duties, date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 18))
    assert {f.duty.key: f.owed for f in found.values()} == {"A-1": 9, "A-2": 3, "A-3": 3}
    assert reads["A-3"] == "2024"
    assert reads["A-1"] == reads["A-2"] >= "2026-11"
