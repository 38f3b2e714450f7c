from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register(deploy=True)
def throttle_is_on(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn where nobody counts sign-ins."""
    if settings.THROTTLE:
        return []
    return [
        Warning(
            "THROTTLE is off: anybody may guess passwords as fast as they can.",
            hint="Switch it off for load rehearsals only.",
            id="accounts.W001",
        )
    ]
