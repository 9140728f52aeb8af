"""The code on the wall, held before a phone's camera: read by our own reader, with or without a network."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_phone_offline import go


def show(camera: Path, address: str, turned: float = 0) -> None:
    """Put a printed code, a little turned, before the camera."""
    print_of = BytesIO()
    segno.make(address, error="m").save(print_of, kind="png", scale=8, border=2)
    code = Image.open(print_of).convert("RGB").rotate(turned, expand=True, fillcolor="white")
    wall = Image.new("RGB", (1280, 720), "#b8b2a6")
    wall.paste(code, ((1280 - code.width) // 2, (720 - code.height) // 2))
    wall.save(camera, format="JPEG", quality=80)


def test_a_code_on_the_wall_brings_its_place_into_a_report_without_a_network(
    phone_of: Callable[[str], Page], site: Site, camera: Path
) -> None:
    token = site.one("select token from risks_point where name=?", "食堂燃气间")
    show(camera, f"{site.url}/q/{token}/", turned=12)
    guard = phone_of("guard")
    guard.context.set_offline(True)
    go(guard, "#/report")
    guard.click("#f-place")
    guard.get_by_role("button", name="扫点位二维码").click()
    expect(guard.locator("dialog")).to_have_count(0)
    expect(guard.locator("#f-place b")).to_have_text("食堂燃气间")


def test_a_code_read_on_a_round_marks_its_stop_and_a_strange_one_is_refused_in_words(
    phone_of: Callable[[str], Page], site: Site, camera: Path
) -> None:
    show(camera, f"{site.url}/q/strange-token-of-others/")
    guard = phone_of("guard")
    go(guard, "#/patrol")
    guard.get_by_role("link", name="开始走").first.click()
    guard.get_by_role("button", name="扫码打点").click()
    expect(guard.locator(".toast")).to_contain_text("不是这条路线上的点位")
    show(camera, f"{site.url}/q/{site.one('select token from risks_point where name=?', '食堂燃气间')}/")
    guard.get_by_role("button", name="扫码打点").click()
    stop = guard.locator(".stop", has_text="食堂燃气间")
    expect(stop).to_contain_text("已扫码")
    expect(stop.get_by_role("radio", name="正常")).to_have_attribute("aria-checked", "true")
