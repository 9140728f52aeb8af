"""How long the database takes for the first page of a list under each single filter, asked by each rank."""

import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from xiaoan.engines.resource.declare import Resource
from xiaoan.kernel import wall
from xiaoan.site.bench.people import Asker

ROUNDS = 3


@dataclass(frozen=True)
class Filtered:
    """A first page: who asks for what, the milliseconds in the database, and how it found the rows."""

    rank: str
    filter: str
    value: str
    took: float
    plan: str


def values_of(resource: Resource, asker: Asker, words: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """(filter, value) for everything that this asker may choose; `words` are values for filters that are typed."""
    yield "", ""
    for each in resource.filters:
        options = [value for value, _ in each.options(asker.actor)] if each.options else words.get(each.key, [])
        yield from ((each.key, value) for value in options if value)


def filtered(resource: Resource, asker: Asker, words: dict[str, list[str]]) -> list[Filtered]:
    """The time of each, warm: the best of some rounds of EXPLAIN ANALYZE, or of asking where there is none."""
    with wall.asking(asker.actor):
        return [_timed(resource, asker, *asked) for asked in values_of(resource, asker, words)]


def _timed(resource: Resource, asker: Asker, key: str, value: str) -> Filtered:
    rows = resource.listed(asker.actor, {key: value} if key else {})[: resource.page_size + 1]
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:  # no unit of that name: nothing is asked
        return Filtered(asker.rank, key, value, 0.0, "")
    took, plan = min((_asked(sql, params) for _ in range(ROUNDS)), key=lambda t: t[0])
    return Filtered(asker.rank, key, value, took, plan)


def summary(found: list[Filtered]) -> str:
    times = sorted(f.took for f in found)
    return (
        f"{len(times)} 种单个筛选的首页：库内中位 {statistics.median(times):.2f}，最慢 {times[-1]:.2f} 毫秒，"
        f"超过 10 毫秒的 {sum(t > 10 for t in times)} 种"
    )


def _asked(sql: str, params: Any) -> tuple[float, str]:
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            began = time.perf_counter()
            cursor.execute(sql, params)
            cursor.fetchall()
            return (time.perf_counter() - began) * 1000, ""
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {sql}", params)
        lines = [line for (line,) in cursor.fetchall()]
    told = "\n".join(lines)
    spent = sum(float(found) for found in re.findall(r"(?:Planning|Execution) Time: ([\d.]+)", told))
    return spent, told
