"""One hall on many screens: who picks has it, and everybody sees it at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.halls import WHERE, Hall, button, look_at, press
from tests.browser.test_quality import SIZES, inspect

pytestmark = pytest.mark.browser

AT_ONCE = 1_000  # ms
SOON = 3_000  # before everything is read anew


def test_a_pick_shows_on_other_screens_at_once(open_browser, hall):
    watcher, buyer = open_browser(), open_browser("minji")
    look_at(watcher, hall, "?section=1F")
    look_at(buyer, hall)
    free = watcher.locator(".seat-band [data-free]").first
    before = int(free.text_content())

    press(buyer, "1F-E-9")

    expect(button(watcher, "1F-E-9")).to_have_attribute("data-state", "held", timeout=AT_ONCE)
    expect(free).to_have_text(str(before - 1), timeout=AT_ONCE)
    expect(buyer.locator("#selection")).to_contain_text("row E, seat 9")
    press(buyer, "1F-E-9")
    expect(button(watcher, "1F-E-9")).to_have_attribute("data-state", "free", timeout=AT_ONCE)
    expect(buyer.locator("#selection")).to_have_attribute("data-mine", "")


def test_two_press_one_seat_and_one_has_it(open_browser, hall):
    minji, junho = open_browser("minji"), open_browser("junho")
    for page in (minji, junho):
        look_at(page, hall)
    points = [(page, page.evaluate(WHERE, "1F-E-9")) for page in (minji, junho)]

    for page, point in points:
        page.mouse.click(*point)

    mine = [page.locator("#selection[data-mine]:not([data-mine=''])") for page, _ in points]
    refusals = [page.locator("#seat-answer .notice") for page, _ in points]
    expect(mine[0].or_(refusals[0]).first).to_be_visible()
    expect(mine[1].or_(refusals[1]).first).to_be_visible()
    assert sorted(one.count() for one in mine) == [0, 1]
    assert sorted(one.count() for one in refusals) == [0, 1]
    [loser] = [page for (page, _), one in zip(points, refusals, strict=True) if one.count()]
    expect(loser.locator("#seat-answer")).to_contain_text("Somebody else was faster.")
    loser.get_by_role("button", name=re.compile("Take instead")).first.click()
    expect(loser.locator("#selection")).to_have_attribute("data-mine", re.compile(r"^\d+$"))
    expect(loser.locator("#seat-answer")).to_be_empty()
    assert hall.states().count("h") == 2


def test_a_hold_that_is_over_frees_its_seat_on_all_screens(open_browser, hall):
    watcher, buyer = open_browser(), open_browser("sora")
    look_at(watcher, hall, "?section=1F")
    look_at(buyer, hall, "?section=1F")
    press(buyer, "1F-E-9")
    expect(button(watcher, "1F-E-9")).to_have_attribute("data-state", "held")
    expect(button(buyer, "1F-E-9")).to_have_attribute("data-state", "mine")

    hall.let_holds_expire()

    for page in (watcher, buyer):
        expect(button(page, "1F-E-9")).to_have_attribute("data-state", "free", timeout=SOON)
    expect(buyer.locator("#selection")).to_have_attribute("data-mine", "")
    expect(buyer.locator("#seat-answer")).to_contain_text("Your time is over")


def test_who_leaves_the_page_keeps_the_seats_until_the_end_and_no_longer(open_browser, hall):
    watcher, buyer = open_browser(), open_browser("junho")
    look_at(watcher, hall, "?section=1F")
    look_at(buyer, hall)
    press(buyer, "1F-E-9")
    expect(button(watcher, "1F-E-9")).to_have_attribute("data-state", "held")

    buyer.close()

    watcher.reload()
    expect(button(watcher, "1F-E-9")).to_have_attribute("data-state", "held")
    hall.let_holds_expire()
    expect(button(watcher, "1F-E-9")).to_have_attribute("data-state", "free", timeout=SOON)


def test_tabs_of_one_person_have_one_selection(open_browser, hall):
    one = open_browser("minji")
    look_at(one, hall)
    other = one.context.new_page()
    look_at(other, hall)

    press(one, "1F-E-9")

    expect(other.locator("#selection")).to_contain_text("row E, seat 9", timeout=SOON)
    expect(other.locator("#selection")).to_have_attribute("data-mine", re.compile(r"\d"))
    press(other, "1F-E-10")
    expect(one.locator(".selection-seats li")).to_have_count(2)
    press(other, "1F-E-9")
    expect(one.locator("#selection")).not_to_contain_text("seat 9")
    expect(one.locator("#announcer")).to_contain_text("Given back: Stalls, row E, seat 9")


def test_nobody_leaves_a_single_seat_alone(open_browser, hall):
    page = open_browser("minji")
    look_at(page, hall)
    press(page, "1F-E-9")
    expect(page.locator("#selection")).to_contain_text("seat 9")

    press(page, "1F-E-11")
    expect(page.locator("#seat-answer")).to_contain_text("This would leave a single seat")
    page.get_by_role("button", name=re.compile("Take instead.*row E, seats 9–10")).click()

    expect(page.locator("#selection")).to_contain_text("seat 10")
    expect(page.locator("#selection")).not_to_contain_text("seat 11")


def test_the_map_by_keyboard_alone(open_browser, hall):
    page = open_browser("minji")
    look_at(page, hall)
    said = page.locator("#announcer")
    page.locator("[data-canvas]").focus()

    page.keyboard.press("Enter")
    here = re.compile(r"^Stalls, row (\w+), seat (\d+), . seat, ₩[\d,]+, free$")
    expect(said).to_have_text(here)
    row, seat = here.match(said.text_content()).groups()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text(f"row {row}, seat {int(seat) + 1},")
    page.keyboard.press("ArrowDown")
    expect(said).to_contain_text(f"row {chr(ord(row) + 1)}, seat")
    page.keyboard.press(" ")

    expect(said).to_contain_text("Picked: Stalls, row")
    expect(page.locator("#selection")).to_have_attribute("data-mine", re.compile(r"^\d+$"))
    page.keyboard.press("Home")


def test_a_visitor_signs_in_on_the_way_and_comes_back_to_the_seat(open_browser, hall):
    page = open_browser()
    look_at(page, hall)

    press(page, "1F-E-9")
    page.get_by_label("User name or e-mail address").fill("sora")
    page.get_by_label("Password").fill("jari-demo")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    page.wait_for_url(re.compile(r"/seats\?section=1F&seat=1F-E-9"))
    expect(page.locator("#announcer")).to_contain_text(re.compile("E.*9"))


def test_the_best_seats_at_a_press(open_browser, hall):
    page = open_browser("junho")
    look_at(page, hall)

    page.get_by_label("How many", exact=True).fill("3")
    page.get_by_role("button", name="Pick the best").click()

    expect(page.locator(".selection-seats li")).to_have_count(3)
    assert hall.states().count("h") == 3


def test_who_looks_on_sees_that_the_last_seat_went_and_came_back(open_browser, stack):
    hall = Hall(stack, 4)
    watcher, buyer = open_browser(), open_browser("junho")
    look_at(watcher, hall)
    look_at(buyer, hall)

    buyer.get_by_label("How many", exact=True).fill("4")
    buyer.get_by_role("button", name="Pick the best").click()

    expect(watcher.get_by_text("Every seat is taken for now.")).to_be_visible()
    expect(watcher.get_by_role("button", name="Pick the best")).to_be_hidden()
    expect(watcher.locator(".seat-band [data-free]")).to_have_text("0")
    buyer.get_by_role("button", name="Give back Floor, row 1, seat 1").click()
    expect(watcher.get_by_text("Every seat is taken for now.")).to_be_hidden()
    expect(watcher.locator(".seat-band [data-free]")).to_have_text("1")


def test_the_list_buys_a_seat_without_script(open_browser, hall):
    page = open_browser("sora", java_script_enabled=False)
    page.goto(hall.address)
    page.get_by_role("link", name=re.compile("Balcony")).click()

    page.get_by_role("button", name=re.compile("row 1, seat 7, .*free")).click()
    expect(button(page, "2F-1-7")).to_have_attribute("data-state", "mine")
    page.get_by_role("button", name="More time").click()
    page.get_by_role("link", name="Continue to pay").click()
    page.get_by_role("button", name="Pay").click()
    page.get_by_role("link", name="Show tickets").click()

    expect(page.locator(".ticket-qr svg")).to_have_count(1)
    assert hall.states().count("s") == 1


def test_the_list_and_the_map_are_one(open_browser, hall):
    page = open_browser("minji")
    look_at(page, hall)
    page.get_by_role("link", name=re.compile("Stalls")).click()

    button(page, "1F-E-9").click()

    expect(button(page, "1F-E-9")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#selection")).to_contain_text("row E, seat 9")
    press(page, "1F-E-9")
    expect(button(page, "1F-E-9")).to_have_attribute("data-state", "free")


def test_the_list_works_where_the_map_cannot_be_loaded(open_browser, hall):
    page = open_browser("junho")
    page.route("**/api/layouts/*", lambda route: route.fulfill(status=404))
    page.goto(f"{hall.address}?section=2F")

    expect(page.locator("#seat-map")).to_contain_text("The list below works without it.")
    button(page, "2F-1-7").click()

    expect(button(page, "2F-1-7")).to_have_attribute("data-state", "mine")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("language", "theme"), [("ko", "light"), ("en", "dark")])
def test_everybody_can_use_the_page_of_seats(open_browser, hall, size, language, theme):
    look = {"language": language, "color_scheme": theme, "viewport": SIZES[size]}
    page = open_browser("minji", **look)
    look_at(page, hall)
    page.locator("[data-canvas]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#selection")).to_have_attribute("data-mine", re.compile(r"\d"))

    problems = inspect(page, f"{hall.address}?section=1F") + inspect(page, f"/events/{hall.id}")

    assert problems == []


def test_a_hall_with_many_prices_fits_a_phone(open_browser, stack):
    hall = Hall(stack, 1243)
    page = open_browser(viewport=SIZES["phone"])

    assert inspect(page, hall.address) == []
