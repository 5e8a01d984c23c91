"""LiveFeed: the exchange's messages as market events, in order and without holes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Hashable, Iterable

from thebot_desktop.adapters.feeds.book_line import BookLine
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.feeds.series_line import Loader, SeriesLine
from thebot_desktop.adapters.feeds.stream_watch import StreamWatch
from thebot_desktop.adapters.feeds.tally import Tally
from thebot_desktop.adapters.feeds.ticker_fill import TickerFill
from thebot_desktop.adapters.feeds.trade_line import TradeLine
from thebot_desktop.adapters.transport.websocket_manager import LinkState, WebSocketManager
from thebot_desktop.domain.errors import DecodeError, TheBotError
from thebot_desktop.domain.market import (
    BookUpdate,
    CandleUpdate,
    ConnectionChange,
    ConnectionState,
    MarketEvent,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    TimeTick,
    Trade,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SECOND_MS, Clock
from thebot_desktop.market.freshness import DELAYED_MS, STALE_MS
from thebot_desktop.market.ports import (
    ExchangeProtocol,
    HistorySource,
    StreamReply,
    StreamsEnding,
    Subscriptions,
)
from thebot_desktop.market.stream_config import FeedStatistics

log = logging.getLogger(__name__)

TURN_SECONDS = 0.004
"""Decoding gives the loop back after so long."""
CROWDED = 500
"""With more messages than this waiting, only the newest state of a thing is passed on."""
DELAYED_SECONDS = DELAYED_MS / SECOND_MS
STALE_SECONDS = STALE_MS / SECOND_MS
NONSENSE_REPORT_SECONDS = 60.0
RATE_SECONDS = 5


class LiveFeed:
    """A MarketFeed over sockets and REST.

    Events come from one deque: what the sockets bring, decoded a few milliseconds at a time,
    what the lines fetch, one TimeTick a second, and each change of the connection's state.
    """

    def __init__(
        self,
        exchange: ExchangeProtocol,
        sockets: WebSocketManager,
        history: HistorySource,
        loader: Loader,
        clock: Clock,
        faults: Observers[TheBotError],
    ) -> None:
        self._exchange = exchange
        self._sockets = sockets
        self._history = history
        self._loader = loader
        self._clock = clock
        self._faults = faults
        self._wanted = Subscriptions()
        self._lines: dict[SeriesKey, SeriesLine] = {}
        self._ready: deque[MarketEvent] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._crash: BaseException | None = None
        self._is_decoding = False
        self._closed = False
        self._state: tuple[ConnectionState, str] | None = None
        self._market_now = 0
        self._now = time.monotonic()
        self._links_made = 0
        self._coalesced = 0
        self._was_up = False
        self._watch = StreamWatch(
            exchange,
            history,
            clock,
            heartbeat=sockets.heartbeat_seconds,
            resubscribe=sockets.resubscribe,
            replace=sockets.renew,
            spawn=self._spawn,
        )
        self._trades: dict[Symbol, TradeLine] = {}
        self._books: dict[Symbol, BookLine] = {}
        self._fill = TickerFill(history, emit=self._emit, spawn=self._spawn)
        self._tally = Tally()
        self._nonsense = _Nonsense()
        self._counts: deque[int] = deque([0], maxlen=RATE_SECONDS + 1)
        self._gaps_before = 0
        self._repaired_before = 0

    @property
    def statistics(self) -> FeedStatistics:
        weighed = self._history if isinstance(self._history, RestHistory) else None
        lines = self._lines.values()
        return FeedStatistics(
            messages=self._sockets.received,
            messages_per_second=(self._counts[-1] - self._counts[0])
            / max(1, len(self._counts) - 1),
            gaps_found=self._gaps_before + sum(line.gaps_found for line in lines),
            candles_repaired=self._repaired_before + sum(line.candles_repaired for line in lines),
            trades_repaired=self._tally.trades_repaired,
            trades_missed=self._tally.trades_missed,
            books_mended=self._tally.books_mended,
            decode_errors=self._nonsense.count,
            reconnects=self._sockets.reconnects,
            rollovers=self._sockets.rollovers,
            resubscriptions=self._watch.resubscriptions,
            times_held_back=self._sockets.times_held_back,
            coalesced=self._coalesced,
            last_message_at=self._sockets.last_message_at,
            weight_used=weighed.weight_used if weighed is not None else 0,
            weight_limit=weighed.weight_limit if weighed is not None else 0,
        )

    def subscribe(self, wanted: Subscriptions) -> None:
        """From now on deliver exactly ``wanted``; opened series begin with their history."""
        new_tickers = wanted.tickers - self._wanted.tickers
        self._fill.forget(self._wanted.tickers - wanted.tickers)
        self._wanted = wanted
        self._sockets.subscribe(self._exchange.stream_names(wanted))
        self._watch.follow(wanted)
        for series in self._lines.keys() - wanted.series:
            self._drop(self._lines.pop(series))
        for series in sorted(wanted.series - self._lines.keys(), key=str):
            line = self._lines[series] = self._line(series)
            if self._loop is not None and not self._closed:
                line.open()
        for symbol in self._trades.keys() - wanted.trades:
            self._trades.pop(symbol).close()
        for symbol in self._books.keys() - wanted.books:
            self._books.pop(symbol).close()
        for symbol in sorted(wanted.books - self._books.keys()):
            book = self._books[symbol] = self._book(symbol)
            if self._loop is not None and not self._closed:
                book.open()
        if self._loop is not None and not self._closed:
            self._fill.want(new_tickers)

    async def events(self) -> AsyncIterator[MarketEvent]:
        """Everything that happens, until ``aclose``. To be iterated once."""
        self._loop = asyncio.get_running_loop()
        self._spawn(self._sockets.run())
        self._spawn(self._tick())
        for line in self._lines.values():
            line.open()
        for book in self._books.values():
            book.open()
        self._fill.want(self._wanted.tickers)
        try:
            while not self._closed:
                self._note_state()
                while self._ready:
                    yield self._ready.popleft()
                if self._crash is not None:
                    raise self._crash
                await self._turn()
        finally:
            # Nothing is awaited here: who stops iterating may leave it to the collector to close.
            self._stop()

    async def aclose(self) -> None:
        """Let go of sockets and tasks; ``events`` ends."""
        tasks = self._stop()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _stop(self) -> list[asyncio.Task[None]]:
        """Tell every task to end; answers which."""
        self._closed = True
        self._sockets.wake()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        return tasks

    async def _turn(self) -> None:
        """Decode what waits, or wait for something to do."""
        if not self._sockets.backlog:
            await self._sockets.wait()
        is_crowded = self._sockets.backlog > CROWDED
        if self._decode(time.perf_counter() + TURN_SECONDS):
            await asyncio.sleep(0)
        if is_crowded:
            before = len(self._ready)
            self._ready = deque(newest_only(self._ready))
            self._coalesced += before - len(self._ready)

    def _decode(self, deadline: float) -> bool:
        """Turn messages into events until ``deadline``; answers whether any are left."""
        self._now = time.monotonic()
        self._is_decoding = True
        try:
            return self._decode_until(deadline)
        finally:
            self._is_decoding = False

    def _decode_until(self, deadline: float) -> bool:
        while (message := self._sockets.take()) is not None:
            try:
                for said in self._exchange.decode(message):
                    self._hear(said)
            except DecodeError as error:
                self._note_nonsense(error)
            if time.perf_counter() > deadline:
                return True
        return False

    def _hear(self, said: MarketEvent | StreamReply | StreamsEnding) -> None:
        """Pass on what is wanted; messages may still come after a stream was let go."""
        match said:
            case CandleUpdate():
                self._market_now = max(self._market_now, said.event_time)
                series = said.series
                line = self._lines.get(series)
                if line is not None:
                    self._watch.candles[series].heard_at = self._now
                    line.accept(said)
            case Ticker() | Quote():
                self._hear_state(said)
            case Trade():
                self._hear_trade(said)
            case BookUpdate():
                book = self._books.get(said.symbol)
                if book is not None:
                    self._watch.books[said.symbol].heard_at = self._now
                    book.accept(said)
            case StreamReply():
                refusal = self._sockets.answered(said)
                if refusal is not None:
                    self._faults.notify(refusal)
            case StreamsEnding():
                self._sockets.renew("The exchange restarts its server.")
            case _:
                self._ready.append(said)

    def _hear_state(self, state: Ticker | Quote) -> None:
        self._market_now = max(self._market_now, state.event_time)
        streams = self._watch.tickers if isinstance(state, Ticker) else self._watch.quotes
        stream = streams.get(state.symbol)
        if stream is not None:
            stream.heard_at = self._now
            self._ready.append(state)

    def _hear_trade(self, trade: Trade) -> None:
        """Each once and in order; what was missed, as by a reconnect, is fetched before it."""
        stream = self._watch.trades.get(trade.symbol)
        if stream is None:
            return
        stream.heard_at = self._now
        line = self._trades.get(trade.symbol)
        if line is None:
            line = self._trades[trade.symbol] = TradeLine(
                trade.symbol,
                history=self._history,
                emit=self._emit,
                spawn=self._spawn,
                tally=self._tally,
            )
        line.accept(trade)

    def _note_nonsense(self, error: DecodeError) -> None:
        report = self._nonsense.note(error)
        if report is not None:
            log.warning("message skipped: %s", error)
            self._faults.notify(report)

    async def _tick(self) -> None:
        """Once a second, whatever the market does."""
        while True:
            await asyncio.sleep(1.0)
            self._counts.append(self._sockets.received)
            self._note_new_links()
            for line in list(self._lines.values()):
                line.check(self._market_now)
            if self._sockets.link.state is LinkState.UP:
                self._watch.check()
            for book in list(self._books.values()):
                book.check()
            self._emit(TimeTick(self._clock.now()))

    def _note_new_links(self) -> None:
        """After a new connection nobody waits for a message to find out what was missed."""
        made = self._sockets.reconnects + self._sockets.rollovers
        is_up, was_up = self._sockets.link.state is LinkState.UP, self._was_up
        self._was_up = is_up
        if made != self._links_made or (is_up and not was_up):
            self._end_pause()
        if made == self._links_made:
            return
        self._links_made = made
        self._watch.restart()
        for line in self._lines.values():
            line.catch_up(self._clock.now())
        for book in self._books.values():
            book.restart()

    def _end_pause(self) -> None:
        """Where sockets get through REST may, too: it need not wait for the end of its pause."""
        if isinstance(self._history, RestHistory):
            self._history.probe_now()

    def _note_state(self) -> None:
        state = self._judge()
        if state != self._state:
            self._state = state
            self._ready.append(ConnectionChange(*state, self._clock.now()))

    def _judge(self) -> tuple[ConnectionState, str]:
        """How far what is on screen can be trusted, and why."""
        link = self._sockets.link
        troubled = [line for line in self._lines.values() if line.problem is not None]
        unloaded = _problem(troubled, is_loaded=False)
        if link.state is LinkState.DOWN:
            return ConnectionState.OFFLINE, link.reason
        if unloaded is not None:
            return ConnectionState.OFFLINE, f"{unloaded.user_message} Trying again."
        if link.state is LinkState.CONNECTING:
            return ConnectionState.CONNECTING, link.reason
        silence = self._sockets.silence
        if silence > STALE_SECONDS:
            return ConnectionState.STALE, "Nothing has come from the exchange for half a minute."
        if silence > DELAYED_SECONDS:
            return ConnectionState.DELAYED, "Nothing has come from the exchange for ten seconds."
        unrepaired = _problem(troubled, is_loaded=True)
        if unrepaired is not None:
            return (
                ConnectionState.DELAYED,
                f"Missed candles cannot be fetched: {unrepaired.user_message}",
            )
        return ConnectionState.LIVE, link.reason

    def _line(self, series: SeriesKey) -> SeriesLine:
        return SeriesLine(
            series,
            history=self._history,
            loader=self._loader,
            clock=self._clock,
            emit=self._emit,
            spawn=self._spawn,
            report=self._faults.notify,
        )

    def _book(self, symbol: Symbol) -> BookLine:
        return BookLine(
            symbol,
            history=self._history,
            clock=self._clock,
            emit=self._emit,
            spawn=self._spawn,
            tally=self._tally,
        )

    def _drop(self, line: SeriesLine) -> None:
        line.close()
        self._gaps_before += line.gaps_found
        self._repaired_before += line.candles_repaired

    def _emit(self, event: MarketEvent) -> None:
        self._ready.append(event)
        if not self._is_decoding:  # who decodes will look anyway
            self._sockets.wake()

    def _spawn(self, job: Awaitable[None]) -> asyncio.Task[None]:
        assert self._loop is not None
        task = self._loop.create_task(_run(job))
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        """A task that ends with an error is a bug: whoever iterates the feed gets to know."""
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._crash = task.exception()
        self._sockets.wake()


class _Nonsense:
    """Counts messages that could not be decoded; speaks at most once a minute."""

    def __init__(self) -> None:
        self.count = 0
        self._unreported = 0
        self._reported_at = -NONSENSE_REPORT_SECONDS

    def note(self, error: DecodeError) -> DecodeError | None:
        """The report that is due, if one is."""
        self.count += 1
        self._unreported += 1
        now = time.monotonic()
        if now - self._reported_at < NONSENSE_REPORT_SECONDS:
            return None
        self._reported_at = now
        count, self._unreported = self._unreported, 0
        plural = "a message" if count == 1 else f"{count} messages"
        return DecodeError(
            str(error), user_message=f"The exchange sent {plural} that made no sense; skipped."
        )


def _problem(lines: Iterable[SeriesLine], *, is_loaded: bool) -> TheBotError | None:
    return next((line.problem for line in lines if line.is_loaded is is_loaded), None)


async def _run(job: Awaitable[None]) -> None:
    await job


def newest_only(events: Iterable[MarketEvent]) -> list[MarketEvent]:
    """``events`` without the states of a thing that a later one replaces; order is kept.

    Closed candles and trades are facts, not states: none of them goes.
    """
    kept: list[MarketEvent] = []
    seen: set[Hashable] = set()
    for event in reversed(list(events)):
        key = _state_key(event)
        if key is None or key not in seen:
            kept.append(event)
        if key is not None:
            seen.add(key)
    kept.reverse()
    return kept


def _state_key(event: MarketEvent) -> Hashable:
    match event:
        case CandleUpdate():
            return (event.symbol, event.interval, event.candle.open_time)
        case Ticker() | Quote():
            return (type(event), event.symbol)
        case _:
            return None
