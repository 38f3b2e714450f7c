"""Every order of the steps of two people on the same seats comes to what some queue would give.

`EVERY_ORDER=1` plays the long scenes too, which takes some minutes.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.interleaving import scenes
from tests.interleaving.scenes import Scene, scene
from tests.interleaving.steps import never
from tests.interleaving.theatre import Theatre

pytestmark = pytest.mark.race
Tell = Callable[[Any], None]
EVERY_ORDER = bool(os.environ.get("EVERY_ORDER"))
WITHOUT_CUTS = ["prolong · prolong", "sweep · sweep", "cancel · cancel"]
BRIEF = {
    "picks": ["the same seat", "neighbours", "overlapping pairs"],
    "tabs": ["first picks", "one seat", "pick · release", "prolong · cancel", "cancel · cancel"],
    "lives": ["hold, release · hold", "release one · hold it", "cancel · hold", "block · hold"],
    "overdue": ["take over · sweep", "take over · late payment", "sweep · sweep"],
    "paying": ["confirm · release", "confirm · cancel"],
    "endings": ["prolong · sweep"],
}


@pytest.mark.parametrize("act", BRIEF)
def test_no_order_comes_out_wrong(theatre: Theatre, tell: Tell, act: str) -> None:
    reports = [theatre.explore(scene(name)) for name in BRIEF[act]]

    for report in reports:
        tell(report)
    assert [wrong for report in reports for wrong in report.wrong] == []
    assert sum(report.deadlocks for report in reports) == 0
    assert all(report.orders > 1 for report in reports)


@pytest.mark.parametrize("one", [scene("hold, release · hold beside")], ids=lambda one: one.name)
def test_what_went_wrong_once_does_no_more(theatre: Theatre, tell: Tell, one: Scene) -> None:
    report = theatre.explore(one)

    tell(report)
    assert report.wrong == []


if EVERY_ORDER:

    @pytest.mark.timeout(1800)
    @pytest.mark.parametrize("one", scenes.EVERY, ids=lambda one: one.name)
    def test_no_order_of_any_scene_comes_out_wrong(
        theatre: Theatre, tell: Tell, one: Scene
    ) -> None:
        report = theatre.explore(one)

        tell(report)
        assert report.wrong == [], report.wrong[0]
        assert report.deadlocks == 0


@pytest.mark.parametrize("name", WITHOUT_CUTS[: None if EVERY_ORDER else 2])
def test_orders_left_out_come_to_nothing_else(theatre: Theatre, tell: Tell, name: str) -> None:
    some = theatre.explore(scene(name))
    every = theatre.explore(scene(name), commute=never)

    tell(f"{every} (each)")
    assert every.orders > some.orders
    assert every.seen == some.seen
    assert every.wrong == []
