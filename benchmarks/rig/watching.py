"""Watchers of a topic: real sockets that remember the newest value of each key."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import uvloop
from websockets.asyncio.client import connect


class Watchers:
    """So many sockets on one topic, on a thread of their own."""

    def __init__(self, address: str, topic: str, count: int) -> None:
        self.address = f"{address}/ws/live?topics={topic}"
        self.newest: list[dict[str, Any]] = [{} for _ in range(count)]
        self.frames = [0] * count
        self.all_have_a_snapshot = asyncio.Event()
        self.ready = threading.Barrier(2)
        self.done = threading.Event()
        self.thread = threading.Thread(target=lambda: uvloop.run(self._watch()), daemon=True)

    def values_of(self, key: str) -> list[Any]:
        """Return what each watcher believes of `key`."""
        return [seen.get(key) for seen in self.newest]

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        watching = [asyncio.create_task(self._follow(i)) for i in range(len(self.newest))]
        await self.all_have_a_snapshot.wait()
        await loop.run_in_executor(None, self.ready.wait, 30)
        await loop.run_in_executor(None, self.done.wait)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)

    async def _follow(self, number: int) -> None:
        async with connect(self.address, compression=None, ping_interval=None) as socket:
            async for frame in socket:
                said = orjson.loads(frame)
                self.frames[number] += 1
                for change in said.get("changes", ()):
                    self.newest[number][change["key"]] = change["value"]
                if all(self.newest):
                    self.all_have_a_snapshot.set()


@contextmanager
def watching(address: str, topic: str, count: int) -> Iterator[Watchers]:
    """Have `count` sockets watch `topic` meanwhile; all have their snapshot when it begins."""
    watchers = Watchers(address, topic, count)
    watchers.thread.start()
    watchers.ready.wait(30)
    try:
        yield watchers
    finally:
        watchers.done.set()
        watchers.thread.join(30)
