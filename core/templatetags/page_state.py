"""What a page must know about its own request."""

from urllib.parse import urlsplit

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

register = template.Library()

THEMES = {"light", "dark"}


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """Return the colours the reader chose: read from the cookie, so that no page flashes."""
    request = _request(context)
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in THEMES else "auto"


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """Return the address of this page, or of the one a form was sent from."""
    request = _request(context)
    if request is None:
        return "/"
    return request.get_full_path() if request.method == "GET" else came_from(context) or "/"


@register.simple_tag(takes_context=True)
def came_from(context: Context) -> str:
    """Return the page of ours that the reader came from, or nothing."""
    request = _request(context)
    address = getattr(request, "back", "") or (
        request.headers.get("Referer", "") if request else ""
    )
    if request is None or not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return ""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@register.simple_tag(takes_context=True)
def current_page(context: Context, *names: str) -> str:
    """Return the attribute that marks a link to the page one is on."""
    match = getattr(_request(context), "resolver_match", None)
    return format_html(' aria-current="{}"', "page") if match and match.view_name in names else ""


def _request(context: Context) -> HttpRequest | None:
    return context.get("request")
