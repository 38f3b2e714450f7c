"""Whether a process answers: asked again and again, without ever waiting for it."""

import contextlib
import socket
import time

from django.conf import settings

EVERY = 3.0  # seconds between two questions
BRISK = 0.5  # likewise, while nobody answers
PATIENCE = 5.0  # seconds without an answer that make a process hang
WELL = b"HTTP/1.1 200 "


def host() -> str:
    """Return the address at which this machine reaches what listens on LISTEN."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.LISTEN, settings.LISTEN)  # noqa: S104


def allowed_host() -> str:
    """Return a name of ours that Django does not refuse."""
    allowed = next((name for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    return allowed.lstrip(".")


class Pulse:
    """Feels one port: `well` is None until somebody has answered or has not for a long time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.well: bool | None = None
        self.line: socket.socket | None = None
        self.asked = False
        self.asked_at = 0.0
        self.due_at = 0.0

    def feel(self) -> bool:
        """Go one step on; tell whether `well` has changed."""
        before, now = self.well, time.monotonic()
        if self.line is None and now >= self.due_at:
            self.connect(now)
        if self.line is not None:
            self.step(self.line, now)
        return self.well is not before

    def connect(self, now: float) -> None:
        """Begin to ask."""
        family = socket.AF_INET6 if ":" in host() else socket.AF_INET
        self.line, self.asked, self.asked_at = socket.socket(family), False, now
        self.line.setblocking(False)
        with contextlib.suppress(OSError):  # what is wrong shows when we ask
            self.line.connect_ex((host(), self.port))

    def step(self, line: socket.socket, now: float) -> None:
        """Ask, or look for an answer; a line that breaks tells of a death, not that it hangs."""
        try:
            if not self.asked:
                line.send(b"GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n" % allowed_host().encode())
                self.asked = True
            answer = line.recv(len(WELL))
            self.rest(well=answer == WELL, now=now) if answer else self.forget(now)
        except BlockingIOError:
            if now - self.asked_at > PATIENCE:
                self.rest(well=False, now=now)
        except OSError:
            self.forget(now)

    def rest(self, *, well: bool, now: float) -> None:
        """Note the answer and ask again later."""
        self.forget(now + EVERY - BRISK if well else now)
        self.well = well

    def forget(self, now: float) -> None:
        """Hang up; who has died is told of otherwise, and begins anew."""
        if self.line is not None:
            self.line.close()
        self.line, self.well, self.due_at = None, None, now + BRISK
