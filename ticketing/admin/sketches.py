"""Small drawings of layouts."""

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

from ticketing.plans import plan_of
from ticketing.seating.sketch import sketch


@lru_cache(maxsize=256)
def sketch_of(layout_id: int) -> SafeString:
    """Return a small drawing of a layout, which never changes."""
    return mark_safe(sketch(plan_of(layout_id)))  # noqa: S308  # of numbers alone
