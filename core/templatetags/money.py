"""Money as people write it."""

from django import template
from django.utils.translation import get_language, gettext

register = template.Library()

WHOLE = {"KRW", "JPY", "VND", "CLP"}  # currencies without a smaller unit
SIGNS = {"KRW": "₩", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@register.filter
def money(amount: int, currency: str) -> str:
    """Return `amount` in minor units of `currency`: 45,000원 in Korean, ₩45,000 in English."""
    digits = f"{amount:,}" if currency in WHOLE else f"{amount / 100:,.2f}"
    return money_pattern(currency).replace("{}", digits)


@register.filter
def price(amount: int, currency: str) -> str:
    """Return what one costs: an amount of money, or that it is free."""
    return money(amount, currency) if amount else gettext("Free")


@register.filter
def money_pattern(currency: str) -> str:
    """Return how an amount of `currency` is written, with {} where the digits go."""
    if currency == "KRW" and get_language() == "ko":
        return "{}원"
    return f"{SIGNS.get(currency, currency + ' ')}{{}}"


@register.filter
def minor_digits(currency: str) -> int:
    """Return how many digits of `currency` stand after the point."""
    return 0 if currency in WHOLE else 2
