"""Ways to pay. A provider is asked outside of any lock or transaction."""

from django.conf import settings
from django.utils.module_loading import import_string

from ticketing.errors import UnknownProvider
from ticketing.payments.base import Provider


def provider_named(name: str) -> Provider:
    """Return the provider that `PAYMENT_PROVIDERS` lists under `name`."""
    path = settings.PAYMENT_PROVIDERS.get(name)
    if path is None:
        raise UnknownProvider
    provider: Provider = import_string(path)()
    return provider
