"""What people are told when the database or the disk fails, and what stays a fault of ours."""

import errno
import json
import sqlite3
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import RequestFactory

from xiaoan.engines.ui.outage import FULL, GONE, STORE, fault, sentence_for


def of_sqlite(code: int) -> OperationalError:
    cause = sqlite3.OperationalError("x")
    cause.sqlite_errorcode = code  # type: ignore[misc]
    return caused(OperationalError("x"), cause)


def caused(why: Any, by: BaseException) -> Any:
    why.__cause__ = by
    return why


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY), GONE),
        (of_sqlite(sqlite3.SQLITE_IOERR | 10 << 8), GONE),
        (of_sqlite(sqlite3.SQLITE_FULL), FULL),
        (of_sqlite(sqlite3.SQLITE_ERROR), ""),  # no such column: ours
        (caused(OperationalError("x"), psycopg.OperationalError("server closed the connection")), GONE),
        (caused(OperationalError("x"), psycopg.errors.DiskFull("could not extend file")), FULL),
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.ESTALE, "Stale file handle"), STORE),
        (caused(RuntimeError("x"), OSError(errno.EDQUOT, "Quota")), FULL),
        (OSError(errno.ENOENT, "No such file"), ""),
        (ValueError("ours"), ""),
        (None, ""),
    ],
)
def test_each_failure_has_its_sentence_and_a_fault_of_ours_has_none(why: Any, sentence: str) -> None:
    assert sentence_for(why) == sentence


def answered(request: HttpRequest, why: BaseException) -> HttpResponse:
    try:
        raise why
    except BaseException:  # noqa: BLE001
        return fault(request)


def test_a_form_comes_back_with_what_was_typed_and_can_be_sent_again() -> None:
    request = RequestFactory().post("/records/new/?x=1", {"id": "7", "title": "\n<b>换行", "photo": ["a", "b"]})
    response = answered(request, of_sqlite(sqlite3.SQLITE_FULL))
    text = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "15")
    assert FULL in text
    assert "不会重复" in text
    assert 'action="/records/new/?x=1"' in text
    assert '<textarea name="title" hidden>\n\n&lt;b&gt;换行</textarea>' in text
    assert text.count('name="photo"') == 2
    assert "Refresh" not in response.headers


def test_a_password_is_never_written_into_the_page() -> None:
    request = RequestFactory().post("/accounts/login/", {"login": "a", "password": "Secret-2026"})
    assert "Secret-2026" not in answered(request, of_sqlite(5)).content.decode()


def test_a_page_tries_again_by_itself_and_a_program_gets_json() -> None:
    assert answered(RequestFactory().get("/"), of_sqlite(5)).headers["Refresh"] == "15"
    asked = RequestFactory().post("/files/", headers={"Accept": "application/json"})
    assert json.loads(answered(asked, of_sqlite(5)).content) == {"sentence": GONE, "fields": {}}


def test_a_fault_of_ours_stays_one() -> None:
    assert answered(RequestFactory().get("/"), ValueError("ours")).status_code == 500


def test_a_form_that_could_not_be_read_whole_still_gets_its_page() -> None:
    request = RequestFactory().post("/", {"a": "b"})

    def unreadable() -> QueryDict:
        raise OSError(errno.ENOSPC, "No space left on device")

    request.__class__ = type("Broken", (type(request),), {"POST": property(lambda self: unreadable())})
    assert "重新选" in answered(request, OSError(errno.ENOSPC, "x")).content.decode()
