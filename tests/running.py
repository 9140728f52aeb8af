"""The program as it runs in production, on data of its own, for tests that kill it, starve it or bring it back."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.seed_killed import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
XIAOAN = [sys.executable, "-c", "from xiaoan.site.cli import main; main()"]


class Site:
    """The program as it runs in production, on its own data, to be killed and started again."""

    def __init__(self, environ: dict[str, str], port: int) -> None:
        self.environ, self.port = environ, port
        self.processes: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str, program: list[str] | None = None, fails: bool = False) -> str:
        """What the command says; it must succeed, or fail when that is what is expected."""
        done = subprocess.run(
            [*(program or XIAOAN), *words], env=self.environ, cwd=ROOT, capture_output=True, text=True
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + (done.stderr if fails else "")

    def script(self, module: str, *words: str) -> Any:
        """The JSON that a module of the tests prints last, run in a process of its own."""
        return json.loads(self.run("-m", module, *words, program=[sys.executable]).splitlines()[-1])

    def start(self, *names: str) -> None:
        for name in names or ("serve", "worker"):
            self.processes.append(
                subprocess.Popen([*XIAOAN, name], env=self.environ, cwd=ROOT, start_new_session=True,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )  # fmt: skip
        deadline = time.monotonic() + 90
        while names != ("worker",) and not self._answers():
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.2)

    def kill(self) -> None:
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes = []

    def _answers(self) -> bool:
        try:
            return Browser(self.port).get("/accounts/login/")[0] == 200
        except OSError:
            return False


class Browser:
    """Just enough of one to sign in and send JSON."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()

    def get(self, path: str) -> tuple[int, str]:
        return self._send("GET", path, None, {})

    def post(self, path: str, body: str | bytes, kind: str) -> tuple[int, str]:
        headers = {
            "Content-Type": kind,
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "Referer": f"http://127.0.0.1:{self.port}/",
        }
        return self._send("POST", path, body, headers)

    def sign_in(self, name: str = "killed") -> None:
        _, page = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = urlencode({"csrfmiddlewaretoken": token[1], "login": name, "password": PASSWORD})
        status, _ = self.post("/accounts/login/", form, "application/x-www-form-urlencoded")
        assert status == 302

    def _send(self, method: str, path: str, body: str | bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookie = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        connection.request(method, path, body, {**headers, "Cookie": cookie})
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode(errors="surrogateescape")


@contextmanager
def new_site(folder: Path, **settings: str) -> Iterator[Site]:
    """A site with an empty data folder and, beside PostgreSQL, a database of its own; ended with all its processes."""
    environ = {
        **{k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
        "XIAOAN_DATA": str(folder), "XIAOAN_PORT": str(free_port()), "PYTHONPATH": str(ROOT), **settings,
    }  # fmt: skip
    name, url = f"site_{uuid.uuid4().hex[:8]}", os.environ.get("XIAOAN_DATABASE", "")
    if url and "XIAOAN_DATABASE" not in settings:
        environ["XIAOAN_DATABASE"] = f"{url.rpartition('/')[0]}/{name}"
        psql(url, f"CREATE DATABASE {name}")
    made = Site(environ, int(environ["XIAOAN_PORT"]))
    try:
        yield made
    finally:
        made.kill()
        if url and "XIAOAN_DATABASE" not in settings:
            psql(url, f"DROP DATABASE {name} WITH (FORCE)")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def psql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]
