"""Every page, in both languages and colours, on a phone and a desk: WCAG's measurable part.

A console error or a breach of the content policy fails as well (`open_browser` listens).
"""

import datetime
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.lines import STRIP, Waiting

pytestmark = pytest.mark.browser

INSPECT = (Path(__file__).parent / "inspect.js").read_text()
SIZES = {"phone": {"width": 360, "height": 780}, "desk": {"width": 1280, "height": 900}}


def inspect(page, address):
    page.goto(address)
    return [f"{address}: {problem}" for problem in page.evaluate(INSPECT)]


def make_reservations(page, hot):
    """Hold twice and pay for one; return the addresses."""
    addresses = []
    for _ in range(2):
        page.goto(f"{hot.address}?quantity-{hot.ticket_type}=2")
        page.locator(".hold button[type=submit]").click()
        page.wait_for_url(re.compile("/reservations/"))
        addresses.append(page.url)
    page.locator(".payment button[type=submit]").click()
    expect(page.locator(".badge-confirmed")).to_be_visible()
    return addresses


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("language", "theme"), [("ko", "light"), ("en", "dark")])
def test_every_page_can_be_used_by_everybody(open_browser, hot, size, language, theme):
    look = {"language": language, "color_scheme": theme, "viewport": SIZES[size]}
    visitor = open_browser(**look)
    buyer = open_browser("sora", **look)
    held, paid = make_reservations(buyer, hot)

    problems = [
        *(problem for address in PUBLIC for problem in inspect(visitor, address)),
        *inspect(visitor, hot.address),
        *(
            problem
            for address in (held, paid, f"{paid}/tickets", hot.address, *OWN)
            for problem in inspect(buyer, address)
        ),
    ]

    assert problems == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("language", "theme"), [("ko", "light"), ("en", "dark")])
def test_a_waiting_room_can_be_used_by_everybody(open_browser, stack, size, language, theme):
    waiting, early = Waiting(stack), Waiting(stack)
    inside = waiting.somebody()
    inside.join()
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)
    early.set(opens_at=soon, message="곧 열어요.", message_en="We open soon.")
    page = open_browser(language=language, color_scheme=theme, viewport=SIZES[size])

    problems = inspect(page, waiting.event) + inspect(page, waiting.line)
    page.locator(".line-join button").click()
    expect(page.locator("[data-track]")).to_be_visible()
    problems += inspect(page, waiting.line) + inspect(page, waiting.event)
    inside.leave()
    expect(page.locator(STRIP)).to_be_visible()
    problems += inspect(page, waiting.event)
    problems += inspect(page, early.event)
    page.locator(".line-join button").click()
    page.wait_for_url("**/line")
    problems += inspect(page, early.line) + inspect(page, f"{early.line}/draw")

    assert problems == []


PUBLIC = [
    "/",
    "/?status=sold_out",
    "/?search=zebra",
    "/events/999999",
    "/accounts/sign-in",
    "/accounts/sign-up",
    "/accounts/password-reset",
]
OWN = ["/reservations", "/accounts/", "/accounts/password"]


def test_motion_stops_for_those_who_ask(open_browser):
    page = open_browser(reduced_motion="reduce")
    page.goto("/")

    slow = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((element) =>
             getComputedStyle(element).transitionDuration.split(",").some((time) =>
               parseFloat(time) > 0.01)).map((element) => element.outerHTML.slice(0, 80))"""
    )

    assert slow == []


def test_tickets_print_black_on_white_without_the_rest(open_browser, hot):
    page = open_browser("sora", color_scheme="dark")
    _, paid = make_reservations(page, hot)
    page.goto(f"{paid}/tickets")

    page.emulate_media(media="print")

    expect(page.locator(".site-header")).to_be_hidden()
    expect(page.locator(".ticket-qr").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
