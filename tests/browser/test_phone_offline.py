"""The phone without a network: nothing is lost, nothing is sent twice, whatever dies when."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import CHROMIUM, FLAGS, Site, free_port, open_phone, sign_in

MANY = 20
# Reads a store of the phone's database.
READ = """(store) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("xiaoan");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const all = opening.result.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""
# Puts everything back to `waiting`, as if no answer had ever come.
FORGET_ANSWERS = """() => new Promise((resolve) => {
  const opening = indexedDB.open("xiaoan");
  opening.onsuccess = () => {
    const tx = opening.result.transaction("outbox", "readwrite");
    const all = tx.objectStore("outbox").getAll();
    all.onsuccess = () => all.result.forEach((item) => tx.objectStore("outbox").put({ ...item, state: "waiting" }));
    tx.oncomplete = () => { opening.result.close(); resolve(true); };
  };
})"""


def waiting(page: Page) -> int:
    return sum(item["state"] == "waiting" for item in page.evaluate(READ, "outbox"))


def until(condition: Any, seconds: float = 30) -> None:
    """Wait for what the server knows, which no page can tell."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.2)


def go(page: Page, address: str) -> None:
    page.evaluate("(hash) => { location.hash = hash }", address)


def write_note(page: Page, title: str) -> None:
    """Fill in and submit the general record."""
    go(page, "#/fill/general")
    page.fill("#f-title", title)
    page.click("#act .bigbtn")
    expect(page.locator(".toast")).to_contain_text("已记下")
    expect(page.locator("form.fill")).to_have_count(0)


def notes(site: Site, title: str) -> int:
    return int(site.one("select count(*) from sheets_record where sheet='general' and summary like ?", f"{title}%"))


@contextmanager
def own_browser(playwright: Playwright, folder: Path) -> Iterator[tuple[BrowserContext, "subprocess.Popen[bytes]"]]:
    """A browser process of our own over a profile folder, so that it can be killed like a phone's."""
    port = free_port()
    process = subprocess.Popen(
        [str(CHROMIUM), "--headless=new", *FLAGS, f"--remote-debugging-port={port}", f"--user-data-dir={folder}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield connected(playwright, port).contexts[0], process
    finally:
        kill(process)


def connected(playwright: Playwright, port: int) -> Browser:
    """The browser, once it listens."""
    for _ in range(150):
        try:
            return playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        except PlaywrightError:
            time.sleep(0.2)
    raise RuntimeError("the browser did not start")


def kill(process: "subprocess.Popen[bytes]") -> None:
    """No warning, no chance to save."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def test_twenty_records_survive_a_killed_browser_and_arrive_exactly_once(
    playwright: Playwright, site: Site, tmp_path: Path
) -> None:
    with own_browser(playwright, tmp_path) as (context, process):
        page = sign_in(context.new_page(), site.url, "safety_director")
        open_phone(page, site.url)
        context.set_offline(True)
        for n in range(MANY):
            write_note(page, f"断网{n:02d}号")
        assert waiting(page) == MANY
        assert notes(site, "断网") == 0
        kill(process)

    with own_browser(playwright, tmp_path) as (context, _):
        page = sign_in(context.new_page(), site.url, "safety_director")
        open_phone(page, site.url)
        until(lambda: notes(site, "断网") == MANY and waiting(page) == 0)
        for _ in range(10):
            page.evaluate(FORGET_ANSWERS)
            page.evaluate("dispatchEvent(new Event('online'))")
            until(lambda: waiting(page) == 0)
        ids = {item["id"].replace("-", "") for item in page.evaluate(READ, "outbox")}
        stored = site.query("select id, summary from sheets_record where summary like '断网%'")
        assert {row[0] for row in stored} == ids
        assert sorted(row[1] for row in stored) == [f"断网{n:02d}号" for n in range(MANY)]
        answered = "select count(*) from journal_entry where subject_type='record' and command in (select id from sheets_record where summary like '断网%')"
        assert site.one(answered) == MANY


def test_the_same_sending_from_ten_at_once_has_one_effect(phone: Page, site: Site) -> None:
    """Over a database file and several processes, as in production."""
    phone.context.set_offline(True)
    write_note(phone, "并发")
    told = phone.evaluate(READ, "outbox")[-1]
    phone.context.set_offline(False)
    answers = phone.evaluate(
        """async ({ item }) => {
          const token = document.cookie.match(/csrftoken=([^;]+)/)[1];
          const body = JSON.stringify({ person: item.person, sent_at: new Date().toISOString(), commands: [item] });
          const one = () => fetch("/sync/commands/", { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": token } }).then((r) => r.json());
          return Promise.all(Array.from({ length: 10 }, one));
        }""",
        {"item": told},
    )
    assert [a["answers"][0]["state"] for a in answers] == ["done"] * 10
    assert notes(site, "并发") == 1


def test_it_opens_and_works_after_a_reload_without_a_network(phone: Page) -> None:
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#top")).to_contain_text("合成镇第二小学")
    expect(phone.locator("#banner")).to_contain_text("没有网络，照常用，不会丢")
    for tab, words in (("report", "随手报"), ("patrol", "巡查"), ("study", "合成县任务清单"), ("me", "发件箱")):
        go(phone, f"#/{tab}")
        expect(phone.locator(".ph")).to_contain_text(words)


def test_all_well_is_one_tap_and_can_be_taken_back_before_it_is_sent(phone: Page, site: Site) -> None:
    count = "select count(*) from sheets_record where sheet='canteen_day'"
    before = site.one(count)
    card = phone.locator("[data-duty=canteen_day]")
    card.get_by_text("全部正常").click()
    expect(card).to_have_count(0)
    phone.get_by_role("button", name="撤销").click()
    expect(card).to_have_count(1)
    time.sleep(6)
    assert site.one(count) == before
    card.get_by_text("全部正常").click()
    until(lambda: site.one(count) == before + 1)


def test_what_was_typed_survives_an_error_and_a_reload(phone: Page) -> None:
    go(phone, "#/fill/drill")
    phone.fill("#f-people", "很多")
    phone.click("#act .bigbtn")
    expect(phone.locator("[data-field=people] .err")).to_have_text("“参加人数”应填数字，现在是“很多”。")
    expect(phone.locator("[data-field=smooth] .err")).to_have_text("“过程顺利”没有填写。")
    time.sleep(0.6)
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("#f-people")).to_have_value("很多")
    expect(phone.locator("#app")).to_contain_text("接着上次没填完的")


def test_a_photo_is_reduced_on_the_phone_waits_and_arrives_without_its_position(
    phone: Page, site: Site, tmp_path: Path
) -> None:
    from PIL import Image

    picture = tmp_path / "big.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0)})
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(picture, exif=exif)
    phone.context.set_offline(True)
    go(phone, "#/fill/general")
    phone.fill("#f-title", "带照片")
    phone.set_input_files("#f-photo", picture)
    expect(phone.locator(".shots img")).to_have_count(1)
    phone.click("#act .bigbtn")
    expect(phone.locator(".toast")).to_contain_text("已记下")
    [blob] = phone.evaluate(
        f"async () => (await ({READ})('blobs')).map((b) => ({{ id: b.id, size: b.blob.size, hash: b.hash }}))"
    )
    assert blob["size"] < picture.stat().st_size
    assert len(blob["hash"]) == 64
    phone.context.set_offline(False)
    until(lambda: notes(site, "带照片") == 1)
    [(width, height, subject)] = site.query(
        "select width, height, subject_type from files_storedfile where id=?", blob["id"].replace("-", "")
    )
    assert (width, height) == (1600, 1067)
    assert subject == "record"
    assert phone.evaluate(READ, "blobs") == []


def test_a_full_phone_says_so_and_keeps_what_was_typed(phone: Page) -> None:
    go(phone, "#/fill/general")
    phone.fill("#f-title", "存不下的记录")
    phone.evaluate(
        """() => { IDBObjectStore.prototype.put = function () { throw new DOMException("full", "QuotaExceededError"); };
                   navigator.storage.estimate = async () => ({ usage: 1e9, quota: 1e9 }); }"""
    )
    phone.click("#act .bigbtn")
    expect(phone.locator(".toast")).to_contain_text("手机空间满了，这条还没有记下")
    expect(phone.locator("#f-title")).to_have_value("存不下的记录")
    go(phone, "#/me")
    expect(phone.locator("[data-warning]").first).to_contain_text("手机空间快满了")


def test_a_refused_record_is_listed_and_can_be_filled_in_again(phone: Page, site: Site) -> None:
    refused = "select count(*) from sync_command where state='refused'"
    before = site.one(refused)  # other tests share the site
    phone.context.set_offline(True)
    write_note(phone, "将被退回")
    spoil = FORGET_ANSWERS.replace(
        'state: "waiting"',
        "payload: { ...item.payload, answers: item.state === 'waiting' ? {} : item.payload.answers }",
    )
    phone.evaluate(spoil)
    phone.context.set_offline(False)
    expect(phone.locator("#banner")).to_contain_text("有 1 条没有办成")
    go(phone, "#/me")
    expect(phone.locator("[data-refused]")).to_contain_text("“做了什么”没有填写")
    assert site.one(refused) == before + 1
    phone.get_by_text("重新填写").click()
    phone.fill("#f-title", "改好了")
    phone.click("#act .bigbtn")
    until(lambda: notes(site, "改好了") == 1)
    assert site.one(refused) == before
    go(phone, "#/me")
    expect(phone.locator("[data-refused]")).to_have_count(0)


def test_records_that_waited_for_days_and_signing_out_both_warn(phone: Page) -> None:
    phone.context.set_offline(True)
    write_note(phone, "等了很久")
    phone.evaluate(FORGET_ANSWERS.replace('state: "waiting"', 'captured_at: "2026-01-02T03:04:05Z"'))
    phone.reload()
    go(phone, "#/me")
    expect(phone.locator("[data-warning]").first).to_contain_text("还没发出")
    phone.get_by_role("button", name="退出登录").click()
    expect(phone.locator("dialog")).to_contain_text("条没有发出")
    phone.get_by_role("button", name="不退出").click()
    assert waiting(phone) >= 1


@pytest.mark.parametrize("tab", ["", "report", "patrol", "study", "me", "fill/drill"])
def test_every_control_is_at_least_44_pixels_high(phone: Page, tab: str) -> None:
    go(phone, f"#/{tab}")
    phone.wait_for_timeout(400)
    small = phone.evaluate(
        """() => [...document.querySelectorAll("button, a, select, input:not([type=file])")].filter((e) => e.offsetParent && !e.closest(".sr, .skip"))
          .map((e) => [e.textContent || e.id, e.getBoundingClientRect().height, e.className])
          .filter(([, height, cls]) => height < 44 && cls !== "also")"""
    )
    assert small == []
