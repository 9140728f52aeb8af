"""What a record type says about itself: columns, filters, order, and where its rows come from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from xiaoan.engines.ui.dates import cn_day, cn_moment
from xiaoan.kernel.actor import Actor

Values = Mapping[str, str]
Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Column:
    """One value of a row: as it is for Excel and the API, in words (or marked-up) for the page.

    `type` is the Python type of the value; `is_wrapped` lets long words take several lines.
    """

    key: str
    label: str
    value: Callable[[Any], Any]
    show: Callable[[Any], Any] | None = None
    type: Any = str
    width: int = 14
    is_wrapped: bool = False

    @property
    def is_number(self) -> bool:
        return self.type in (int, float)

    def shown(self, row: Any) -> Any:
        return self.show(row) if self.show else written(self.value(row))


@dataclass(frozen=True)
class Filter:
    """One way to narrow the list. `kind` is choice, words or day; a choice has `options(actor)`.

    `narrow(rows, value, actor)` is called with what was asked, or with `default` when nothing was.
    `orders` gives a value an order of its own: where the list's would search far, and an index serves this one. Its
    columns are never empty in the rows that the value leaves.
    """

    key: str
    label: str
    narrow: Callable[[QuerySet[Any], str, Actor], QuerySet[Any]]
    kind: str = "choice"
    options: Callable[[Actor], Options] | None = None
    default: str = ""
    every: str = "全部"
    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def wrong(self, value: str, actor: Actor) -> str:
        """A sentence when the value cannot be used, else empty."""
        if self.options and value not in dict(self.options(actor)):
            return f"“{self.label}”没有“{value[:20]}”这个选项。"
        if self.kind == "day" and _day(value) is None:
            return f"“{self.label}”不是正确的日期。"
        return ""


@dataclass(frozen=True)
class Resource:
    """A record type as a list. `one` names a single row in addresses. `rows(actor)` gives what the actor may see; `order` ends in the primary key.

    `total(actor, values)` is a kept count, or None when nobody keeps it for these filters.
    `more(actor, values)` adds columns to the Excel export; `keys` adds to the API's rows what programs join by,
    `detail(actor)` values to its single row.
    `light` names the database columns that a list needs, when that is few of them.
    `by_scope(actor)` says that the actor sees by rank and scope alone, so that its statements are compiled once.
    `actions(actor)` are buttons (label, address, icon) of the list page.
    """

    key: str
    one: str
    name: str
    right: str
    rows: Callable[[Actor], QuerySet[Any]]
    columns: Sequence[Column]
    order: Sequence[str]
    href: Callable[[Any], str]
    filters: Sequence[Filter] = ()
    measure: str = "条"
    icon: str = "list"
    empty: tuple[str, str] = ("还没有内容", "")
    total: Callable[[Actor, Values], int | None] = lambda actor, values: None
    more: Callable[[Actor, Values], Sequence[Column]] = lambda actor, values: ()
    keys: Sequence[Column] = ()
    detail: Callable[[Actor], Sequence[Column]] = lambda actor: ()
    actions: Callable[[Actor], Sequence[tuple[str, str, str]]] = lambda actor: ()
    light: Sequence[str] = ()
    by_scope: Callable[[Actor], bool] = lambda actor: False
    page_size: int = 20
    export_most: int = 20_000
    template: str = "resource/list.html"

    def narrowed(self, actor: Actor, values: Values) -> QuerySet[Any]:
        """The actor's rows under these filters, in order."""
        rows = self.rows(actor)
        for each in self.filters:
            if value := values.get(each.key) or each.default:
                rows = each.narrow(rows, value, actor)
        return rows.order_by(*self.order_of(values))

    def order_of(self, values: Values) -> Sequence[str]:
        """The list's order, or that of the first value which brings its own."""
        asked = ((f, values.get(f.key) or f.default) for f in self.filters)
        return next((f.orders[value] for f, value in asked if value in f.orders), self.order)

    def listed(self, actor: Actor, values: Values) -> QuerySet[Any]:
        """The same for a page of the list: only what its columns need is read."""
        rows = self.narrowed(actor, values)
        return rows.only(*self.light) if self.light else rows

    def checked(self, actor: Actor, asked: Values) -> tuple[dict[str, str], dict[str, str]]:
        """The filters that can be used, and a sentence for each that cannot."""
        given = {f.key: asked[f.key] for f in self.filters if asked.get(f.key)}
        wrong = {f.key: why for f in self.filters if f.key in given and (why := f.wrong(given[f.key], actor))}
        return {k: v for k, v in given.items() if k not in wrong}, wrong


def written(value: Any) -> str:
    """A value as pages write it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return cn_moment(value)
    if isinstance(value, date):
        return cn_day(value)
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
