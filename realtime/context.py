"""What templates need to know of the pipes."""

from django.http import HttpRequest

from realtime.addresses import live_url
from realtime.frames import now


def live(request: HttpRequest) -> dict[str, str]:
    """Give templates the socket's address and the server's clock."""
    return {"live_url": live_url(request), "server_time": now()}
