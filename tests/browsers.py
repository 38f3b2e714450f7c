"""How browsers are put away."""

import contextlib

from playwright.sync_api import BrowserContext, Error

TRIES = 5


def put_away(context: BrowserContext) -> None:
    """Close `context` once its pages are at rest.

    A page that is about to show the next one forgets that it was to close, and Chromium (156)
    then never says that the context is closed; Playwright waits for that for ever.
    """
    for page in context.pages:
        for _ in range(TRIES):
            with contextlib.suppress(Error):  # the next page may just come in between
                page.goto("about:blank")
                break
    context.close()
