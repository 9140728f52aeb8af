"""Which database a page reads from. With a real replica: tests/test_machines.py."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from conftest import Cast
from xiaoan.ground.units.models import Unit
from xiaoan.kernel import replica
from xiaoan.kernel.replica import PRIMARY, REPLICA, Router, WrittenMiddleware, from_replica, primary
from xiaoan.policies.book import book, forget_book

ROUTER = Router()
really_ready = replica.stands_ready


@pytest.fixture(autouse=True)
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "_rests_until", 0.0)


@pytest.fixture
def ready(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.XIAOAN_REPLICA = True
    monkeypatch.setattr(replica, "stands_ready", lambda written: True)


def asked(method: str = "GET") -> HttpRequest:
    return RequestFactory().generic(method, "/board/")


@from_replica
def where(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROUTER.db_for_read(Unit))


@pytest.mark.django_db(transaction=True)
def test_only_a_declared_page_reads_from_the_replica_and_only_outside_a_transaction(ready: None) -> None:
    assert where(asked()).content == REPLICA.encode()
    assert where(asked("POST")).content == PRIMARY.encode()
    assert ROUTER.db_for_read(Unit) == PRIMARY
    with transaction.atomic():
        assert where(asked()).content == PRIMARY.encode()


@pytest.mark.django_db(transaction=True)
def test_writes_migrations_locks_and_the_cache_stay_on_the_primary(ready: None) -> None:
    class Cached:
        class _meta:
            app_label = "django_cache"

    @from_replica
    def view(request: HttpRequest) -> HttpResponse:
        assert ROUTER.db_for_write(Unit) == PRIMARY
        assert ROUTER.db_for_read(Cached) == PRIMARY  # type: ignore[arg-type]
        assert Unit.objects.select_for_update().db == PRIMARY
        with primary():
            assert ROUTER.db_for_read(Unit) == PRIMARY
        return HttpResponse(ROUTER.db_for_read(Unit))

    assert view(asked()).content == REPLICA.encode()
    assert ROUTER.allow_migrate(PRIMARY, "units") and not ROUTER.allow_migrate(REPLICA, "units")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_a_page_whose_replica_dies_under_it_is_answered_by_the_primary_and_the_replica_rests(
    ready: None, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    closed: list[str] = []
    monkeypatch.setattr(replica, "connections", _connections(closed))
    tried: list[str] = []

    @from_replica
    def view(request: HttpRequest) -> HttpResponse:
        tried.append(ROUTER.db_for_read(Unit))
        if tried[-1] == REPLICA:
            raise fault("server closed the connection")
        return HttpResponse("whole")

    assert view(asked()).content == b"whole"
    assert tried == [REPLICA, PRIMARY] and closed == [REPLICA]
    assert not really_ready(), "asked again at once"


def _connections(closed: list[str]) -> Any:
    class Wire:
        in_atomic_block = False

        def __init__(self, alias: str) -> None:
            self.alias = alias

        def close(self) -> None:
            closed.append(self.alias)

    return {alias: Wire(alias) for alias in (PRIMARY, REPLICA)}


def test_a_fault_of_the_page_itself_is_not_hidden(ready: None) -> None:
    @from_replica
    def view(request: HttpRequest) -> HttpResponse:
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        view(asked())
    assert replica._rests_until == 0.0


def test_without_a_replica_nothing_is_asked_and_no_cookie_is_set(db: Any, settings: Any) -> None:
    assert settings.XIAOAN_REPLICA is False and settings.DATABASE_ROUTERS == []
    assert where(asked()).content == PRIMARY.encode()
    answer = Client().post("/accounts/login/", {"login": "nobody", "password": "nothing"})
    assert replica.COOKIE not in answer.cookies


def test_what_may_have_written_tells_the_browser_how_far_the_log_had_come(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.XIAOAN_REPLICA = True
    monkeypatch.setattr(replica, "_position", lambda: "0/16B3748")
    middleware = WrittenMiddleware(lambda request: HttpResponse(status=302))
    assert replica.COOKIE not in middleware(asked()).cookies
    told = middleware(asked("POST")).cookies[replica.COOKIE]
    assert (told.value, told["max-age"], told["httponly"], told["samesite"]) == ("0/16B3748", 120, True, "Lax")


@pytest.mark.parametrize("cookie", ["", "0/16B3748'; DROP", "nonsense", "0/" + "F" * 60, "ö/1"])
def test_a_cookie_that_is_no_position_counts_as_none(
    settings: Any, monkeypatch: pytest.MonkeyPatch, cookie: str
) -> None:
    said: list[list[Any]] = []

    class Cursor:
        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *why: Any) -> None: ...

        def execute(self, sql: str, params: list[Any]) -> None:
            said.append(params)

        def fetchone(self) -> tuple[bool]:
            return (True,)

    class Wire:
        def cursor(self) -> Cursor:
            return Cursor()

    settings.XIAOAN_REPLICA = True
    monkeypatch.setattr(replica, "connections", {REPLICA: Wire()})
    request = asked()
    request.COOKIES[replica.COOKIE] = cookie
    assert from_replica(lambda request: HttpResponse("ok"))(request).content == b"ok"
    request.COOKIES[replica.COOKIE] = "0/16B3748"
    assert from_replica(lambda request: HttpResponse("ok"))(request).content == b"ok"
    assert said == [["0/0", 30], ["0/16B3748", 30]]


@pytest.mark.django_db(transaction=True)
def test_what_a_process_keeps_for_later_requests_is_read_from_the_primary(
    cast: Cast, ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = Router.db_for_read
    monkeypatch.setattr(replica.Router, "db_for_read", lambda self, model, **hints: seen.append(replica._reading.get()) or real(self, model, **hints))  # fmt: skip
    from django.db import router

    monkeypatch.setattr(router, "routers", [ROUTER])

    @from_replica
    def view(request: HttpRequest) -> HttpResponse:
        forget_book()
        book()
        return HttpResponse(ROUTER.db_for_read(Unit))

    assert view(asked()).content == REPLICA.encode()
    assert seen[:-1] and not any(seen[:-1])
