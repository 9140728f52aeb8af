"""Pages, charts, the phone, the API's page and printing under the content policy: the browser refuses nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Site

PAGES = {
    "county_officer": ("/", "/duties/", "/policies/", "/records/", "/units/", "/calendar/", "/norms/",
                       "/duties/tasks/new/", "/duties/burden/", "/accounts/2fa/totp/activate/", "/api/docs"),
    "safety_director": ("/duties/", "/records/new/general/", "/phone/", "/phone/#/me", "/duties/feed/"),
}  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_the_browser_refuses_nothing_of_ours(
    page: Page, site: Site, signed_in: Callable[[Page, str], Page], role: str
) -> None:
    refused: list[str] = []
    page.on("console", lambda told: refused.append(told.text) if "Content Security Policy" in told.text else None)
    page.on("pageerror", lambda fault: refused.append(str(fault)))
    signed_in(page, role)
    for address in PAGES[role]:
        page.goto(f"{site.url}{address}", wait_until="load")
        page.wait_for_timeout(250)
    page.pdf()
    assert not refused


def test_the_browser_refuses_a_script_that_was_smuggled_in(
    page: Page, site: Site, signed_in: Callable[[Page, str], Page]
) -> None:
    signed_in(page, "county_officer").goto(f"{site.url}/records/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.smuggled = 1'}))"
    )
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.smuggled = 1\">')")
    page.wait_for_timeout(200)
    assert page.evaluate("window.smuggled") is None
