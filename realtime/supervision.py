"""Keeps work going that is never to end: what dies is reported and started again."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

logger = logging.getLogger(__name__)

RESTART_AFTER = 1.0  # seconds

Work: TypeAlias = Coroutine[Any, Any, None]


class Supervisor:
    """Holds the tasks of a hub, as one that nobody holds may be collected."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def keep_alive(self, name: str, work: Callable[[], Work]) -> asyncio.Task[None]:
        """Do `work`, which never ends by itself, again and again."""
        return self.start(_again_and_again(name, work))

    def start(self, work: Work) -> asyncio.Task[None]:
        """Do `work` once."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """End everything."""
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _again_and_again(name: str, work: Callable[[], Work]) -> None:
    while True:
        try:
            await work()
        except Exception as problem:
            logger.error("The hub's %s died and is started again", name, exc_info=problem)
        await asyncio.sleep(RESTART_AFTER)
