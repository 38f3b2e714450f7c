"""The whole product with two live and two web processes: everybody sees what the API says."""

import contextlib
import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import expect

from config.embedded import socket_folder
from tests.realtime.processes import Ear, holders
from tests.realtime.stage import wait_for
from tests.stack import Stack

pytestmark = pytest.mark.stack

BUYERS = 12
EARS = 24
HEALED_WITHIN = 5.0
NOISE = 2.0  # seconds that a busy machine may add


@pytest.fixture(scope="module")
def jari():
    """Run the whole product, in a folder that is kept: only the first start makes it."""
    two = {"LIVE_WORKERS": "2", "WEB_WORKERS": "2", "THROTTLE": "0"}
    whole = Stack(settings.VAR / "two", demo=True, **two)
    try:
        whole.start()
        yield whole
    finally:
        whole.stop()


@pytest.fixture
def sale(jari, tmp_path):
    """An event that many buy from, and those who watch it."""
    with contextlib.closing(Sale(jari, tmp_path / "tokens")) as sale:
        yield sale


class Sale:
    def __init__(self, jari, tokens):
        self.jari = jari
        words = ["--users", BUYERS, "--tokens", tokens, "--hot", 100_000, "--limit", 10_000]
        made = json.loads(jari.manage("demo", *map(str, words)))
        self.tokens = tokens.read_text().split()
        self.event = made["event"]
        (self.ticket_type,) = made["ticket_types"]
        self.stock = f"ticket.{self.ticket_type}"
        self.answers = Counter()
        self.ears = []

    def listen(self, count=EARS):
        """Let as many ears listen, at both live processes."""
        address = f"{self.jari.live_address}/ws/live?topics=event.{self.event}"
        self.ears += [Ear(address) for _ in range(count)]
        wait_for(lambda: all(self.stock in ear.shown for ear in self.ears), within=10)
        assert len(holders(self.jari.process.pid, self.jari.live_port)) == 2

    def close(self):
        for ear in self.ears:
            ear.close()

    @contextlib.contextmanager
    def busy(self):
        """Let everybody buy all the time meanwhile, each over a connection of their own."""
        over = threading.Event()
        buyers = [threading.Thread(target=self._buy, args=(t, over)) for t in self.tokens]
        for buyer in buyers:
            buyer.start()
        try:
            yield
        finally:
            over.set()
            for buyer in buyers:
                buyer.join()

    def _buy(self, token, over):
        line = http.client.HTTPConnection("127.0.0.1", self.jari.port, timeout=10)
        with contextlib.closing(line):
            while not over.wait(0.01):
                try:
                    self._buy_once(line, token)
                except (OSError, http.client.HTTPException):
                    line.close()

    def _buy_once(self, line, token):
        wish = {"ticket_type": self.ticket_type, "quantity": random.randint(1, 3)}
        held = self._post(line, token, "", {"event": self.event, "items": [wish]})
        if held is not None:
            step = random.choice(["confirm", "cancel"])
            payment = {"payment": {"provider": "sandbox"}}
            self._post(line, token, f"/{held['id']}/{step}", payment if step == "confirm" else {})

    def _post(self, line, token, path, body):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        line.request("POST", f"/api/reservations{path}", json.dumps(body), headers)
        answer = line.getresponse()
        content = answer.read()
        self.answers[answer.status] += 1
        return json.loads(content) if answer.status < 300 else None

    def truth(self):
        """Return what the API says, by key."""
        status, answer = self.jari.get(f"/api/live?topics=event.{self.event}")
        assert status == 200, answer
        return {change["key"]: change for change in answer["snapshots"][0]["changes"]}

    def catch_up(self, within):
        """Wait until all ears know what is true now, or later; return how long it took."""
        began = time.monotonic()
        version = self.truth()[self.stock]["version"]
        wait_for(lambda: all(e.versions[self.stock] >= version for e in self.ears), within=within)
        return time.monotonic() - began

    def agree(self, within=HEALED_WITHIN):
        """Wait until all ears believe what the API says, which moves no more."""
        truth = {key: change["value"] for key, change in self.truth().items()}
        wait_for(lambda: all(truth == believed(ear) for ear in self.ears), within=within)
        assert {change["value"] == truth[key] for key, change in self.truth().items()} == {True}

    def audit(self):
        """See that nothing is broken, which `manage.py audit` would tell by its exit code."""
        report = json.loads(self.jari.manage("audit", "--json"))
        assert report and not any(report.values())


def believed(ear):
    return {key: value for key, value in ear.shown.items() if not key.startswith("viewers.")}


def test_sales_through_both_web_processes_show_alike_on_both_live_processes(sale, jari):
    sale.listen()

    with sale.busy():
        wait_for(lambda: len(holders(jari.process.pid, jari.port)) == 2, within=10)
        time.sleep(2)
        assert sale.catch_up(within=1) < 1
    sale.agree(within=1)

    assert sale.answers[201] > 50
    assert set(sale.answers) <= {200, 201}, sale.answers
    assert all(is_unbroken(ear) for ear in sale.ears)
    wait_for(lambda: {viewers(ear) for ear in sale.ears} == {EARS})
    sale.audit()


def is_unbroken(ear):
    """Tell whether `ear` got one snapshot, and then every update there was."""
    seqs = [frame["seq"] for frame in ear.of("snapshot") + ear.of("update")]
    return len(ear.of("snapshot")) == 1 and seqs == list(range(seqs[0], seqs[0] + len(seqs)))


def viewers(ear):
    return next((v["viewers"] for k, v in ear.shown.items() if k.startswith("viewers.")), 0)


@pytest.fixture
def open_page(jari, browser):
    """Open pages in browsers of their own, closed with the test."""
    with contextlib.ExitStack() as stack:

        def open_one(path):
            context = stack.enter_context(browser.new_context(base_url=jari.address, locale="en"))
            page = context.new_page()
            page.goto(path)
            return page

        yield open_one


def test_one_buys_and_pages_on_both_live_processes_see_it_at_once(sale, jari, open_page):
    watchers = []
    while len(holders(jari.process.pid, jari.live_port)) < 2:
        watchers.append(open_page(f"/events/{sale.event}"))
        expect(watchers[-1].locator("html")).to_have_attribute("data-live", "live")
        assert len(watchers) < 16, "one live process takes them all"
    buyer = open_page(f"/accounts/sign-in?next=/events/{sale.event}")
    buyer.locator("[name=username]").fill("minji")
    buyer.locator("[name=password]").fill("jari-demo")
    buyer.locator("[name=password]").press("Enter")

    buyer.locator(f"#quantity-{sale.ticket_type}").fill("3")
    buyer.locator(".hold button[type=submit]").click()

    for watcher in watchers:
        stock = watcher.locator(f"#ticket-{sale.ticket_type}-stock strong")
        expect(stock).to_have_text("99,997", timeout=1_000)
    expect(buyer.get_by_role("timer")).to_be_visible()


def test_a_database_that_is_killed_while_tickets_are_sold(sale, jari):
    sale.listen()
    pid_file = jari.var / "postgres" / "postmaster.pid"
    victim = database_of(pid_file)

    with sale.busy():
        time.sleep(1)
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: database_of(pid_file) not in {None, victim}, within=20)
        wait_for(lambda: jari.get(f"/api/events/{sale.event}")[0] == 200, within=20)
        sold_before = sale.answers[201]
        took = sale.catch_up(within=HEALED_WITHIN + NOISE)
        wait_for(lambda: sale.answers[201] > sold_before + 20, within=10)
    sale.agree(within=HEALED_WITHIN + NOISE)

    sys.stdout.write(f"PostgreSQL killed: right again after {took:.2f} s; {sale.answers}\n")
    assert set(sale.answers) <= {200, 201, 409, 503}, sale.answers
    assert [ear for ear in sale.ears if ear.closed_at is not None] == []
    sale.audit()


def database_of(pid_file):
    """Return the process that serves the database, None while there is none."""
    with contextlib.suppress(OSError):
        lines = pid_file.read_text().splitlines()
        if len(lines) > 7 and lines[7].strip() == "ready":
            return int(lines[0])
    return None


def test_what_nobody_told_is_seen_soon_after_the_database_is_back(sale, jari):
    sale.listen()
    pid_file = jari.var / "postgres" / "postmaster.pid"
    victim = database_of(pid_file)

    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: database_of(pid_file) not in {None, victim}, within=20)
    back_at = time.monotonic()
    statement = "UPDATE ticketing_tickettype SET name = %s, version = version + 1 WHERE id = %s"
    with psycopg.connect(host=socket_folder(jari.var), dbname="jari", user="postgres") as database:
        database.execute(statement, ["Told to nobody", sale.ticket_type])

    wait_for(lambda: all(name_seen(ear, sale) == "Told to nobody" for ear in sale.ears), within=15)
    took = time.monotonic() - back_at
    sys.stdout.write(f"PostgreSQL killed, and nothing told: right again after {took:.2f} s\n")
    assert took < HEALED_WITHIN + NOISE


def name_seen(ear, sale):
    return ear.shown[sale.stock]["name"]
