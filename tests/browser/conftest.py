"""People in front of real browsers, and an event of their own to buy from."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.halls import Hall
from tests.browsers import put_away
from tests.stack import Stack

PASSWORD = "jari-demo"

expect.set_options(timeout=10_000)


class Hot:
    """An event on sale with one ticket type, as `manage.py demo --hot` makes it."""

    def __init__(self, made: dict[str, Any]) -> None:
        self.address = f"/events/{made['event']}"
        self.ticket_type = made["ticket_types"][0]
        self.stock = f"#ticket-{self.ticket_type}-stock strong"
        self.field = f"#quantity-{self.ticket_type}"


@pytest.fixture
def hot(stack: Stack) -> Hot:
    return Hot(json.loads(stack.manage("demo", "--hot", "50", "--limit", "10")))


@pytest.fixture
def hall(stack: Stack) -> Hall:
    return Hall(stack)


@pytest.fixture(scope="session")
def states(browser: Browser, stack: Stack) -> Callable[[str], Any]:
    """Sign a person in once, and remember the cookies."""
    known: dict[str, Any] = {}

    def state(name: str) -> Any:
        if name not in known:
            context = browser.new_context(base_url=stack.address, locale="en-US")
            page = context.new_page()
            page.goto("/accounts/sign-in")
            page.get_by_label("User name or e-mail address").fill(name)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Sign in").click()
            page.wait_for_url(re.compile(r"/$"))
            known[name] = context.storage_state()
            put_away(context)
        return known[name]

    return state


@pytest.fixture
def open_browser(
    browser: Browser, stack: Stack, states: Callable[[str], Any]
) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own, signed in as `name` or not; what it complains of fails."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(name: str | None = None, *, language: str = "en", **options: Any) -> Page:
        context = browser.new_context(
            base_url=stack.address,
            locale={"en": "en-US", "ko": "ko-KR"}[language],
            storage_state=states(name) if name else None,
            **options,
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": stack.address}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(f"{page.url}: {said.text}")
                if said.type == "error" and not is_refusal(said.text)
                else None
            ),
        )
        return page

    yield open_one
    heard = [*complaints]
    for context in contexts:
        put_away(context)
    assert heard == []


def is_refusal(words: str) -> bool:
    """Tell whether a console line only repeats an answer that the page shows itself."""
    return words.startswith("Failed to load resource: the server responded with a status of 4")
