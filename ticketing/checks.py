"""Rules between settings that would cost money."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def sandbox_sells_nothing_for_real(**_: Any) -> list[CheckMessage]:
    """Warn where test cards buy tickets."""
    if "sandbox" not in settings.PAYMENT_PROVIDERS:
        return []
    return [
        Warning(
            "The sandbox provider takes test cards for real tickets.",
            hint="Set SANDBOX_PAYMENTS=0, and name your own provider in PAYMENT_PROVIDERS.",
            id="ticketing.W001",
        )
    ]
