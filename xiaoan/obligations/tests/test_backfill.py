"""Linking records that exist comes to the same as linking them when they are filed."""

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import Cast
from xiaoan.engines.jobs.services import run_all
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.services import file_record, withdraw_record
from xiaoan.ground.units.models import Unit
from xiaoan.kernel.actor import SYSTEM
from xiaoan.obligations.backfill import Linker
from xiaoan.obligations.bounds import on_unit
from xiaoan.obligations.models import Completion, Evidence
from xiaoan.obligations.tests.making import disagreements, make_document
from xiaoan.obligations.tests.test_evidence import answers_for
from xiaoan.policies.book import book
from xiaoan.policies.models import Publication
from xiaoan.policies.services import publish_document

pytestmark = pytest.mark.usefixtures("wednesday")

DAYS = [datetime(2026, 9, 8, 9), datetime(2026, 11, 3, 9), datetime(2026, 11, 17, 9), datetime(2026, 11, 18, 7)]
DUTIES: tuple[dict[str, Any], ...] = (
    {"practice": "drill", "every": "monthly", "times": 2},
    {"practice": "drill", "every": "per_term"},
    {"practice": "drill", "every": "yearly", "times": 9},
    {"practice": "care_talk", "every": "monthly"},
    {"practice": "care_talk", "every": "quarterly", "binds": {"kinds": ["kindergarten"]}},
)


def fill(unit: Unit) -> None:
    for day in DAYS:
        for key in ("drill", "care_talk"):
            at = timezone.make_aware(day)
            file_record(actor=SYSTEM, unit=unit, sheet=key, answers=answers_for(key), happened_at=at, seconds=31)


def proof_of(unit: Unit) -> tuple[set[Any], set[Any]]:
    links = Evidence.objects.filter(unit=unit).values_list("requirement", "period", "happened_on", "reason")
    rows = Completion.objects.filter(unit=unit).values_list("requirement", "period", "need", "count", "due", "done_on")
    return set(links), set(rows)


def publish_today(cast: Cast, *duties: dict[str, Any]) -> Publication:
    publication = publish_document(actor=SYSTEM, document=make_document("A", *duties), unit=cast.county)
    run_all()
    return publication


def test_a_school_that_recorded_before_and_one_that_recorded_after_have_proved_the_same(cast: Cast) -> None:
    twin = Unit.objects.create(
        path=cast.primary.path[:-1] + "9", parent=cast.primary.parent, rank="school", kind=cast.primary.kind, name="合成双生小学",
        pupils=cast.primary.pupils,
    )  # fmt: skip
    on_unit(twin, None)
    fill(cast.primary)
    publish_today(cast, *DUTIES)
    fill(twin)
    assert proof_of(cast.primary) == proof_of(twin)
    _, rows = proof_of(cast.primary)
    assert {row[:4] for row in rows} == {
        ("A-1", "2026-11", 2, 3), ("A-2", "2026-2027-1", 1, 4), ("A-3", "2026", 9, 4), ("A-4", "2026-11", 1, 3),
    }  # fmt: skip
    assert disagreements() == []


def test_nothing_is_linked_to_a_period_that_was_over_when_the_document_was_published(cast: Cast) -> None:
    fill(cast.primary)
    publish_today(cast, DUTIES[0])
    assert set(Evidence.objects.values_list("period", flat=True)) == {"2026-11"}
    late = timezone.make_aware(datetime(2026, 9, 9, 9))
    record = file_record(actor=SYSTEM, unit=cast.primary, sheet="drill", answers=answers_for("drill"), happened_at=late)
    assert not record.evidence.exists()


def test_linking_again_links_nothing_and_a_withdrawn_record_proves_nothing(cast: Cast) -> None:
    fill(cast.primary)
    withdraw_record(actor=SYSTEM, record=Record.objects.filter(sheet="care_talk").latest("happened_on"), why="重复填报")
    publication = publish_today(cast, *DUTIES)
    before = proof_of(cast.primary)
    duties = [d for d in book().duties if d.publication_id == publication.id]
    assert Linker(duties, cast.county.path).link([cast.primary, cast.kindergarten]) == 0
    assert proof_of(cast.primary) == before
    assert not Evidence.objects.filter(record__state="withdrawn").exists()
    assert disagreements() == []


def test_the_number_of_statements_does_not_grow_with_the_records(cast: Cast) -> None:
    counts = []
    for school in (cast.primary, cast.kindergarten):
        fill(school)
    publication = publish_document(actor=SYSTEM, document=make_document("A", *DUTIES), unit=cast.county)
    duties = [d for d in book().duties if d.publication_id == publication.id]
    for units in ([cast.primary], [cast.primary, cast.kindergarten]):
        Evidence.objects.all().delete()
        Completion.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            assert Linker(duties, cast.county.path).link(units) > 0
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 10


@pytest.mark.django_db(transaction=True)
def test_a_record_withdrawn_while_it_is_linked_proves_nothing(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    fill(cast.primary)
    made = publish_document(actor=SYSTEM, document=make_document("A", *DUTIES), unit=cast.county)
    duties, record = [d for d in book().duties if d.publication_id == made.id], Record.objects.filter(sheet="drill")[0]

    def withdraw() -> None:
        withdraw_record(actor=SYSTEM, record=record, why="填错了")
        connection.close()

    other = threading.Thread(target=withdraw)
    with transaction.atomic():
        Linker(duties, cast.county.path).link([cast.primary])
        other.start()
        other.join(0.5)
        assert other.is_alive() and Evidence.objects.filter(record=record).exists()
    other.join(10)
    assert not other.is_alive() and not Evidence.objects.filter(record=record).exists()
