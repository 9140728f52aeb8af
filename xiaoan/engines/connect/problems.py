"""Refusals of the API in one shape (RFC 9457): a stable code for programs, a Chinese sentence for people."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.http.response import HttpResponseBase
from ninja import Schema
from ninja.errors import HttpError, ValidationError

from xiaoan.engines.resource.api import NO_RIGHT
from xiaoan.kernel.errors import Refusal

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/"


class Problem(Schema):
    """Why nothing was done. `code` never changes; `fields` has a sentence for each wrong field."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    sentence: str
    fields: dict[str, str] = {}


@dataclass(frozen=True)
class Told:
    """What a status means: its code, its title, and what to say when nothing better is known."""

    code: str
    title: str
    sentence: str


TOLD: dict[int, Told] = {
    400: Told("malformed", "请求读不懂", "请求的格式不对，请对照接口说明检查。"),
    401: Told("not_signed_in", "没有登录", "请先登录，或者在 Authorization 里带上有效的令牌。"),
    403: Told("not_allowed", "没有权限", NO_RIGHT),
    404: Told("not_known", "没有这项内容", "没有这条内容，或者它不在您的管理范围内。"),
    405: Told("method_not_allowed", "不能这样请求", "这个地址不接受这种请求方法，可用的方法见 Allow。"),
    409: Told("stale", "已经变化", "这件事刚刚有了变化，请先读取最新情况再办。"),
    413: Told("too_large", "内容太大", "发来的内容太大，没有收下。请分开发送，或者压缩后再发。"),
    415: Told("unsupported_media_type", "内容类型不对", "这个地址只收接口说明里写的内容类型，请检查 Content-Type。"),
    422: Told("invalid", "内容不对", "有内容填得不对，请按提示修改。"),
    429: Told("too_many", "请求太多", "请求太频繁，请稍后再试。"),
    500: Told("fault", "平台出错", "平台出了错，这次请求没有执行完。请稍后再试；一再出现时请联系平台管理员。"),
    503: Told("busy", "平台忙", "平台暂时不能答复，请稍后再试。"),
}


class Refused(Refusal):
    """A refusal with a code of its own."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code = status, code


def problem(status: int, sentence: str = "", fields: dict[str, str] | None = None, code: str = "") -> HttpResponse:
    """The answer in which every refusal comes."""
    told = TOLD.get(status) or TOLD[500 if status >= 500 else 400]
    said = sentence or told.sentence
    body = {
        "type": f"urn:xiaoan:problem:{code or told.code}", "title": told.title, "status": status,
        "code": code or told.code, "detail": said, "sentence": said, "fields": fields or {},
    }  # fmt: skip
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)


class ProblemMiddleware:
    """Outermost: whatever refuses an address of the API, wherever, it answers in the one shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path_info.startswith(ROOT):
            return response
        response.headers.setdefault("Cache-Control", "private, no-cache")
        is_ours = response.headers.get("Content-Type", "").startswith(MEDIA_TYPE)
        if response.status_code < 400 or is_ours or (settings.DEBUG and response.status_code == 500):
            return response
        return _as_problem(response)


def _as_problem(response: HttpResponseBase) -> HttpResponse:
    told = problem(response.status_code, _sentence_in(response))
    for name in ("Allow", "Retry-After", "Cache-Control"):
        if name in response.headers:
            told.headers[name] = response.headers[name]
    told.cookies = response.cookies
    return told


def _sentence_in(response: HttpResponseBase) -> str:
    """What a refusal from outside the API said in JSON, such as that of the limits."""
    if not isinstance(response, HttpResponse) or not response.headers.get("Content-Type", "").startswith(
        "application/json"
    ):
        return ""
    said = json.loads(response.content)
    return str(said.get("sentence", "")) if isinstance(said, dict) else ""


def _refused(request: HttpRequest, why: Any) -> HttpResponse:
    return problem(why.status, why.sentence, getattr(why, "fields", {}), getattr(why, "code", ""))


def _http_error(request: HttpRequest, why: Any) -> HttpResponse:
    if isinstance(why.__cause__, Refusal):  # what reading the body refused
        return _refused(request, why.__cause__)
    if "CSRF" in why.message:
        return problem(403, "安全校验没有通过，请刷新页面后再试。", code="csrf")
    return problem(why.status_code)


def _invalid(request: HttpRequest, why: Any) -> HttpResponse:
    fields = {str(e["loc"][-1])[:80]: f"“{str(e['loc'][-1])[:80]}”的值不对或没有给。" for e in why.errors}
    return problem(422, "".join(fields.values()), fields)


def _missing(request: HttpRequest, why: Any) -> HttpResponse:
    return problem(404)


def _denied(request: HttpRequest, why: Any) -> HttpResponse:
    return problem(403, str(why))


def _too_large(request: HttpRequest, why: Any) -> HttpResponse:
    return problem(413)


def _no_json(request: HttpRequest, why: Any) -> HttpResponse:
    return problem(415)


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refusal: _refused,
    HttpError: _http_error,
    ValidationError: _invalid,
    Http404: _missing,
    PermissionDenied: _denied,
    RequestDataTooBig: _too_large,
    RawPostDataException: _no_json,  # a form was sent, and is read already, where JSON was asked for
}
