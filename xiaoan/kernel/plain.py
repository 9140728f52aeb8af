"""No NUL character comes in by an address, a form or JSON: PostgreSQL stores none, and no keyboard writes one."""

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

NUL = "\0"


class PlainTextMiddleware:
    """Takes NULs out of the query string and of forms, so that no page has to think of them. An address with one in
    its path leads nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nul(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if NUL in request.path_info:
            raise BadRequest("NUL in the address")
        if request.method == "POST" and any(NUL in v for _, values in request.POST.lists() for v in values):
            request.POST = without_nul(request.POST)  # type: ignore[assignment]


def without_nul(asked: QueryDict) -> QueryDict:
    """The same names and values without a NUL in them."""
    plain = QueryDict(mutable=True)
    for name, values in asked.lists():
        plain.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    plain._mutable = False
    return plain


def read_json(body: bytes) -> Any:
    """JSON as every database takes it: no NUL, no half of a surrogate pair, no NaN, no number beyond all numbers.
    Raises ValueError (or RecursionError for what is nested without end)."""
    raw = json.loads(body.replace(rb"\u0000", b""), parse_constant=_refuse)
    return json.loads(json.dumps(raw, ensure_ascii=False, allow_nan=False).encode("utf-8", "ignore"))


def _refuse(constant: str) -> Any:
    """NaN and Infinity are not JSON, and no database takes them."""
    raise ValueError(constant)
