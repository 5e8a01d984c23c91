"""What a line of one symbol needs around it: a REST side that a test is in charge of."""

from __future__ import annotations

import asyncio

from thebot_desktop.adapters.feeds.tally import Tally
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.time import SimulatedClock

BTC = Symbol("BTCUSDT")


class Rest:
    """Answers as its functions say; counts what it is asked, fails while ``errors`` last."""

    def __init__(self):
        self.asked = []
        self.errors = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.on_book = None
        self.on_trades = None

    async def book(self, symbol, limit=1000):
        self.asked.append((symbol, limit))
        return await self._answer(lambda: self.on_book())

    async def trades(self, symbol, from_id, limit=1000):
        self.asked.append((symbol, from_id, limit))
        return await self._answer(lambda: self.on_trades(from_id, limit))

    async def _answer(self, make):
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop(0)
        if not self.gate.is_set():
            await self.gate.wait()
        return make()


class LineRig:
    """Builds a line, remembers what it emits, and ends its tasks."""

    def __init__(self, make):
        self.rest = Rest()
        self.events = []
        self.tally = Tally()
        self.tasks = []
        self.clock = SimulatedClock()
        self.line = make(self)

    def spawn(self, job):
        self.tasks.append(asyncio.ensure_future(job))
        return self.tasks[-1]

    def of(self, kind):
        return [e for e in self.events if isinstance(e, kind)]

    async def aclose(self):
        self.line.close()
        for error in await asyncio.gather(*self.tasks, return_exceptions=True):
            assert error is None or isinstance(error, asyncio.CancelledError), error


def offline():
    return TransientFeedError("offline", user_message="The exchange cannot be reached.")
