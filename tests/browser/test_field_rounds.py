"""A round walked without a network: drafts survive, a fault becomes a hazard at its point, the round arrives once."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_phone_offline import READ, go, until, waiting


def test_a_round_is_walked_without_a_network_and_its_fault_becomes_a_hazard(
    phone_of: Callable[[str], Page], site: Site, picture: Path
) -> None:
    guard = phone_of("guard")
    guard.context.set_offline(True)
    go(guard, "#/patrol")
    guard.get_by_role("link", name="开始走").first.click()
    gas = guard.locator(".stop", has_text="食堂燃气间")
    gas.get_by_role("radio", name="异常").click()
    gas.get_by_placeholder("发现了什么，一句话").fill("阀门没关，有味道")
    gas.locator("input[type=file]").set_input_files(picture)
    expect(gas.locator("img")).to_have_count(1)
    guard.locator("[data-all]").click()
    guard.get_by_role("button", name="撤销").click()
    expect(guard.locator("[aria-checked=true]")).to_have_count(1)
    guard.wait_for_timeout(500)
    guard.reload()  # a browser that dies on the way
    expect(guard.locator("#app")).to_contain_text("开始的这一趟")
    expect(guard.get_by_placeholder("发现了什么，一句话")).to_have_value("阀门没关，有味道")
    guard.click("#act .bigbtn")
    expect(guard.locator("[role=alert]")).to_contain_text("还有 2 个点位没有选")
    guard.locator("[data-all]").click()
    guard.click("#act .bigbtn")
    expect(guard.locator("#app")).to_contain_text("待发送")
    assert waiting(guard) == 1
    guard.context.set_offline(False)
    until(lambda: site.one("select count(*) from patrols_round where state='walked'") == 1)
    [(words, source, photos, point)] = site.query(
        "select words, source, photos, point_id from hazards_hazard where source='patrol'"
    )
    assert (words, source, len(json.loads(photos))) == ("阀门没关，有味道", "patrol", 1)
    assert site.one("select name from risks_point where id=?", point) == "食堂燃气间"
    assert guard.evaluate(READ, "blobs") == []
