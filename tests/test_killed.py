"""The web and the worker are killed (-9) in the middle of 200 submissions: nothing is lost, nothing doubled,
and both proofs are clean."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.seed_killed import PASSWORD
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.kernel.ids import new_id

ROOT = Path(__file__).resolve().parent.parent
XIAOAN = [sys.executable, "-c", "from xiaoan.site.cli import main; main()"]
SUBMISSIONS = 200


class Site:
    """The program as it runs in production, on its own data, to be killed and started again."""

    def __init__(self, environ: dict[str, str], port: int) -> None:
        self.environ, self.port = environ, port
        self.processes: list[subprocess.Popen[bytes]] = []

    def run(self, *words: str, program: list[str] | None = None) -> str:
        done = subprocess.run(
            [*(program or XIAOAN), *words], env=self.environ, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        for name in ("serve", "worker"):
            self.processes.append(
                subprocess.Popen([*XIAOAN, name], env=self.environ, cwd=ROOT, start_new_session=True,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers():
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

    def post(self, path: str, body: str, kind: str) -> tuple[int, str]:
        headers = {
            "Content-Type": kind,
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "Referer": f"http://127.0.0.1:{self.port}/",
        }
        return self._send("POST", path, body, headers)

    def sign_in(self) -> None:
        _, page = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = urlencode({"csrfmiddlewaretoken": token[1], "login": "killed", "password": PASSWORD})
        status, _ = self.post("/accounts/login/", form, "application/x-www-form-urlencoded")
        assert status == 302

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookie = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        connection.request(method, path, body, {**headers, "Cookie": cookie})
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {
        **os.environ,
        "XIAOAN_DATA": str(tmp_path),
        "XIAOAN_PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "XIAOAN_DEBUG": "1",
    }
    name = f"killed_{uuid.uuid4().hex[:8]}"
    if url := os.environ.get("XIAOAN_DATABASE"):
        environ["XIAOAN_DATABASE"] = f"{url.rpartition('/')[0]}/{name}"
        _psql(url, f"CREATE DATABASE {name}")
    made = Site(environ, port)
    try:
        yield made
    finally:
        made.kill()
        if url:
            _psql(url, f"DROP DATABASE {name} WITH (FORCE)")


def _psql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _commands(ids: dict[str, str]) -> list[dict[str, Any]]:
    answers = {
        f.key: (f.options[0][0] if f.options else 1 if f.type == "number" else "合成")
        for f in sheet("general").fields
        if f.required
    }
    now = datetime.now(UTC).isoformat()
    return [
        {"id": str(new_id()), "kind": "record.file", "label": "通用记录", "post": ids["post"], "captured_at": now, "happened_at": now,
         "payload": {"unit": ids["unit"], "sheet": "general", "answers": answers, "seconds": 30}}
        for _ in range(SUBMISSIONS)
    ]  # fmt: skip


def _send_all(site: Site, ids: dict[str, str], commands: list[dict[str, Any]], answered: list[str]) -> None:
    """Send in small batches; a server that dies in the middle is what the test is about."""
    browser = Browser(site.port)
    try:
        browser.sign_in()
        for at in range(0, len(commands), 5):
            body = json.dumps(
                {"person": ids["person"], "sent_at": datetime.now(UTC).isoformat(), "commands": commands[at : at + 5]}
            )
            status, text = browser.post("/sync/commands/", body, "application/json")
            assert status == 200, text
            answered += [a["id"] for a in json.loads(text)["answers"] if a["state"] == "done"]
    except (OSError, http.client.HTTPException):
        return


def test_killing_web_and_worker_in_the_middle_of_200_submissions_loses_and_doubles_nothing(site: Site) -> None:
    site.run("migrate", "-v0")
    ids = json.loads(site.run("-m", "tests.seed_killed", program=[sys.executable]).splitlines()[-1])
    commands = _commands(ids)
    site.start()
    answered: list[str] = []
    senders = [threading.Thread(target=_send_all, args=(site, ids, commands[n::2], answered)) for n in range(2)]
    for sender in senders:
        sender.start()
    while len(answered) < SUBMISSIONS // 3 and any(s.is_alive() for s in senders):
        time.sleep(0.01)
    site.kill()
    for sender in senders:
        sender.join()
    assert SUBMISSIONS // 3 <= len(answered) < SUBMISSIONS
    site.start()
    for _ in range(2):
        again: list[str] = []
        _send_all(site, ids, commands, again)
        assert sorted(again) == sorted(c["id"] for c in commands)
    assert json.loads(site.run("verify", "--json"))["clean"]
    site.run("journal", "verify")
    count = (
        "import django; django.setup(); from xiaoan.engines.sheets.models import Record; print(Record.objects.count())"
    )
    site.environ["DJANGO_SETTINGS_MODULE"] = "xiaoan.site.settings"
    assert site.run("-c", count, program=[sys.executable]).strip() == str(SUBMISSIONS)
