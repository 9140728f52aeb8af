"""The one API: routers that the site lists, who asks, how bodies are read, what the description says."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.module_loading import import_string
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from xiaoan.engines.connect.auth import Session, Token, for_readers
from xiaoan.engines.connect.problems import HANDLERS, MEDIA_TYPE, TOLD, Problem, Refused, problem
from xiaoan.engines.connect.writing import HEADER
from xiaoan.kernel.gate import needs
from xiaoan.kernel.plain import read_json

ABOUT = """令牌由系统管理员在“接口与推送”页面建立。每次请求带上 `Authorization: Bearer 令牌`。

列表按页给出：`after` 是下一页的位置，空的就是没有了；`limit` 最多 200。写入要带请求头 `Idempotency-Key`（一个新的
UUID），重发时用同一个，不会做第二次。没有办成时回答 `application/problem+json`：`code` 给程序看，`detail` 给人看。"""
KEY = {
    "in": "header", "name": HEADER, "required": False, "schema": {"type": "string", "format": "uuid"},
    "description": "令牌写入时必须有：一个新的 UUID，重发同一个请求时用同一个。",
}  # fmt: skip
REFUSED = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)


class JsonParser(Parser):
    """Bodies are JSON and say so; what no database could keep does not come in."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise Refused(415, "unsupported_media_type", TOLD[415].sentence)
        try:
            return read_json(request.body)
        except (ValueError, RecursionError):
            raise Refused(400, "malformed", "请求的正文不是正确的 JSON。") from None


class PlainRenderer(JSONRenderer):
    """Chinese as it is written, without spaces between."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


class Api(NinjaAPI):
    """Describes what every operation has in common: the refusals, and the key of those that write."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """What a client calls it: the name of its address; what is added to a list, by its own name."""
        name = getattr(operation, "url_name", "")
        is_added = name.startswith("list_") and "GET" not in operation.methods
        return operation.view_func.__name__ if is_added else name

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        made = super().get_openapi_schema(**kwargs)
        made["components"]["schemas"]["Problem"] = Problem.json_schema()
        for methods in made["paths"].values():
            for method, told in methods.items():
                told["responses"].update(_refusals())
                if method != "get":
                    told["parameters"] = [*told["parameters"], KEY]
        return made


def _refusals() -> dict[str, Any]:
    """Every refusal that any operation may give."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": TOLD[status].title, "content": content} for status in REFUSED}


@cache
def api() -> NinjaAPI:
    """The API with the routers that the site lists."""
    made = Api(
        title="校安接口", version="1", description=ABOUT, auth=[Token(), Session()], docs_decorator=for_readers,
        urls_namespace="api", parser=JsonParser(), renderer=PlainRenderer(),
    )  # fmt: skip
    for prefix, dotted in settings.XIAOAN_API.items():
        made.add_router(f"/{prefix}/", import_string(dotted))
    for kind, handle in HANDLERS.items():
        made.add_exception_handler(kind, handle)
    return made


def operations() -> Iterator[tuple[str, Operation]]:
    """(name of its address, operation) of everything that the API can do."""
    for _, router in api()._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                name = getattr(operation, "url_name", "") or api().get_operation_url_name(operation, router=router)
                yield name, operation


def rights_asked() -> set[str]:
    """The rights that some operation asks for: what a token can be given."""
    return {getattr(operation.view_func, "right", "") for _, operation in operations()} - {""}


def api_urls() -> tuple[list[Any], str, str]:
    """What the site mounts: every view says its right, as the pages' do; an unknown address is answered in JSON."""
    mounted, app_name, namespace = api().urls
    patterns: list[Any] = list(mounted)
    rights = _rights_by_name()
    for pattern in patterns:
        if pattern.name == "api-root":
            pattern.callback = _root
        elif pattern.name in rights:
            pattern.callback.rights = {**getattr(pattern.callback, "rights", {}), **rights[pattern.name]}
            held = pattern.callback.rights
            pattern.callback.right = held.get("GET", next(iter(held.values())))
    return [*patterns, path("<path:unknown>", _unknown, name="unknown")], app_name, namespace


def _rights_by_name() -> dict[str, dict[str, str]]:
    """{name of the address: {method: right}}. An operation that says no right stops the start."""
    found: dict[str, dict[str, str]] = {}
    for name, operation in operations():
        right: str = operation.view_func.right  # type: ignore[attr-defined]
        found.setdefault(name, {}).update(dict.fromkeys(operation.methods, right))
    return found


@needs("")
def _root(request: HttpRequest) -> HttpResponse:
    return redirect("api:openapi-view")


def _unknown(request: HttpRequest, unknown: str = "") -> HttpResponse:
    if not request.user.is_authenticated and "Authorization" not in request.headers:
        return problem(401)
    return problem(404, "没有这个接口。接口说明见 /api/docs。", code="no_such_address")


_unknown.right = ""  # type: ignore[attr-defined]
