"""The list page and the export of a resource, made from its declaration."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_GET

from xiaoan.engines.resource.declare import Resource, Values
from xiaoan.engines.resource.paging import Page
from xiaoan.engines.resource.reading import page_of
from xiaoan.engines.ui.pages import page
from xiaoan.engines.ui.remember import Filters, remember
from xiaoan.ground.people.gate import View, needs
from xiaoan.kernel import clock
from xiaoan.kernel.actor import Actor
from xiaoan.kernel.excel import Table, as_response, bounded, workbook
from xiaoan.kernel.replica import from_replica


def list_page(resource: Resource) -> View:
    """The page of the list: filters remembered, one page of rows."""

    @require_GET
    @needs(resource.right)
    def shown(request: HttpRequest) -> HttpResponse:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        filters, values = _asked(request, resource, actor)
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        found = page_of(resource, actor, values, after=after, before=before, size=resource.page_size)
        context = {
            "resource": resource,
            "filters": filters,
            "controls": [_control(f, values, actor) for f in resource.filters],
            "lines": [_line(resource, row) for row in found.rows],
            "found": found,
            "total": total_words(resource, actor, values, found),
            "is_narrowed": bool(values),
            "actions": resource.actions(actor),
            "query": request.GET.urlencode(),
        }
        return page(request, resource.template, context, part={"rows": "resource/rows.html"})

    return shown


def export_page(resource: Resource) -> View:
    """The same rows as a workbook."""

    @require_GET
    @needs(resource.right)
    @from_replica
    def exported(request: HttpRequest) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        _, values = _asked(request, resource, actor)
        columns = [*resource.columns, *resource.more(actor, values)]
        rows = bounded(resource.narrowed(actor, values), resource.export_most)
        file = workbook([Table(resource.name, columns, rows)], resource.export_most)
        today = clock.today()
        return as_response(file, f"{resource.name} {today.year}年{today.month}月{today.day}日.xlsx")

    return exported


def total_words(resource: Resource, actor: Actor, values: Values, found: Page) -> str:
    """How many there are, when that is known without counting: from a tally, or because all are here."""
    if not found.after and not found.before:
        return f"共 {len(found.rows)} {resource.measure}" if found.rows else ""
    kept = resource.total(actor, values)
    if kept is not None:
        return f"共 {kept:,} {resource.measure}"
    return f"多于 {len(found.rows)} {resource.measure}" if found.after else ""


def _asked(request: HttpRequest, resource: Resource, actor: Actor) -> tuple[Filters, dict[str, str]]:
    """The filters in force; one that cannot be used is said and left out."""
    filters = remember(request, resource.key, {f.key: None for f in resource.filters})
    values, wrong = resource.checked(actor, filters.values)
    for sentence in wrong.values():
        messages.warning(request, f"{sentence}这个筛选没有使用。")
    return filters, values


def _control(each: Any, values: Values, actor: Actor) -> dict[str, Any]:
    options = each.options(actor) if each.options else ()
    return {"filter": each, "value": values.get(each.key, each.default), "options": options}


def _line(resource: Resource, row: Any) -> dict[str, Any]:
    cells = [{"column": c, "words": c.shown(row)} for c in resource.columns]
    return {"href": resource.href(row), "first": cells[0], "cells": cells[1:], "row": row}
