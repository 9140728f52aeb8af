"""A real server on a data folder of its own, and a real browser: `site`, `signed_in(page, role)`, `phone`."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.seed import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=zh-CN",
]  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


@dataclass
class Site:
    """The running program: its address, its data folder, and a look into its database."""

    url: str
    data: Path

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the site's own database, read from outside."""
        with sqlite3.connect(f"file:{self.data}/xiaoan.sqlite3?mode=ro", uri=True) as base:
            return base.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        return self.query(sql, *values)[0][0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test, and needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine; set CHROMIUM to its path"))


@pytest.fixture(scope="session", autouse=True)
def allow_orm_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in this thread; Django's ORM would refuse to run beside it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The program as in production (gunicorn, hashed static files) over a small synthetic world."""
    data, port = tmp_path_factory.mktemp("site"), free_port()
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XIAOAN_") and k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environ = {**kept, "XIAOAN_DATA": str(data), "XIAOAN_PORT": str(port), "XIAOAN_TOTP": "0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from xiaoan.site.cli import main; main()"]
    for step in (
        [*command, "migrate", "-v0"],
        [*command, "collectstatic", "--noinput", "-v0"],
        [sys.executable, "-m", "tests.browser.seed"],
    ):
        subprocess.run(step, env=environ, cwd=ROOT, check=True, timeout=500)
    with open(data / "server.log", "wb") as log:  # noqa: PTH123
        server = subprocess.Popen([*command, "serve"], env=environ, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/accounts/login/", server, data / "server.log")
        yield Site(f"http://127.0.0.1:{port}", data)
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.25)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the phones' camera sees: a picture (.mjpeg) that a test puts there before it opens the camera."""
    return tmp_path_factory.mktemp("camera") / "seen.mjpeg"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], camera: Path) -> dict[str, Any]:
    lens = [f"--use-fake-{part}-for-media-stream" for part in ("ui", "device")]
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [*FLAGS, *lens, f"--use-file-for-fake-video-capture={camera}"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], site: Site) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "base_url": site.url}


def sign_in(page: Page, url: str, role: str) -> Page:
    """Sign in through the form, as a person does; harmless when signed in already."""
    page.goto(f"{url}/accounts/login/?next=/phone/")
    if page.locator("input[name=password]").count():
        page.fill("input[name=login]", role)
        page.fill("input[name=password]", PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda address: "/accounts/login" not in address)
    return page


@pytest.fixture
def signed_in(site: Site) -> Callable[[Page, str], Page]:
    """signed_in(page, role): the page, signed in as the synthetic person in that role."""
    return lambda page, role: sign_in(page, site.url, role)


@pytest.fixture
def phone(browser: Any, site: Site) -> Iterator[Page]:
    """A phone of 390 × 844 with the installed page opened by the safety director, ready to lose its network."""
    context = browser.new_context(**PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=site.url)
    page = sign_in(context.new_page(), site.url, "safety_director")
    open_phone(page, site.url)
    yield page
    context.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "noise.jpg"
    Image.effect_noise((1000, 750), 60).convert("RGB").save(path)
    return path


@pytest.fixture
def phone_of(browser: Browser, site: Site) -> Iterator[Callable[[str], Page]]:
    """phone_of(role): that person's own phone, ready to lose its network."""
    opened = []

    def one(role: str) -> Page:
        context = browser.new_context(**PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=site.url)
        opened.append(context)
        page = sign_in(context.new_page(), site.url, role)
        open_phone(page, site.url)
        return page

    yield one
    for context in opened:
        context.close()


def open_phone(page: Page, url: str) -> None:
    """Open /phone/ and wait until its service worker would answer without a network."""
    page.goto(f"{url}/phone/")
    page.wait_for_selector("#top .hd")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # Not wait_for_function: its polling evaluates a string in the page, which the page's content policy refuses.
    for _ in range(300):
        if page.evaluate("navigator.serviceWorker.controller !== null"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the service worker did not take the page over")
