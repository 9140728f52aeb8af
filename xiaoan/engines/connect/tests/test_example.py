import importlib.util
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from conftest import Cast
from xiaoan.engines.connect import hooks
from xiaoan.engines.connect.problems import TOLD
from xiaoan.engines.connect.tests.making import a_token
from xiaoan.engines.sheets.models import Record

DOCS = Path(__file__).resolve().parents[4] / "docs"
CLIENT = DOCS / "example_client.py"


@pytest.fixture
def example() -> Any:
    spec = importlib.util.spec_from_file_location("example_client", CLIENT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.django_db(transaction=True)
def test_the_example_client_connects_to_a_live_site(live_server: Any, cast: Cast) -> None:
    token = a_token(cast, "safety_director")
    for n in (1, 2):
        ran = subprocess.run(
            [sys.executable, CLIENT, live_server.url, token], capture_output=True, text=True, timeout=60
        )
        assert ran.returncode == 0, ran.stderr
        name, made, told = ran.stdout.split("\n")[:3]
        assert name == "接口:合成系统safety_director" and told == f"{n} 条记录"
        assert Record.objects.get(id=made).person_name == name
    refused = subprocess.run(
        [sys.executable, CLIENT, live_server.url, "xa_no"], capture_output=True, text=True, timeout=60
    )
    assert "not_signed_in: 令牌不对" in refused.stderr


def test_the_example_client_knows_our_signature_from_another(example: Any) -> None:
    now, body = int(time.time()), b'{"kind": "record"}'
    signed = hooks.signature("secret", now, body)
    assert example.is_genuine("secret", signed, body)
    assert not example.is_genuine("other", signed, body) and not example.is_genuine("secret", signed, body + b" ")
    assert not example.is_genuine("secret", hooks.signature("secret", now - 900, body), body)


def test_the_page_tells_every_code_and_the_example_stays_short() -> None:
    told = (DOCS / "interfaces.md").read_text("utf-8")
    assert {t.code for t in TOLD.values()} <= set(re.findall(r"`(\w+)`", told))
    lines = [line for line in CLIENT.read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) <= 32  # thirty, the docstring and the last guard
