"""An operator's page of a line, in a real browser beside others who change it."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MAKE = """
from queueing.models import WaitingRoom
from queueing.services.opening import insist
room = WaitingRoom.objects.get(event_id={event})
for n in range(1, 8): insist({event}, lambda line, n=n: line.join(f"u{{9_000_000 + n}}"))
print(room.pk)
"""


class Desk:
    """A line that two are let in from, seven people in it, and its page."""

    def __init__(self, stack) -> None:
        self.stack = stack
        self.event = json.loads(stack.manage("demo", "--line", "2"))["event"]
        self.room = self.shell(MAKE.format(event=self.event)).strip()
        self.address = f"/admin/queueing/waitingroom/{self.room}/line/"

    def shell(self, text: str) -> str:
        return self.stack.manage("shell", "--verbosity=0", "-c", text)

    def configure(self, changes: str) -> None:
        act = "from queueing.services.steering import configure_room as c\n"
        self.shell(f"{act}c(room_id={self.room}, changes={changes}, by=None)")


@pytest.fixture
def desk(stack) -> Desk:
    return Desk(stack)


def test_an_operator_sees_what_happens_and_what_others_do(open_browser, desk):
    page = open_browser("operator")
    page.goto(desk.address)
    waiting = page.locator("[data-figure=waiting]")
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    expect(waiting).to_have_text("5")

    page.get_by_label("Message", exact=True).fill("half a sent")
    desk.configure("{'mode': 'paused', 'threshold': 9}")

    paused = page.locator("button[value=paused]")
    expect(paused).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Nobody is let in: paused.")).to_be_visible()
    expect(page.get_by_label("Most at once")).to_have_value("9")
    expect(page.get_by_label("Message", exact=True)).to_have_value("half a sent")

    page.get_by_label("How many people").fill("3")
    page.get_by_role("button", name="Let in", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("3 people were let in.")
    expect(waiting).to_have_text("2")
    expect(page.locator(".steer-record")).to_contain_text("3 more were let in by hand")


def test_all_of_it_works_without_scripts(open_browser, desk):
    page = open_browser("operator", java_script_enabled=False)
    page.goto(desk.address)

    page.locator("button[value=paused]").click()
    expect(page.locator("button[value=paused]")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Most at once").fill("4")
    page.get_by_role("button", name="Set the limits").click()
    expect(page.locator("[data-figure=threshold]")).to_have_text("4")
    page.get_by_role("link", name="Clear the line").click()
    page.get_by_label("Message in English").fill("We begin again.")
    page.get_by_role("button", name="Yes, send everybody away").click()

    expect(page.locator("[data-figure=waiting]")).to_have_text("0")
    expect(page.locator(".steer-record")).to_contain_text("Everybody was sent away")
