"""A resource in the API: the list with its own filters and keyset, the single row; made from the declaration."""

import json
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field, create_model

from xiaoan.engines.resource.declare import Column, Resource
from xiaoan.engines.resource.reading import page_of, row_of
from xiaoan.kernel.actor import SYSTEM, Actor
from xiaoan.kernel.errors import Invalid, NotKnown

Operation = Callable[..., Any]
NO_RIGHT = "您现在的岗位没有这项权限。需要时请联系本单位的系统管理员。"
NOT_HERE = "没有这条内容，或者它不在您的管理范围内。"


def held(right: str) -> Callable[[Operation], Operation]:
    """Say an operation's right. It is asked for as soon as it is known who asks, before the body is read."""

    def wrap(operation: Operation) -> Operation:
        operation.right = right  # type: ignore[attr-defined]
        return operation

    return wrap


def router_for(resource: Resource) -> Router:
    """List and detail of a resource; the domain may add operations of its own to the router."""
    router = Router(tags=[resource.name])
    _add_list(router, resource)
    _add_detail(router, resource)
    return router


def _add_list(router: Router, resource: Resource) -> None:
    words, columns = f"{resource.name}列表", row_columns(resource)
    Asked: Any = _asked_schema(resource)

    @router.get("/", response=page_schema(resource), summary=words, url_name=f"list_{resource.key}")
    @held(resource.right)
    def list_rows(request: HttpRequest, asked: Asked = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
        actor: Actor = request.actor  # type: ignore[attr-defined]
        values, wrong = resource.checked(actor, asked.dict())
        if wrong:
            raise Invalid("；".join(wrong.values()), wrong)
        found = page_of(resource, actor, values, after=asked.after, before=asked.before, size=asked.limit)
        return answer(
            {
                "rows": [as_data(columns, each) for each in found.rows],
                "after": found.after,
                "before": found.before,
                "total": None if asked.after or asked.before else resource.total(actor, values),
            }
        )


def _add_detail(router: Router, resource: Resource) -> None:
    address, words = f"/{{uuid:{resource.one}}}/", f"一条{resource.name}"

    @router.get(address, response=detail_schema(resource), summary=words, url_name=f"get_{resource.key}")
    @held(resource.right)
    def get_row(request: HttpRequest, row: uuid.UUID = Path(..., alias=resource.one)) -> Any:  # type: ignore[type-arg]  # noqa: B008
        actor: Actor = request.actor  # type: ignore[attr-defined]
        found = row_of(resource, actor, row)
        if found is None:
            raise NotKnown(NOT_HERE)
        return answer(detail_of(resource, actor, found))


def answer(data: Any) -> HttpResponse:
    """Rows as JSON. They are made from the declaration that the description is made from, and tests hold them to it:
    checking each of fifty rows again in every answer would cost more than reading them."""
    body = json.dumps(data, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json; charset=utf-8")


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def as_data(columns: Sequence[Column], row: Any) -> dict[str, Any]:
    """A row as plain values by the columns' keys."""
    return {"id": str(row.pk), **{c.key: c.value(row) for c in columns}}


def detail_of(resource: Resource, actor: Actor, row: Any) -> dict[str, Any]:
    """The single row as the API gives it."""
    return as_data([*row_columns(resource), *resource.detail(actor)], row)


def row_columns(resource: Resource) -> list[Column]:
    """What a row of the list has in the API: the columns of the page, and what programs join by."""
    return [*resource.columns, *resource.keys]


def page_schema(resource: Resource) -> type[Schema]:
    """A page of the list: its rows, the cursors of its neighbours (empty at the ends), how many there are, on the first
    page and when it is kept."""
    row = _schema(f"{resource.key}_row", row_columns(resource))
    told: dict[str, Any] = {"after": (str, ""), "before": (str, ""), "total": (int | None, None)}
    told["rows"] = (list[row], ...)  # type: ignore[valid-type]
    return create_model(f"{resource.key}_page", __base__=Schema, **told)


def detail_schema(resource: Resource) -> type[Schema]:
    return _schema(f"{resource.key}_detail", [*row_columns(resource), *resource.detail(SYSTEM)])


def _schema(name: str, columns: Sequence[Column]) -> type[Schema]:
    fields: dict[str, Any] = {c.key: (c.type | None, Field(None, description=c.label)) for c in columns}
    return create_model(name, __base__=Schema, id=(uuid.UUID, ...), **fields)


def _asked_schema(resource: Resource) -> type[Schema]:
    fields: dict[str, Any] = {f.key: (str, Field("", description=f.label, max_length=80)) for f in resource.filters}
    return create_model(
        f"{resource.key}_asked", __base__=Schema, **fields,
        after=(str, ""), before=(str, ""), limit=(int, Field(resource.page_size, ge=1, le=200)),
    )  # fmt: skip
