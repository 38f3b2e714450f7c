"""Which pages may open a socket: a browser sends cookies for any of them."""

from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_trusted(origin: str | None, *, host: str) -> bool:
    """Return whether a page of `origin` may open a socket at `host`, the request's own Host.

    Trusted are the full origins of ORIGINS, and our own host on its own port, PORT or LIVE_PORT.
    Without an Origin there is no browser, hence nobody whose cookies could be borrowed.
    """
    if not _is_ours(host):
        return False
    if origin is None:
        return True
    if origin.lower() in {trusted.rstrip("/").lower() for trusted in settings.ORIGINS}:
        return True
    try:
        page, here = urlsplit(origin), urlsplit(f"//{host}")
        return _is_bare(page) and _same_house(page, here)
    except ValueError:
        return False


def _is_ours(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, _allowed_hosts())


def _allowed_hosts() -> list[str]:
    allowed: list[str] = settings.ALLOWED_HOSTS
    return allowed or [".localhost", "127.0.0.1", "[::1]"]


def _is_bare(page: SplitResult) -> bool:
    return page.scheme in {"http", "https"} and not (
        page.path or page.query or page.fragment or "@" in page.netloc
    )


def _same_house(page: SplitResult, here: SplitResult) -> bool:
    if page.hostname != here.hostname:
        return False
    default = 443 if page.scheme == "https" else 80
    ports = {here.port or default, settings.PORT, settings.LIVE_PORT}
    return (page.port or default) in ports
