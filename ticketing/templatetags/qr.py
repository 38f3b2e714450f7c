"""Ticket codes as pictures that a door can read."""

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def qr(code: str) -> SafeString:
    """Return `code` as an inline SVG, black on white whatever the page's colours."""
    picture = segno.make(code, error="m", micro=False)
    markup = picture.svg_inline(border=2, omitsize=True, dark="#000", light="#fff")
    return mark_safe(markup)  # noqa: S308 - drawn by segno from modules, not from text
