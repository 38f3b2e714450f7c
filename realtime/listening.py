"""Listens to the channel layer for a whole process, and notices when something was missed."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from realtime.feeds import Feed
from realtime.outbox import group_of
from realtime.sealed import parse

logger = logging.getLogger(__name__)

BEAT_EVERY = 1.0  # seconds


class Listener:
    """Owns one channel of the channel layer and joins the group of each of `feeds`.

    Without a layer it hears nothing, and feeds follow their source alone.
    """

    def __init__(
        self, layer: Any, feeds: Mapping[str, Feed], *, on_missed: Callable[[], None]
    ) -> None:
        self.ready = asyncio.Event()
        self.joined: set[str] = set()
        self.beats_sent = 0
        self.beats_heard = 0
        self._layer = layer
        self._feeds = feeds
        self._on_missed = on_missed
        self._channel = ""

    async def join(self, topic: str) -> None:
        """Hear of `topic` from now on, unless the layer is away."""
        if self._layer is None or topic in self.joined:
            return
        await self.ready.wait()
        try:
            await self._layer.group_add(group_of(topic), self._channel)
            self.joined.add(topic)
        except Exception as problem:
            logger.warning("Could not join %s yet: %r", topic, problem)

    async def part(self, topic: str) -> None:
        """Hear no more of `topic`."""
        if self._layer is None or topic not in self.joined:
            return
        self.joined.discard(topic)
        try:
            await self._layer.group_discard(group_of(topic), self._channel)
        except Exception as problem:
            logger.warning("Could not leave %s: %r", topic, problem)
        if topic in self._feeds:  # somebody came back while we left
            await self.join(topic)

    async def listen(self) -> None:
        """Give the feeds what arrives, for as long as there is a hub."""
        self.joined.clear()
        died_before = self.ready.is_set()
        self._channel = await self._layer.new_channel("hub.")
        self.ready.set()
        for topic in list(self._feeds):
            await self.join(topic)
        if died_before:
            self._on_missed()
        while True:
            message = await self._layer.receive(self._channel)
            try:
                self._take(message)
            except Exception:
                logger.exception("A message from the channel layer made no sense")

    async def beat(self) -> None:
        """Send ourselves a numbered message each second, the way all changes come.

        The layer says nothing when it loses its connection; a number that is missing does.
        """
        while True:
            await asyncio.sleep(BEAT_EVERY)
            await self.ready.wait()
            self.beats_sent += 1
            try:
                message = {"type": "beat", "number": self.beats_sent}
                await self._layer.send(self._channel, message)
            except Exception as problem:
                logger.debug("Beat %d was lost: %r", self.beats_sent, problem)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "beat":
            self._hear(message["number"])
        elif (feed := self._feeds.get(message["topic"])) is not None:
            feed.take([parse(fields) for fields in message["changes"]], since=message.get("since"))

    def _hear(self, number: int) -> None:
        lost = number - self.beats_heard - 1
        self.beats_heard = number
        if lost > 0:
            logger.info("Lost touch with the channel layer for %d beats: reading anew", lost)
            self._on_missed()
