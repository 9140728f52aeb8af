"""Asking a server: one client for latencies, eight for the rate; every answer must be the expected one."""

import http.client
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

CLIENTS = 8
WARM = 8  # calls before any counts
WARM_SECONDS = 0.5  # of eight clients: one connection stays with one process of the server, and all shall be warm
LONGEST = 15.0  # seconds for one client's calls


@dataclass(frozen=True)
class Ask:
    """One request: `body` makes a new one for each call of a write."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: Callable[[], bytes] | None = None
    fresh: Callable[[], dict[str, str]] | None = None  # headers that differ from call to call
    holds: bytes = b""  # what a good answer holds


@dataclass(frozen=True)
class Several:
    """Requests that only together do something, made anew for each call."""

    made: Callable[[], Sequence[Ask]]


def in_turn(asks: Iterable[Ask]) -> Several:
    """One of these requests after the other."""
    turn = cycle(asks)
    return Several(lambda: [next(turn)])


@dataclass(frozen=True)
class Times:
    """Milliseconds of one client, requests a second of eight, bytes of an answer."""

    p50: float
    p95: float
    p99: float
    rate: float
    size: int


class Unexpected(Exception):
    """The server answered with something else than success: a benchmark of errors measures nothing."""


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._made = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, what: Ask | Several) -> tuple[float, int]:
        """(seconds, bytes) of one call. Raises Unexpected for any status but 200, 201 and 204, and for an answer that
        does not hold what a good one does."""
        if isinstance(what, Several):
            parts = [self.ask(each) for each in what.made()]
            return sum(took for took, _ in parts), sum(size for _, size in parts)
        body = what.body() if what.body else None
        headers = {**what.headers, **(what.fresh() if what.fresh else {})}
        began = time.perf_counter()
        self._made.request(what.method, what.address, body, headers)
        answer = self._made.getresponse()
        data = answer.read()
        if answer.status not in (200, 201, 204) or what.holds not in data:
            raise Unexpected(f"{what.method} {what.address}: {answer.status} {data[:300].decode(errors='replace')}")
        return time.perf_counter() - began, len(data)


def measure(port: int, what: Ask | Several, calls: int, seconds: float) -> Times:
    """Warm up, then `calls` by one client (fewer where they take long), then eight clients for `seconds`."""
    if seconds:
        _rate(port, what, WARM_SECONDS)
    one, taken, size = Connection(port), list[float](), 0
    end = time.perf_counter() + LONGEST
    for n in range(WARM + calls):
        took, size = one.ask(what)
        if n >= WARM or time.perf_counter() > end:
            taken.append(took * 1000)
        if taken and time.perf_counter() > end:
            break
    taken.sort()
    rate = _rate(port, what, seconds) if seconds else 0.0
    return Times(_at(taken, 0.5), _at(taken, 0.95), _at(taken, 0.99), rate, size)


def _at(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)


def _rate(port: int, what: Ask | Several, seconds: float) -> float:
    counts, wrong, end = [0] * CLIENTS, list[Exception](), time.perf_counter() + seconds

    def work(n: int) -> None:
        try:
            connection = Connection(port)
            while time.perf_counter() < end and not wrong:
                connection.ask(what)
                counts[n] += 1
        except (Unexpected, OSError, http.client.HTTPException) as why:
            wrong.append(why)

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return round(sum(counts) / (time.perf_counter() - began), 1)


@contextmanager
def noise(port: int, what: Ask) -> Iterator[list[float]]:
    """Other work going on: two clients that ask all the time. Gives the list of their milliseconds."""
    stop, taken = threading.Event(), list[float]()

    def work() -> None:
        connection = Connection(port)
        while not stop.is_set():
            taken.append(connection.ask(what)[0] * 1000)
            stop.wait(0.02)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield taken
    finally:
        stop.set()
        for thread in threads:
            thread.join()
