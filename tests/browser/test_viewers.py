"""How many look at an event, on every page that shows it."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_two_who_look_at_an_event_see_that_they_are_two(open_browser, hot):
    first = open_browser(language="ko")
    first.goto(hot.address)
    expect(first.locator("html")).to_have_attribute("data-live", "live")
    expect(first.locator(".viewers")).to_be_hidden()
    second = open_browser()

    second.goto(hot.address)

    expect(first.locator(".viewers")).to_have_text("지금 2명이 보고 있어요")
    expect(second.locator(".viewers")).to_have_text("2 people are looking at this now")
    expect(first.locator(".viewers")).to_be_visible()


def test_who_leaves_is_no_longer_counted(open_browser, hot):
    staying, leaving = open_browser(language="ko"), open_browser(language="ko")
    for page in (staying, leaving):
        page.goto(hot.address)
    expect(staying.locator(".viewers")).to_be_visible()

    leaving.close()

    expect(staying.locator(".viewers")).to_be_hidden(timeout=5_000)
    expect(staying.locator(".viewers")).to_have_text("지금 1명이 보고 있어요")
