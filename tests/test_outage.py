"""The database goes away for a while, or the disk is full: people are told, what they typed is kept, and when it is over
all goes on, each record there once."""

import html
import http.client
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest

from tests.cluster import Cluster, new_cluster
from tests.running import Browser, Site, new_site
from xiaoan.engines.sheets.forms import PREFIX
from xiaoan.kernel.ids import new_id
from xiaoan.kernel.wall import EVERYTHING

pytestmark = pytest.mark.long
IS_POSTGRESQL = bool(os.environ.get("XIAOAN_DATABASE"))
FORM = "application/x-www-form-urlencoded"
MEGABYTE = 2**20
AWAY = 30  # seconds that the database stays away


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the database server's own user may pass through, which is not so below pytest's folders."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def test_a_database_that_is_gone_and_a_full_disk_cost_nobody_anything(folder: Path) -> None:
    with small_disk(folder / "disk", 200 if IS_POSTGRESQL else 100) as disk:
        if not IS_POSTGRESQL:  # a file: there is no server that could go away
            with new_site(disk / "site") as site:
                runs_full(site, disk, *working(site), lambda: None)
            return
        disk.chmod(0o755)
        with new_cluster(disk / "pg") as cluster:
            cluster.start(fsync="off", max_wal_size="48MB", min_wal_size="32MB", max_connections="60")
            with new_site(disk / "site", XIAOAN_DATABASE=cluster.url) as site:
                browser, ids, page = working(site)
                is_gone(site, cluster, browser, ids, page)
                runs_full(site, disk, browser, ids, page, lambda: back(cluster))


def is_gone(site: Site, cluster: Cluster, browser: Browser, ids: dict[str, str], page: "Form") -> None:
    """For half a minute: everybody is told so, and what was acknowledged before, or typed meanwhile, is there after."""
    assert browser.post(page.address, page.filled("停库前写的", new_id()), FORM)[0] == 302
    cluster.stop("immediate")
    gone = time.monotonic()
    status, told = browser.post(page.address, page.filled("停库时写的"), FORM)
    assert (status, "停库时写的" in told, "再提交一次" in told) == (503, True, True)
    phone = sending(ids, "停库时手机写的", str(new_id()))
    with ThreadPoolExecutor() as people:
        page_seen = people.submit(browser.get, "/records/")
        sent = people.submit(browser.post, "/sync/commands/", phone, "application/json")
        called = people.submit(browser.get, "/api/records/")
    assert (page_seen.result()[0], "暂时连不上数据库" in page_seen.result()[1]) == (503, True)
    for status, answer in (sent.result(), called.result()):
        assert (status, "平台暂时" in json.loads(answer)["sentence"]) == (503, True), json.loads(answer)
    time.sleep(max(0.0, AWAY - (time.monotonic() - gone)))
    cluster.start()
    began = time.monotonic()
    assert wait_for(lambda: resubmit(browser, told)) == 302
    assert time.monotonic() - began < 15
    resubmit(browser, told)
    for _ in range(2):
        status, answer = browser.post("/sync/commands/", phone, "application/json")
        assert (status, json.loads(answer)["answers"][0]["state"]) == (200, "done")
    assert titles_of(site) == sorted(["停库前写的", "停库时写的", "停库时手机写的"])


def back(cluster: Cluster) -> None:
    """A full disk may have stopped the server: the administrator starts it when there is room again."""
    try:
        cluster.ask("SELECT 1")
    except Exception:  # noqa: BLE001
        (cluster.data / "postmaster.pid").unlink(missing_ok=True)
        cluster.start()


def runs_full(
    site: Site, disk: Path, browser: Browser, ids: dict[str, str], page: "Form", revive: Callable[[], None]
) -> None:
    before = titles_of(site)
    ballast = disk / "ballast"
    fill(ballast, disk)
    status, told = upload(browser, b"x" * MEGABYTE + os.urandom(MEGABYTE))
    assert (status, "磁盘满了" in told) == (503, True)
    assert not [p for p in (disk / "site" / "files").rglob("*") if p.is_file()]
    # Small writes may still find room in what the database holds already: they are either done or said not to be.
    done, told = [], ""
    for n in range(400):
        status, answer = browser.post(page.address, page.filled(f"满盘{n}", new_id()), FORM)
        assert status in (302, 503), (status, answer)
        if status == 302:
            done.append(f"满盘{n}")
            continue
        told = answer
        break
    assert "再提交一次" in told
    ballast.unlink()
    revive()
    assert wait_for(lambda: resubmit(browser, told)) == 302
    resubmit(browser, told)
    assert upload(browser, b"y" * MEGABYTE)[0] == 200
    phone = sending(ids, "手机上写的", str(new_id()))
    for _ in range(2):
        status, answer = browser.post("/sync/commands/", phone, "application/json")
        assert (status, json.loads(answer)["answers"][0]["state"]) == (200, "done")
    assert titles_of(site) == sorted([*before, *done, f"满盘{len(done)}", "手机上写的"])
    assert all(process.poll() is None for process in site.processes)  # web and worker have lived through it
    assert json.loads(site.run("verify", "--json"))["clean"]
    site.run("journal", "verify")


class Form:
    """A record's form as a browser holds it."""

    def __init__(self, address: str, text: str) -> None:
        self.address = address
        self.values = dict(hidden(text))

    def filled(self, title: str, client_id: Any = None) -> str:
        mine = {
            **self.values,
            f"{PREFIX}-title": title,
            f"{PREFIX}-note": "长" * 900,
            "happened": f"{datetime.now():%Y-%m-%d}",
        }
        return urlencode({**mine, "id": str(client_id)} if client_id else mine)


def hidden(text: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)


def working(site: Site) -> tuple[Browser, dict[str, str], Form]:
    """A seeded site that runs, a person signed in, and the form that this person has open."""
    site.run("migrate", "-v0")
    ids = site.script("tests.seed_killed")
    site.start()
    browser = Browser(site.port)
    browser.sign_in()
    status, text = browser.get("/records/new/general/")
    assert status == 200
    return browser, ids, Form("/records/new/general/", text)


def titles_of(site: Site) -> list[str]:
    """Of all records, asked past the program: starting it takes seconds."""
    if url := site.environ.get("XIAOAN_DATABASE"):
        with psycopg.connect(url, options=f"-c xiaoan.scope={EVERYTHING}") as connection:
            rows = connection.execute("SELECT answers->>'title' FROM sheets_record").fetchall()
    else:
        with closing(sqlite3.connect(Path(site.environ["XIAOAN_DATA"]) / "xiaoan.sqlite3")) as plain:
            rows = plain.execute("SELECT json_extract(answers, '$.title') FROM sheets_record").fetchall()
    return sorted(title for (title,) in rows)


def resubmit(browser: Browser, told: str) -> int:
    """What the button 再提交一次 sends."""
    kept = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', told, re.DOTALL)
    address = re.search(r'action="([^"]+)"', told)
    assert address
    return browser.post(
        html.unescape(address[1]), urlencode([(name, html.unescape(value)) for name, value in kept]), FORM
    )[0]


def sending(ids: dict[str, str], title: str, command: str = "") -> str:
    now = datetime.now(UTC).isoformat()
    payload = {"unit": ids["unit"], "sheet": "general", "answers": {"title": title}, "seconds": 5}
    one = {"id": command or str(new_id()), "kind": "record.file", "label": "通用记录", "post": ids["post"],
           "captured_at": now, "happened_at": now, "payload": payload}  # fmt: skip
    return json.dumps({"person": ids["person"], "sent_at": now, "commands": [one]})


def upload(browser: Browser, content: bytes) -> tuple[int, str]:
    edge = "edge-of-the-part"
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'.encode()
        + content.translate(bytes(97 + n % 26 for n in range(256)))
        + f"\r\n--{edge}--\r\n".encode()
    )
    return browser.post("/files/", body, f"multipart/form-data; boundary={edge}")


def wait_for(attempt: Callable[[], int], wanted: int = 302, seconds: int = 40) -> int:
    """Try as people do, until it goes through."""
    deadline, got = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        try:
            got = attempt()
        except (OSError, http.client.HTTPException):
            got = 0
        if got == wanted:
            break
        time.sleep(0.5)
    return got


@contextmanager
def small_disk(at: Path, megabytes: int) -> Iterator[Path]:
    at.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "xiaoan", str(at)], capture_output=True)
    if done.returncode:
        pytest.skip("a small disk can only be made by root, where mounting is allowed")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def fill(ballast: Path, disk: Path) -> None:
    with ballast.open("wb") as out:
        try:
            while True:
                out.write(bytes(65536))
                out.flush()
        except OSError:
            pass
