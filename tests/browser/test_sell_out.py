"""Two hundred people, three browsers and sixty tickets: all buy, are told, or leave."""

import json
import re
import threading

import pytest
from playwright.sync_api import TimeoutError, expect

from tests.browser.lines import STRIP, hold_one
from tests.crowd import AT_MOST, LIMIT, PEOPLE, QUICK, THRESHOLD, TICKETS, Person, Sale
from tests.stack import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LONG = AT_MOST * 1000  # ms
TRIES = 5
AUDIT = """
import json
from core.invariants import breaches, known
print(json.dumps({one.name: [row.row for row in breaches(of=one)] for one in known()}, default=str))
"""
SOLD_OUT = '[data-reason="sold_out"] .line-reason'


@pytest.fixture
def sale(stack, tmp_path):
    """An event behind a waiting room, and people who all want to buy there."""
    tokens = tmp_path / "tokens"
    words = ["--hot", TICKETS, "--limit", LIMIT, "--line", THRESHOLD]
    words += ["--users", PEOPLE, "--tokens", tokens]
    made = json.loads(stack.manage("demo", *map(str, words)))
    stack.manage("shell", "--no-imports", "-c", QUICK.format(event=made["event"]))
    sale = Sale(stack, made)
    sale.people = [Person(sale, n, token) for n, token in enumerate(tokens.read_text().split())]
    assert len(sale.people) == PEOPLE
    return sale


def audit(stack):
    """Return what `manage.py audit` finds; it exits 1 where it finds something."""
    said = stack.manage("shell", "--no-imports", "-c", AUDIT)
    report = json.loads(said)
    assert report
    return report


def join(page, sale):
    page.goto(f"/events/{sale.event}")
    page.get_by_role("button", name="Join the line").click()


def buy(page):
    hold_one(page)
    page.locator(".payment button[type=submit]").click()
    expect(page.locator(".badge-confirmed")).to_be_visible(timeout=30_000)


def leave(page):
    """Leave, in two steps; without script the page may look again in between."""
    for _ in range(TRIES):
        try:
            page.locator(".line-leave summary").click(timeout=5_000)
            page.locator(".line-leave button").click(timeout=5_000)
            page.wait_for_url(re.compile(r"/events/\d+$"), timeout=5_000)
            return
        except TimeoutError:
            continue
    raise AssertionError("it cannot be left")


def test_all_end_as_buyers_or_are_told_or_leave(open_browser, stack, sale):
    before = audit(stack)  # other tests write into this database, past every rule
    first, late = open_browser("minji"), open_browser("sora")
    plain = open_browser("junho", java_script_enabled=False)
    watcher = threading.Thread(target=sale.watch, daemon=True)

    join(first, sale)
    watcher.start()
    for one in sale.people:
        one.start()
    wait_for(lambda: sale.seen and sale.seen[-1]["waiting"] > THRESHOLD)
    join(late, sale)
    join(plain, sale)
    expect(first.locator(STRIP)).to_be_visible(timeout=LONG)
    buy(first)
    expect(late.locator(SOLD_OUT)).to_be_visible(timeout=LONG)
    leave(late)
    leave(plain)
    for one in sale.people:
        one.join(AT_MOST + 30)
    sale.over.set()
    watcher.join(10)

    ends = {how: len(who) for how, who in sale.ends.items()}
    said = f"{sale.bought} bought: {ends}; {dict(sale.answers)}"
    # Everybody has come to an end, and to one that is none of ours.
    expected = {"bought", "was told that it is sold out", "left", "vanished"}
    assert set(sale.ends) == expected, {how: sale.ends[how] for how in set(sale.ends) - expected}
    assert sum(ends.values()) == PEOPLE, said
    # Never more inside than there may be, and never more sold than there are.
    assert len(sale.seen) > 20
    assert max(turn["active"] for turn in sale.seen) <= THRESHOLD
    assert all(one["sold"] + one["held"] + one["available"] == TICKETS for one in sale.stocks)
    # Nobody was overtaken, and nobody had a number that another had.
    for one in sale.people:
        assert one.numbers == sorted(one.numbers)
        assert one.positions == sorted(one.positions, reverse=True), one.name
    numbers = [number for one in sale.people for number in set(one.numbers)]
    assert len(numbers) == len(set(numbers))
    # What they were told is what is true.
    (stock,) = stack.get(f"/api/events/{sale.event}")[1]["ticket_types"]
    assert stock["sold"] == sale.bought + 1 == TICKETS, said
    assert audit(stack) == before
    assert "entries fit" in stack.manage("verify_queue", sale.event)
    wait_for(lambda: stack.get(f"/api/queue/status/{sale.event}")[1]["waiting"] == 0, seconds=45)
