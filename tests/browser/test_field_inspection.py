"""An inspection of thirty lines by two inspectors, each without a network: merged without loss, signed on the glass, issued."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_phone_offline import go, until, waiting

ANSWERS = "select person_name, answers from inspections_part"
LINES = 15


def begun(page: Page) -> None:
    """Open the visit and lose the network."""
    go(page, "#/patrol")
    page.locator("[data-visit]").click()
    page.wait_for_selector(".ln")
    page.context.set_offline(True)


def answered(page: Page, first: int, failing: str, picture: Path) -> None:
    """Fifteen lines from `first`: the first of them fails, with words and a photo."""
    lines = page.locator(".ln")
    row = lines.nth(first)
    row.get_by_role("radio", name="不合格").click()
    row.get_by_placeholder("看到了什么，一句话").fill(failing)
    row.locator("input[type=file]").set_input_files(picture)
    expect(row.locator("img")).to_have_count(1)
    for n in range(first + 1, first + LINES):
        lines.nth(n).get_by_role("radio", name="合格", exact=True).click()


def signed(page: Page, side: str) -> None:
    page.locator(f"[data-sign={side}]").click()
    box = page.locator("canvas.sign-on").bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 220, box["y"] + 90, steps=20)
    page.mouse.up()
    page.locator("dialog footer .bigbtn").click()
    expect(page.locator("dialog")).to_have_count(0)


def decided(page: Page) -> None:
    """The head learns on which line the other disagrees, and decides it without a network."""
    page.reload()
    dispute = page.locator("[data-dispute]")
    expect(dispute).to_have_count(1)
    expect(dispute).to_contain_text("台账缺两页")
    page.context.set_offline(True)
    dispute.get_by_role("textbox").fill("台账在档案室")
    dispute.locator("[data-decide=pass]").click()
    expect(dispute).to_contain_text("已裁定：合格")


def test_two_inspectors_answer_thirty_lines_offline_and_the_head_decides_signs_and_issues(
    phone_of: Callable[[str], Page],
    site: Site,
    picture: Path,
) -> None:
    head_name = site.one("select head_name from inspections_visit")
    phones = {name: phone_of(role) for role, name in (("inspector", "合成in"), ("second_inspector", "合成se"))}
    head = phones.pop(head_name)
    [second] = phones.values()
    for page in (head, second):
        begun(page)
    answered(head, 0, "制度没有上墙", picture)
    answered(second, LINES, "灭火器压力不足", picture)
    doubted = second.locator(".ln").nth(1)
    doubted.get_by_role("radio", name="不合格").click()
    doubted.get_by_placeholder("看到了什么，一句话").fill("台账缺两页")
    second.wait_for_timeout(500)
    second.reload()  # a browser that dies on site
    expect(second.locator("#app")).to_contain_text(f"已填 {LINES + 1} / ")
    for page, lines in ((head, LINES), (second, LINES + 1)):
        page.click("#act .bigbtn")
        expect(page.locator(".toast")).to_contain_text(f"{lines} 项已交")
        assert waiting(page) == 1
    signed(head, "head")
    head.fill("#f-signer", "合成校长")
    signed(head, "place")
    second.context.set_offline(False)
    until(lambda: waiting(second) == 0)
    until(lambda: waiting(head) == 3)
    head.context.set_offline(False)
    until(lambda: waiting(head) == 0)
    decided(head)
    head.click("#f-all")
    head.fill("#f-opinion", "总体较好，两处要改。")
    head.locator("[data-finish]").click()
    until(lambda: waiting(head) == 2)
    head.context.set_offline(False)
    until(lambda: site.one("select state from inspections_visit") == "issued")
    until(lambda: waiting(head) == 0)  # the phone hears of it a moment after the database
    rows = site.query("select answers from inspections_part")
    assert sum(row[0].count('"result"') for row in rows) == 2 * LINES + 1
    told = site.query("select words, state from hazards_hazard where source='inspection'")
    assert len({words for words, _ in told}) == 3
    assert [words for words, state in told if state == "false"] == [w for w, _ in told if w.startswith("台账缺两页")]
    [(failed, head_file, place_file, signer)] = site.query(
        "select failed, head_signature, place_signature, place_signer from inspections_visit"
    )
    assert (failed, bool(head_file), bool(place_file), signer) == (2, True, True, "合成校长")
