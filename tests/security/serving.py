"""A real web process on the tests' database, and lines to cut between it and its servers."""

import http.client
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from config.embedded.keeper import die_with_parent
from config.env import BASE_DIR
from tests.stack import OURS, free_port, wait_for


def database_url(host: str = "") -> str:
    """Return a DATABASE_URL that leads to the tests' database, at `host` if there is one."""
    known = connection.settings_dict
    who = quote(known["USER"]) + (f":{quote(known['PASSWORD'])}" if known["PASSWORD"] else "")
    port = 5432 if host else known["PORT"] or 5432
    return f"postgresql://{who}@{quote(host or known['HOST'], safe='')}:{port}/{known['NAME']}"


class Line:
    """A Unix socket that passes everything on to PostgreSQL, until it is cut."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="jari-line-"))
        self._path = self.folder / ".s.PGSQL.5432"
        self._ends: list[socket.socket] = []
        self.mend()

    def mend(self) -> None:
        """Let connections through."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(50)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection, and refuse new ones."""
        self._path.unlink()
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def close(self) -> None:
        """Cut for good."""
        if self._path.exists():
            self.cut()
        shutil.rmtree(self.folder)

    def url(self) -> str:
        """Return a DATABASE_URL that leads over this line."""
        return database_url(str(self.folder))

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = _postgres()
            self._ends += [near, far]
            threading.Thread(target=_pass_on, args=(near, far), daemon=True).start()


def _postgres() -> socket.socket:
    known = connection.settings_dict
    port = known["PORT"] or 5432
    if not known["HOST"].startswith("/"):
        return socket.create_connection((known["HOST"] or "localhost", int(port)))
    far = socket.socket(socket.AF_UNIX)
    far.connect(f"{known['HOST']}/.s.PGSQL.{port}")
    return far


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    with selectors.DefaultSelector() as waiting, near, far, suppress(OSError, ValueError):
        waiting.register(near, selectors.EVENT_READ, far)
        waiting.register(far, selectors.EVENT_READ, near)
        while True:
            for key, _ in waiting.select():
                portion = key.fileobj.recv(65536)
                if not portion:
                    return
                key.data.sendall(portion)


class Answer:
    """What came back, and after how many seconds."""

    def __init__(self, response: http.client.HTTPResponse, seconds: float) -> None:
        self.status = response.status
        self.headers = response.headers
        self.content = response.read()
        self.seconds = seconds

    @property
    def kind(self) -> str:
        """The content type without its parameters."""
        return self.headers.get_content_type()

    def json(self) -> Any:
        """Return what the body says."""
        return json.loads(self.content)


PRODUCTION = {
    "DEBUG": "0",
    "ALLOWED_HOSTS": "jari.example",
    "ORIGINS": "https://jari.example",
    "CORS_ORIGINS": "https://spa.example",
    "TRUSTED_PROXIES": "1",
}


class Web:
    """One Granian process with one worker, as in a checkout or as in production."""

    def __init__(
        self, *, database: str, redis: str = "", production: bool = False, **environment: str
    ) -> None:
        self.port = free_port()
        self.production = production
        self.session_cookie = "__Host-session" if production else "sessionid"
        self.csrf_cookie = "__Host-csrf" if production else "csrftoken"
        self.folder = Path(tempfile.mkdtemp(prefix="jari-web-"))
        self.log = self.folder / "log"
        kept = {name: text for name, text in os.environ.items() if name not in OURS}
        self._environment = {
            **kept,
            "JARI_VAR": str(self.folder),
            "SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": database,
            "REDIS_URL": redis or settings.REDIS_URL,
            "PORT": str(self.port),
            **(PRODUCTION if production else {}),
            **environment,
        }

    def __enter__(self) -> "Web":
        """Start it and wait until it answers."""
        if self.production:
            self.manage("collectstatic", "--no-input")
        command = (
            *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
            *("--host", "127.0.0.1", "--port", str(self.port), "--no-ws", "--workers", "1"),
            *("--blocking-threads", "2", "--log-level", "warning"),
        )
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        try:
            wait_for(self._answers)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and forget its files."""
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self.folder)

    def manage(self, *words: str) -> str:
        """Run a `manage.py` command in its environment and return what it says."""
        command = (sys.executable, "manage.py", *words)
        return subprocess.run(
            command,
            cwd=BASE_DIR,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def said(self) -> str:
        """Return all that it has written."""
        return self.log.read_text()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request on a connection of its own."""
        behind_proxy = {"Host": "jari.example", "X-Forwarded-Proto": "https"}
        named = behind_proxy if self.production else {}
        named |= {name.replace("_", "-"): text for name, text in headers.items()}
        if isinstance(body, dict):
            body = urlencode(body)
            named.setdefault("Content-Type", "application/x-www-form-urlencoded")
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        began = time.monotonic()
        try:
            line.request(method, path, body, named)
            return Answer(line.getresponse(), time.monotonic() - began)
        finally:
            line.close()

    def _answers(self) -> bool:
        assert self._process.poll() is None, self.said()
        try:
            return self.ask("GET", "/healthz").status == 200
        except OSError:
            return False


class Visitor:
    """A browser: it keeps cookies and sends the CSRF token of the page it came from."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self.cookies: dict[str, str] = {}

    def sign_in(self, user: User) -> None:
        """Take a session of `user` with no form."""
        client = Client()
        client.force_login(user)
        self.cookies[self._web.session_cookie] = client.cookies["sessionid"].value

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        token = self.cookies.setdefault(self._web.csrf_cookie, "c" * 32)
        origin = {"Origin": "https://jari.example"} if self._web.production else {}
        return self._ask("POST", path, {"csrfmiddlewaretoken": token, **fields}, origin)

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        answer = self._web.ask(method, path, body, Cookie=cookies, **headers)
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer
