"""Korean is whole: every sentence that people may read is in the catalogue, and well made."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from config.env import BASE_DIR

APPS = ("accounts", "config", "core", "queueing", "realtime", "ticketing", "voting")
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
LITERAL = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
CALL = re.compile(rf"\b(_|n?p?gettext)\(({LITERAL})(?:,\s*({LITERAL}))?")
PLACE = re.compile(r"%\(\w+\)[sd]")

Key = tuple[str | None, str]


def marked_in_python(source: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if name in PLAIN | PLURAL and words and isinstance(words[0], str):
            yield None, words[0]
        if name in IN_CONTEXT:
            yield words[0], words[1]


def marked_in_template(source: str) -> Iterator[Key]:
    for name, first, second in CALL.findall(templatize(source)):
        words = ast.literal_eval(first)
        yield (words, ast.literal_eval(second)) if "pgettext" in name else (None, words)


def all_marked() -> set[Key]:
    found: set[Key] = set()
    for app in APPS:
        for path in (BASE_DIR / app).rglob("*.py"):
            found.update(marked_in_python(path.read_text()))
    for path in (BASE_DIR / "templates").rglob("*.*"):
        found.update(marked_in_template(path.read_text()))
    return {(context, words) for context, words in found if words}


@pytest.fixture(scope="module")
def korean() -> Catalog:
    path = Path(BASE_DIR) / "locale/ko/LC_MESSAGES/django.po"
    with path.open(encoding="utf-8") as file:
        return read_po(file, locale="ko", abort_invalid=False)


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def sayings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_sentence_is_in_korean(korean):
    marked = all_marked()

    known = {
        (message.context, singular(message))
        for message in korean
        if message.id and all(sayings(message))
    }

    assert len(marked) > 200
    assert sorted(words for _, words in marked - known) == []


def test_nothing_is_left_to_guess(korean):
    assert [singular(message) for message in korean if message.id and message.fuzzy] == []


def test_nothing_is_translated_that_nobody_says(korean):
    known = {(message.context, singular(message)) for message in korean if message.id}

    assert sorted(words for _, words in known - all_marked()) == []


def test_translations_keep_the_places_of_values(korean):
    def places(text: str) -> set[str]:
        return set(PLACE.findall(text))

    wrong = [
        singular(message)
        for message in korean
        if message.id
        for said in sayings(message)
        if places(said) != places(singular(message))
    ]

    assert wrong == []


def test_korean_speaks_in_one_tone(korean):
    """Plain and polite (해요체): no sentence ends in the stiff -습니다."""
    stiff = [
        said for message in korean if message.id for said in sayings(message) if "니다" in said
    ]

    assert stiff == []
