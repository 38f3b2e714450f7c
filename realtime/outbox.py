"""A process-wide buffer of what is to be published, and the thread that sends it."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Iterable

from channels.layers import get_channel_layer

from realtime import measures
from realtime.sealed import Sealed

logger = logging.getLogger(__name__)

INTERVAL = 0.02  # seconds between two messages of one topic
CAPACITY = 20_000  # changes that may wait; a Redis that hangs must not fill the memory
SEND_TIMEOUT = 5.0

Send = Callable[[str, list[Sealed], float], Awaitable[None]]


def group_of(topic: str) -> str:
    """Return the channel layer's group that carries `topic`."""
    return f"topic.{topic}"


async def send_to_layer(topic: str, changes: list[Sealed], since: float) -> None:
    """Hand `changes`, the first of which was committed at `since`, to the channel layer."""
    layer = get_channel_layer()
    if layer is not None:
        message = {"type": "changes", "topic": topic, "changes": changes, "since": since}
        await layer.group_send(group_of(topic), message)


class Outbox:
    """Keeps only the newest version of each key, and sends a topic at most every 20 ms."""

    def __init__(self, *, send: Send = send_to_layer, capacity: int = CAPACITY) -> None:
        self._send = send
        self._capacity = capacity
        self._lock = threading.Condition()
        self._waiting: dict[str, dict[str, Sealed]] = {}
        self._since: dict[str, float] = {}  # when the first that waits was committed
        self._num_waiting = 0
        self._num_sending = 0
        self._running: set[str] = set()  # topics that have a task
        self._tasks: set[asyncio.Task[None]] = set()  # a task nobody keeps may be collected
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._complained_at = float("-inf")

    def put(self, topic: str, changes: Iterable[Sealed]) -> None:
        """Let `changes` be sent soon, at once if `topic` was quiet; neither wait nor fail."""
        with self._lock:
            fits = self._add(topic, changes)
            starts = topic in self._waiting and topic not in self._running
            if starts:
                self._running.add(topic)
                loop = self._loop or self._start()
                loop.call_soon_threadsafe(self._begin, topic)
        if not fits:
            self._complain("Too many changes are waiting for Redis; the surplus is dropped")

    def flush(self, timeout: float) -> bool:
        """Wait until nothing is waiting or being sent; False when `timeout` seconds went by."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._waiting and not self._num_sending, timeout)

    def stop(self) -> None:
        """End the thread; what is waiting is lost."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None and self._thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join()

    def _add(self, topic: str, changes: Iterable[Sealed]) -> bool:
        newest = self._waiting.get(topic, {})
        for change in changes:
            known = newest.get(change.key)
            if known is None:
                if self._num_waiting >= self._capacity:
                    return False
                self._num_waiting += 1
            elif known.version >= change.version:
                continue
            newest[change.key] = change
            self._waiting[topic] = newest
            self._since.setdefault(topic, time.time())
        return True

    def _start(self) -> asyncio.AbstractEventLoop:
        self._loop = loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._run, args=(loop,), name="realtime-outbox", daemon=True
        )
        self._thread.start()
        return loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_forever()
        loop.run_until_complete(self._cancel_tasks())
        loop.close()

    async def _cancel_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, topic: str) -> None:
        task = asyncio.get_running_loop().create_task(self._empty(topic))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, topic: str) -> None:
        while waiting := self._take(topic):
            try:
                await self._deliver(topic, *waiting)
            finally:
                with self._lock:
                    self._num_sending -= 1
                    self._lock.notify_all()
            await asyncio.sleep(INTERVAL)

    def _take(self, topic: str) -> tuple[list[Sealed], float] | None:
        with self._lock:
            changes = list(self._waiting.pop(topic, {}).values())
            self._num_waiting -= len(changes)
            if not changes:
                self._running.discard(topic)
                return None
            self._num_sending += 1
            return changes, self._since.pop(topic)

    async def _deliver(self, topic: str, changes: list[Sealed], since: float) -> None:
        """Try twice, as the first may only find that a pooled connection has gone stale."""
        for tries_left in (1, 0):
            try:
                async with asyncio.timeout(SEND_TIMEOUT):
                    await self._send(topic, changes, since)
                measures.sent.add()
                return
            except Exception as problem:
                if isinstance(problem, TimeoutError) or not tries_left:
                    self._complain(
                        "Changes could not be published; hubs will read them: %r", problem
                    )
                    return

    def _complain(self, sentence: str, *facts: object) -> None:
        """Log at most once in ten seconds: a dead Redis must not flood the log as well."""
        now = time.monotonic()
        if now - self._complained_at >= 10:
            self._complained_at = now
            logger.warning(sentence, *facts)
