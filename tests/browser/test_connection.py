"""The socket is cut: the page says so, keeps its numbers right, and recovers."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


class Wire:
    """Stands between the page and its socket."""

    def __init__(self, page):
        self.whole = True
        self.lines = []
        page.route_web_socket(lambda address: "/ws/live" in address, self.join)

    def join(self, line):
        if self.whole:
            line.connect_to_server()
            self.lines.append(line)
        else:
            line.close(code=1011)

    def cut(self):
        self.whole = False
        for line in self.lines:
            line.close(code=1011)
        self.lines.clear()

    def mend(self):
        self.whole = True


def hold(page, hot, quantity):
    page.goto(f"{hot.address}?quantity-{hot.ticket_type}={quantity}")
    page.get_by_role("button", name="Hold tickets").click()
    expect(page.get_by_text("Held for you")).to_be_visible()


def test_a_cut_socket_is_said_polled_over_and_recovered_from(open_browser, hot):
    watcher = open_browser()
    wire = Wire(watcher)
    watcher.goto(hot.address)
    banner = watcher.locator("#connection")
    expect(banner).to_contain_text("Live")
    expect(watcher.locator(".connection-live")).to_be_visible()

    wire.cut()
    expect(watcher.locator(".connection-reconnecting")).to_be_visible()
    expect(watcher.locator(".connection-polling")).to_be_visible()
    hold(open_browser("minji"), hot, 4)
    expect(watcher.locator(hot.stock)).to_have_text("46")

    wire.mend()
    expect(watcher.locator(".connection-live")).to_be_visible(timeout=40_000)
    hold(open_browser("junho"), hot, 1)
    expect(watcher.locator(hot.stock)).to_have_text("45", timeout=2_000)


def test_a_page_without_network_says_that_its_numbers_may_be_old(open_browser, hot):
    page = open_browser()
    page.goto(hot.address)
    expect(page.locator(".connection-live")).to_be_visible()

    page.context.set_offline(True)
    expect(page.locator(".connection-offline")).to_be_visible()
    page.context.set_offline(False)

    expect(page.locator(".connection-live")).to_be_visible(timeout=20_000)


def test_what_one_types_survives_every_update(open_browser, hot):
    page = open_browser("sora")
    page.goto(hot.address)
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    page.locator(hot.field).fill("3")
    page.locator(hot.field).focus()

    hold(open_browser("minji"), hot, 2)

    expect(page.locator(hot.stock)).to_have_text("48")
    expect(page.locator(hot.field)).to_have_value("3")
    expect(page.locator(hot.field)).to_be_focused()
