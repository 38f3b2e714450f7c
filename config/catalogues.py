"""Compiles the translations: gettext's own tools are not on every machine, Babel is."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings


def stale() -> Iterator[Path]:
    """Yield the catalogues that are newer than what was compiled from them."""
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                yield source


def compile_stale() -> int:
    """Compile what is stale and return how many catalogues that were."""
    sources = list(stale())
    for source in sources:
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parent.parent.name)
        fresh = source.with_suffix(".mo.new")
        with fresh.open("wb") as binary:
            write_mo(binary, catalogue)
        fresh.replace(source.with_suffix(".mo"))
    return len(sources)
