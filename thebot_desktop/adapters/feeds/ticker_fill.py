"""TickerFill: 24 h statistics of symbols just asked for, which a stream tells only on a change."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable

from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.domain.errors import FeedError
from thebot_desktop.domain.market import Symbol, Ticker
from thebot_desktop.market.ports import HistorySource

log = logging.getLogger(__name__)


class TickerFill:
    """One request for all that were asked for meanwhile; patient when it fails."""

    def __init__(
        self,
        history: HistorySource,
        *,
        emit: Callable[[Ticker], None],
        spawn: Callable[[Awaitable[None]], object],
    ) -> None:
        self._history = history
        self._emit = emit
        self._spawn = spawn
        self._wanted: set[Symbol] = set()
        self._is_working = False

    def want(self, symbols: Iterable[Symbol]) -> None:
        """Bring the statistics of ``symbols`` once."""
        self._wanted.update(symbols)
        if self._wanted and not self._is_working:
            self._is_working = True
            self._spawn(self._fetch())

    def forget(self, symbols: Iterable[Symbol]) -> None:
        self._wanted.difference_update(symbols)

    async def _fetch(self) -> None:
        delays = backoff(random.random)
        while self._wanted:
            asked = frozenset(self._wanted)
            try:
                found = await self._history.tickers(asked)
            except FeedError as error:
                log.info("24 h statistics not fetched: %s", error)
                await asyncio.sleep(next(delays))
                continue
            for ticker in found:
                if ticker.symbol in self._wanted:
                    self._emit(ticker)
            self._wanted -= asked
        self._is_working = False
