"""A record's walk through the floors: from the form to the list, the figures and the proof."""

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from conftest import Cast
from xiaoan.engines.resource.testing import sheet_of
from xiaoan.engines.sheets.models import Record
from xiaoan.engines.sheets.tests.making import a_photo, a_record
from xiaoan.engines.tally.queries import read_one
from xiaoan.ground.journal.models import Entry
from xiaoan.obligations.tests.making import make_document, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wednesday")]
# Takes and ends the transaction (a savepoint here), writes record, journal and tallies; reads what listens.
PLAIN = 6
DRILL = {"q-kind": "fire", "q-people": "780", "q-duration": "12", "q-smooth": "yes", "happened": "2026-11-17T09:30"}


def test_a_record_is_checked_stored_and_listed(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    director, officer = cast.client("safety_director"), cast.client("county_officer")

    refused = director.post("/records/new/drill/", {**DRILL, "q-people": "0"})
    assert refused.status_code == 422 and "“参加人数”不能小于 1。" in refused.content.decode()
    assert not Record.objects.exists()

    filed = director.post("/records/new/drill/", {**DRILL, "seconds": "42"})
    record = Record.objects.get()
    assert filed.url == f"/records/{record.pk}/"
    assert (record.topics, record.headcount, record.minutes, record.seconds) == (["fire"], 780, 12, 42)
    assert record.summary == "消防疏散，780 人" and record.happened_on.isoformat() == "2026-11-17"
    assert Entry.objects.get(subject_id=str(record.pk)).verb == "记录演练"
    assert list(record.evidence.values_list("requirement", flat=True)) == ["A-1"]
    assert read_one(cast.county.path, "records", ["drill"]) == {("drill", "2026-11"): 1}

    for client in (director, officer):
        assert record.summary in client.get("/records/?sheet=drill").content.decode()
        assert client.get("/api/records/?sheet=drill").json()["rows"][0]["summary"] == record.summary
        table = sheet_of(client.get("/records/export.xlsx?sheet=drill"))
        assert dict(zip(*table, strict=True))["演练类型"] == "消防疏散"
    outsider = cast.client("county_officer", cast.other_county)
    assert outsider.get(f"/records/{record.pk}/").status_code == 404

    director.post(f"/records/{record.pk}/withdraw/", {"why": "填错了"})
    assert not record.evidence.exists() and read_one(cast.county.path, "records", ["drill"]) == {
        ("drill", "2026-11"): 0
    }
    assert record.summary not in officer.get("/records/?sheet=drill").content.decode()


def test_filing_takes_a_known_number_of_queries(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """The hot path of the platform. A number that grows here is paid by every school every day."""
    actor = cast.actor("safety_director")
    a_record(cast.primary, "drill", actor=actor)  # what a process keeps is kept from here on
    with django_assert_num_queries(PLAIN):
        a_record(cast.primary, "drill", actor=actor)
    photo = str(a_photo(cast.primary).pk)
    with django_assert_num_queries(PLAIN + 2):
        a_record(cast.primary, "drill", actor=actor, photo=[photo])


def test_evidence_takes_two_queries_whatever_the_number_of_documents(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = cast.actor("safety_director")
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.county)
    a_record(cast.primary, "drill", actor=actor)
    with django_assert_num_queries(PLAIN + 2):
        a_record(cast.primary, "drill", actor=actor)
    publish(make_document("B", {"practice": "drill", "every": "monthly"}, tier="province"), cast.province)
    a_record(cast.primary, "drill", actor=actor)
    with django_assert_num_queries(PLAIN + 2):
        a_record(cast.primary, "drill", actor=actor)
