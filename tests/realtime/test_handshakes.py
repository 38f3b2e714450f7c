"""Lines on which nobody says what they want."""

import contextlib
import resource
import selectors
import socket
import time

import pytest

from tests.realtime.processes import Ear, Live, Truth

SILENT = b""
HALF = b"GET /ws/live?topics=page.1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: web"
BODILESS = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx"


@pytest.fixture
def live(settings, tmp_path, valkey):
    live = Live(settings, Truth(tmp_path), valkey.url)
    live.start()
    yield live
    live.kill()


@pytest.fixture
def num_lines():
    """Open as many files as the machine allows, ten thousand at most."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield min(10_000, hard - 1000)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ten_thousand_of_them_are_put_out_and_a_good_client_is_served(live, num_lines):
    with contextlib.ExitStack() as stack, selectors.DefaultSelector() as selector:
        for number in range(num_lines):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", live.port)))
            line.sendall((SILENT, HALF, BODILESS)[number % 3])
            line.setblocking(False)
            selector.register(line, selectors.EVENT_READ)
        opened_at = time.monotonic()

        ear = Ear(live.address)
        stack.callback(ear.close)
        while ear.stock != 10:
            assert time.monotonic() - opened_at < 5
            time.sleep(0.01)

        while selector.get_map():
            assert time.monotonic() - opened_at < 22, f"{len(selector.get_map())} are left"
            for key, _ in selector.select(1):
                with contextlib.suppress(ConnectionResetError):
                    if key.fileobj.recv(4096):
                        continue
                selector.unregister(key.fileobj)

        assert ear.closed_at is None
