"""Language, colours and search: what a reader chooses stays chosen."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

GROUND = "getComputedStyle(document.body).backgroundColor"


def test_the_language_is_switched_and_kept(open_browser, hot):
    page = open_browser(language="ko")
    page.goto(hot.address)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator(".stock-words").first).to_contain_text("장 남음")

    page.get_by_role("button", name="Read this page in English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".stock-words").first).to_contain_text("left")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find your seat")

    page.get_by_role("button", name="한국어로 보기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("내 자리를 찾아보세요")


def test_the_socket_speaks_the_language_of_the_page(open_browser, hot):
    page = open_browser(language="ko")
    page.goto(hot.address)
    expect(page.locator("html")).to_have_attribute("data-live", "live")
    buyer = open_browser("minji")
    buyer.goto(f"{hot.address}?quantity-{hot.ticket_type}=1")

    buyer.get_by_role("button", name="Hold tickets").click()

    expect(page.locator(f"#ticket-{hot.ticket_type}-stock")).to_contain_text("49장 남음")


def test_colours_follow_the_device_until_one_chooses(open_browser):
    page = open_browser(color_scheme="dark")
    page.goto("/")
    dark = page.evaluate(GROUND)

    page.get_by_role("button", name="Colours: as the device").click()
    page.get_by_role("button", name="Colours: light").wait_for()
    light = page.evaluate(GROUND)
    page.reload()

    assert light != dark
    assert page.evaluate(GROUND) == light
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_searching_changes_the_list_and_the_address(open_browser):
    page = open_browser(language="ko")
    page.goto("/")
    cards = page.locator(".event-card")
    before = cards.count()

    page.get_by_label("공연·경기 검색").press_sequentially("재즈")
    expect(page).to_have_url(re.compile("search="))
    expect(page.locator(".event-card-title").first).to_contain_text("재즈")
    assert 0 < cards.count() < before
    page.get_by_label("공연·경기 검색").fill("없는 공연 이름")
    expect(page.get_by_role("heading", name="찾은 결과가 없어요")).to_be_visible()
    page.get_by_role("link", name="전체 보기").click()

    expect(cards).to_have_count(before)


def test_a_status_is_chosen_at_a_press(open_browser):
    page = open_browser()
    page.goto("/")

    page.get_by_label("Sold out").check()

    expect(page).to_have_url(re.compile("status=sold_out"))
    expect(page.locator(".event-card .badge:not(.badge-sold_out)")).to_have_count(0)
    expect(page.locator(".badge-sold_out").first).to_be_visible()


def test_back_leads_to_the_whole_list_again(open_browser):
    page = open_browser()
    page.goto("/")
    page.get_by_label("Sold out").check()
    expect(page).to_have_url(re.compile("status=sold_out"))
    page.locator(".event-card-title a").first.click()
    page.wait_for_url(re.compile("/events/"))

    page.go_back()

    expect(page.get_by_role("heading", level=1)).to_have_text("Find your seat")
    expect(page.get_by_label("Sold out")).to_be_checked()
