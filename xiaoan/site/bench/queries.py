"""How many statements a page asks of the database, and how long the slowest takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from xiaoan.site.bench.people import Asker

ROUNDS = 5


@dataclass(frozen=True)
class Asked:
    """Statements of one page: how many, and the milliseconds and text of the slowest at its best of some rounds."""

    count: int
    slowest: float
    statement: str


def asked(asker: Asker, address: str) -> Asked:
    """Fetch a page in this process some times. The best round counts: what others do on the machine does not."""
    best: list[tuple[float, str]] = []
    for _ in range(ROUNDS):
        seen: list[tuple[float, str]] = []
        with connection.execute_wrapper(_watch(seen)):
            answer = asker.client.get(address)
            if hasattr(answer, "streaming_content"):
                b"".join(answer.streaming_content)
        if answer.status_code != 200:
            raise LookupError(f"{address}: {answer.status_code}")
        best = [min(pair) for pair in zip(best, seen, strict=True)] if len(best) == len(seen) else seen
    took, statement = max(best, default=(0.0, ""))
    return Asked(len(best), round(took * 1000, 2), statement)


def _watch(seen: list[tuple[float, str]]) -> Callable[..., Any]:
    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append((time.perf_counter() - began, sql))

    return watch
