"""Who is calling: the address that the nearest proxy we trust saw."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, an IPv6 one as its /64."""
    return seen_address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
    )


def seen_address(*, peer: str, forwarded: str) -> str:
    """Return the client's address; what proxies beyond ours `forwarded` is anybody's claim."""
    proxies = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return _network(hops[-proxies] if 0 < proxies <= len(hops) else peer)


def _network(address: str) -> str:
    """Return `address`, or the network where one household owns more than one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
