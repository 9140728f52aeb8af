"""The web and the worker are killed (-9) in the middle of work: what was acknowledged is there once, what was not and is
sent again has one effect, and both proofs are clean."""

import http.client
import json
import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.running import Browser, Site, new_site
from xiaoan.kernel.ids import new_id
from xiaoan.kernel.wall import EVERYTHING

pytestmark = pytest.mark.long
SUBMISSIONS, AT_ONCE, BATCH, ROUNDS = 1000, 4, 10, 2


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with new_site(tmp_path) as made:
        yield made


def test_dying_at_any_statement_of_a_submission_a_fold_a_sealing_an_import_or_a_publication_breaks_nothing(
    site: Site,
) -> None:
    told = site.script("tests.kill_sweep")
    broken = {name: told.pop(name) for name in list(told) if name.startswith("broken")}
    assert {name: found["faults"] for name, found in told.items()} == {name: [] for name in told}
    assert min(found["kills"] for found in told.values()) >= 4  # a record is four messages
    # The control: with a transaction taken away the same deaths are found out.
    assert all(found["faults"] for found in broken.values())
    assert len(broken) == 2


def test_killing_web_and_worker_in_the_middle_of_1000_submissions_loses_and_doubles_nothing(site: Site) -> None:
    site.run("migrate", "-v0")
    ids = site.script("tests.seed_killed")
    commands = [_command(ids) for _ in range(SUBMISSIONS)]
    site.start()
    answered, dice = set[str](), random.Random(20261121)
    senders = [
        threading.Thread(target=_send_until_done, args=(site, ids, commands[n::AT_ONCE], answered))
        for n in range(AT_ONCE)
    ]
    for sender in senders:
        sender.start()
    for part in range(1, ROUNDS + 1):
        wanted = SUBMISSIONS * part // (ROUNDS + 1)
        while len(answered) < wanted:
            time.sleep(dice.random() / 20)
        before = set(answered)
        site.kill()
        assert len(answered) < SUBMISSIONS, "killed too late"
        assert before <= _records(site)
        _free_leases(site)
        site.start()
    for sender in senders:
        sender.join(timeout=240)
    assert answered == {command["id"] for command in commands}
    again = set[str]()
    _send_until_done(site, ids, commands[: 10 * BATCH], again)
    assert _records(site) == answered
    assert json.loads(site.run("verify", "--json"))["clean"]
    site.run("journal", "verify")


def _command(ids: dict[str, str]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    payload = {"unit": ids["unit"], "sheet": "general", "answers": {"title": "合成"}, "seconds": 30}
    return {"id": str(new_id()), "kind": "record.file", "label": "通用记录", "post": ids["post"], "captured_at": now,
            "happened_at": now, "payload": payload}  # fmt: skip


def _send_until_done(site: Site, ids: dict[str, str], commands: list[dict[str, Any]], answered: set[str]) -> None:
    """As a phone does: the same commands again and again, until each has its answer."""
    browser, deadline = None, time.monotonic() + 240
    waiting = {command["id"]: command for command in commands}
    while waiting and time.monotonic() < deadline:
        batch = list(waiting.values())[:BATCH]
        try:
            if browser is None:
                signing = Browser(site.port)
                signing.sign_in()
                browser = signing
            sending = {"person": ids["person"], "sent_at": datetime.now(UTC).isoformat(), "commands": batch}
            status, text = browser.post("/sync/commands/", json.dumps(sending), "application/json")
        except (OSError, http.client.HTTPException, AssertionError):
            time.sleep(0.3)
            continue
        if status != 200:
            time.sleep(0.3)
            continue
        for answer in json.loads(text)["answers"]:
            assert answer["state"] in ("done", "later"), answer
            if answer["state"] == "done":
                answered.add(answer["id"])
                waiting.pop(answer["id"])


def _ask(site: Site, statement: str) -> list[Any]:
    """Past the program, which is dead at that moment."""
    if url := site.environ.get("XIAOAN_DATABASE"):
        with psycopg.connect(url, autocommit=True, options=f"-c xiaoan.scope={EVERYTHING}") as connection:
            found = connection.execute(statement)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []
    with closing(sqlite3.connect(Path(site.environ["XIAOAN_DATA"]) / "xiaoan.sqlite3", timeout=20)) as plain, plain:
        return plain.execute(statement).fetchall()


def _records(site: Site) -> set[str]:
    """Ids of all records; each command makes one with an id of its own, so the commands' ids are taken."""
    rows = _ask(site, "SELECT c.id, (SELECT COUNT(*) FROM sheets_record) FROM sync_command c WHERE c.state = 'done'")
    assert not rows or len(rows) == rows[0][1], "records and commands do not match"
    return {str(UUID(str(row[0]))) for row in rows}


def _free_leases(site: Site) -> None:
    """A dead worker's lease runs out after a minute; a test does not wait for it."""
    _ask(site, "UPDATE jobs_job SET leased_until = '2020-01-01 00:00:00+00:00' WHERE state = 'running'")
