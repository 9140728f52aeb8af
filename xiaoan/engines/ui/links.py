"""Links that keep where the reader is: segments, crumbs, pager, and the line about remembered filters."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from xiaoan.engines.ui.remember import Filters
from xiaoan.engines.ui.strict import all_shaped, one_of

CURSORS = ("after", "before")


def with_query(context: Any, **changes: str) -> str:
    """Return the page's query with some parameters changed; page cursors never survive a change."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name in (*CURSORS, "reset"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def seg(
    context: Any, name: str, options: Iterable[tuple[str, str]], current: str, *, label: str = "选择"
) -> dict[str, Any]:
    """Show a few alternatives as joined links. `options` are (value, words); `name` is the query parameter."""
    pairs = [(str(value), words) for value, words in options]
    one_of(str(current), [value for value, _ in pairs], f"seg {name}")
    return {
        "label": label,
        "links": [(words, with_query(context, **{name: value}), value == str(current)) for value, words in pairs],
    }


@dataclass(frozen=True)
class Crumb:
    """One unit or page on the way here; the one with `on` is where we look."""

    label: str
    href: str = ""
    on: bool = False
    pick: bool = False


def crumbs(units: Iterable[Any]) -> dict[str, Any]:
    """Show the way from the province to here; `pick` draws a dashed place to choose the next one."""
    return {"crumbs": all_shaped(Crumb, units)}


def pager(context: Any, *, after: str = "", before: str = "", total: str = "") -> dict[str, Any]:
    """Show 上一页 and 下一页 for a keyset list; `after` and `before` are the cursors, empty at the ends."""
    return {
        "next": with_query(context, after=after) if after else "",
        "previous": with_query(context, before=before) if before else "",
        "total": total,
    }


def excel(context: Any) -> dict[str, Any]:
    """Show the button that takes what the page shows away as a workbook (kernel/excel.py), under the same filters."""
    return {"href": with_query(context, **{"as": "xlsx"})}


def recalled(filters: Filters) -> dict[str, Any]:
    """Say that the list shows the filters of last time, and how to see all."""
    return {"shown": filters.recalled}
