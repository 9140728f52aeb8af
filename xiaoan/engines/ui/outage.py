"""When the database or the disk fails under a request: said in words, with what was typed kept, in one place.

Django comes here with whatever a page, a middleware or the API let through. A fault of ours stays 500.
"""

import errno
import sqlite3
import sys
from collections.abc import Iterator

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.views.defaults import server_error

GONE = "平台暂时连不上数据库，刚才这一步没有做。"
FULL = "服务器的磁盘满了，刚才这一步没有存下。请告诉系统管理员：清理磁盘或扩容以后就能接着用。"
STORE = "存放照片和附件的地方暂时连不上，刚才的文件没有存下或没有打开。请过几分钟再试，或告诉系统管理员。"
AGAIN_AFTER = 15  # seconds
DISK = {errno.ENOSPC, errno.EDQUOT}
# Of a shared folder or an object storage that does not answer.
AWAY = {errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ENOTCONN, errno.ESTALE, errno.EIO}
# Of SQLite's codes, those that are not a mistake in our SQL: busy, locked, read-only, I/O error, full, cannot open.
TROUBLES = {5, 6, 8, 10, 13, 14}
SECRET = "/accounts/"  # a password is not written into a page


def fault(request: HttpRequest) -> HttpResponse:
    """The handler of uncaught exceptions."""
    sentence = sentence_for(sys.exc_info()[1])
    return unavailable(request, sentence) if sentence else server_error(request)


def sentence_for(why: BaseException | None) -> str:
    """What to tell people, or "" when it is not the doing of database, disk or storage."""
    for each in _causes(why):
        if isinstance(each, OSError) and each.errno in DISK:
            return FULL
        if isinstance(each, OSError) and each.errno in AWAY:
            return STORE
        if isinstance(each, OperationalError | InterfaceError):
            return _of_database(each)
    return ""


def unavailable(request: HttpRequest, sentence: str) -> HttpResponse:
    """503: for a page one that offers the same again, for a program a sentence."""
    if request.headers.get("Accept", "").startswith("application/json") or request.path_info.startswith("/sync/"):
        response: HttpResponse = JsonResponse({"sentence": sentence, "fields": {}})
    else:
        response = HttpResponse(loader.render_to_string("503.html", _kept(request, sentence)))
        if request.method == "GET":
            response.headers["Refresh"] = str(AGAIN_AFTER)
    response.status_code = 503
    response.headers["Retry-After"] = str(AGAIN_AFTER)
    response.headers["Cache-Control"] = "no-store"
    response.sentence = sentence  # type: ignore[attr-defined]  # the API's own shape is made from it
    return response


def _causes(why: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while why is not None and seen < 10:
        yield why
        why, seen = why.__cause__ or why.__context__, seen + 1


def _of_database(why: BaseException) -> str:
    cause = why.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return FULL if code == sqlite3.SQLITE_FULL else GONE if code in TROUBLES else ""
    return FULL if isinstance(cause, psycopg.errors.DiskFull) else GONE


def _kept(request: HttpRequest, sentence: str) -> dict[str, object]:
    """What was typed, to be sent again by one button. Ids that the page minted go along, so nothing is done twice."""
    posted: list[tuple[str, str]] = []
    files = False
    if request.method == "POST" and not request.path_info.startswith(SECRET):
        try:
            posted = [(name, value) for name, values in request.POST.lists() for value in values]
            files = bool(request.FILES)
        except OSError:  # the disk was full while the form was being read
            files = True
    return {
        "sentence": sentence, "posted": posted, "files": files, "again": request.get_full_path(),
        "method": request.method, "once": any(name == "id" for name, _ in posted),
    }  # fmt: skip
