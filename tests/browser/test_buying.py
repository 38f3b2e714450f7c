"""From the list to the ticket, on two screens, without a mouse, without script."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

AT_ONCE = 1_000  # ms


def test_one_buys_and_the_others_see_it_at_once(open_browser, hot):
    watcher = open_browser()
    watcher.goto(hot.address)
    expect(watcher.locator("html")).to_have_attribute("data-live", "live")
    expect(watcher.locator(hot.stock)).to_have_text("50")
    buyer = open_browser("minji")
    buyer.goto(hot.address)

    buyer.locator(hot.field).fill("3")
    buyer.get_by_role("button", name="Hold tickets").click()

    expect(watcher.locator(hot.stock)).to_have_text("47", timeout=AT_ONCE)
    expect(buyer.get_by_role("timer")).to_have_text(re.compile(r"0[45]:\d\d"))


def test_what_is_given_back_comes_back_at_once(open_browser, hot):
    buyer = open_browser("minji")
    buyer.goto(f"{hot.address}?quantity-{hot.ticket_type}=2")
    buyer.get_by_role("button", name="Hold tickets").click()
    watcher = open_browser()
    watcher.goto(hot.address)
    expect(watcher.locator(hot.stock)).to_have_text("48")
    expect(watcher.locator("html")).to_have_attribute("data-live", "live")

    buyer.get_by_text("Give these tickets back").click()
    buyer.get_by_role("button", name="Yes, give them back").click()

    expect(watcher.locator(hot.stock)).to_have_text("50", timeout=AT_ONCE)
    expect(buyer.get_by_role("heading", name="This reservation is cancelled")).to_be_visible()


def test_a_purchase_with_a_declined_card_first(open_browser, hot):
    page = open_browser("junho")
    page.goto(hot.address)
    page.get_by_role("button", name=re.compile(r"One .* more")).click()
    page.get_by_role("button", name=re.compile(r"One .* more")).click()
    expect(page.locator("[data-sum]")).to_have_text(re.compile(r"₩[\d,]+"))
    page.get_by_role("button", name="Hold tickets").click()

    page.get_by_label("Card number").fill("1234")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("alert").filter(has_text="not one of")).to_be_visible()
    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("alert").filter(has_text="declined")).to_be_visible()
    expect(page.get_by_label("Card number")).to_have_value("4000 0000 0000 0002")
    page.get_by_text("Test cards", exact=True).click()
    page.get_by_role("button", name="Use 4242").click()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("link", name="Show tickets").click()

    expect(page.locator(".ticket-qr svg")).to_have_count(2)


def test_a_late_answer_arrives_by_itself(open_browser, hot):
    page = open_browser("junho")
    page.goto(f"{hot.address}?quantity-{hot.ticket_type}=1")
    page.get_by_role("button", name="Hold tickets").click()
    page.get_by_label("Card number").fill("4000 0000 0000 0202")

    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("heading", name="We are checking your payment")).to_be_visible()

    expect(page.get_by_role("link", name="Show tickets")).to_be_visible(timeout=20_000)
    expect(page.locator(".badge-confirmed")).to_be_visible()


def test_a_refusal_keeps_what_was_chosen(open_browser, hot):
    page = open_browser("sora")
    page.goto(hot.address)
    page.locator(hot.field).evaluate("field => { field.max = 99; }")
    page.locator(hot.field).fill("11")
    page.locator(hot.field).evaluate("field => { field.max = 99; }")

    page.get_by_role("button", name="Hold tickets").click()

    expect(page.get_by_role("alert").filter(has_text="more than one person")).to_be_visible()
    expect(page.locator(hot.field)).to_have_value("11")


def test_a_visitor_signs_in_on_the_way(open_browser, hot):
    page = open_browser()
    page.goto(hot.address)
    page.locator(hot.field).fill("2")
    page.get_by_role("button", name="Sign in and hold tickets").click()

    page.get_by_label("User name or e-mail address").fill("sora")
    page.get_by_label("Password").fill("jari-demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.locator(hot.field)).to_have_value("2")
    expect(page.get_by_role("button", name=re.compile("Hold tickets|예매하기"))).to_be_enabled()


def test_a_purchase_without_script(open_browser, hot):
    page = open_browser("minji", java_script_enabled=False)
    page.goto(hot.address)
    page.locator(hot.field).fill("2")
    page.get_by_role("button", name="Hold tickets").click()
    expect(page.get_by_text("Held for you")).to_be_visible()

    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("heading", name="The payment was declined.")).to_be_visible()
    page.get_by_role("link", name="Go back").click()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("link", name="Show tickets").click()

    expect(page.locator(".ticket-qr svg")).to_have_count(2)


def test_a_purchase_by_keyboard_alone(open_browser, hot):
    page = open_browser("minji")
    page.goto(hot.address)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, hot.field)
    page.keyboard.press("ArrowUp")
    tab_to(page, ".hold button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/reservations/"))
    tab_to(page, ".payment button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Show tickets")).to_be_visible()
    tab_to(page, ".next-step a")
    page.keyboard.press("Enter")

    expect(page.locator(".ticket-qr svg")).to_have_count(1)


def tab_to(page, selector):
    """Press Tab until `selector` has the focus, which must be visible at each step."""
    for _ in range(40):
        page.keyboard.press("Tab")
        seen, there = page.evaluate(
            """selector => {
                 const element = document.activeElement;
                 const style = getComputedStyle(element);
                 const framed = element.matches(":focus-visible") && style.outlineStyle !== "none";
                 return [framed || element === document.body, element.matches(selector)];
               }""",
            selector,
        )
        assert seen, page.evaluate("document.activeElement.outerHTML")
        if there:
            return
    raise AssertionError(f"Tab never reaches {selector}")
