"""Money and instants as people write them."""

import pytest
from django.utils import translation

from core.templatetags.moments import clock, full_moment, iso, moment
from core.templatetags.money import money, money_pattern, price


@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("ko", 45_000, "KRW", "45,000원"),
        ("en", 45_000, "KRW", "₩45,000"),
        ("ko", 1_234_567, "USD", "$12,345.67"),
        ("en", 5, "EUR", "€0.05"),
        ("en", 900, "SEK", "SEK 9.00"),
        ("ko", 0, "KRW", "0원"),
    ],
)
def test_money_is_written_as_its_readers_do(language, amount, currency, written):
    with translation.override(language):
        assert money(amount, currency) == written


def test_a_browser_can_write_money_likewise():
    with translation.override("ko"):
        assert money_pattern("KRW").replace("{}", "1,000") == money(1_000, "KRW")


def test_what_costs_nothing_is_free():
    with translation.override("en"):
        assert price(0, "KRW") == "Free"
        assert price(1_000, "KRW") == "₩1,000"


def test_instants_stand_on_seouls_clock():
    with translation.override("en"):
        assert full_moment("2031-01-05T10:30:00Z") == "Sun 5 January 2031, 19:30"
        assert moment("2031-01-05T10:30:00Z") == "Sun 5 Jan 2031, 19:30"
        assert clock("2031-01-05T15:30:00Z") == "00:30"


def test_machines_read_instants_too():
    assert iso("2031-01-05T10:30:00.000Z") == "2031-01-05T10:30:00+00:00"
