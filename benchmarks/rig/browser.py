"""A browser that looks at a page: when it was drawn, and how evenly it went on."""

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

COUNT_FRAMES = """() => {
  const frames = (window.frames_seen = []);
  let last = performance.now();
  requestAnimationFrame(function note(now) {
    frames.push(now - last);
    last = now;
    requestAnimationFrame(note);
  });
}"""


@contextmanager
def browser_page(*, width: int = 1280, height: int = 900) -> Iterator[Callable[[], Page]]:
    """Run Chromium; yield what opens a page in a fresh profile, with nothing in its cache."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=root)
        size = {"width": width, "height": height}
        yield lambda: chromium.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        chromium.close()


def drawn_after(page: Page, mark: str) -> float:
    """Return how many ms after it was asked for a page set its performance mark."""
    return float(page.evaluate("mark => performance.getEntriesByName(mark)[0].startTime", mark))


def frames_while(page: Page, work: Callable[[], None]) -> list[float]:
    """Return the ms between two frames of `page` while `work` was done, in a thread of its own."""
    page.evaluate(COUNT_FRAMES)
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(work)
        while not done.done():
            page.wait_for_timeout(50)
        done.result()
    return [float(ms) for ms in page.evaluate("window.frames_seen")][1:]
