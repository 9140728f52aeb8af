"""A hazard from the first photo to its closing, by people with phones in their hands and without a network."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.test_phone_offline import READ, go, until, waiting

STATE = "select state from hazards_hazard where words=?"


def reported(page: Page, words: str, picture: Path, place: str = "") -> None:
    """Report through the page, with a photo and perhaps a point."""
    go(page, "#/report")
    page.set_input_files("#f-photos", picture)
    if place:
        page.click("#f-place")
        page.locator("dialog").get_by_text(place, exact=True).click()
    page.fill("#f-words", words)
    page.click("#act .bigbtn")
    expect(page.locator(".toast")).to_contain_text("已上报")


def opened(page: Page, words: str) -> None:
    """Fetch what is new and open the case."""
    page.goto(page.url.split("#")[0])
    page.wait_for_selector("#top .hd")
    go(page, "#/hazards")
    page.locator("a[data-hazard]", has_text=words).click()


def test_a_hazard_walks_through_four_phones_to_its_end(
    phone_of: Callable[[str], Page], site: Site, picture: Path
) -> None:
    words = "疏散通道堆了课桌，门只能开一半"
    state = lambda: (site.query(STATE, words) or [("",)])[0][0]  # noqa: E731
    teacher = phone_of("homeroom_teacher")
    teacher.context.set_offline(True)
    reported(teacher, words, picture, "东侧疏散通道")
    expect(teacher.locator("#app")).to_contain_text("待发送")
    go(teacher, "#/me")
    expect(teacher.locator("[data-item]")).to_contain_text(words)
    teacher.context.set_offline(False)
    until(lambda: state() == "reported")

    director = phone_of("safety_director")
    opened(director, words)
    director.locator("[data-move=judge]").click()
    director.select_option("#f-category", "C02")
    director.locator(".lvb", has_text="一般").last.click()
    director.click("#act .bigbtn")
    until(lambda: state() == "judged")
    opened(director, words)
    director.locator("[data-move=assign]").click()
    director.locator("[data-field=responsible] .opt", has_text="保安员").click()
    director.fill("#f-measures", "清走课桌")
    director.click("#act .bigbtn")
    until(lambda: state() == "assigned")

    guard = phone_of("guard")
    opened(guard, words)
    guard.context.set_offline(True)
    guard.locator("[data-move=hand_in]").click()
    guard.click("#act .bigbtn")
    expect(guard.locator("[role=alert]")).to_contain_text("请拍整改后的照片")
    guard.fill("#f-done", "已搬走，通道全开")
    guard.set_input_files("#f-photos", picture)
    expect(guard.locator(".shots img")).to_have_count(1)
    guard.click("#act .bigbtn")
    expect(guard.locator(".toast")).to_contain_text("连上就发")
    guard.context.set_offline(False)
    until(lambda: state() == "handed_in")

    principal = phone_of("principal")
    opened(principal, words)
    expect(principal.locator(".pic")).to_have_count(2)
    principal.locator("[data-move=verify]").click()
    principal.click("#act .bigbtn")
    until(lambda: state() == "closed")
    go(principal, "#/hazards")
    expect(principal.locator("a[data-hazard]", has_text=words)).to_have_count(0)


def test_two_phones_that_moved_one_hazard_offline_end_in_a_list_for_a_person(
    phone_of: Callable[[str], Page], site: Site, picture: Path
) -> None:
    words = "楼梯扶手松动一处"
    director, principal = phone_of("safety_director"), phone_of("principal")
    reported(director, words, picture)
    until(lambda: bool(site.query(STATE, words)))
    for page in (director, principal):
        opened(page, words)
        page.context.set_offline(True)
        page.locator("[data-move=judge]").click()
        page.select_option("#f-category", "C03")
        page.locator(".lvb", has_text="低" if page is director else "较大").last.click()
        page.click("#act .bigbtn")
    director.context.set_offline(False)
    until(lambda: site.query(STATE, words)[0][0] == "judged")
    principal.context.set_offline(False)
    expect(principal.locator("#banner")).to_contain_text("条没有办成")
    go(principal, "#/me")
    expect(principal.locator("[data-refused]")).to_contain_text("现在是“待落实”")
    assert site.query("select level from hazards_hazard where words=?", words) == [("low",)]
    desk = principal.context.new_page()
    desk.goto(f"{site.url}/sync/conflicts/")
    expect(desk.locator("body")).to_contain_text(words)


def test_a_ring_drawn_on_a_photo_is_burnt_into_it_and_survives_a_reload(
    phone_of: Callable[[str], Page], picture: Path
) -> None:
    page = phone_of("guard")
    page.context.set_offline(True)
    go(page, "#/report")
    page.set_input_files("#f-photos", picture)
    page.locator(".add.soft").click()
    box = page.locator("canvas.mark-on").bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 160, steps=4)
    page.mouse.up()
    page.locator("dialog footer .bigbtn").click()
    page.fill("#f-words", "这里")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator(".shots img")).to_have_count(1)
    red = page.evaluate(
        """async () => {
          const image = document.querySelector(".shots img");
          await image.decode();
          const canvas = document.createElement("canvas");
          canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
          const pen = canvas.getContext("2d");
          pen.drawImage(image, 0, 0);
          const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 0; i < data.length; i += 4) if (data[i] > 130 && data[i + 1] < 90 && data[i + 2] < 90) count += 1;
          return count;
        }"""
    )
    assert red > 500
    assert waiting(page) == 0


def test_what_is_open_at_the_place_is_shown_while_reporting(
    phone_of: Callable[[str], Page], site: Site, picture: Path
) -> None:
    words = "燃气软管老化"
    page = phone_of("safety_director")
    reported(page, words, picture, "食堂燃气间")
    until(lambda: bool(site.query(STATE, words)))
    page.context.set_offline(True)
    go(page, "#/")
    go(page, "#/report")
    page.click("#f-place")
    page.locator("dialog").get_by_text("食堂燃气间", exact=True).click()
    expect(page.locator("#app")).to_contain_text("是同一件就不用再报")
    expect(page.locator("#app")).to_contain_text(words)


def test_a_parent_reports_by_the_code_on_the_wall_without_a_script(browser: Browser, site: Site, picture: Path) -> None:
    token = site.one("select token from risks_point where name='宿舍配电间'")
    context = browser.new_context(**PHONE, locale="zh-CN", base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/hazards/tell/{token}/")
    page.fill("textarea", "配电间门开着，有火花")
    page.set_input_files("input[type=file]", picture)
    page.fill("#id_contact", "13800000000")
    page.click("button[type=submit]")
    expect(page.locator("#content")).to_contain_text("已交给合成镇第二小学")
    link = page.input_value("#link")
    assert re.search(r"/hazards/told/\w{32}/$", link)
    [(source, reporter, photos)] = site.query(
        "select source, reporter, photos from hazards_hazard where words='配电间门开着，有火花'"
    )
    assert (source, reporter, len(json.loads(photos))) == ("parent", "家长", 1)
    assert "13800000000" not in page.content()
    context.close()


def test_nothing_of_a_delivered_report_stays_on_the_phone(
    phone_of: Callable[[str], Page], site: Site, picture: Path
) -> None:
    page = phone_of("guard")
    reported(page, "合成小事", picture)
    until(lambda: bool(site.query(STATE, "合成小事")))
    until(lambda: waiting(page) == 0)
    assert page.evaluate(READ, "blobs") == []
    assert page.evaluate(READ, "drafts") == []
