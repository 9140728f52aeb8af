"""`xiaoan verify` and `doctor`: what they find, and their exit codes."""

import json
from datetime import date, timedelta
from io import StringIO
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from conftest import Cast
from xiaoan.engines.tally.models import Count
from xiaoan.engines.tally.recount import month, week
from xiaoan.engines.tally.services import fold
from xiaoan.kernel.clock import iso_week
from xiaoan.kernel.snapshot import snapshot
from xiaoan.obligations.models import Evidence
from xiaoan.obligations.tests.making import make_document, publish
from xiaoan.obligations.tests.test_evidence import drill
from xiaoan.site.management.commands import doctor
from xiaoan.site.management.commands.doctor import BAD, findings
from xiaoan.site.proof import differences, strays

pytestmark = pytest.mark.usefixtures("wednesday")


def busy(cast: Cast) -> None:
    publish(make_document("A", {"practice": "drill", "every": "monthly"}), cast.city)
    drill(cast.actor("safety_director"), cast)


def test_every_tally_agrees_with_its_rows_before_and_after_folding(cast: Cast) -> None:
    busy(cast)
    assert list(differences()) == []
    while fold():
        pass
    assert list(differences()) == []


def test_a_figure_that_was_tampered_with_is_named(cast: Cast) -> None:
    busy(cast)
    while fold():
        pass
    Count.objects.filter(measure="done", unit_path=cast.city.path).update(n=7)
    assert [(key[0], key[1], counted, held) for key, counted, held in differences()] == [(cast.city.path, "done", 1, 7)]


def test_verify_exits_with_1_and_says_where(cast: Cast) -> None:
    busy(cast)
    out = StringIO()
    call_command("verify", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"clean": True, "differences": [], "strays": []}
    Evidence.objects.all().delete()
    while fold():
        pass
    Count.objects.filter(measure="records").delete()
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify", stdout=out)
    assert stopped.value.code == 1
    assert "测试省 records drill 2026-11:记录数得 1，汇总为 0" in out.getvalue()


def test_verify_names_links_whose_record_is_gone(cast: Cast) -> None:
    busy(cast)
    assert list(strays()) == []
    row = Evidence.objects.all()[0]
    Evidence.objects.filter(pk=row.pk).update(record_id=uuid4())
    assert list(strays()) == [("obligations_evidence", "record_id", 1)]
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify", stdout=out)
    assert stopped.value.code == 1 and "obligations_evidence.record_id：1 行指向不存在的内容" in out.getvalue()


def test_the_doctor_says_that_no_worker_runs(db: Any) -> None:
    assert any(state == BAD and "worker" in text for state, text in findings())


def test_the_doctor_finds_a_database_that_does_not_compare_byte_by_byte(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [text for _, text in findings() if "按字节" in text]
    other = "NOCASE" if connection.vendor == "sqlite" else '"en-x-icu"'
    monkeypatch.setattr(doctor, "BY_BYTES", f"{doctor.BY_BYTES} COLLATE {other}")
    assert [state for state, text in findings() if "按字节" in text] == [BAD]


def test_the_database_spells_weeks_and_months_as_the_clock_does(db: Any) -> None:
    days = [date(2024, 12, 28) + timedelta(n) for n in range(0, 800, 2)]
    kind = "text" if connection.vendor == "sqlite" else "date"
    with connection.cursor() as cursor:
        told = " UNION ALL ".join(f"SELECT CAST('{day}' AS {kind}) AS d" for day in days)
        cursor.execute(f"SELECT d, {month('d')}, {week('d')} FROM ({told}) AS days")
        for day, its_month, its_week in cursor.fetchall():
            assert (its_month, its_week) == (f"{day}"[:7], iso_week(date.fromisoformat(str(day))))


@pytest.mark.django_db(transaction=True)
def test_a_long_read_sees_one_moment_while_others_write() -> None:
    def add() -> None:
        Count.objects.create(unit_path="0001", measure="records", subject="drill", period="2026-11", n=1)
        connection.close()

    if connection.vendor == "sqlite":
        pytest.skip("the tests' database on SQLite lies in memory; its snapshot is tried in tests/test_killed.py")
    with snapshot():
        before = Count.objects.count()
        writer = Thread(target=add)
        writer.start()
        writer.join()
        assert Count.objects.count() == before
    assert Count.objects.count() == before + 1
