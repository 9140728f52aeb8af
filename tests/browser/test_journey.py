"""The main job from end to end, in a real browser: a pasted text becomes a duty on a school's phone, is done
without a network, and the sentence of the document changes for school, county, city and province."""

import os
import re
import subprocess
import sys
import time
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, ROOT, Site, open_phone, sign_in

NOTICE = """合成县教育局关于做好校园标识维护工作的通知
合县教〔2026〕9号
各学校：
一、工作任务
（一）日常维护。各学校每月至少开展一次安全标识擦拭整理，并做好记录。
二、工作要求
各学校要高度重视，加强领导。
合成县教育局
"""
SENTENCE = "安全标识擦拭整理"
RANKS = ("principal", "county_officer", "city_officer", "province_officer")


def new_page(browser: Browser, site: Site, role: str, **options: Any) -> Page:
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", base_url=site.url, **options)
    return sign_in(context.new_page(), site.url, role)


def work(site: Site) -> None:
    """Let the worker do what is queued."""
    environ = {**os.environ, "XIAOAN_DATA": str(site.data), "PYTHONPATH": str(ROOT)}
    environ.pop("XIAOAN_DATABASE", None)
    command = [sys.executable, "-c", "from xiaoan.site.cli import main; main()", "worker", "--once"]
    subprocess.run(command, env=environ, cwd=ROOT, check=True, timeout=120, capture_output=True)


def draft_and_publish(page: Page, site: Site) -> str:
    """The county officer's part. Returns the document's id."""
    page.goto("/policies/draft/")
    page.fill("textarea", NOTICE)
    page.click("button:has-text('读出要求')")
    page.wait_for_url(re.compile(r"/policies/draft/[0-9a-f-]{36}/"))
    document = page.url.rstrip("/").rsplit("/", 1)[-1]
    expect(page.locator("body")).to_contain_text(SENTENCE)
    set_dates(page)
    page.goto(f"/policies/{document}/publish/")
    page.click("main button:has-text('发布'), form button:has-text('发布')")
    sure = page.locator("dialog[open] button", has_text="发布")
    if sure.count():
        sure.click()
    page.wait_for_load_state()
    work(site)
    return document


def set_dates(page: Page) -> None:
    """Give the document its year, as a person would who sees that the notice does not say it."""
    if not page.locator("details.po-head[open]").count():
        page.click("details.po-head summary")
    year = time.localtime().tm_year
    page.fill("input[name=starts]", f"{year}-01-01")
    page.fill("input[name=ends]", f"{year + 1}-12-31")
    page.click("details.po-head button:has-text('保存')")
    page.wait_for_load_state()


def clause_words(page: Page, document: str) -> str:
    """What the sentence wears on the living page of the person's own unit."""
    page.goto(f"/doc/{document}/?span=month")
    clause = page.locator(".cl", has_text=SENTENCE).first
    return str(clause.inner_text())


def test_a_pasted_document_reaches_a_phone_and_its_sentence_fills_up_at_every_rank(
    browser: Browser, site: Site
) -> None:
    document = draft_and_publish(new_page(browser, site, "county_officer"), site)
    readers = {role: new_page(browser, site, role) for role in RANKS}
    for role, page in readers.items():
        assert "100%" not in clause_words(page, document), role

    phone = new_page(browser, site, "safety_director", **PHONE)
    open_phone(phone, site.url)
    expect(phone.locator("body")).to_contain_text(SENTENCE)
    phone.context.set_offline(True)
    do_duty(phone)
    assert site.one("select count(*) from sheets_record where summary like '标识%'") == 0
    phone.context.set_offline(False)
    deadline = time.monotonic() + 30
    while site.one("select count(*) from sheets_record where summary like '标识%'") != 1:
        assert time.monotonic() < deadline, "the record did not arrive"
        time.sleep(0.2)

    for role, page in readers.items():
        assert "100%" in clause_words(page, document), role


def do_duty(phone: Page) -> None:
    """Tap the duty and fill in what its form asks for, without a network."""
    phone.locator("a, button", has_text=SENTENCE).first.click()
    phone.fill("#f-title", "标识擦拭一遍")
    phone.click("#act .bigbtn")
    expect(phone.locator(".toast")).to_contain_text("已记下")
