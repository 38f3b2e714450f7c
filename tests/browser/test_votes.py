"""Lunch votes, in real browsers before the whole product."""

import json
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MAKE = """
import json
from datetime import timedelta
from django.utils import timezone
from voting.models import Place
from voting.services.opening import create_round
now = timezone.now()
names = ["을지면옥", "하동관", "진주회관"]
places = [Place.objects.create(name=f"{name} {now.timestamp()}") for name in names]
made = create_round(title="점심", opens_at=now - timedelta(minutes=1), max_places=2,
    closes_at=now + timedelta(hours=1), places=[one.pk for one in places])
print(json.dumps({"round": made.pk, "places": [one.pk for one in places]}))
"""


class Lunch:
    """An open round with three places."""

    def __init__(self, stack) -> None:
        self.stack = stack
        made = json.loads(stack.manage("shell", "-v", "0", "-c", MAKE))
        self.id, self.places = made["round"], made["places"]
        self.address = f"/votes/{self.id}"

    def button(self, page, number):
        return page.locator(f'[data-option="place.{self.places[number]}"] .vote-button')

    def tally(self, page, number):
        return page.locator(f"#vote-{self.id}-place-{self.places[number]}")

    def bar(self, page, number):
        return self.button(page, number).locator(".vote-bar rect")

    def mark(self, page, number):
        return page.locator(f"#mine-{self.id}-place-{self.places[number]}")

    def close(self) -> None:
        self.stack.manage(
            "shell",
            "-v",
            "0",
            "-c",
            "from voting.services import steering, settling\n"
            f"steering.close_early(round_id={self.id}); settling.settle_due()",
        )


@pytest.fixture
def lunch(stack):
    return Lunch(stack)


def open_live(page, lunch):
    page.goto(lunch.address)
    expect(page.locator("html")).to_have_attribute("data-live", "live")


def test_a_vote_moves_bars_leader_and_chart_on_other_screens(open_browser, lunch):
    minji, junho, guest = open_browser("minji"), open_browser("junho"), open_browser()
    for page in (minji, junho, guest):
        open_live(page, lunch)

    lunch.button(minji, 1).click()
    for page in (junho, guest):
        expect(lunch.tally(page, 1)).to_have_attribute("data-votes", "1", timeout=1000)
        expect(lunch.bar(page, 1)).to_have_attribute("width", "100%", timeout=1000)
        expect(page.locator(".votes-lead")).to_contain_text("하동관", timeout=1000)
    expect(lunch.mark(minji, 1)).to_have_attribute("data-mine", "")
    for number in (0, 1):
        lunch.button(junho, number).click()
        expect(lunch.mark(junho, number)).to_have_attribute("data-mine", "")

    for page in (minji, guest):
        expect(lunch.tally(page, 1)).to_have_attribute("data-votes", "2")
        expect(lunch.bar(page, 0)).to_have_attribute("width", "50%")
        expect(page.locator(".chart-line")).to_have_count(2)
    lunch.button(minji, 1).click()
    lunch.button(minji, 0).click()
    expect(lunch.tally(guest, 0)).to_have_attribute("data-votes", "2")
    expect(guest.locator(".votes-lead")).to_contain_text("을지면옥")
    expect(guest.locator("#announcer")).to_contain_text("을지면옥")
    expect(lunch.mark(junho, 1)).to_have_attribute("data-mine", "")


def test_the_result_comes_by_itself(open_browser, lunch):
    page = open_browser("minji")
    open_live(page, lunch)
    lunch.button(page, 2).click()
    expect(lunch.tally(page, 2)).to_have_attribute("data-votes", "1")

    lunch.close()

    expect(page.locator(".votes-winner strong")).to_contain_text("진주회관")
    expect(page.locator("button.vote-button")).to_have_count(0)


def test_one_votes_and_comments_without_script(open_browser, lunch):
    page = open_browser("sora", java_script_enabled=False)
    page.goto(lunch.address)

    lunch.button(page, 0).click()
    expect(lunch.mark(page, 0)).to_have_attribute("data-mine", "")
    expect(lunch.tally(page, 0)).to_have_attribute("data-votes", "1")
    expect(page.locator(".chart-line")).to_have_count(1)
    lunch.button(page, 0).click()
    expect(lunch.tally(page, 0)).to_have_attribute("data-votes", "0")
    page.get_by_label("Your comment").fill("국밥!")
    page.get_by_role("button", name="Post").click()

    expect(page.locator(".comment-text")).to_have_text("국밥!")


def test_suggestions_and_comments_reach_other_screens(open_browser, lunch):
    minji, junho = open_browser("minji"), open_browser("junho")
    for page in (minji, junho):
        open_live(page, lunch)

    minji.get_by_label("Your comment").fill("진주회관!")
    minji.get_by_role("button", name="Post").click()
    expect(minji.locator(".comment-text")).to_have_text("진주회관!")
    expect(minji.get_by_label("Your comment")).to_have_value("")
    expect(junho.locator(".comment-text")).to_have_text("진주회관!")
    minji.get_by_text("Suggest something").click()
    minji.get_by_label("Name").fill(f"새 집 {lunch.id}")
    minji.get_by_role("button", name="Put it up for vote").click()

    for page in (minji, junho):
        expect(page.get_by_role("button", name=re.compile(f"새 집 {lunch.id}"))).to_be_visible()
