"""A hall to choose seats from, and how one looks at it and presses."""

import json

from playwright.sync_api import expect

DRAWN = "#seat-map[data-drawn]"

WHERE = """async key => {
  const map = document.getElementById("seat-map");
  const layout = await (await fetch(map.dataset.layout)).json();
  const rows = layout.sections.flatMap(({ key, rows }) => rows.map((row) => [key, row]));
  const keys = rows.flatMap(([section, row]) =>
    layout.labels.slice(row.first, row.first + row.count)
      .map((label) => `${section}-${row.key}-${label}`));
  const number = keys.indexOf(key);
  const stage = map.querySelector("[data-stage]");
  const [x, y, scale] = stage.dataset.view.split(" ").map(Number);
  const { left, top } = stage.getBoundingClientRect();
  return [(layout.x[number] - x) * scale + stage.clientWidth / 2 + stage.clientLeft + left,
          (layout.y[number] - y) * scale + stage.clientHeight / 2 + stage.clientTop + top];
}"""


class Hall:
    """An event in the small theatre, as `manage.py demo --hall` makes it."""

    def __init__(self, stack, num_seats=265) -> None:
        self.stack = stack
        made = json.loads(stack.manage("demo", "--hall", str(num_seats)))
        self.id = made["event"]
        self.address = f"/events/{self.id}/seats"

    def states(self) -> str:
        return self.stack.get(f"/api/events/{self.id}/seats")[1]["states"]

    def let_holds_expire(self) -> None:
        """Move the ends of all holds into the past, as time would."""
        self.stack.manage(
            "shell",
            "--verbosity=0",
            "-c",
            "from django.utils import timezone as t\n"
            "from ticketing.models import Reservation, Seat\n"
            f"held = Reservation.objects.filter(event={self.id}, status='held')\n"
            "Seat.objects.filter(reservation__in=held).update(expires_at=t.now())\n"
            "held.update(expires_at=t.now())",
        )


def look_at(page, hall, query=""):
    page.goto(f"{hall.address}{query}")
    page.locator(DRAWN).wait_for()
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def press(page, key):
    page.locator(".seat-stage").scroll_into_view_if_needed()
    page.mouse.click(*page.evaluate(WHERE, key))


def button(page, key):
    return page.locator(f".seat-button[value='{key}']")
