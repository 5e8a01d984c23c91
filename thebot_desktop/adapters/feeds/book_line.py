"""BookLine: one symbol's order book, from its first snapshot on, kept linked."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic

from msgspec.structs import replace

from thebot_desktop.adapters.feeds.tally import Tally
from thebot_desktop.adapters.feeds.worker import Worker
from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.domain.errors import FatalFeedError, TheBotError, UnknownSymbolError
from thebot_desktop.domain.market import BookGap, BookSnapshot, BookUpdate, MarketEvent, Symbol
from thebot_desktop.domain.time import Clock
from thebot_desktop.market.book_guard import BookGuard
from thebot_desktop.market.order_book import BookState, OrderBook
from thebot_desktop.market.ports import HistorySource

log = logging.getLogger(__name__)

LEVELS = 1000
"""Asked for on each side: enough to look at, a fifth of the cost of the most there is."""
FIRST_UPDATE_SECONDS = 2.0
"""A snapshot is asked for when the first update has come, or after so long without one."""
SPREAD_SECONDS = 0.5
"""Books that break together, as by a reconnect, are not all asked for at once."""
LEAST_ROOM = 0.25
"""With less of its reach left the book is fetched anew, before the price leaves it."""
RENEWAL_SECONDS = 15.0
"""But not sooner than this after the last time."""
MEND_SECONDS = 3.0
"""A book that breaks again and again is not asked for more often than this: it has a cost."""


class BookLine:
    """Emits a snapshot, then the updates that join it; the same again after a missing link.

    It follows the book itself, to know when the price nears the end of what a snapshot told,
    and to notice a book that cannot be true.
    """

    def __init__(
        self,
        symbol: Symbol,
        *,
        history: HistorySource,
        clock: Clock,
        emit: Callable[[MarketEvent], None],
        spawn: Callable[[Awaitable[None]], asyncio.Task[None]],
        tally: Tally,
    ) -> None:
        self.symbol = symbol
        self.problem: TheBotError | None = None
        self._history = history
        self._clock = clock
        self._emit = emit
        self._tally = tally
        self._guard = BookGuard(symbol)
        self._book = OrderBook(symbol)
        self._heard = asyncio.Event()
        self._asked_at = -RENEWAL_SECONDS
        self._refusal: FatalFeedError | None = None
        self._worker = Worker(spawn)

    def open(self) -> None:
        """Begin; updates are accepted from now on."""
        if not self._worker.is_busy:
            self._worker.start(self._load())

    def close(self) -> None:
        self._worker.stop()

    def accept(self, update: BookUpdate) -> None:
        self._heard.set()
        was_linked = self._guard.is_linked
        self._deliver(self._guard.accept(update))
        if was_linked and not self._guard.is_linked:
            log.info("%s: order book lost its link", self.symbol)
            self._tally.books_mended += 1
            self._emit(BookGap(self.symbol, self._clock.now()))
            self._mend()

    def check(self) -> None:
        """Once a second: look whether the book must be fetched anew."""
        if self._worker.is_busy or self._book.state is BookState.EMPTY:
            return
        if not self._guard.is_linked:
            self._mend()
        elif monotonic() > self._asked_at + RENEWAL_SECONDS and (
            self._book.room < LEAST_ROOM or self._book.is_crossed
        ):
            self._worker.start(self._renew())

    def restart(self) -> None:
        """The connection is back: what was missed may not show for long on a quiet symbol.

        What was refused may be answered on another way; but not a symbol that does not exist.
        """
        was_refused = self._refusal is not None
        if was_refused and not isinstance(self._refusal, UnknownSymbolError):
            self._refusal = None
            self._mend()
        elif not self._worker.is_busy and self._book.state is not BookState.EMPTY:
            self._worker.start(self._renew())

    def _mend(self) -> None:
        if not self._worker.is_busy and self._refusal is None:
            rest = self._asked_at + MEND_SECONDS - monotonic()
            self._worker.start(self._fetch(max(rest, random.random() * SPREAD_SECONDS)))

    async def _load(self) -> None:
        """The stream first: a snapshot from before its first update is of no use."""
        try:
            async with asyncio.timeout(FIRST_UPDATE_SECONDS):
                await self._heard.wait()
        except TimeoutError:
            log.debug("%s: no change of the order book yet", self.symbol)
        await self._fetch(0.0)

    async def _fetch(self, delay: float) -> None:
        """A snapshot that the updates join, as often as it takes."""
        await asyncio.sleep(delay)
        delays = backoff(random.random)
        while True:
            try:
                if await self._joins():
                    return
            except FatalFeedError as error:
                self._say(error)
                self._refusal = error
                return
            except TheBotError as error:
                self._say(error)
            await asyncio.sleep(next(delays))

    async def _renew(self) -> None:
        """A newer snapshot under a book that is linked; what is there serves until it comes."""
        await asyncio.sleep(random.random() * SPREAD_SECONDS)
        try:
            await self._joins()
        except TheBotError as error:
            log.info("%s: order book not renewed: %s", self.symbol, error)

    async def _joins(self) -> bool:
        """Ask once; whether the answer could be used."""
        self._asked_at = monotonic()
        self._guard.hold()
        snapshot = await self._history.book(self.symbol, LEVELS)
        self.problem = None
        events = self._guard.start(replace(snapshot, limit=LEVELS))
        self._deliver(events)
        return bool(events)

    def _say(self, error: TheBotError) -> None:
        log.info("%s: order book not fetched: %s", self.symbol, error)
        self.problem = error
        self._emit(BookGap(self.symbol, self._clock.now(), error.user_message))

    def _deliver(self, events: Iterable[BookSnapshot | BookUpdate]) -> None:
        for event in events:
            self._book.apply(event)
            self._emit(event)
