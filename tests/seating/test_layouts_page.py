"""docs/layouts.md shows layouts that can be used."""

import json
import re
from pathlib import Path

from ticketing.seating.documents import read_layout
from ticketing.seating.samples import SAMPLES, sample
from ticketing.seating.tables import read_table

PAGE = Path("docs/layouts.md").read_text()


def example(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL).group(1)


def test_both_examples_draw_the_same_seats():
    drawn = read_layout(json.loads(example("json")))
    table = read_table(example("csv"), name=drawn.name, base=drawn)

    assert table == drawn
    assert drawn.places[drawn.number_of("1F-A-4")].accessible


def test_the_page_says_how_large_the_samples_are():
    for name in SAMPLES:
        assert re.search(rf"`{name}` \({len(sample(name).places):,}\b", PAGE), name
