"""static/js/live.js in a tab that is really hidden, whose timers the browser slows down."""

import contextlib

import pytest

from realtime import attendance
from realtime.publish import publish
from realtime.routing import websocket
from tests.realtime.stage import Source, serving, wait_for
from tests.realtime.tabs import open_chromium
from tests.realtime.test_browser import PAGE, Shown

pytestmark = pytest.mark.browser

# A minute and the like are cut short, as a test has no time for them; `waits` are what was asked.
HURRY = """
  window.waits = [];
  const patient = window.setTimeout;
  window.setTimeout = (act, delay, ...words) => {
    window.waits.push(`${act.name} ${Math.round(delay)}`);
    return patient(act, delay >= 10000 ? 300 : delay, ...words);
  };
  document.cookie = "guest=ann";
"""
LIVE = "document.documentElement?.dataset.live === 'live'"
POLLING = "document.documentElement?.dataset.live === 'polling'"
HIDDEN = "document.hidden"
LETTING_GO = "waits.includes('disconnect 60000')"
POLLING_FAST = "waits.some((wait) => /^poll (2[789]..|3[0123]..)$/.test(wait))"
POLLING_SLOWLY = "waits.some((wait) => /^poll 1[3456]...$/.test(wait))"
STOCK = "document.getElementById('stock').textContent"


@pytest.fixture
def roll():
    """The names of each call, in order."""
    return []


@pytest.fixture
def lobby(roll, monkeypatch):
    """Topics whose watchers are told of each second."""
    monkeypatch.setattr(attendance, "EVERY", 1.0)
    monkeypatch.setattr(attendance, "SOON", (0.01, 0.05))
    return Source(
        "lobby",
        public=True,
        attended=lambda ident, names: roll.append((ident, sorted(names))),
        name_of=lambda visit: visit.cookies.get("guest"),
    )


@pytest.fixture
def street(lobby, settings):
    with serving(Shown()) as pages, contextlib.ExitStack() as sockets, open_chromium() as browser:
        settings.PORT = pages.port
        yield Street(lobby, pages, sockets, browser)


class Street:
    """Pages that watch a topic each, in tabs of one browser."""

    def __init__(self, lobby, pages, sockets, browser):
        self.lobby, self.pages, self.sockets, self.browser = lobby, pages, sockets, browser
        self.port = 0
        self.mend()

    def mend(self):
        self.port = self.sockets.enter_context(serving(websocket, port=self.port)).port

    def cut(self):
        self.sockets.close()

    def open(self, topic, *, attributes=""):
        page = PAGE.format(port=self.port, topic=topic, other=self.lobby.topic(x=1))
        page = page.replace("data-poll=", f"{attributes} data-poll=")
        self.pages.config.app.page = page
        tab = self.browser.tab(f"http://127.0.0.1:{self.pages.port}/stage", script=HURRY)
        tab.wait(LIVE)
        return tab

    def hide(self, *tabs):
        """Put a new tab in front of `tabs`."""
        self.browser.tab("about:blank")
        for tab in tabs:
            tab.wait(HIDDEN)


def test_a_hidden_tab_that_stays_keeps_its_socket_and_so_its_place(street, lobby, roll):
    mine, other = lobby.topic(stock=10), lobby.topic(stock=10)
    staying = street.open(mine, attributes='data-hidden="stay"')
    leaving = street.open(other)
    wait_for(lambda: {name(mine), name(other)} <= {ident for ident, _ in roll})

    street.hide(staying, leaving)
    leaving.wait(LETTING_GO)
    wait_for(lambda: gone_quiet(roll, other))

    num_calls = len(roll)
    wait_for(lambda: roll[num_calls:].count((name(mine), ["ann"])) >= 3)
    publish(mine, [lobby.set(mine, "stock", 2, 9)])
    staying.wait(f"{STOCK} === '9'", within=2)
    assert not staying.evaluate(LETTING_GO)
    assert staying.evaluate(HIDDEN)
    assert staying.evaluate("log.filter(([name]) => name === 'jari:state').length") == 1


def test_a_hidden_tab_that_stays_polls_slowly_without_a_socket_and_takes_the_next(street, lobby):
    topic = lobby.topic(stock=10)
    tab = street.open(topic, attributes='data-hidden="stay"')
    street.hide(tab)

    street.cut()
    tab.wait(POLLING, within=15)
    lobby.set(topic, "stock", 2, 9)
    tab.wait(f"{STOCK} === '9'")
    assert tab.evaluate(POLLING_SLOWLY)
    assert not tab.evaluate(POLLING_FAST)

    street.mend()
    tab.wait(LIVE, within=20)
    assert tab.evaluate(HIDDEN)


def test_a_tab_that_is_seen_again_polls_at_its_usual_pace(street, lobby):
    topic = lobby.topic(stock=10)
    tab = street.open(topic, attributes='data-hidden="stay"')
    street.cut()
    street.hide(tab)
    tab.wait(POLLING, within=15)

    tab.evaluate("waits.length = 0")
    tab.show()

    tab.wait(f"!document.hidden && {POLLING_FAST}")


def name(topic):
    return topic.partition(".")[2]


def gone_quiet(roll, topic):
    """Tell whether the other topic was told of three times since `topic` was."""
    return all(ident != name(topic) for ident, _ in roll[-3:])
