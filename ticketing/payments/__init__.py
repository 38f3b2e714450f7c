"""Ways to pay. A provider is asked outside of any lock or transaction."""

from django.conf import settings
from django.utils.module_loading import import_string

from ticketing.errors import UnknownProvider
from ticketing.payments.base import Provider

NOTHING_TO_PAY = "free"


def provider_named(name: str) -> Provider:
    """Return the provider that `PAYMENT_PROVIDERS` lists under `name`."""
    path = settings.PAYMENT_PROVIDERS.get(name)
    if path is None:
        raise UnknownProvider
    provider: Provider = import_string(path)()
    return provider


def provider_for(amount: int, *, named: str) -> Provider:
    """Return the provider that is to collect `amount`: money is never collected by `free`."""
    if amount and named == NOTHING_TO_PAY:
        raise UnknownProvider
    return provider_named(named if amount else NOTHING_TO_PAY)
