"""static/js/live.js in a real browser, on a page of its own."""

import contextlib
import shutil

import pytest
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from playwright.sync_api import expect

from realtime.publish import publish
from realtime.routing import websocket
from tests.browsers import put_away
from tests.realtime.stage import serving

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head>
<meta name="live" content="ws://127.0.0.1:{port}/ws/live" data-poll="/api/live">
<script src="/static/django_htmx/htmx-2.min.js"></script>
<script>
  window.log = [];
  for (const name of ["jari:change", "jari:state", "jari:refused"]) {{
    document.addEventListener(name, (event) => window.log.push([name, event.detail]));
  }}
</script>
<script type="module" src="/static/js/live.js"></script>
</head><body><div id="connection"></div>
<section data-live="{topic}"><p id="stock" lang="en">10</p><input id="name"></section>
<section data-live="{other}" data-live-format="batch"></section>
</body></html>"""


@pytest.fixture(scope="module")
def chromium(playwright):
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def stage(chromium, board, settings):
    """A page that watches two topics, and the sockets, which may be cut and mended."""
    shown = Shown()
    with serving(shown) as pages, contextlib.ExitStack() as sockets:
        settings.PORT = pages.port
        stage = Stage(chromium, board, shown, sockets)
        stage.address = f"http://127.0.0.1:{pages.port}/stage"
        yield stage
        put_away(stage.context)


class Shown:
    """Serves one page, and the house's API and static files."""

    def __init__(self):
        self.page = ""
        self.house = ASGIStaticFilesHandler(get_asgi_application())

    async def __call__(self, scope, receive, send):
        if scope["path"] != "/stage":
            await self.house(scope, receive, send)
            return
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.page.encode()})


class Stage:
    def __init__(self, chromium, board, shown, sockets):
        self.topic, self.other = board.topic(stock=10), board.topic(seat="free")
        self.board = board
        self.sockets = sockets
        self.shown = shown
        self.context = chromium.new_context()
        self.page = self.context.new_page()
        self.port = 0
        self.mend()

    def open(self):
        self.shown.page = PAGE.format(port=self.port, topic=self.topic, other=self.other)
        self.page.goto(self.address)

    def mend(self):
        self.port = self.sockets.enter_context(serving(websocket, port=self.port)).port

    def cut(self):
        self.sockets.close()

    def tell(self, topic, key, version, value):
        publish(topic, [self.board.set(topic, key, version, value)])

    def expect_state(self, state, **options):
        root = self.page.locator(f'html[data-live="{state}"]')
        expect(root).to_be_attached(**options)
        expect(self.page.locator("#connection")).to_have_attribute("data-state", state)

    def heard(self, name):
        return [detail for kind, detail in self.page.evaluate("window.log") if kind == name]


def test_a_page_follows_the_socket(stage):
    stage.open()
    stage.expect_state("live")
    stock = stage.page.locator("#stock")
    stage.page.locator("#name").fill("half typed")

    stage.tell(stage.topic, "stock", 2, 9)

    expect(stock).to_have_text("9")
    expect(stock).to_have_attribute("data-changed", "")
    expect(stock).not_to_have_attribute("data-changed", "", timeout=4000)
    expect(stage.page.locator("#name")).to_have_value("half typed")


def test_what_is_the_same_is_left_alone(stage):
    stage.open()
    stage.expect_state("live")
    stage.page.evaluate("document.getElementById('stock').mark = 1")

    stage.tell(stage.topic, "unknown", 2, 9)
    stage.tell(stage.other, "seat", 2, "taken")
    stage.page.wait_for_function("window.log.some(([name, d]) => d.changes?.[0].value === 'taken')")

    assert stage.page.evaluate("document.getElementById('stock').mark") == 1
    assert not stage.heard("jari:change")[0].get("element")


def test_values_are_told_to_scripts(stage):
    stage.open()
    stage.expect_state("live")

    stage.tell(stage.other, "seat", 2, "taken")
    stage.page.wait_for_function("window.log.some(([name, d]) => d.changes?.[0].value === 'taken')")

    first, *_, last = [told for told in stage.heard("jari:change") if "changes" in told]
    assert first["snapshot"] and first["changes"][0]["value"] == "free"
    assert not last["snapshot"] and last["topic"] == stage.other


def test_a_cut_socket_is_said_polled_around_and_recovered(stage):
    stage.open()
    stage.expect_state("live")
    stock = stage.page.locator("#stock")

    stage.cut()
    stage.expect_state("reconnecting")
    stage.expect_state("polling", timeout=6000)
    stage.board.set(stage.topic, "stock", 2, 9)
    expect(stock).to_have_text("9", timeout=5000)

    stage.board.set(stage.topic, "stock", 3, 8)
    stage.mend()
    stage.expect_state("live", timeout=20_000)
    expect(stock).to_have_text("8")
    stage.tell(stage.topic, "stock", 4, 7)
    expect(stock).to_have_text("7", timeout=1000)
    assert [told["state"] for told in stage.heard("jari:state")] == [
        "live",
        "reconnecting",
        "polling",
        "live",
    ]


def test_a_page_without_a_socket_polls_from_the_start(stage):
    stage.cut()
    stage.open()

    stage.expect_state("polling", timeout=6000)
    stage.board.set(stage.topic, "stock", 2, 9)
    expect(stage.page.locator("#stock")).to_have_text("9", timeout=5000)


def test_offline_is_said_and_ends(stage):
    stage.open()
    stage.expect_state("live")

    stage.context.set_offline(True)
    stage.expect_state("offline")
    stage.board.set(stage.topic, "stock", 2, 9)
    stage.context.set_offline(False)

    stage.expect_state("live", timeout=10_000)
    expect(stage.page.locator("#stock")).to_have_text("9", timeout=8000)  # nobody published it


def test_a_topic_that_cannot_be_watched_is_given_up(stage):
    stage.board.remove(stage.other)
    stage.open()
    stage.expect_state("live")

    stage.page.wait_for_function("window.log.some(([name]) => name === 'jari:refused')")
    assert stage.heard("jari:refused")[0] == {"code": "unknown_topic", "topic": stage.other}


def test_a_page_with_too_many_topics_watches_what_is_in_view(stage):
    topics = [stage.board.topic(**{f"card{n}": "new"}) for n in range(40)]
    stage.open()
    stage.expect_state("live")
    stage.page.evaluate(
        """(topics) => {
          for (const [n, topic] of topics.entries()) {
            document.body.insertAdjacentHTML("beforeend", `<section data-live="${topic}"
              style="height: 400px"><p id="card${n}" lang="en"></p></section>`);
          }
          document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
        }""",
        topics,
    )
    first, last = stage.page.locator("#card0"), stage.page.locator("#card39")
    expect(first).to_have_text("new")
    expect(last).to_have_text("")

    last.scroll_into_view_if_needed()
    expect(last).to_have_text("new")
    stage.page.wait_for_timeout(400)
    stage.tell(topics[0], "card0", 2, "newer")
    stage.tell(topics[39], "card39", 2, "newer")
    expect(last).to_have_text("newer")
    expect(first).to_have_text("new")

    first.scroll_into_view_if_needed()
    expect(first).to_have_text("newer")


def test_a_script_may_stop_watching(stage):
    stage.open()
    stage.expect_state("live")
    mine, marker = stage.board.topic(number=1), stage.topic
    module = "import('/static/js/live.js')"
    stage.page.evaluate(f"{module}.then((live) => live.watch('{mine}', 'batch'))")
    stage.page.wait_for_function(f"window.log.some(([, d]) => d.topic === '{mine}')")

    stage.page.evaluate(f"{module}.then((live) => live.unwatch('{mine}'))")
    stage.page.wait_for_timeout(200)
    stage.tell(mine, "number", 2, 2)
    stage.tell(marker, "stock", 2, 9)
    expect(stage.page.locator("#stock")).to_have_text("9")
    stage.page.wait_for_timeout(100)

    told = [d for d in stage.heard("jari:change") if d.get("topic") == mine]
    assert [d["changes"][0]["value"] for d in told] == [1]


def test_a_server_that_drains_is_left_without_a_word(stage, settings):
    settings.DRAIN_SECONDS = 1
    stage.open()
    stage.expect_state("live")
    old = stage.port
    with contextlib.ExitStack() as sockets:
        stage.port = 0
        stage.sockets, draining = sockets, stage.sockets
        stage.mend()
        stage.page.evaluate(
            "(port) => { document.querySelector('meta[name=live]').content ="
            " `ws://127.0.0.1:${port}/ws/live` }",
            stage.port,
        )
        draining.close()
        stage.page.wait_for_timeout(300)
        stage.tell(stage.topic, "stock", 2, 9)
        expect(stage.page.locator("#stock")).to_have_text("9")
        states = [told["state"] for told in stage.heard("jari:state")]

    assert old != stage.port
    assert states == ["live"]


def test_one_socket_serves_all_widgets(stage):
    opened = []
    stage.page.on("websocket", lambda socket: opened.append(socket.url))

    stage.open()
    stage.expect_state("live")
    stage.page.wait_for_function("window.log.some(([name, d]) => d.snapshot)")

    assert len(opened) == 1
