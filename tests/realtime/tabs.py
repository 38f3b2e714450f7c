"""A Chromium whose tabs are really hidden: Playwright keeps all of its pages in view."""

import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from itertools import count

import websocket as client

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]


class Chromium:
    """One window; the tab that was opened or shown last hides all others."""

    def __init__(self, program, folder):
        command = [program, *ARGUMENTS, f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self._ids = count(1)
        address = next(filter(None, map(_devtools, self.process.stderr)))
        self.line = client.create_connection(address, timeout=20)

    def tab(self, address, *, script=""):
        """Open `address` in front of all others, `script` before any of its own."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        answer = self.call("Target.attachToTarget", targetId=target, flatten=True)
        tab = Tab(self, target, answer["sessionId"])
        tab.call("Page.enable")
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=script)
        tab.call("Page.navigate", url=address)
        return tab

    def call(self, method, session=None, **params):
        number = next(self._ids)
        asked = {"id": number, "method": method, "params": params}
        self.line.send(json.dumps(asked if session is None else asked | {"sessionId": session}))
        while (answer := json.loads(self.line.recv())).get("id") != number:
            pass
        assert "result" in answer, answer
        return answer["result"]

    def close(self):
        """End it, before its folder goes; it may not find the time to answer."""
        self.line.send(json.dumps({"id": next(self._ids), "method": "Browser.close"}))
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
            self.line.shutdown()


class Tab:
    def __init__(self, browser, target, session):
        self.browser, self.target, self.session = browser, target, session

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def show(self):
        self.browser.call("Target.activateTarget", targetId=self.target)

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, condition, *, within=10.0):
        """Wait until the expression `condition` holds."""
        deadline = time.monotonic() + within
        while not self.evaluate(condition):
            assert time.monotonic() < deadline, f"never: {condition}"
            time.sleep(0.05)


@contextlib.contextmanager
def open_chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Chromium(program, folder)
        try:
            yield browser
        finally:
            browser.close()


def _devtools(line):
    found = re.search(r"DevTools listening on (\S+)", line)
    return found and found[1]
