"""How many requests a person, an integration or an address may send in a minute. Each limit is a norm.

Counted in the memory of the process, so that a request under the limit costs no query. Where several processes share a
cache, each adds what it counted to the shared figure a tenth of the limit at a time: with n processes a limit may be passed
by n tenths. The norm itself is read only beyond its least value, once a minute: a flood of requests is none of queries.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from threading import Lock

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from xiaoan.ground.norms.declare import declared
from xiaoan.ground.norms.queries import norm
from xiaoan.ground.people.middleware import where_from
from xiaoan.kernel import wall
from xiaoan.kernel.excel import wants_sheet

MINUTE = 60
HEAVY = re.compile(r"(\.xlsx|\.pdf|\.zip)$|/export")
SENTENCE = "这一分钟里的请求太多，平台先歇一下。请等 {} 秒再试；手机里没有发出的记录都留着，会自动再发。"


class Window:
    """What this process has counted in the present minute, and what it knows of the others."""

    def __init__(self) -> None:
        self.began = 0
        self.counted: dict[str, int] = {}
        self.others: dict[str, int] = {}
        self.norms: dict[str, int] = {}
        self.lock = Lock()

    def count(self, key: str, least: int) -> int:
        """Count one more. Returns how many there have been this minute, here and as far as known elsewhere."""
        minute = int(time.time()) // MINUTE
        with self.lock:
            if minute != self.began:
                self.began, self.counted, self.others, self.norms = minute, {}, {}, {}
            n = self.counted[key] = self.counted.get(key, 0) + 1
        if (step := max(least // 10, 1)) and n % step == 0 and _is_shared():
            self.others[key] = _add(f"limit:{key}:{minute}", step) - n
        return n + self.others.get(key, 0)

    def most(self, limit: str) -> int:
        """The norm as it was when it was first asked for in this minute."""
        held = self.norms.get(limit)
        if held is None:
            with wall.opened():
                held = self.norms[limit] = int(norm(limit))
        return held


WINDOW = Window()


def limits_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        if settings.XIAOAN_LIMITS:
            over = [is_over(limit, who) for limit, who in asked_of(request)]  # all are counted, also after the first
            if any(over):
                return refused(request)
        return get_response(request)

    return answer


def asked_of(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The limits that this request counts against: (norm, whose). A token stands for its integration."""
    yield "limits.address", where_from(request)
    given = request.headers.get("Authorization", "")
    if given:
        yield "limits.token", hashlib.sha256(given.encode()).hexdigest()[:24]
    elif settings.SESSION_COOKIE_NAME in request.COOKIES:
        person = str(request.session.get(SESSION_KEY, ""))
        yield "limits.person", person or where_from(request)
        if HEAVY.search(request.path) or wants_sheet(request):
            yield "limits.heavy", person or where_from(request)


def is_over(limit: str, who: str) -> bool:
    """Count, and say whether it is too many. Whoever is under the least that a norm may be set to is surely not."""
    least = int(declared()[limit].least or 1)
    n = WINDOW.count(f"{limit}:{who}", least)
    return n > least and n > WINDOW.most(limit)


def refused(request: HttpRequest) -> HttpResponse:
    """429 in the shape that the asker reads: a page, or a sentence in JSON."""
    left = MINUTE - int(time.time()) % MINUTE
    sentence = SENTENCE.format(left)
    wants_page = "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/")
    if wants_page:
        response = render(request, "429.html", {"reason": sentence, "is_busy": True}, status=429)
    else:
        told = {"code": "too_many", "sentence": sentence, "fields": {}}
        response = JsonResponse(told, status=429, json_dumps_params={"ensure_ascii": False})
    response.headers["Retry-After"] = str(left)
    return response


def _is_shared() -> bool:
    return "locmem" not in str(settings.CACHES["default"]["BACKEND"])


def _add(key: str, n: int) -> int:
    """Add to the shared figure, made when it is the first. Two at once may lose one step: the limits are generous."""
    cache.add(key, 0, 2 * MINUTE)
    try:
        return int(cache.incr(key, n))
    except ValueError:  # thrown out meanwhile
        return n
