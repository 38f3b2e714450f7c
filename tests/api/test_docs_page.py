from playwright.sync_api import Page


def test_the_api_page_is_drawn_under_our_own_policy(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto("/api/docs")
    page.wait_for_selector(".opblock")

    assert page.locator(".opblock").count() > 10
    assert complaints == []
