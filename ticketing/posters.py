"""Posters drawn for events that bring none: the same event always gets the same one."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 300, 400


@dataclass(frozen=True, slots=True)
class Palette:
    """Five flat colours; `ink` reads on `ground` at any size."""

    ground: str
    first: str
    second: str
    third: str
    ink: str


PALETTES = (
    Palette("#14213d", "#e0a63a", "#2f4a7a", "#c65f43", "#f5efe2"),
    Palette("#f1e6d9", "#d1563b", "#1f3a4d", "#e3b04b", "#1b2530"),
    Palette("#cfe3da", "#0b6156", "#e8b64c", "#7fb5a4", "#0f2f29"),
    Palette("#2b1d3c", "#a874c4", "#f0c987", "#5a3d78", "#f5eefa"),
    Palette("#f6dfdf", "#a8324a", "#33344f", "#e39a9a", "#3a1220"),
    Palette("#0d3b4f", "#52b2bd", "#f4d58d", "#1d627d", "#eef8f8"),
    Palette("#e8bb50", "#24323d", "#c34f30", "#f6e3b0", "#1d1a10"),
    Palette("#e7e8e4", "#24292c", "#e0552f", "#a9b0ad", "#15181a"),
    Palette("#163226", "#7fb58a", "#e8e2c4", "#2e5b45", "#f0f4e6"),
    Palette("#842c23", "#f1c9a5", "#42110f", "#b95a45", "#fff2e6"),
)

Draw = Callable[[Palette, random.Random], SafeString]


def palette_of(event_id: int) -> Palette:
    """Return the colours of an event; neighbours in a list differ."""
    return PALETTES[event_id * 7 % len(PALETTES)]


@lru_cache(maxsize=512)
def draw(event_id: int) -> SafeString:
    """Return the picture of an event as an inline SVG without words."""
    palette = palette_of(event_id)
    motif = MOTIFS[event_id % len(MOTIFS)]
    return format_html(
        '<svg viewBox="0 0 {0} {1}" preserveAspectRatio="xMidYMax slice" aria-hidden="true"'
        ' focusable="false"><rect width="{0}" height="{1}" fill="{2}"/>{3}</svg>',
        WIDTH,
        HEIGHT,
        palette.ground,
        motif(palette, random.Random(event_id)),  # noqa: S311 - a picture, not a secret
    )


def _rings(palette: Palette, chance: random.Random) -> SafeString:
    x = chance.choice((30, 150, 270))
    colours = (palette.third, palette.first, palette.second)
    rings = [(x, 420, radius, colours[i % 3]) for i, radius in enumerate(range(210, 20, -34))]
    return _circles(rings)


def _lights(palette: Palette, chance: random.Random) -> SafeString:
    lean = chance.randint(-20, 20)
    beams = (
        (f"60,{HEIGHT} 110,{HEIGHT} {70 + lean},190", palette.third),
        (f"120,{HEIGHT} 180,{HEIGHT} {150 + lean},170", palette.first),
        (f"190,{HEIGHT} 240,{HEIGHT} {230 + lean},190", palette.second),
    )
    cones = format_html_join("", '<polygon points="{}" fill="{}"/>', beams)
    return cones + _circles([(x + lean, y, 11, palette.ink) for x, y in LAMPS])


def _seats(palette: Palette, chance: random.Random) -> SafeString:
    ours = (chance.randrange(3), chance.randrange(6))
    seats = [
        (
            26 + 42 * column,
            236 + 54 * row,
            palette.first if (row, column) == ours else palette.third,
        )
        for row in range(3)
        for column in range(6)
    ]
    return format_html_join("", SEAT, seats)


def _hills(palette: Palette, chance: random.Random) -> SafeString:
    sun = _circles([(chance.choice((80, 150, 220)), 262, 52, palette.second)])
    layers = (
        (290 + chance.randint(-10, 10), 60, palette.third),
        (325 + chance.randint(-8, 8), -50, palette.first),
        (368, 30, palette.ink),
    )
    hills = format_html_join(
        "",
        '<path d="M0 {0}q75 -{1} 150 0t150 0V400H0z" fill="{2}"/>',
        [(top, bend, colour) for top, bend, colour in layers],
    )
    return sun + SafeString(hills.replace("--", ""))


def _strings(palette: Palette, chance: random.Random) -> SafeString:
    colours = (palette.first, palette.third, palette.second)
    bars = []
    for i in range(12):
        height = 40 + chance.randint(0, 12) * 12
        bars.append((16 + 23 * i, 384 - height, height, colours[i % 3]))
    return format_html_join(
        "", '<rect x="{}" y="{}" width="14" height="{}" rx="7" fill="{}"/>', bars
    )


def _tiles(palette: Palette, chance: random.Random) -> SafeString:
    colours = (palette.first, palette.second, palette.third)
    tiles = [
        (75 * column, 250 + 75 * row, chance.choice(QUARTERS), chance.choice(colours))
        for row in range(2)
        for column in range(4)
    ]
    return format_html_join("", '<path transform="translate({} {})" d="{}" fill="{}"/>', tiles)


def _moon(palette: Palette, chance: random.Random) -> SafeString:
    x = chance.choice((105, 150, 195))
    moon = _circles([(x, 290, 84, palette.first), (x + 26, 272, 66, palette.second)])
    bands = [(350 + 18 * i, 7 - i, palette.ink if i else palette.third) for i in range(3)]
    return moon + format_html_join("", '<rect y="{}" width="300" height="{}" fill="{}"/>', bands)


def _circles(circles: list[tuple[int, int, int, str]]) -> SafeString:
    return format_html_join("", '<circle cx="{}" cy="{}" r="{}" fill="{}"/>', circles)


LAMPS = ((70, 186), (150, 166), (230, 186))
SEAT = (
    '<path transform="translate({} {})" fill="{}"'
    ' d="M7 0h20a6 6 0 0 1 6 6v18h3a3 3 0 0 1 3 3v8a5 5 0 0 1-5 5H0a5 5 0 0 1-5-5v-8'
    'a3 3 0 0 1 3-3h3V6a6 6 0 0 1 6-6z"/>'
)
QUARTERS = (
    "M0 0h75a75 75 0 0 1-75 75z",
    "M75 0v75a75 75 0 0 1-75-75z",
    "M75 75H0a75 75 0 0 1 75-75z",
    "M0 75V0a75 75 0 0 1 75 75z",
)
MOTIFS: tuple[Draw, ...] = (_rings, _seats, _hills, _lights, _tiles, _moon, _strings)
