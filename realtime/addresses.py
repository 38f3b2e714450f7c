"""Where the sockets of a page live."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

PATH = "/ws/live"


def live_url(request: HttpRequest) -> str:
    """Return the socket's address for the page of `request`; LIVE_URL wins.

    LIVE_URL names an origin, wss://live.example, or is a lone path, /ws/live, where a proxy
    serves pages and sockets at one address.
    """
    scheme = "wss" if request.is_secure() else "ws"
    if not settings.LIVE_URL:
        hostname = urlsplit(f"//{_host(request)}").hostname or "localhost"
        hostname = f"[{hostname}]" if ":" in hostname else hostname
        return f"{scheme}://{hostname}:{settings.LIVE_PORT}{PATH}"
    url: str = settings.LIVE_URL
    if url.startswith("/"):
        url = f"{scheme}://{_host(request)}{url}"
    return url.rstrip("/") + PATH if urlsplit(url).path in {"", "/"} else url


def _host(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:  # the answer that says so is a page as well
        return "localhost"


def live_origin(request: HttpRequest) -> str:
    """Return the origin of `live_url`, as a Content-Security-Policy names it."""
    url = urlsplit(live_url(request))
    return f"{url.scheme}://{url.netloc}"
