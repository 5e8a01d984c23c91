"""TradeLine: the trades of one symbol, kept complete as long as the price stays fresh."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable

from thebot_desktop.adapters.feeds.tally import Tally
from thebot_desktop.adapters.feeds.worker import Worker
from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.domain.errors import FatalFeedError, TheBotError
from thebot_desktop.domain.market import MarketEvent, Symbol, Trade
from thebot_desktop.market.ports import HistorySource
from thebot_desktop.market.trade_guard import TradeGuard, TradeHole

log = logging.getLogger(__name__)

PAGE = 1000
MOST_PAGES = 20
"""A longer hole is given up at once: its candles are repaired, and tell what was touched."""
GRACE_SECONDS = 0.1
"""A trade that another has only overtaken comes by the stream within this time."""
HOLD_SECONDS = 3.0
"""So long may newer trades wait for a repair."""


class TradeLine:
    """Lets trades through in order; while some are fetched, newer ones wait behind them."""

    def __init__(
        self,
        symbol: Symbol,
        *,
        history: HistorySource,
        emit: Callable[[MarketEvent], None],
        spawn: Callable[[Awaitable[None]], asyncio.Task[None]],
        tally: Tally,
    ) -> None:
        self.symbol = symbol
        self._history = history
        self._emit = emit
        self._tally = tally
        self._guard = TradeGuard(symbol)
        self._worker = Worker(spawn)

    def close(self) -> None:
        self._worker.stop()

    def accept(self, trade: Trade) -> None:
        self._deliver(self._guard.accept(trade))
        if not self._guard.is_waiting:
            return
        if self._guard.is_full:
            self.close()
            self._give_up()
        elif not self._worker.is_busy:
            self._worker.start(self._repair())

    async def _repair(self) -> None:
        """Fill one hole after the other; none of them may hold the price up for long."""
        await asyncio.sleep(GRACE_SECONDS)
        while (hole := self._guard.hole) is not None:
            if hole.count > MOST_PAGES * PAGE:
                self._give_up()
                return
            log.info("%s: trades missing from %d to %d", self.symbol, hole.first, hole.last)
            before = self._guard.repaired
            try:
                async with asyncio.timeout(HOLD_SECONDS):
                    await self._fill(hole)
            except (TimeoutError, FatalFeedError) as cause:
                log.warning("%s: missing trades not fetched: %r", self.symbol, cause)
                self._give_up()
            repaired = self._guard.repaired - before
            self._tally.trades_repaired += repaired
            log.info("%s: %d missing trades recovered", self.symbol, repaired)

    async def _fill(self, hole: TradeHole) -> None:
        """Page after page; REST may be behind the stream or not answer at once."""
        delays = backoff(random.random, first=0.3, longest=1.0)
        while (first := self._guard.expected) is not None and first <= hole.last:
            try:
                page = await self._history.trades(self.symbol, first, PAGE)
            except FatalFeedError:
                raise
            except TheBotError as error:
                log.info("%s: %s", self.symbol, error)
            else:
                self._deliver(self._guard.fill(page))
            if self._guard.expected == first:
                await asyncio.sleep(next(delays))

    def _give_up(self) -> None:
        """The price goes on without what is missing."""
        before = self._guard.missed
        released = self._guard.give_up()
        missed = self._guard.missed - before
        self._tally.trades_missed += missed
        log.warning("%s: %d trades given up", self.symbol, missed)
        self._deliver(released)

    def _deliver(self, trades: Iterable[Trade]) -> None:
        for trade in trades:
            self._emit(trade)
