"""The seam to the channel layer, where messages are lost, repeated and overtaken by others.

Whatever comes over it: each watcher puts together the truth from its frames, as clients do.
"""

import asyncio
import selectors

import orjson
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from realtime.outbox import group_of
from realtime.sealed import seal
from tests.realtime.stage import BATCH, Screen, Source, eventually, open_hub

SPEED = 50  # seconds that the loop's clock counts in one of ours, so that a resync is soon
KEYS = "abc"


class Hurry(selectors.DefaultSelector):
    def select(self, timeout=None):
        return super().select(timeout / SPEED if timeout else timeout)


class HastyLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock runs fast."""

    def __init__(self):
        super().__init__(Hurry())

    def time(self):
        return super().time() * SPEED


class Tube:
    """A channel layer to one hub, which forgets all that is sent while it is cut."""

    def __init__(self):
        self.messages = asyncio.Queue()
        self.groups = set()
        self.cut = False

    async def new_channel(self, prefix):
        return f"{prefix}tube"

    async def group_add(self, group, channel):
        self.groups.add(group)

    async def group_discard(self, group, channel):
        self.groups.discard(group)

    async def send(self, channel, message):
        if not self.cut:
            self.messages.put_nowait(message)

    async def receive(self, channel):
        return await self.messages.get()

    def tell(self, topic, changes):
        if group_of(topic) in self.groups and not self.cut:
            sealed = [tuple(seal(change)) for change in changes]
            self.messages.put_nowait({"type": "changes", "topic": topic, "changes": sealed})


class Play:
    """One topic, its watchers, and all that may happen to them."""

    def __init__(self, hub, tube, wall):
        self.hub, self.tube, self.wall = hub, tube, wall
        self.topic = wall.topic(a=1, b=1)
        self.version = 1
        self.under_way = []
        self.screens = []
        self.come()

    def come(self):
        self.screens.append(Screen())
        self.hub.watch(self.screens[-1].watcher, self.topic, BATCH)

    def commit(self, keys, copies):
        """Change the rows of `keys` in one transaction; its message is told `copies` times."""
        self.version += 1
        value = self.version
        changes = [self.wall.set(self.topic, key, self.version, value) for key in sorted(keys)]
        self.under_way += [changes] * copies

    def remove(self, key):
        if key in self.wall.rows[self.topic.partition(".")[2]]:
            self.wall.remove(self.topic, key)

    def deliver(self, place):
        """Let any of the messages arrive that are under way."""
        if self.under_way:
            self.tube.tell(self.topic, self.under_way.pop(place % len(self.under_way)))

    def stick(self, place):
        self.screens[place % len(self.screens)].stuck = True

    def recover(self, place):
        self.screens[place % len(self.screens)].recover()

    def cut(self, cut):
        self.tube.cut = cut

    def read_anew(self):
        self.hub._refresh_all()

    async def end(self):
        """Deliver all that is under way and wait until the screens show the truth."""
        self.cut(False)
        while self.under_way:
            self.deliver(0)
        for place in range(len(self.screens)):
            self.recover(place)
        rows = self.wall.rows[self.topic.partition(".")[2]]
        truth = {key: change.value for key, change in rows.items()}
        await eventually(lambda: all(put_together(screen) == truth for screen in self.screens))


def put_together(screen):
    """Return the values by key that the frames of `screen` come to, each taken as it is."""
    shown, seq = {}, None
    for frame in map(orjson.loads, screen.frames):
        changes = {change["key"]: change for change in frame["changes"]}
        if frame["type"] == "snapshot":
            shown = changes
        else:
            assert frame["seq"] == seq + 1, "an update was missed"
            assert all(
                change["version"] >= shown[key]["version"]
                for key, change in changes.items()
                if key in shown
            ), "an older version came later"
            shown = shown | changes
        seq = frame["seq"]
    return {key: change["value"] for key, change in shown.items()}


places = some.integers(0, 9)
often = (
    some.tuples(
        some.just("commit"), some.sets(some.sampled_from(KEYS), min_size=1), some.integers(0, 2)
    ),
    some.tuples(some.just("deliver"), places),
    some.tuples(some.just("wait"), some.sampled_from([0.0, 0.02, 0.06, 0.3])),
)
seldom = (
    some.tuples(some.just("remove"), some.sampled_from(KEYS)),
    some.tuples(some.just("stick"), places),
    some.tuples(some.just("recover"), places),
    some.tuples(some.just("cut"), some.booleans()),
    some.tuples(some.just("come")),
    some.tuples(some.just("read_anew")),
)
steps = some.one_of(*often, *often, *seldom)


async def enact(play, script):
    """Do what a script says, step by step, and see how it ends."""
    for name, *details in script:
        if name == "wait":
            await asyncio.sleep(*details)
        else:
            getattr(play, name)(*details)
    await play.end()


async def perform(script):
    tube, wall = Tube(), Source("wall", public=True)
    async with open_hub(layer=tube) as hub:
        play = Play(hub, tube, wall)
        await eventually(lambda: group_of(play.topic) in tube.groups)
        await enact(play, script)


@settings(max_examples=80, deadline=None, phases=set(Phase) - {Phase.shrink, Phase.explain})
@given(some.lists(steps, min_size=20, max_size=60))
def test_loss_repetition_and_disorder_end_at_the_truth_and_no_update_is_missed(script):
    # Not shrunk: a play that ends badly is given seconds to end well, and shrinking takes hundreds.
    with asyncio.Runner(loop_factory=HastyLoop) as runner:
        runner.run(perform(script))
