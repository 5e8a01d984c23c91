"""Coroutines from slots."""

import asyncio
import gc

import pytest

from thebot_desktop.domain.errors import ObserverError, TransientFeedError
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper


@pytest.fixture
def faults():
    return []


async def test_the_result_of_the_last_call_is_kept(faults, no_tasks_left):
    """It runs in the loop; the slot returns at once."""

    async def double(number):
        await asyncio.sleep(0)
        return number * 2

    call = AsyncCallbackWrapper(double, faults.append)
    call(21)
    assert call.running
    await call.wait()
    assert call.last_result == 42
    assert faults == []


async def test_a_running_task_is_not_lost(faults, no_tasks_left):
    """Nobody else needs to hold it."""
    go = asyncio.Event()

    async def wait():
        await go.wait()
        return "done"

    call = AsyncCallbackWrapper(wait, faults.append)
    call()
    await asyncio.sleep(0)
    gc.collect()
    go.set()
    await call.wait()
    assert call.last_result == "done"


async def test_our_errors_arrive_as_they_are(faults, no_tasks_left):
    """With their sentence."""

    async def fail():
        raise TransientFeedError("no route")

    call = AsyncCallbackWrapper(fail, faults.append)
    call()
    await call.wait()
    assert isinstance(faults[0], TransientFeedError)


async def test_other_errors_are_translated_with_their_cause(faults, no_tasks_left):
    """Nothing is swallowed."""

    async def fail():
        raise ZeroDivisionError("oops")

    call = AsyncCallbackWrapper(fail, faults.append)
    call()
    await call.wait()
    assert isinstance(faults[0], ObserverError)
    assert isinstance(faults[0].__cause__, ZeroDivisionError)


async def test_a_later_call_replaces_an_earlier_one(faults, no_tasks_left):
    """Only the answer to the last question counts."""

    async def answer(text, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        return text

    call = AsyncCallbackWrapper(answer, faults.append)
    call("slow", 50)
    await asyncio.sleep(0)
    call("quick", 1)
    await call.wait()
    assert call.last_result == "quick"
    assert faults == []


async def test_calls_can_run_side_by_side(faults, no_tasks_left):
    """Where none makes another superfluous."""
    done = []

    async def note(text):
        await asyncio.sleep(0)
        done.append(text)

    call = AsyncCallbackWrapper(note, faults.append, replace=False)
    call("a")
    call("b")
    await call.wait()
    assert done == ["a", "b"]


async def test_cancelling_is_no_error(faults, no_tasks_left):
    """The result of before stays."""

    async def for_ever():
        await asyncio.Event().wait()

    call = AsyncCallbackWrapper(for_ever, faults.append)
    call()
    await asyncio.sleep(0)
    call.cancel()
    await call.wait()
    assert faults == []
    assert call.last_result is None
