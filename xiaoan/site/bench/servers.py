"""Starting what is measured: the web server and the worker as in production, and the plain view beside them."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

US = [sys.executable, "-c", "from xiaoan.site.cli import main; main()"]
SLOWEST_START = 60


@contextmanager
def running(log: Path) -> Iterator[dict[str, int]]:
    """Ports by name (`ours`, `plain`), with a worker beside them; all are stopped at the end."""
    ours, plain = _free_port(), _free_port()
    with log.open("w") as out:
        started = [
            _start([*US, "serve"], out, XIAOAN_PORT=str(ours), XIAOAN_TOTP="0", XIAOAN_LIMITS="0"),
            _start([*US, "worker"], out),
            _start(_plain(plain), out, DJANGO_SETTINGS_MODULE="xiaoan.site.bench.plain"),
        ]
        try:
            _wait(ours, "/accounts/login/")
            _wait(plain, "/nothing/")
            yield {"ours": ours, "plain": plain, "web": started[0].pid, "worker": started[1].pid}
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


def _plain(port: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "xiaoan.site.wsgi:application", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket",
    ]  # fmt: skip


def _start(command: list[str], out: IO[str], **environ: str) -> subprocess.Popen[bytes]:
    told = {**os.environ, "XIAOAN_DATA": str(settings.XIAOAN_DATA), **environ}
    return subprocess.Popen(command, env=told, stdout=out, stderr=out)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, address: str) -> None:
    """Until the server answers anything at all. Raises TimeoutError."""
    end = time.monotonic() + SLOWEST_START
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=5).read()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} did not answer within {SLOWEST_START} s")


def memory(pid: int) -> int:
    """Megabytes that a process and its children hold, shared pages shared out (PSS)."""
    total = 0
    for each in [pid, *_children(pid)]:
        try:
            told = Path(f"/proc/{each}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(next(line for line in told.splitlines() if line.startswith("Pss:")).split()[1])
    return round(total / 1024)


def _children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            yield child
            yield from _children(child)
