"""The map under fingers, wheel and keys, without colours, without a socket, and as it is read."""

from itertools import combinations
from math import dist

import pytest
from playwright.sync_api import expect

from tests.browser.halls import DRAWN, WHERE, button, look_at, press
from tests.browser.test_connection import Wire
from tests.browser.test_quality import SIZES, inspect
from tests.stack import wait_for

pytestmark = pytest.mark.browser

PHONE = {"viewport": SIZES["phone"], "has_touch": True, "is_mobile": True}
MIDDLE, HIGHER = (180, 590), (180, 470)  # of the map on the phone
FREE, HELD, SOLD, MINE = "1F-C-8", "1F-E-9", "1F-G-9", "1F-I-9"

# What a seat looks like to an eye that knows no colours: how bright it is, point by point.
BRIGHTNESS = """async ([x, y]) => {
  const [sheet] = document.querySelectorAll("#seat-map canvas");
  const { left, top } = sheet.getBoundingClientRect();
  const ratio = sheet.width / sheet.clientWidth;
  const size = Math.round(16 * ratio);
  const corner = [(x - left) * ratio - size / 2, (y - top) * ratio - size / 2].map(Math.round);
  const { data } = sheet.getContext("2d").getImageData(...corner, size, size);
  return Array.from({ length: size * size }, (_, i) =>
    0.3 * data[4 * i] + 0.59 * data[4 * i + 1] + 0.11 * data[4 * i + 2]);
}"""
FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Fingers:
    """One or two of them, on a touch screen."""

    def __init__(self, page):
        self.page = page
        self.line = page.context.new_cdp_session(page)

    def drag(self, *ways, steps=8):
        """Move a finger along each of `ways`, all at once."""
        self._touch("touchStart", [start for start, _ in ways])
        for step in range(1, steps + 1):
            done = step / steps
            self._touch("touchMove", [between(start, end, done) for start, end in ways])
        self._touch("touchEnd", [])
        self.page.evaluate(FRAMES)

    def _touch(self, kind, points):
        named = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": named})


def between(start, end, done):
    return [one + (other - one) * done for one, other in zip(start, end, strict=True)]


def view_of(page):
    return [float(one) for one in page.locator(".seat-stage").get_attribute("data-view").split()]


def scale_of(page):
    return view_of(page)[2]


def is_mine(page, key):
    expect(button(page, key)).to_have_attribute("data-state", "mine")


def test_two_fingers_enlarge_the_map_and_not_the_page(open_browser, hall):
    page = open_browser(**PHONE)
    look_at(page, hall)
    x, y = page.evaluate(WHERE, FREE)
    before = scale_of(page)

    Fingers(page).drag(((x - 20, y), (x - 60, y)), ((x + 20, y), (x + 60, y)))

    assert scale_of(page) == pytest.approx(3 * before, rel=0.05)
    assert dist(page.evaluate(WHERE, FREE), (x, y)) < 12  # what was between them still is
    assert page.evaluate("[visualViewport.scale, scrollY]") == [1, 0]


def test_one_finger_scrolls_the_page_while_all_of_the_hall_is_in_view(open_browser, hall):
    page = open_browser(**PHONE)
    look_at(page, hall)
    before = view_of(page)

    Fingers(page).drag((MIDDLE, HIGHER))

    wait_for(lambda: page.evaluate("scrollY") > 60)
    assert view_of(page) == before


def test_one_finger_moves_the_map_once_it_is_enlarged_and_the_page_elsewhere(open_browser, hall):
    page = open_browser(**PHONE)
    look_at(page, hall)
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    expect(page.locator("[data-canvas]:not([data-fitted])")).to_be_visible()
    page.evaluate(FRAMES)
    x, y = page.evaluate(WHERE, FREE)

    Fingers(page).drag((MIDDLE, HIGHER))

    moved = page.evaluate(WHERE, FREE)
    assert moved[0] == pytest.approx(x, abs=8)
    assert 60 < y - moved[1] <= 121
    assert page.evaluate("scrollY") == 0
    Fingers(page).drag(((180, 250), (180, 130)))
    wait_for(lambda: page.evaluate("scrollY") > 60)


def test_the_wheel_enlarges_what_is_under_the_pointer(open_browser, hall):
    page = open_browser()
    look_at(page, hall)
    here = page.evaluate(WHERE, FREE)
    before = scale_of(page)

    page.mouse.move(*here)
    page.mouse.wheel(0, -300)
    wait_for(lambda: scale_of(page) > 1.3 * before)

    assert dist(page.evaluate(WHERE, FREE), here) < 2
    assert page.evaluate("scrollY") == 0


def test_the_wheel_scrolls_the_page_where_the_map_has_nothing_to_show(open_browser, hall):
    page = open_browser()
    look_at(page, hall)
    before = scale_of(page)
    page.mouse.move(*page.evaluate(WHERE, FREE))

    page.mouse.wheel(0, 200)
    wait_for(lambda: page.evaluate("scrollY") > 100)
    page.mouse.wheel(0, -120)  # whoever is scrolling scrolls on
    wait_for(lambda: page.evaluate("scrollY") < 100)

    assert scale_of(page) == before


def test_the_small_map_leads_to_where_one_presses_it(open_browser, hall):
    page = open_browser("minji", viewport=SIZES["phone"])
    look_at(page, hall)
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    stage = page.locator(".seat-stage").bounding_box()

    page.mouse.click(stage["x"] + 70, stage["y"] + 95)  # its lower end: the balcony
    page.evaluate(FRAMES)
    expect(page.locator("#selection")).to_have_attribute("data-mine", "")
    wait_for(lambda: view_of(page)[1] > 400)


def test_the_map_follows_without_a_socket(open_browser, hall):
    watcher = open_browser()
    wire = Wire(watcher)
    wire.whole = False
    watcher.goto(f"{hall.address}?section=1F")
    expect(watcher.locator(".connection-polling")).to_be_visible()
    buyer = open_browser("sora")
    look_at(buyer, hall)

    press(buyer, HELD)

    expect(button(watcher, HELD)).to_have_attribute("data-state", "held", timeout=6_000)


def test_states_differ_by_more_than_colour(open_browser, hall):
    others, page = open_browser("junho"), open_browser("minji")
    look_at(others, hall, "?section=1F")
    press(others, SOLD)
    is_mine(others, SOLD)
    others.get_by_role("link", name="Continue to pay").click()
    others.get_by_role("button", name="Pay").click()
    expect(others.get_by_role("link", name="Show tickets")).to_be_visible()
    look_at(others, hall, "?section=1F")
    press(others, HELD)
    is_mine(others, HELD)
    look_at(page, hall, "?section=1F")
    press(page, MINE)
    is_mine(page, MINE)
    page.mouse.move(0, 0)
    page.evaluate(FRAMES)

    looks = {key: page.evaluate(BRIGHTNESS, page.evaluate(WHERE, key)) for key in LOOKS}

    for one, other in combinations(LOOKS, 2):
        unlike = sum(abs(a - b) > 40 for a, b in zip(looks[one], looks[other], strict=True))
        assert unlike > len(looks[one]) * 0.08, (one, other)


LOOKS = (FREE, HELD, SOLD, MINE)


def test_nothing_glides_for_those_who_ask(open_browser, hall):
    page = open_browser(reduced_motion="reduce")
    look_at(page, hall)
    whole = scale_of(page)
    page.get_by_role("button", name="Zoom in").click()

    page.get_by_role("button", name="Show the whole hall").click()
    page.evaluate(FRAMES)

    assert scale_of(page) == pytest.approx(whole)


def test_the_focus_on_the_map_is_seen_and_leaves_it_again(open_browser, hall):
    page = open_browser()
    look_at(page, hall)
    page.locator(".seat-band input").last.focus()

    page.keyboard.press("Tab")
    expect(page.locator("[data-canvas]")).to_be_focused()
    frame = page.locator("[data-canvas]").evaluate("map => getComputedStyle(map).outlineStyle")
    page.keyboard.press("Enter")
    expect(page.locator("[data-tip]")).to_contain_text("free")
    page.keyboard.press("Tab")

    assert frame != "none"
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()
    expect(page.locator("[data-tip]")).to_be_hidden()


def test_a_screen_reader_is_told_what_there_is(open_browser, hall):
    page = open_browser("sora")
    look_at(page, hall, "?section=2F")
    press(page, "2F-1-7")
    expect(page.locator("#selection")).to_contain_text("Balcony, row 1, seat 7")

    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    known = [
        (node["role"]["value"], node.get("name", {}).get("value", ""), node)
        for node in tree
        if not node["ignored"]
    ]

    [seat_map] = [node for role, name, node in known if name == "Seat map of Small theatre"]
    assert seat_map["role"]["value"] == "application"
    assert "arrows move from seat to seat" in seat_map["description"]["value"]
    named = {(role, name) for role, name, _ in known}
    assert ("checkbox", "R seat ₩110,000 114 free") in named
    assert ("button", "Balcony, row 1, seat 6, A seat, ₩70,000, free") in named
    assert ("button", "Give back Balcony, row 1, seat 7") in named
    [mine] = [node for role, name, node in known if name.endswith("seat 7, A seat, ₩70,000, yours")]
    assert {"name": "pressed", "value": {"type": "tristate", "value": "true"}} in mine["properties"]
    expect(page.locator("#announcer[aria-live=polite]")).to_have_text(
        "Picked: Balcony, row 1, seat 7"
    )


@pytest.mark.parametrize(("language", "theme"), [("ko", "dark"), ("en", "light")])
def test_the_smallest_phone_has_room_for_all_of_it(open_browser, hall, language, theme):
    small = {"viewport": {"width": 320, "height": 640}, "color_scheme": theme}
    page = open_browser("minji", language=language, **small)
    look_at(page, hall)
    press(page, FREE)
    expect(page.locator(".selection-seats li")).to_have_count(1)

    assert inspect(page, f"{hall.address}?section=1F") == []


def test_the_map_is_drawn_once_more_in_other_colours(open_browser, hall):
    page = open_browser(color_scheme="light")
    look_at(page, hall)
    corner = "document.querySelector('canvas').getContext('2d').getImageData(9, 9, 1, 1).data[0]"
    light = page.evaluate(corner)

    page.emulate_media(color_scheme="dark")
    page.evaluate(FRAMES)

    expect(page.locator(DRAWN)).to_be_visible()
    assert light > 200 > 60 > page.evaluate(corner)
