"""The colours can be read: WCAG 2.2 AA, computed from the tokens themselves."""

import re

import pytest

from config.env import BASE_DIR
from ticketing.posters import PALETTES

TOKEN = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)")
SIGNALS = ("good", "wait", "stop", "calm", "quiet")
PAPERS = ("ground", "surface", "raised", "sunken")
WORDS = [
    *((ink, paper) for ink in ("ink", "ink-soft", "jade") for paper in PAPERS),
    *((signal, f"{signal}-soft") for signal in SIGNALS),
    *((signal, paper) for signal in SIGNALS for paper in ("ground", "surface")),
    *(("ink", f"{name}-soft") for name in (*SIGNALS, "jade")),
    *(("on-jade", jade) for jade in ("jade", "jade-strong")),
    ("jade-strong", "jade-soft"),
]
EDGES = [(edge, paper) for edge in ("line-strong", "focus") for paper in PAPERS]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(scope="module")
def tokens():
    text = (BASE_DIR / "static/css/tokens.css").read_text()
    return {name: (light, dark) for name, light, dark in TOKEN.findall(text)}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_their_ground(tokens, theme):
    faint = [
        (ink, paper)
        for ink, paper in WORDS
        if contrast(tokens[ink][theme], tokens[paper][theme]) < 4.5
    ]

    assert faint == []


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_and_focus_can_be_seen(tokens, theme):
    faint = [
        (edge, paper)
        for edge, paper in EDGES
        if contrast(tokens[edge][theme], tokens[paper][theme]) < 3
    ]

    assert faint == []


def test_posters_can_be_read():
    inks = {"light": "#f6f3ea", "dark": "#14191b"}  # as in poster.css

    def ink_on(palette):
        return inks["light" if palette.ink > "#8" else "dark"]

    assert [p for p in PALETTES if contrast(ink_on(p), p.ground) < 4.5] == []


def test_only_the_tokens_name_colours():
    named = re.compile(r"#[0-9a-fA-F]{3,8}\b")
    allowed = {"tokens.css": None, "poster.css": None, "print.css": None, "ticket.css": None}

    found = [
        path.name
        for path in (BASE_DIR / "static/css").glob("*.css")
        if path.name not in allowed
        and named.search(re.sub(r"#[\w-]+\s*[{,.:>]", "", path.read_text()))
    ]

    assert found == []
