"""Every address of the house, as the URL resolver knows it."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def all_routes() -> list[str]:
    """Return each route once, as it is written down."""
    return sorted(set(_below(get_resolver(), "")))


def pages() -> list[str]:
    """Return the routes that are no API."""
    return [route for route in all_routes() if not route.startswith("api")]


def takes_id(route: str) -> bool:
    """Tell whether a route names one thing among many."""
    return "<" in route


def fill(route: str, **values: object) -> str:
    """Return an address of `route`, each part that varies filled from `values`."""
    pattern = re.sub(r"\(\?P(<\w+>)(?:[^()]|\([^()]*\))*\)\??", r"\1", route)
    pattern = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part[1]]), pattern)
    return "/" + re.sub(r"\(\?!.*?\)|[\^$\\]|/\?", "", pattern)


def _below(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            yield route
        else:
            yield from _below(entry, route)
