"""The seam to the channel layer, for dense topics: loss, repetition and disorder once more.

Here the letter of a cell says which version it is, so that whoever looks sees none go back.
"""

import asyncio
from itertools import pairwise

from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from realtime.outbox import group_of
from tests.realtime.grids import ALPHABET, Grid, views
from tests.realtime.stage import eventually, open_hub
from tests.realtime.test_seam import HastyLoop, Play, Tube, enact, places

SIZE = 600  # so large that a few cells are told one by one


class DensePlay(Play):
    """One grid, its watchers, and all that may happen to them."""

    def __init__(self, hub, tube, grid):
        self.hub, self.tube, self.grid = hub, tube, grid
        self.topic = grid.topic(ALPHABET[1] * SIZE)
        self.version = 1
        self.under_way = []
        self.screens = []
        self.come()

    def commit(self, numbers, copies):
        self.version += 1
        letter = ALPHABET[self.version]
        changes = [self.grid.paint(self.topic, n, letter, self.version) for n in numbers]
        self.under_way += [changes] * copies

    def resize(self, size):
        """Draw the grid anew, with more cells or fewer."""
        self.grid.of(self.topic)[size:] = []
        while len(self.grid.of(self.topic)) < size:
            self.grid.of(self.topic).append((ALPHABET[1], 1))

    def rename(self):
        self.grid.name = f"v{self.version}"

    def dawdle(self, dawdling):
        """Let what is being read become old before it is there."""
        self.grid.gate.clear() if dawdling else self.grid.gate.set()

    async def end(self):
        self.cut(False)
        self.dawdle(False)
        while self.under_way:
            self.deliver(0)
        for place in range(len(self.screens)):
            self.recover(place)
        await eventually(lambda: all(map(self.shows_the_truth, self.screens)))

    def shows_the_truth(self, screen):
        seen = list(views(screen.frames))
        for before, after in pairwise(seen):
            assert all(map(str.__le__, before, after)), "an older version came later"
        return seen[-1:] == [self.grid.letters(self.topic)]


often = (
    some.tuples(
        some.just("commit"), some.sets(some.integers(0, 2), min_size=1), some.integers(0, 2)
    ),
    some.tuples(some.just("deliver"), places),
    some.tuples(some.just("wait"), some.sampled_from([0.0, 0.02, 0.06, 0.3])),
)
seldom = (
    some.tuples(some.just("commit"), some.just(set(range(20))), some.just(1)),
    some.tuples(some.just("dawdle"), some.booleans()),
    some.tuples(some.just("resize"), some.integers(SIZE - 2, SIZE + 2)),
    some.tuples(some.just("rename")),
    some.tuples(some.just("stick"), places),
    some.tuples(some.just("recover"), places),
    some.tuples(some.just("cut"), some.booleans()),
    some.tuples(some.just("come")),
    some.tuples(some.just("read_anew")),
)
steps = some.one_of(*often, *often, *often, *seldom)


async def perform(script):
    tube, grid = Tube(), Grid()
    async with open_hub(layer=tube) as hub:
        play = DensePlay(hub, tube, grid)
        await eventually(lambda: group_of(play.topic) in tube.groups)
        await enact(play, script)


@settings(max_examples=100, deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain})
@given(some.lists(steps, min_size=40, max_size=60))
def test_loss_repetition_and_disorder_end_at_the_truth_and_no_update_is_missed(script):
    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        runner.run(perform(script))
