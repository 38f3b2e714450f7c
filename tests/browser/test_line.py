"""Waiting in line, in real browsers before the whole product."""

import re

import pytest
from playwright.sync_api import expect

from queueing.draw import hash_of, place_of
from queueing.waits import name_wait, wait_words
from tests.browser.lines import (
    AHEAD,
    NEXT,
    NUMBER,
    STRIP,
    Waiting,
    be_live,
    expect_in,
    hold_one,
    join,
    number_on,
)
from tests.browser.test_connection import Wire
from tests.stack import wait_for

pytestmark = pytest.mark.browser

HIDE = """
  Object.defineProperty(document, "hidden", { value: true });
  Object.defineProperty(document, "visibilityState", { value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
"""


@pytest.fixture
def waiting(stack):
    return Waiting(stack)


@pytest.fixture
def inside(waiting):
    """Somebody who has the only place inside."""
    somebody = waiting.somebody()
    assert somebody.join()["state"] == "waiting"
    wait_for(lambda: somebody.status()["state"] == "admitted")
    return somebody


def sign_in(page, name):
    page.get_by_label("User name or e-mail address").fill(name)
    page.get_by_label("Password").fill("jari-demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_each_goes_in_by_itself_when_it_is_their_turn(open_browser, waiting, inside):
    member, guest = open_browser("minji"), open_browser()
    plain = open_browser("junho", java_script_enabled=False)
    for page in (member, guest, plain):
        join(page, waiting)
    expect(member.locator(NEXT)).to_be_visible()
    expect(guest.locator(AHEAD)).to_have_text("1")
    expect(plain.locator(AHEAD)).to_have_text("2")

    inside.leave()
    expect_in(member, waiting)
    expect(guest.locator(NEXT)).to_be_visible()
    member.get_by_role("button", name="I do not need it any more").click()
    expect_in(guest, waiting)
    guest.get_by_role("button", name="I do not need it any more").click()
    expect_in(plain, waiting, within=20_000)

    hold_one(plain)


def test_a_guest_who_signs_in_keeps_the_number_and_buys(open_browser, waiting, inside):
    page = open_browser()
    join(page, waiting)
    before = number_on(page)

    page.get_by_role("link", name="Sign in while you wait").click()
    sign_in(page, "sora")
    page.wait_for_url("**/line")
    after = number_on(page)
    inside.leave()
    expect_in(page, waiting)
    hold_one(page)

    assert after == before


def test_ten_tabs_and_a_refresh_have_one_place(open_browser, waiting, inside):
    page = open_browser("minji")
    join(page, waiting)
    number = number_on(page)

    tabs = [page.context.new_page() for _ in range(9)]
    for tab in tabs:
        tab.goto(waiting.line)
    page.reload()

    assert {number_on(tab) for tab in (page, *tabs)} == {number}
    assert inside.status()["waiting"] == 1


def test_the_position_follows_the_line_and_never_grows(open_browser, waiting, inside):
    others = [waiting.somebody() for _ in range(3)]
    for other in others:
        other.join()
    page = open_browser()
    join(page, waiting)
    be_live(page)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "status" in request.url else 0)
    page.evaluate(
        """window.shown = [];
           const figure = document.querySelector("[data-ahead]");
           new MutationObserver(() => shown.push(figure.textContent))
             .observe(figure, { childList: true });"""
    )
    expect(page.locator(AHEAD)).to_have_text("3")
    expect(page).to_have_title(re.compile("^3 ahead"))

    inside.leave()
    expect(page.locator(AHEAD)).to_have_text("2", timeout=4_000)
    others[0].leave()
    expect(page.locator(AHEAD)).to_have_text("1", timeout=4_000)

    shown = [int(text) for text in page.evaluate("shown")]
    assert shown == sorted(shown, reverse=True)
    assert asked == []
    assert float(page.locator("[data-track]").get_attribute("aria-valuenow")) == 67


def test_leaving_frees_the_place_and_another_tab_is_told(open_browser, waiting, inside):
    page = open_browser("minji")
    join(page, waiting)
    other = page.context.new_page()
    other.goto(waiting.line)
    expect(other.locator(NEXT)).to_be_visible()

    page.get_by_text("Leave the line").click()
    page.get_by_role("button", name="Yes, leave").click()
    page.wait_for_url(f"**{waiting.event}")

    expect(page.get_by_role("button", name="Join the line")).to_be_visible()
    assert inside.status()["waiting"] == 0
    other.evaluate("dispatchEvent(new Event('online'))")
    expect(other.get_by_role("heading", name="You are not in the line any more")).to_be_visible()
    expect(other.get_by_text("Leave the line")).to_be_hidden()


def test_a_cleared_line_says_so_on_every_screen(open_browser, waiting, inside):
    page = open_browser()
    join(page, waiting)
    be_live(page)

    waiting.clear()

    expect(page.get_by_role("heading", name="You are not in the line any more")).to_be_visible()
    page.get_by_role("button", name="Join the line").click()
    expect_in(page, waiting)


def test_without_a_socket_the_page_polls_rings_and_goes_in(open_browser, waiting, inside):
    page = open_browser()
    wire = Wire(page)
    join(page, waiting)
    be_live(page)
    page.get_by_role("button", name="Sound").click()
    expect(page.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "true")

    wire.cut()
    expect(page.locator(".connection-polling")).to_be_visible()
    inside.leave()

    expect_in(page, waiting)


def test_a_hidden_page_keeps_its_socket_and_so_its_place(open_browser, waiting, inside):
    page = open_browser()
    page.clock.install()
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket))
    join(page, waiting)
    be_live(page)

    page.evaluate(HIDE)
    page.clock.run_for(10 * 60 * 1000)

    assert [socket.is_closed() for socket in sockets][-1] is False
    inside.leave()
    expect_in(page, waiting)


def test_why_the_line_stands_still_is_said_in_both_languages(open_browser, waiting, inside):
    english, korean = open_browser(), open_browser(language="ko")
    join(english, waiting)
    korean.goto(waiting.line)

    waiting.set(mode="paused", message="곧 다시 시작해요.", message_en="Back in a moment.")
    expect(english.locator(".line-reason")).to_contain_text("The line is paused.")
    expect(english.locator("#announcer")).to_contain_text("The line is paused.")
    expect(english.locator(".line-wait")).to_be_hidden()
    expect(english.locator(".line-message")).to_contain_text("Back in a moment.")
    expect(korean.locator(".line-message")).to_contain_text("곧 다시 시작해요.")

    waiting.set(mode="on", message="", message_en="")
    waiting.sell_out()
    expect(english.locator(".line-reason")).to_contain_text("All tickets are in carts right now.")
    expect(english.locator(".line-message")).to_have_count(0)
    expect(english.locator(NUMBER)).to_be_visible()


def test_the_door_stands_before_the_tickets_until_one_is_in(open_browser, waiting, inside):
    page = open_browser("minji")
    page.goto(waiting.event)

    expect(page.locator(".stock")).to_be_visible()
    expect(page.locator(".stepper")).to_have_count(0)
    expect(page.get_by_role("button", name="Hold tickets")).to_have_count(0)
    join(page, waiting)
    page.goto(waiting.event)
    expect(page.locator(NEXT)).to_be_visible()
    inside.leave()

    expect(page.locator(STRIP)).to_contain_text("You are in.")
    expect(page.locator(".stepper")).to_be_visible()


def test_a_closed_door_leads_whoever_comes_past_it_to_the_line(open_browser, waiting, inside):
    page = open_browser("minji")
    join(page, waiting)
    inside.leave()
    expect_in(page, waiting)
    page.locator(".hold input[type=number]").fill("1")
    waiting.clear()

    page.get_by_role("button", name="Hold tickets").click()

    expect(page.locator("#hold-answer")).to_contain_text("Please join the line")
    page.locator("#hold-answer").get_by_role("button", name="Join the line").click()
    page.wait_for_url(re.compile(waiting.event))


def test_a_ticket_of_the_draw_is_checked_in_the_browser(open_browser, stack):
    seed, count = "5eed" * 16, 1000
    page = open_browser()
    page.route(
        "**/draw-check",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f"""<!doctype html><html lang="en"><form data-check data-seed="{seed}"
              data-count="{count}" data-event="0" data-hash="{hash_of(seed)}" hidden>
              <input name="ticket"><button>Go</button>
              <p data-answer data-words="{{number}} {{place}}" data-wrong="none"></p>
              <p data-hash-answer data-right="right" data-wrong="wrong"></p></form>
              <script type="module" src="/static/js/line_draw.js"></script>""",
        ),
    )
    page.goto("/draw-check")
    expect(page.locator("[data-hash-answer]")).to_have_text("right")

    for ticket in (1, 2, 500, 999, 1000):
        page.locator("input").fill(str(ticket))
        page.get_by_role("button").click()
        number = place_of(ticket, seed=seed, count=count)
        expect(page.locator("[data-answer]")).to_have_text(f"{number:,} {number - count:,}")

    page.locator("input").fill("1001")
    page.get_by_role("button").click()
    expect(page.locator("[data-answer]")).to_have_text("none")


def test_a_wait_is_said_by_screens_as_by_the_server(open_browser, waiting):
    ranges = [
        (low, low * times) for low in (5, 59, 61, 250, 1300, 3700, 9000) for times in (1, 2, 4)
    ]
    page = open_browser()
    page.goto(waiting.line)

    said = page.evaluate(
        """async ([ranges, words]) => {
             const { sayWait } = await import("/static/js/line_wait.js");
             return ranges.map(([low, high]) => {
               const [word, values] = sayWait({ low, high });
               return words[word].replace(/\\{(\\w+)\\}/g, (_, name) => values[name]);
             });
           }""",
        [ranges, wait_words()],
    )

    assert said == [name_wait(low, high) for low, high in ranges]
