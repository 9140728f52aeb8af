"""The API: each resource as JSON with the list's own filters and keyset; one shape for every refusal."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.module_loading import import_string
from ninja import NinjaAPI, Path, Query, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import APIKeyCookie
from pydantic import Field, create_model

from xiaoan.engines.resource.declare import Column, Resource
from xiaoan.engines.resource.paging import read_page
from xiaoan.ground.people.gate import needs
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotAllowed, NotKnown, Refusal

Operation = Callable[..., Any]
NO_RIGHT = "您现在的岗位没有这项权限。需要时请联系本单位的系统管理员。"
WORDS = {401: "请先登录。", 403: NO_RIGHT, 404: "没有这条内容，或者它不在您的管理范围内。"}


class Trouble(Schema):
    """Every refusal: a sentence for the person, and one for each wrong field."""

    sentence: str
    fields: dict[str, str] = {}


REFUSALS: dict[int, Any] = {401: Trouble, 403: Trouble, 404: Trouble, 422: Trouble}


class SignedIn(APIKeyCookie):
    """The session of the pages; what changes something needs the CSRF token as they do."""

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if not request.user.is_authenticated:
            return None
        if not request.actor:  # type: ignore[attr-defined]
            raise NotAllowed("您的账号现在没有任何岗位，请联系本单位的系统管理员。")
        return request.actor  # type: ignore[attr-defined]


def router_for(resource: Resource) -> Router:
    """List and detail of a resource; the domain may add operations of its own to the router."""
    router = Router(tags=[resource.name])
    _add_list(router, resource)
    _add_detail(router, resource)
    return router


def held(right: str) -> Callable[[Operation], Operation]:
    """Only an actor who holds the right; the operation's view then says it, as pages do."""

    def wrap(operation: Operation) -> Operation:
        @wraps(operation)
        def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not request.actor.holds(right):  # type: ignore[attr-defined]
                raise NotAllowed(NO_RIGHT)
            return operation(request, *args, **kwargs)

        gated.right = right  # type: ignore[attr-defined]
        return gated

    return wrap


def _add_list(router: Router, resource: Resource) -> None:
    row, words = _schema(f"{resource.key}_row", resource.columns), f"{resource.name}列表"
    told: dict[str, Any] = {"after": (str, ""), "before": (str, ""), "total": (int | None, None)}
    told["rows"] = (list[row], ...)  # type: ignore[valid-type]
    rows = create_model(f"{resource.key}_page", __base__=Schema, **told)
    Asked: Any = _asked_schema(resource)

    @router.get("/", response={200: rows, **REFUSALS}, summary=words, url_name=f"list_{resource.key}")
    @held(resource.right)
    def list_rows(request: HttpRequest, asked: Asked = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
        actor: Actor = request.actor  # type: ignore[attr-defined]
        values, wrong = resource.checked(actor, asked.dict())
        if wrong:
            raise Invalid("；".join(wrong.values()), wrong)
        narrowed, size = resource.narrowed(actor, values), asked.limit
        found = read_page(narrowed, resource.order, after=asked.after, before=asked.before, size=size)
        return {
            "rows": [as_data(resource.columns, each) for each in found.rows],
            "after": found.after,
            "before": found.before,
            "total": resource.total(actor, values),
        }


def _add_detail(router: Router, resource: Resource) -> None:
    detail = _schema(f"{resource.key}_detail", [*resource.columns, *resource.detail(SYSTEM)])
    address, words = f"/{{uuid:{resource.one}}}/", f"一条{resource.name}"

    @router.get(address, response={200: detail, **REFUSALS}, summary=words, url_name=f"get_{resource.key}")
    @held(resource.right)
    def get_row(request: HttpRequest, row: uuid.UUID = Path(..., alias=resource.one)) -> Any:  # type: ignore[type-arg]  # noqa: B008
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = resource.rows(actor).filter(pk=row).first()
        if found is None:
            raise NotKnown(WORDS[404])
        return as_data([*resource.columns, *resource.detail(actor)], found)


@cache
def api() -> NinjaAPI:
    """The one API, with the routers that the site lists."""
    made = NinjaAPI(title="校安接口", version="1", auth=SignedIn(), docs_decorator=needs(""), urls_namespace="api")
    for prefix, dotted in settings.XIAOAN_API.items():
        made.add_router(f"/{prefix}/", import_string(dotted))
    for kind, handle in HANDLERS.items():
        made.add_exception_handler(kind, handle)
    return made


def api_urls() -> tuple[list[Any], str, str]:
    """What the site mounts: every view says its right, as the pages' do; an unknown address is answered in JSON."""
    mounted, app_name, namespace = api().urls
    patterns: list[Any] = list(mounted)
    rights = dict(_rights())
    for pattern in patterns:
        if pattern.name == "api-root":
            pattern.callback = _root
        if not hasattr(pattern.callback, "right"):
            pattern.callback.right = rights.get(pattern.name, "")
    return [*patterns, path("<path:unknown>", _unknown, name="unknown")], app_name, namespace


@needs("")
def _root(request: HttpRequest) -> HttpResponse:
    return redirect("api:openapi-view")


def _rights() -> Iterator[tuple[str, str]]:
    """Each operation's right by the name of its address."""
    for _, router in api()._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                name = getattr(operation, "url_name", "") or api().get_operation_url_name(operation, router=router)
                yield name, getattr(operation.view_func, "right", "")


def _unknown(request: HttpRequest, unknown: str = "") -> HttpResponse:
    if not request.user.is_authenticated:
        return _refuse(api(), request, 401, WORDS[401])
    return _refuse(api(), request, 404, "没有这个接口。接口说明见 /api/docs。")


_unknown.right = ""  # type: ignore[attr-defined]


def _refuse(
    made: NinjaAPI, request: HttpRequest, status: int, sentence: str, fields: dict[str, str] | None = None
) -> HttpResponse:
    return made.create_response(request, {"sentence": sentence, "fields": fields or {}}, status=status)


def _refused(request: HttpRequest, why: Any) -> HttpResponse:
    return _refuse(api(), request, why.status, why.sentence, getattr(why, "fields", {}))


def _http_error(request: HttpRequest, why: Any) -> HttpResponse:
    sentence = WORDS.get(why.status_code, "请求的格式不对，请对照 /api/docs 检查。")
    if "CSRF" in why.message:
        sentence = "安全校验没有通过，请刷新页面后再试。"
    return _refuse(api(), request, why.status_code, sentence)


def _invalid(request: HttpRequest, why: Any) -> HttpResponse:
    fields = {str(e["loc"][-1]): f"“{e['loc'][-1]}”的值不对或没有给。" for e in why.errors}
    return _refuse(api(), request, 422, "".join(fields.values()), fields)


def _missing(request: HttpRequest, why: Any) -> HttpResponse:
    return _refuse(api(), request, 404, WORDS[404])


def _denied(request: HttpRequest, why: Any) -> HttpResponse:
    return _refuse(api(), request, 403, str(why) or NO_RIGHT)


HANDLERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Refusal: _refused,
    HttpError: _http_error,
    ValidationError: _invalid,
    Http404: _missing,
    PermissionDenied: _denied,
}


def as_data(columns: Sequence[Column], row: Any) -> dict[str, Any]:
    """A row as plain values by the columns' keys."""
    return {"id": str(row.pk), **{c.key: c.value(row) for c in columns}}


def _schema(name: str, columns: Sequence[Column]) -> type[Schema]:
    fields: dict[str, Any] = {c.key: (c.type | None, Field(None, description=c.label)) for c in columns}
    return create_model(name, __base__=Schema, id=(uuid.UUID, ...), **fields)


def _asked_schema(resource: Resource) -> type[Schema]:
    fields: dict[str, Any] = {f.key: (str, Field("", description=f.label, max_length=80)) for f in resource.filters}
    return create_model(
        f"{resource.key}_asked", __base__=Schema, **fields,
        after=(str, ""), before=(str, ""), limit=(int, Field(resource.page_size, ge=1, le=200)),
    )  # fmt: skip
