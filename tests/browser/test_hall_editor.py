"""A theatre is laid out in the admin without writing JSON, sold, and kept for the house."""

import itertools
import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_quality import INSPECT, SIZES

pytestmark = pytest.mark.browser

READY = "[data-ready]"
numbers = itertools.count(1)

WHERE = """seat => {
  const stage = document.querySelector("[data-stage]");
  const [x, y, scale] = stage.dataset.view.split(" ").map(Number);
  const { left, top, width, height } = stage.getBoundingClientRect();
  return [(seat.x - x) * scale + width / 2 + left, (seat.y - y) * scale + height / 2 + top];
}"""


class Theatre:
    """A hall of the operator's, and the page on which it is drawn."""

    def __init__(self, page) -> None:
        self.page = page
        self.name = f"연습 극장 {next(numbers)}"
        page.goto("/admin/ticketing/hall/add/")
        page.locator("#id_name").fill(self.name)
        page.locator("[name=_save]").click()
        self.home = page.url
        page.locator(".object-tools a").first.click()
        page.locator(READY).wait_for()

    def add(self, tool: str, section: str, **fields: object) -> None:
        form = self.open(tool)
        form.locator("[name=section]").fill(section)
        self.fill(form, tool, fields)
        form.locator("[type=submit]").click()

    def open(self, tool: str):
        form = self.page.locator(f"form[data-tool={tool}]")
        panel = self.page.locator("details", has=form)
        if panel.get_attribute("open") is None:
            panel.locator("summary").click()
        return form

    def fill(self, form, tool: str, fields: dict[str, object]) -> None:
        for name, value in fields.items():
            field = form.locator(f"[name={tool}-{name}]")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def number(self, **fields: object) -> None:
        form = self.open("number")
        self.fill(form, "number", fields)
        form.locator("[type=submit]").click()
        self.says("Numbered.")

    def choose(self, *names: str) -> None:
        form = self.page.locator("[data-part=names]")
        form.locator("#names").fill(" ".join(names))
        form.locator("[type=submit]").click()

    def flag(self, name: str):
        button = self.page.locator(f"[data-flag={name}]")
        button.click()
        return button

    def says(self, words: str) -> None:
        expect(self.page.locator("[data-said]")).to_contain_text(words)

    def has(self, seats: int, sections: int) -> None:
        total = self.page.locator("[data-total]")
        expect(total).to_have_text(f"Seats: {seats} · sections: {sections}")

    def drag(self, start, end, *, key: str | None = None) -> None:
        """Drag over the drawing, from one share of it to another."""
        box = self.page.locator("[data-stage]").bounding_box()
        points = [
            (box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in (start, end)
        ]
        if key:
            self.page.keyboard.down(key)
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        self.page.mouse.move(*points[1], steps=5)
        self.page.mouse.up()
        if key:
            self.page.keyboard.up(key)

    def save(self) -> dict:
        """Save, and return the document of the newest layout."""
        self.page.locator("[data-act=save]").click()
        self.page.wait_for_url(self.home)
        address = self.page.get_by_role("link", name="JSON").first.get_attribute("href")
        return self.page.request.get(address).json()


@pytest.fixture
def theatre(open_browser):
    return Theatre(open_browser("operator", viewport={"width": 1280, "height": 900}))


def rows_of(document: dict, section: str) -> dict[str, list[dict]]:
    [found] = [one for one in document["sections"] if one["key"] == section]
    return {row["key"]: row["seats"] for row in found["rows"]}


def test_an_operator_lays_out_a_theatre_and_people_sit_in_it(theatre, open_browser, stack):
    page = theatre.page
    theatre.add("block", "1F", rows=6, seats=10, aisles_after="5", category="R")
    theatre.has(60, 1)
    theatre.add("arc", "2F", rows=3, radius=320, opening=60, category="S")
    theatre.says("Drawn.")

    page.locator(".hall-pick", has_text="1F").click()
    theatre.says("Selected seats: 60")
    theatre.number(first_row="가", numbering="odd-even")
    theatre.choose("1F-바")
    page.locator("#category").select_option("S")
    theatre.choose("1F-바-1", "1F-바-2")
    expect(theatre.flag("accessible")).to_have_attribute("aria-pressed", "true")
    theatre.choose("1F-바-4")
    theatre.flag("companion")
    theatre.choose("1F-가-3")
    theatre.flag("aisle_after")
    document = theatre.save()

    rows = rows_of(document, "1F")
    assert list(rows) == ["가", "나", "다", "라", "마", "바"]
    assert [one["label"] for one in rows["가"]] == [
        "9",
        "7",
        "5",
        "3",
        "1",
        "2",
        "4",
        "6",
        "8",
        "10",
    ]
    assert [one["label"] for one in rows["가"] if one.get("aisle_after")] == ["3", "1"]
    assert {one["category"] for one in rows["바"]} == {"S"}
    assert {one["category"] for one in rows["마"]} == {"R"}
    assert [one["label"] for one in rows["바"] if one.get("accessible")] == ["1", "2"]
    assert [one["label"] for one in rows["바"] if one.get("companion")] == ["4"]
    assert [one["kind"] for one in document["shapes"]] == ["stage"]

    event = json.loads(stack.manage("demo", "--hot", "50"))["event"]
    page.goto(f"/admin/ticketing/event/{event}/layout/")
    option = page.locator("#id_layout option", has_text=theatre.name)
    page.locator("#id_layout").select_option(option.get_attribute("value"))
    page.get_by_role("button", name="Show").click()
    page.get_by_label("R: Price").fill("90000")
    page.get_by_label("S: Price").fill("60000")
    page.get_by_role("button", name="Make the seats").click()
    expect(page.locator(".messagelist .success")).to_contain_text(theatre.name)

    seats = sum(len(row["seats"]) for one in document["sections"] for row in one["rows"])
    _, told = stack.get(f"/api/events/{event}/seats")
    assert told["states"] == "f" * seats
    assert {one["key"]: one["price"] for one in told["categories"]} == {"R": 90000, "S": 60000}
    buyer = open_browser("minji")
    buyer.goto(f"/events/{event}/seats?section=1F")
    buyer.locator(".seat-button[value='1F-다-1']").click()
    expect(buyer.locator(".seat-button[value='1F-다-1']")).to_have_attribute("data-state", "mine")


def test_steps_go_back_and_forth(theatre):
    page = theatre.page
    theatre.add("block", "A", rows=2, seats=5)
    theatre.has(10, 1)

    page.locator("[data-act=duplicate]").click()
    theatre.has(20, 2)
    page.locator("[data-stage] canvas").first.focus()
    page.keyboard.press("Delete")
    theatre.has(10, 1)
    page.keyboard.press("Control+z")
    theatre.has(20, 2)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    theatre.has(0, 0)
    page.keyboard.press("Control+Shift+z")
    theatre.has(10, 1)

    expect(page.locator("[data-state]")).to_have_text("Not saved yet")


def test_dragging_selects_adds_takes_away_and_moves(theatre):
    page = theatre.page
    theatre.add("block", "A", rows=4, seats=10)
    theatre.has(40, 1)
    page.locator("[data-zoom=fit]").click()

    theatre.drag((0.01, 0.01), (0.99, 0.99))
    theatre.says("Selected seats: 40")
    theatre.drag((0.5, 0.01), (0.99, 0.99), key="Alt")
    theatre.says("Selected seats: 20")
    theatre.drag((0.5, 0.01), (0.99, 0.99), key="Shift")
    theatre.says("Selected seats: 40")
    page.locator("[data-stage] canvas").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    theatre.says("Moved.")
    page.keyboard.press("Escape")
    theatre.says("Nothing is selected.")
    document = theatre.save()

    before = sorted(one["x"] for one in rows_of(document, "A")["A"])
    assert before[0] == 400 - 90 + 10
    assert len({one["x"] for one in rows_of(document, "A")["B"]}) == 10


def test_the_selection_is_dragged_where_it_shall_be(theatre):
    page = theatre.page
    theatre.add("block", "A", rows=1, seats=3)
    theatre.has(3, 1)
    before = theatre.save()
    page.get_by_role("link", name="Edit as a new layout").click()
    page.locator(READY).wait_for()
    page.locator(".hall-pick").first.click()
    theatre.says("Selected seats: 3")

    x, y = page.evaluate(WHERE, rows_of(before, "A")["A"][1])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    theatre.says("Moved.")
    after = theatre.save()

    steps = {
        (new["x"] - old["x"] > 5, new["y"] - old["y"] > 5)
        for old, new in zip(rows_of(before, "A")["A"], rows_of(after, "A")["A"], strict=True)
    }
    assert steps == {(True, True)}
    assert page.locator(".layout-card").count() == 2


def test_what_is_wrong_is_said_in_its_place_and_nothing_is_lost(theatre):
    page = theatre.page
    theatre.add("block", "A", rows=500, seats=4)
    expect(page.locator("form[data-tool=block] [data-error=rows]")).not_to_be_empty()
    theatre.add("block", "A", rows=2, seats=4)
    theatre.has(8, 1)
    theatre.add("block", "A", rows=2, seats=4)
    expect(page.locator("form[data-tool=block] [data-error=first_row]")).to_contain_text("row A")
    theatre.add("block", "B", rows=1, seats=3)
    theatre.has(11, 2)

    page.locator(".hall-pick", has_text="B").click()
    page.locator("#section").fill("B!")
    page.locator("#section").evaluate("field => field.removeAttribute('pattern')")
    page.get_by_role("button", name="Put into this section").click()
    page.locator("[data-act=save]").click()

    errors = page.locator("[data-errors]")
    expect(errors).to_contain_text("Nothing was saved. Errors: 1")
    errors.get_by_role("button").click()
    theatre.says("Selected seats: 3")
    page.locator("#section").fill("B")
    page.get_by_role("button", name="Put into this section").click()
    assert len(theatre.save()["sections"]) == 2


def test_leaving_with_changes_asks_first(theatre):
    page = theatre.page
    theatre.add("block", "A", rows=1, seats=3)
    theatre.has(3, 1)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.evaluate("setTimeout(() => location.assign('/admin/'))")

    expect(page.locator(READY)).to_be_visible()
    assert asked == ["beforeunload"]
    theatre.save()
    assert asked == ["beforeunload"]


def test_categories_and_the_stage_are_edited(theatre):
    page = theatre.page
    theatre.add("block", "A", rows=1, seats=3, category="R")
    theatre.has(3, 1)
    page.locator("[data-part=categories] summary").click()
    lines = page.locator("[data-part=categories] [data-line]")

    lines.nth(0).locator("[name=key]").fill("VIP")
    lines.nth(0).locator("[name=key]").press("Tab")
    lines.nth(0).locator("[name=name]").fill("VIP석")
    lines.nth(0).locator("[name=name]").press("Tab")
    page.locator("[data-part=categories] [data-act=add]").click()
    expect(lines).to_have_count(3)
    lines.nth(2).locator("[data-act=remove]").click()
    expect(lines).to_have_count(2)
    lines.nth(0).locator("[data-act=remove]").click()
    theatre.says("This category still has 3 seats.")
    page.locator("[data-part=shapes] summary").click()
    page.locator("[data-part=shapes] [name=width]").fill("300")
    page.locator("[data-part=shapes] [name=width]").press("Tab")
    document = theatre.save()

    first = document["categories"][0]
    assert (first["key"], first["name"]) == ("VIP", "VIP석")
    assert {one["category"] for one in rows_of(document, "A")["A"]} == {"VIP"}
    assert document["shapes"][0]["width"] == 300


def test_house_seats_leave_the_map_of_buyers_at_once(open_browser, stack):
    event = json.loads(stack.manage("demo", "--hall", "265"))["event"]
    buyer, operator = open_browser("sora"), open_browser("operator")
    buyer.goto(f"/events/{event}/seats?section=1F")
    expect(buyer.locator("html")).to_have_attribute("data-live", "live")
    operator.goto(f"/admin/ticketing/event/{event}/house-seats/")
    operator.locator(READY).wait_for()
    buyer.locator(".seat-button[value='1F-E-9']").click()
    expect(operator.locator("[data-count=h]")).to_have_text("1")

    operator.locator(".hall-line [data-role=open]").first.click()
    operator.locator(".hall-pick[data-row=B]").click()
    expect(operator.locator("#seats")).to_have_value("1F-B")
    operator.locator("#reason").fill("Press")
    operator.get_by_role("button", name="Block").click()

    expect(operator.locator(".house-list tbody").first).to_contain_text("Press")
    gone = buyer.locator(".seat-button[value='1F-B-9']")
    expect(gone).to_have_attribute("data-state", "blocked")
    operator.locator("#seats").fill("1F-E")
    operator.get_by_role("button", name="Block").click()
    expect(operator.locator(".messagelist .error")).to_contain_text("row E, seat 9")
    operator.get_by_role("button", name=re.compile("Sell again: Press")).click()
    expect(gone).to_have_attribute("data-state", "free")


OURS_ALONE = """() => document.querySelectorAll(
  "#header, nav, #footer, .base-svgs, .skip-to-content-link, .toggle-nav-sidebar, " +
  "input[type=submit]"
).forEach((one) => one.remove())"""


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize(("language", "theme"), [("ko", "light"), ("en", "dark")])
def test_every_operator_can_use_the_pages_of_halls(open_browser, stack, size, language, theme):
    event = json.loads(stack.manage("demo", "--hall", "265"))["event"]
    look = {"language": language, "color_scheme": theme, "viewport": SIZES[size]}
    page = open_browser("operator", **look)
    page.goto("/admin/ticketing/hall/?q=Small")
    page.locator("#result_list .field-name a").click()
    home = page.url.removesuffix("change/")
    own = f"/admin/ticketing/event/{event}"

    problems = []
    for address in (page.url, f"{home}import/", f"{own}/layout/", f"{own}/house-seats/"):
        problems += look_over(page, address)
    problems += look_over(page, f"{home}editor/")

    assert problems == []


def look_over(page, address: str) -> list[str]:
    """What is wrong on a page of the admin, besides what Django brings."""
    page.goto(address)
    if page.locator("[data-stage]").count():
        page.locator(READY).wait_for()
        for summary in page.locator("details:not([open]) > summary").all():
            summary.click()
    page.evaluate(OURS_ALONE)
    return [f"{address}: {one}" for one in page.evaluate(INSPECT) if not one.startswith("No <")]
