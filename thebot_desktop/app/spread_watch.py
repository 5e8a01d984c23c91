"""SpreadWatch: for how long spreads have been as wide as armed rules ask for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from thebot_desktop.alerts.happenings import SpreadStands
from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rules.spread import Spread
from thebot_desktop.app.fact_watch import spread_percent
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.observers import Observers, tell
from thebot_desktop.domain.time import SECOND_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.freshness import FreshnessWord


class _Level(NamedTuple):
    """What a rule asks for."""

    percent: float
    seconds: int


class _Stand:
    """How one spread stands to one level."""

    def __init__(self) -> None:
        self.since: UnixMs | None = None
        self.told = False

    def is_over(self, level: _Level, now: UnixMs) -> bool:
        """Whether the spread has been there long enough; said once until it is let down."""
        if self.since is None:
            self.since = now
        if self.told or now - self.since < level.seconds * SECOND_MS:
            return False
        self.told = True
        return True

    def let_down(self, *, known: bool) -> None:
        """It is narrower; or nobody knows, and then it is not told of again."""
        self.since = None
        self.told = self.told and not known


class SpreadWatch:
    """Looks at each quote while a rule asks for spreads, and each second at those that stand.

    What is not known is not wide: without news of its symbol no spread stands.
    """

    def __init__(
        self,
        *,
        alerts: AlertManager,
        subscriber: RealTimeDataSubscriber,
        stream: DataStream,
        watchlist: Callable[[], Iterable[Symbol]],
        clock: Clock,
        faults: Observers[TheBotError],
    ) -> None:
        self._alerts = alerts
        self._subscriber = subscriber
        self._stream = stream
        self._watchlist = watchlist
        self._clock = clock
        self._faults = faults
        self._levels: dict[Symbol, tuple[_Level, ...]] = {}
        self._stands: dict[tuple[Symbol, _Level], _Stand] = {}
        self._stop: Callable[[], None] | None = None

    def look(self) -> None:
        """A chore, done each second: which symbols are asked for, and what still stands."""
        self._levels = self._asked_for()
        asked = {(symbol, level) for symbol, levels in self._levels.items() for level in levels}
        self._stands = {each: self._stands.get(each) or _Stand() for each in asked}
        self._listen()
        for symbol in self._levels:
            self._see(symbol)

    def _asked_for(self) -> dict[Symbol, tuple[_Level, ...]]:
        """By symbol; a rule that names none is about each of the watchlist."""
        found: dict[Symbol, dict[_Level, None]] = {}
        for armed in self._alerts.asking_for(SpreadStands):
            if isinstance(armed.rule, Spread):
                level = _Level(armed.rule.percent, armed.rule.seconds)
                named = self._watchlist() if armed.symbol is None else (armed.symbol,)
                for symbol in named:
                    found.setdefault(symbol, {})[level] = None
        return {symbol: tuple(levels) for symbol, levels in found.items()}

    def _listen(self) -> None:
        """To quotes, as long as somebody asks."""
        if self._levels and self._stop is None:
            self._stop = self._subscriber.quotes.add(self._on_quote)
        elif not self._levels and self._stop is not None:
            self._stop()
            self._stop = None

    def _on_quote(self, symbol: Symbol) -> None:
        if symbol in self._levels:
            self._see(symbol)

    def _see(self, symbol: Symbol) -> None:
        now, spread = self._clock.now(), self._spread(symbol)
        for level in self._levels[symbol]:
            stand = self._stands[symbol, level]
            if not spread >= level.percent:
                stand.let_down(known=not math.isnan(spread))
            elif stand.is_over(level, now):
                self._tell(symbol, level, spread, now)

    def _spread(self, symbol: Symbol) -> float:
        """NaN where it is not known, or not surely any more."""
        quote = self._stream.board.row(symbol).quote
        fresh = self._stream.freshness.of_symbol(symbol, self._clock.now())
        if quote is None or fresh is None or fresh.word is not FreshnessWord.LIVE:
            return math.nan
        return spread_percent(quote.bid, quote.ask)

    def _tell(self, symbol: Symbol, level: _Level, spread: float, now: UnixMs) -> None:
        since = self._stands[symbol, level].since
        key = f"spread/{symbol}/{level.percent:g}/{level.seconds}/{since}"
        stands = SpreadStands(
            key, now, symbol, level=level.percent, seconds=level.seconds, percent=spread
        )
        for alert in self._alerts.evaluate_happening(stands):
            tell(self._alerts.raised.notify, alert, self._faults)
