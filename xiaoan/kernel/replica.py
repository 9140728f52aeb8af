"""A page that only reads, and says so with `from_replica`, reads from the streaming replica; all else, and every write,
stays on the primary.

A person reads what that person has written: the answer to a request that may have written tells the browser how far the
primary's log had come then, and the replica is used only when it has replayed as much. It is not used either when it is
gone or half a minute behind; the page then reads from the primary. Without XIAOAN_REPLICA nothing of this happens.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseBase

log = logging.getLogger("xiaoan.replica")
PRIMARY, REPLICA = "default", "replica"
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
COOKIE = "written"
COOKIE_SECONDS = 120  # well longer than a replica in use may be behind
FARTHEST_BEHIND = 30
REST_SECONDS = 5.0  # after a failure; else each request would wait for a machine that is gone
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
NOTHING_WRITTEN = "0/0"
BEYOND_ALL = "FFFFFFFF/FFFFFFFF"
STANDS_READY = (
    "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn "
    "AND now() - pg_last_xact_replay_timestamp() < %s * interval '1 second'"
)
GONE = (OperationalError, InterfaceError)
View = Callable[..., HttpResponseBase]

_reading: ContextVar[bool] = ContextVar("reading_from_replica", default=False)
_rests_until = 0.0


class Router:
    """Django's router: reads of a declared page to the replica, outside transactions; the rest to the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        is_free = _reading.get() and not connections[PRIMARY].in_atomic_block
        # The cache counts and locks for all processes: what was true a second ago is no use.
        return REPLICA if is_free and model._meta.app_label != "django_cache" else PRIMARY

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


class WrittenMiddleware:
    """Gives the browser the primary's position after each request that may have written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.XIAOAN_REPLICA:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in SAFE:
            response.set_cookie(
                COOKIE, _position(), max_age=COOKIE_SECONDS, secure=settings.SESSION_COOKIE_SECURE, httponly=True,
                samesite="Lax",
            )  # fmt: skip
        return response


def from_replica(view: View) -> View:
    """Declare that a page only reads, and bears what is a moment old. Stands under `needs`, so that who asks and what
    they may is read from the primary."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.XIAOAN_REPLICA or request.method not in SAFE or not stands_ready(_written(request)):
            return view(request, *args, **kwargs)
        try:
            with _read_from(replica=True):
                return view(request, *args, **kwargs)
        except GONE as why:  # it went away, or took the rows back that we were reading
            _rest(why)
        return view(request, *args, **kwargs)

    return read


@contextmanager
def primary() -> Iterator[None]:
    """Read from the primary for a while: what a process keeps in memory for requests to come."""
    with _read_from(replica=False):
        yield


@contextmanager
def _read_from(*, replica: bool) -> Iterator[None]:
    token = _reading.set(replica)
    try:
        yield
    finally:
        _reading.reset(token)


def stands_ready(written: str = NOTHING_WRITTEN) -> bool:
    """Whether the replica answers, is not far behind, and has all that was in the primary's log up to `written`."""
    if time.monotonic() < _rests_until:
        return False
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(STANDS_READY, [written, FARTHEST_BEHIND])
            return bool(cursor.fetchone()[0])
    except GONE as why:
        _rest(why)
        return False


def _written(request: HttpRequest) -> str:
    told = request.COOKIES.get(COOKIE, "")
    return told if POSITION.fullmatch(told) else NOTHING_WRITTEN


def _rest(why: Exception) -> None:
    global _rests_until
    log.warning("the replica failed, reading from the primary: %s", why)
    _rests_until = time.monotonic() + REST_SECONDS
    with suppress(DatabaseError):
        connections[REPLICA].close()


def _position() -> str:
    """How far the primary's log has come; beyond all when it does not say, so that no replica is used for a while."""
    try:
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()")
            return str(cursor.fetchone()[0])
    except DatabaseError:
        return BEYOND_ALL
