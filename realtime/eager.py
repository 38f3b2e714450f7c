"""Starts a coroutine at once, and makes a task of it only if it has to wait.

A socket that can take a frame takes it in the first step, so a task for each of thousands of
writes would be most of their cost. Python 3.12 has eager tasks for this.
"""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any


def start(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run `coroutine` until it waits; return the task of the rest, None if there is no rest."""
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_continue(coroutine, awaited))


async def _continue(coroutine: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _resume(coroutine, awaited)


@types.coroutine
def _resume(coroutine: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    while True:
        try:
            answer = yield awaited
        except BaseException as problem:
            step = _throwing(coroutine, problem)
        else:
            step = _sending(coroutine, answer)
        finished, awaited = step
        if finished:
            return


def _sending(coroutine: Coroutine[Any, Any, None], answer: Any) -> tuple[bool, Any]:
    try:
        return False, coroutine.send(answer)
    except StopIteration:
        return True, None


def _throwing(coroutine: Coroutine[Any, Any, None], problem: BaseException) -> tuple[bool, Any]:
    try:
        return False, coroutine.throw(problem)
    except StopIteration:
        return True, None
