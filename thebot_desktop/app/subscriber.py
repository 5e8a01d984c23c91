"""RealTimeDataSubscriber: the one place to listen; keeps the newest Moment of each series."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.async_observers import AsyncObservers
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import (
    BookGap,
    BookSnapshot,
    BookUpdate,
    CandleHistory,
    CandleUpdate,
    ConnectionChange,
    FeedGap,
    MarketEvent,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    TimeTick,
    Trade,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs

KEPT_CANDLES = 500
"""A moment that is read later holds copies of so many candles and values."""


class RealTimeDataSubscriber:
    """Tells observers what the pipeline has finished; they only take note and draw later."""

    def __init__(self, faults: Observers[TheBotError] | None = None) -> None:
        self.async_observers = AsyncObservers(Observers() if faults is None else faults)
        """Coroutines may listen to anything here by way of these."""
        self._latest: dict[SeriesKey, Moment] = {}
        self._observers: dict[SeriesKey, Observers[Moment]] = {}
        self.moments: Observers[Moment] = Observers()
        """Every moment of every series."""
        self.closed_candles: Observers[CandleUpdate] = Observers()
        """Each candle that became final, with its origin; a history is not among them."""
        self.quotes: Observers[Symbol] = Observers()
        """The price, the 24 h statistics or the best bid and ask of a symbol moved."""
        self.books: Observers[Symbol] = Observers()
        """The order book of a symbol changed, or can no longer be trusted."""
        self.connection: Observers[ConnectionChange] = Observers()
        self.gaps: Observers[FeedGap] = Observers()
        self.ticks: Observers[UnixMs] = Observers()
        """Once a second, whatever the market does."""
        self.found_nothing: Observers[SeriesKey] = Observers()
        """The exchange has answered that a series has no candles."""
        self._without: set[SeriesKey] = set()
        self._open_gaps: dict[tuple[SeriesKey, UnixMs], FeedGap] = {}
        self.state: ConnectionChange | None = None
        """The newest word on the connection."""

    def subscribe(
        self, series: SeriesKey, callback: Callable[[Moment], None]
    ) -> Callable[[], None]:
        """Tell ``callback`` each moment of ``series``; the function returned stops it."""
        return self._observers.setdefault(series, Observers()).add(callback)

    def subscribe_async(
        self, series: SeriesKey, callback: Callable[[Moment], Awaitable[None]]
    ) -> Callable[[], None]:
        """The same for a coroutine, which holds nobody up.

        While it works each closed candle waits for it, and only the newest forming one. It gets
        copies of the newest candles and values.
        """
        observers = self._observers.setdefault(series, Observers())
        return self.async_observers.add(
            observers,
            callback,
            key=lambda moment: None if moment.closed else moment.series,
            prepare=lambda moment: moment.kept(KEPT_CANDLES),
        )

    def latest(self, series: SeriesKey) -> Moment | None:
        return self._latest.get(series)

    def has_none(self, series: SeriesKey) -> bool:
        """Whether the exchange has said that there are no candles, and none came since."""
        return series in self._without and series not in self._latest

    def open_gaps(self, series: SeriesKey) -> tuple[FeedGap, ...]:
        """Holes of ``series`` that are being fetched, oldest first."""
        found = (gap for gap in self._open_gaps.values() if gap.series == series)
        return tuple(sorted(found, key=lambda gap: gap.first))

    def forget(self, series: SeriesKey) -> None:
        self._latest.pop(series, None)
        self._without.discard(series)
        for gap in self.open_gaps(series):
            del self._open_gaps[series, gap.first]

    def notify(self, moment: Moment) -> None:
        self._latest[moment.series] = moment
        self.moments.notify(moment)
        observers = self._observers.get(moment.series)
        if observers is not None:
            observers.notify(moment)

    def tell(self, event: MarketEvent) -> None:
        """Pass on what is not about one series of candles."""
        match event:
            case Trade() | Quote() | Ticker():
                self.quotes.notify(event.symbol)
            case BookSnapshot() | BookUpdate() | BookGap():
                self.books.notify(event.symbol)
            case ConnectionChange():
                self.state = event
                self.connection.notify(event)
            case CandleUpdate(closed=True):
                self.closed_candles.notify(event)
            case FeedGap():
                self._note_gap(event)
                self.gaps.notify(event)
            case CandleHistory() if not len(event.candles):
                self._without.add(event.series)
                self.found_nothing.notify(event.series)
            case TimeTick():
                self.ticks.notify(event.event_time)
            case _:
                pass

    def _note_gap(self, gap: FeedGap) -> None:
        if gap.filled:
            self._open_gaps.pop((gap.series, gap.first), None)
        else:
            self._open_gaps[gap.series, gap.first] = gap
