"""Fragments of the page, rendered once per change and language."""

import logging
from collections.abc import Sequence

from django.utils import translation

from realtime.reading import render
from realtime.sealed import Sealed
from realtime.topics import TopicKind

logger = logging.getLogger(__name__)


class Rendered:
    """Keeps the fragments of each key's newest change in one language."""

    def __init__(self, kind: TopicKind, language: str) -> None:
        self._kind = kind
        self._language = language
        self._kept: dict[str, tuple[Sealed, str]] = {}

    async def fragments(self, changes: Sequence[Sealed]) -> list[str]:
        """Return the fragments of `changes`, rendering those that are new."""
        missing = [change for change in changes if not self._has(change)]
        if missing:
            self._kept.update(await render(self._render, missing))
        return [self._kept[change.key][1] for change in changes]

    def _has(self, change: Sealed) -> bool:
        kept = self._kept.get(change.key)
        return kept is not None and kept[0] == change

    def _render(self, changes: Sequence[Sealed]) -> dict[str, tuple[Sealed, str]]:
        return dict(
            zip(
                [change.key for change in changes],
                zip(changes, render_fragments(self._kind, self._language, changes), strict=True),
                strict=True,
            )
        )


def render_fragments(kind: TopicKind, language: str, changes: Sequence[Sealed]) -> list[str]:
    """Render `changes` in `language`; one that cannot be rendered is logged and left out."""
    with translation.override(language):
        return [_render_one(kind, change) for change in changes]


def _render_one(kind: TopicKind, change: Sealed) -> str:
    if kind.fragments is None:
        return ""
    try:
        return kind.fragments(change.open()) or ""
    except Exception:
        logger.exception("Could not render %s of kind %s", change.key, change.kind)
        return ""
