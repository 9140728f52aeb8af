"""Forms of the desk in a real browser: choices survive a refusal, and questions come and go with the answer before."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_ticks_and_choices_stay_when_a_form_is_refused(page: Page, signed_in: Callable[[Page, str], Page]) -> None:
    signed_in(page, "county_officer")
    page.goto("/matters/sweeps/")
    page.fill("#basis", "合成方案")
    page.check("input[name=schools][value=all]")
    page.get_by_role("button", name="发起").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("input[name=schools][value=all]")).to_be_checked()
    expect(page.locator("#basis")).to_have_value("合成方案")


def test_a_report_asks_where_for_a_hazard_and_whom_for_a_worry(
    page: Page, signed_in: Callable[[Page, str], Page]
) -> None:
    signed_in(page, "safety_director")
    page.goto("/officers/new/")
    page.fill("input[name=grade]", "7")
    page.fill("textarea[name=names]", "合成七(1)班")
    page.get_by_role("button", name="登记").click()
    page.goto("/officers/report/")
    place, pupil = page.locator("input[name=place]"), page.locator("input[name=pupil]")
    expect(place).to_be_visible()
    expect(pupil).to_be_hidden()
    page.locator("input[name=what][value=concern]").check(force=True)
    expect(pupil).to_be_visible()
    expect(place).to_be_hidden()
