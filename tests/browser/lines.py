"""An event behind a waiting room, and people in its line who come by the API."""

import json
import urllib.request

from playwright.sync_api import expect

AHEAD = "[data-ahead]"
NUMBER = ".line-number"
NEXT = "[data-when=next]"
STRIP = "#admission"


class Waiting:
    """An event with a waiting room that is on, as `manage.py demo --line` makes it."""

    def __init__(self, stack, threshold=1, *, made_by=()) -> None:
        self.stack = stack
        self.id = json.loads(stack.manage("demo", *made_by, "--line", str(threshold)))["event"]
        self.event = f"/events/{self.id}"
        self.line = f"{self.event}/line"

    def set(self, **settings) -> None:
        """Change settings as an operator does."""
        self._act(f"steering.configure_room(room_id=room.pk, changes={settings!r}, by=None)")

    def clear(self) -> None:
        self._act("steering.clear_line(room_id=room.pk, by=1)")

    def sell_out(self) -> None:
        """Have others hold all there is."""
        self._act("room.event.ticket_types.update(held=F('available'), available=0)")

    def _act(self, words: str) -> None:
        self.stack.manage(
            "shell",
            "-c",
            "import datetime; from django.db.models import F\n"
            "from queueing.models import WaitingRoom; from queueing.services import steering\n"
            f"room = WaitingRoom.objects.get(event={self.id}); {words}",
        )

    def somebody(self) -> "Somebody":
        return Somebody(self)


class Somebody:
    """A guest who came by the API, and keeps the cookies."""

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def join(self) -> dict:
        return self._ask("POST", "check")

    def status(self) -> dict:
        return self._ask("GET", "status")

    def leave(self) -> dict:
        return self._ask("POST", "leave")

    def _ask(self, method: str, step: str) -> dict:
        address = f"{self.waiting.stack.address}/api/queue/{step}/{self.waiting.id}"
        asked = urllib.request.Request(
            address, method=method, headers={"Origin": self.waiting.stack.address}
        )
        with self.browser.open(asked, timeout=5) as answer:
            return json.loads(answer.read())


def join(page, waiting) -> None:
    """Come to the event and join the line before it."""
    page.goto(waiting.event)
    page.get_by_role("button", name="Join the line").click()
    page.wait_for_url("**/line")


def be_live(page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def number_on(page) -> int:
    return int(page.locator(NUMBER).inner_text().replace(",", ""))


def hold_one(page) -> None:
    """Hold a ticket, now that one is in, whatever language the page is in."""
    page.locator(".hold input[type=number]").fill("1")
    page.locator(".hold button[type=submit]").click()
    expect(page.locator(".badge-held")).to_be_visible()


def expect_in(page, waiting, *, within=10_000) -> None:
    """Wait until the page has gone in by itself."""
    page.wait_for_url(f"**{waiting.event}", timeout=within)
    expect(page.locator(STRIP)).to_be_visible()
