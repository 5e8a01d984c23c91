"""What comes at once is handed on together."""

from __future__ import annotations

import asyncio
import time

from thebot_desktop.app.gathering import GATHER_ROUNDS, Gathering, after_a_moment


class Turns:
    """Calls back when the test says so."""

    def __init__(self):
        self.waiting = []
        self.done = []
        self.gathering = Gathering(self.done.append, self.waiting.append)

    def turn(self):
        self.waiting.pop(0)()


def test_one_alone_waits_one_turn():
    """Not longer than it must."""
    turns = Turns()
    turns.gathering.add("a")
    assert turns.done == []
    turns.turn()
    assert turns.done == [["a"]]
    assert turns.waiting == []


def test_while_more_come_it_waits_again_but_never_long():
    """A close of many symbols is one; a stream without an end is cut."""
    turns = Turns()
    for turn in range(GATHER_ROUNDS):
        turns.gathering.add(2 * turn)
        turns.gathering.add(2 * turn + 1)
        turns.turn()
    assert turns.done == [list(range(2 * GATHER_ROUNDS))]
    turns.gathering.add("next")
    turns.turn()
    assert turns.done[1:] == [["next"]]


def test_it_can_be_ended_at_once():
    """What was asked to call back then finds nothing, or only what is new."""
    turns = Turns()
    turns.gathering.add("a")
    turns.gathering.end()
    turns.turn()
    assert turns.done == [["a"]]


async def test_the_moment_is_short():
    """Well below what a person notices."""
    done = asyncio.Event()
    gathering = Gathering(lambda _gathered: done.set(), after_a_moment)
    begun = time.monotonic()
    gathering.add("a")
    async with asyncio.timeout(5):
        await done.wait()
    assert time.monotonic() - begun >= 0.04
