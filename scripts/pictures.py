"""Take the README's pictures from the running demo: scripts/pictures.py (after `xiaoan demo --no-serve`)."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "pictures"
PASSWORD = "Xiaoan-2026"
NOTICE = """关于加强冬季校园安全工作的通知
各学校、幼儿园：
一、消防安全
（一）12月15日前，各学校完成一次消防设施全面检查。每月至少组织一次应急疏散演练，每季度开展一次电气线路检测。
（二）学生宿舍每天检查用电安全，寄宿制学校每学期至少开展一次夜间疏散演练。
二、食品安全
（一）学校食堂每日开展晨检，每周进行一次自查，2027年1月10日前报送食品安全工作总结。
（二）落实陪餐制度，食品安全培训覆盖率达到100%。
三、保障措施
各学校主要负责人每月至少召开一次安全工作会议，节假日前集中开展安全提醒。
合成区教育和体育局
2026年11月20日
"""


def main() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "XIAOAN_PORT": str(port), "XIAOAN_TOTP": "0"}
    server = subprocess.Popen(
        [sys.executable, "-c", "from xiaoan.site.cli import main; main()", "serve"], env=environ, cwd=ROOT
    )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(base + "/accounts/login/")
        with sync_playwright() as tool:
            browser = tool.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
            )
            county = sign_in(browser, base, "demo-county-officer", 1440, 1000)
            desk(county, base)
            field(county, sign_in(browser, base, "demo-principal", 1440, 1000), base)
            phone(sign_in(browser, base, "demo-safety-director", 390, 844, scale=2), base)
            browser.close()
    finally:
        server.terminate()
        server.wait(20)


def desk(page: Page, base: str) -> None:
    take(page, base + "/", "county-board-desk")
    page.goto(base + "/policies/")
    page.locator("a", has_text="全区教育系统校园安全治本攻坚").first.click()
    page.wait_for_load_state()
    page.locator(".cl.due, .cl.go").nth(2).click()
    page.wait_for_timeout(1500)
    page.screenshot(path=str(OUT / "living-document-desk.png"))
    page.goto(base + "/policies/draft/")
    page.fill("textarea", NOTICE)
    page.click("button:has-text('读出要求')")
    page.wait_for_load_state()
    page.wait_for_timeout(800)
    page.screenshot(path=str(OUT / "draft-desk.png"))


def field(county: Page, principal: Page, base: str) -> None:
    """The field loop: what may happen, what was found, who put it right, who looks."""
    take(county, base + "/risks/", "risks")
    follow(county, base + "/inspections/", "冬季校园消防安全专项督查", "inspection")
    follow(principal, base + "/hazards/?state=open", "三楼走廊栏杆断了一根", "hazard-desk")


def follow(page: Page, list_url: str, words: str, name: str) -> None:
    """The page of one row of a list."""
    page.goto(list_url)
    page.locator("#rows a", has_text=words).first.click()
    page.wait_for_load_state()
    page.wait_for_timeout(800)
    page.screenshot(path=str(OUT / f"{name}.png"))


def phone(page: Page, base: str) -> None:
    take(page, base + "/phone/", "phone-duties", 2500)
    page.goto(base + "/phone/#/report")
    page.wait_for_timeout(800)
    page.fill("#f-words", "疏散通道堆放课桌和纸箱，门只能开一半。")
    page.locator(".lvb", has_text="一般").click()
    page.wait_for_timeout(400)
    page.screenshot(path=str(OUT / "phone-report.png"))
    page.set_viewport_size({"width": 1000, "height": 760})
    take(page, base + "/why/drill/", "why-panel")


def take(page: Page, url: str, name: str, wait: int = 1500) -> None:
    page.goto(url)
    page.wait_for_timeout(wait)
    page.screenshot(path=str(OUT / f"{name}.png"))


def sign_in(browser: Browser, base: str, account: str, width: int, height: int, scale: int = 1) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.goto(base + "/accounts/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    return page


def wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
