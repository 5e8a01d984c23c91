"""Session: which series, symbols and indicators are in use; tells the feed what to deliver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from thebot_desktop.alerts.happenings import Happening, SpreadStands, TradeMade
from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.integration import IndicatorIntegrationFactory
from thebot_desktop.app.history import CandleArchive
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.pipeline import Pipeline
from thebot_desktop.app.stored_candles import load_or_make
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import CandleHistory, SeriesKey, Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.once import once
from thebot_desktop.domain.time import Clock
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.ports import MarketFeed, Subscriptions


class Session:
    """Counts who needs what; the last one to let go ends a subscription."""

    def __init__(
        self,
        *,
        feed: MarketFeed,
        pipeline: Pipeline,
        stream: DataStream,
        subscriber: RealTimeDataSubscriber,
        indicators: IndicatorIntegrationFactory,
        alerts: AlertManager,
        instruments: InstrumentBook,
        archive: CandleArchive,
        clock: Clock,
        depth: int,
    ) -> None:
        self._feed = feed
        self._pipeline = pipeline
        self._stream = stream
        self._subscriber = subscriber
        self._indicators = indicators
        self._alerts = alerts
        self._archive = archive
        self._clock = clock
        self._depth = depth
        self.instruments = instruments
        self._series: Counter[SeriesKey] = Counter()
        self._books: Counter[Symbol] = Counter()
        self._watchlist: tuple[Symbol, ...] = ()
        self._rule_uses: dict[SeriesKey, Callable[[], None]] = {}
        self.watchlist_changed: Observers[None] = Observers()
        self.closed: Observers[SeriesKey] = Observers()
        """Nobody has this series open any more."""
        self._rules = alerts.armed
        self._opened_for_rules: dict[SeriesKey, Callable[[], None]] = {}
        self._opened_to_look: dict[SeriesKey, Callable[[], None]] = {}
        self._aside: Counter[SeriesKey] = Counter()
        """How often a series is open only for something else to look at."""
        self._opening = False
        """What is opened for a rule asks for nothing more."""
        alerts.changed.add(lambda _none: self._alerts_changed())

    @property
    def series(self) -> tuple[SeriesKey, ...]:
        """The series that are open, in the order they were opened."""
        return tuple(self._series)

    @property
    def watchlist(self) -> tuple[Symbol, ...]:
        return self._watchlist

    def set_watchlist(self, symbols: Iterable[Symbol]) -> None:
        """The symbols whose prices are shown, in order, each once."""
        self._watchlist = tuple(dict.fromkeys(symbols))
        self.open_for_rules()
        self._subscribe()
        self.watchlist_changed.notify(None)

    def open(self, series: SeriesKey) -> Callable[[], None]:
        """Deliver ``series`` until the function returned is called.

        What is stored is shown at once, made of shorter candles if need be; the feed brings
        the rest.
        """
        self._series[series] += 1
        if self._series[series] == 1:
            self._show_stored(series)
            self._use_rule_indicators(series)
            self._subscribe()
            self.open_for_rules()
        elif series in self._aside:
            self._set_aside()

        def release() -> None:
            self._series[series] -= 1
            if self._series[series] <= 0:
                del self._series[series]
                self._forget(series)
                self.open_for_rules()
            elif series in self._aside:
                self._set_aside()

        return once(release)

    def open_for_rules(self) -> None:
        """Deliver each series that an armed rule is about or looks at, also without a chart."""
        if self._opening:
            return
        self._opening = True
        try:
            about = {s for armed in self._alerts.armed for s in self._series_of(armed)}
            looked_at = self._looked_at_by_rules(about) - about
            _hold(self._opened_for_rules, about, self.open)
            _hold(self._opened_to_look, looked_at, self.open_aside)
        finally:
            self._opening = False

    def _series_of(self, armed: ArmedRule) -> Iterable[SeriesKey]:
        """A rule about any symbol on one interval is about each of the watchlist."""
        if armed.series is not None:
            return [armed.series]
        everywhere = armed.enabled and armed.symbol is None and armed.asks_close
        if not everywhere or armed.interval is None:
            return []
        return [SeriesKey(symbol, armed.interval) for symbol in self._watchlist]

    def open_aside(self, series: SeriesKey) -> Callable[[], None]:
        """As ``open``, but only to look at: rules about any series are not about this one."""
        self._aside[series] += 1
        release = self.open(series)
        self._set_aside()

        def end() -> None:
            self._aside[series] -= 1
            release()
            self._set_aside()

        return once(end)

    def _set_aside(self) -> None:
        self._aside += Counter()
        self._alerts.set_aside({s for s, n in self._aside.items() if self._series[s] <= n})

    def _looked_at_by_rules(self, about: set[SeriesKey]) -> set[SeriesKey]:
        """A rule about any series looks at others for each that is open for something else."""
        looking = [a for a in self._alerts.armed if a.enabled and a.rule.others]
        if not looking:
            return set()
        own = Counter(self._opened_for_rules.keys()) + self._aside
        asked_of = about | {s for s, count in self._series.items() if count > own[s]}
        return {
            other
            for series in asked_of
            for armed in looking
            if armed.covers(series.symbol, series.interval)
            for other in armed.needs_for(series)
        }

    def open_book(self, symbol: Symbol) -> Callable[[], None]:
        """Deliver the order book of ``symbol`` until the function returned is called."""
        self._books[symbol] += 1
        if self._books[symbol] == 1:
            self._subscribe()

        def release() -> None:
            self._books[symbol] -= 1
            if self._books[symbol] <= 0:
                del self._books[symbol]
                self._subscribe()
                self._stream.forget_book(symbol)

        return once(release)

    def use_indicators(
        self, series: SeriesKey, indicators: Iterable[Indicator]
    ) -> Callable[[], None]:
        """Compute ``indicators`` on ``series`` until the function returned is called.

        Other series that they need are delivered as long.
        """
        used = tuple(indicators)
        releases = [self._indicators.use(series, used)]
        releases += [self.open_aside(other) for other in self._others(series, used)]
        self._pipeline.refresh(series)

        def release() -> None:
            for each in releases:
                each()

        return once(release)

    def _others(self, series: SeriesKey, indicators: Iterable[Indicator]) -> list[SeriesKey]:
        """A symbol that the exchange does not have is not asked for."""
        symbols = dict.fromkeys(symbol for each in indicators for symbol in each.others)
        book = self.instruments
        known = {i.symbol for i in book.all()} if book.complete else symbols
        return [
            SeriesKey(symbol, series.interval)
            for symbol in symbols
            if symbol in known and symbol != series.symbol
        ]

    def switch_on(self, series: SeriesKey, indicator: Indicator) -> None:
        """Give an indicator that failed another chance."""
        self._indicators.switch_on(series, indicator)
        self._pipeline.refresh(series)

    def indicators(self, series: SeriesKey) -> tuple[Indicator, ...]:
        return self._indicators.in_use(series)

    def _show_stored(self, series: SeriesKey) -> None:
        # What lies ahead was kept under a clock that went wrong; it would hide what comes now.
        stored = load_or_make(self._archive, series, self._depth).before(self._clock.now())
        if len(stored):
            self._pipeline.apply(CandleHistory(series, stored, self._clock.now()))

    def _forget(self, series: SeriesKey) -> None:
        use = self._rule_uses.pop(series, None)
        if use is not None:
            use()
        self._subscribe()
        self._stream.forget(series)
        self._subscriber.forget(series)
        self.closed.notify(series)

    def _alerts_changed(self) -> None:
        """Alerts come and go by the dozen when a market moves; rules seldom do."""
        if self._alerts.armed == self._rules:
            return
        self._rules = self._alerts.armed
        self.open_for_rules()
        for series in self._series:
            self._use_rule_indicators(series)
        self._subscribe()

    def _use_rule_indicators(self, series: SeriesKey) -> None:
        """Indicators that armed rules need are computed on each series they cover."""
        needed = {
            indicator
            for armed in self._alerts.armed
            if armed.covers(series.symbol, series.interval)
            for indicator in armed.rule.indicators
        }
        release = self._rule_uses.pop(series, None)
        self._rule_uses[series] = self._indicators.use(series, needed)
        if release is not None:
            release()

    def _subscribe(self) -> None:
        symbols = {s.symbol for s in self._series}
        self._feed.subscribe(
            Subscriptions(
                series=frozenset(self._series),
                tickers=frozenset({*self._watchlist, *symbols}),
                trades=frozenset(self._symbols_with_price_rules()),
                quotes=frozenset(symbols | self._symbols_asked_for(SpreadStands)),
                books=frozenset(self._books),
            )
        )

    def _symbols_with_price_rules(self) -> set[Symbol]:
        """And those whose single trades a rule asks for."""
        found = {
            armed.symbol
            for armed in self._alerts.armed
            if armed.enabled and armed.symbol is not None and armed.rule.asks_price
        }
        return found | self._symbols_asked_for(TradeMade)

    def _symbols_asked_for(self, kind: type[Happening]) -> set[Symbol]:
        """A rule that names none is about all of the watchlist."""
        found: set[Symbol] = set()
        for armed in self._alerts.asking_for(kind):
            found |= {armed.symbol} if armed.symbol is not None else set(self._watchlist)
        return found


def _hold(
    held: dict[SeriesKey, Callable[[], None]],
    wanted: set[SeriesKey],
    open_one: Callable[[SeriesKey], Callable[[], None]],
) -> None:
    """Have what is wanted open, and nothing else."""
    for series in wanted - held.keys():
        held[series] = open_one(series)
    for series in held.keys() - wanted:
        held.pop(series)()
