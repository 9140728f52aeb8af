"""The web and the worker are killed (-9) in the middle of 200 submissions: nothing is lost, nothing doubled,
and both proofs are clean."""

import http.client
import json
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.running import Browser, Site, new_site
from xiaoan.engines.sheets.catalogue import sheet
from xiaoan.kernel.ids import new_id

SUBMISSIONS = 200


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with new_site(tmp_path) as made:
        yield made


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
