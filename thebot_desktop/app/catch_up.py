"""CatchUp: what armed rules would have said while nobody watched, in order, told as missed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping
from itertools import zip_longest
from time import perf_counter
from typing import Any, Protocol, TypeAlias

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.rehearsal import moments_of
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import PluginError, TheBotError
from thebot_desktop.domain.market import Candles, PriceMove, SeriesKey, Symbol
from thebot_desktop.domain.observers import Observers, tell
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.time import SECOND_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream

log = logging.getLogger(__name__)

MOST_CANDLES = 20_000
"""So far is looked back: about two weeks of minutes."""
JUMP_CANDLES = 1500
"""The feed repairs shorter holes itself, candle by candle, and what they say is late."""
NOTE_EVERY_MS = 5 * SECOND_MS
LONGEST_WAIT_MS = 30 * SECOND_MS
"""So long rules wait for the candles of other series that they look at."""
TURN_SECONDS = 0.004
"""After so much work the loop is given back."""

Heard: TypeAlias = tuple[float, UnixMs]
"""A price, and when it was."""
Load: TypeAlias = Callable[[SeriesKey, int], Awaitable[Candles]]
"""The newest candles of a series, so many; raises FeedError kinds."""


class WatchLog(Protocol):
    """Remembers until when each symbol was watched. Raises StorageError."""

    def note_watched(self, prices: Mapping[Symbol, Heard]) -> None: ...

    def watched(self) -> dict[Symbol, Heard]: ...


class CatchUp:
    """Of a series each closed candle is asked about once: live, or here.

    Rules on prices are asked about the way from the last price that was heard to the first that
    is heard again; of what lies between, closed candles tell.
    """

    def __init__(
        self,
        watch_log: WatchLog,
        load: Load | None,
        *,
        stream: DataStream,
        subscriber: RealTimeDataSubscriber,
        alerts: AlertManager,
        signals: SignalAggregator,
        clock: Clock,
        spawn: Callable[[str, Coroutine[Any, Any, None]], object],
        faults: Observers[TheBotError],
    ) -> None:
        self._log = watch_log
        self._load = load
        self._stream = stream
        self._alerts = alerts
        self._signals = signals
        self._clock = clock
        self._spawn = spawn
        self._faults = faults
        self._left: dict[Symbol, Heard] = {}
        """Where the price of a symbol was when watching ended, until it was caught up with."""
        self._asked: dict[SeriesKey, Heard] = {}
        """The newest candle that rules were asked about: its close, and when it ended."""
        self._at_work: set[SeriesKey] = set()
        self._more: set[SeriesKey] = set()
        """Those that have to be looked at again when the work at them is done."""
        self._waits_since: dict[SeriesKey, UnixMs] = {}
        """Those whose rules look at others that are not there yet."""
        self._noted_at = UnixMs(0)
        subscriber.moments.add(self._on_moment)
        subscriber.ticks.add(self._on_tick)

    def restore(self) -> None:
        """Take over what an earlier run noted. Raises StorageError."""
        self._left = self._log.watched()

    def note(self) -> None:
        """A chore: until when the symbols of rules were watched."""
        now = self._clock.now()
        if now - self._noted_at < NOTE_EVERY_MS:
            return
        self._noted_at = now
        symbols = {series.symbol for series in self._asked}
        symbols |= {s.symbol for armed in self._alerts.armed if (s := armed.series) is not None}
        symbols -= {series.symbol for series in self._at_work}
        symbols -= {s.symbol for s in self._needed(symbols) if not self._is_caught_up(s)}
        known = {s: self._last_heard(s) for s in symbols - self._symbols_to_catch_up()}
        heard = {symbol: last for symbol, last in known.items() if last is not None}
        if heard:
            self._log.note_watched(heard)

    def _needed(self, symbols: set[Symbol]) -> set[SeriesKey]:
        """The series of these symbols that rules are about."""
        found = {s for armed in self._alerts.armed if (s := armed.series) is not None}
        for armed in self._alerts.armed:
            if armed.enabled and armed.symbol is None and armed.interval and armed.asks_close:
                found |= {SeriesKey(symbol, armed.interval) for symbol in symbols}
        return {series for series in found if series.symbol in symbols}

    def _last_heard(self, symbol: Symbol) -> Heard | None:
        row = self._stream.board.row(symbol)
        if row.live:
            return row.last, row.priced_at
        asked = [heard for series, heard in self._asked.items() if series.symbol == symbol]
        return max(asked, key=lambda heard: heard[1], default=None)

    def _symbols_to_catch_up(self) -> set[Symbol]:
        wanted = {a.symbol for a in self._alerts.armed if a.asks_price and a.enabled}
        return {symbol for symbol in self._left if symbol in wanted}

    def _on_moment(self, moment: Moment) -> None:
        series = moment.series
        if moment.history:
            self._look_for_jump(moment)
            self._begin(series)
        elif moment.closed and self._is_caught_up(series):
            self._asked[series] = moment.price, _end_of(moment)

    def _is_caught_up(self, series: SeriesKey) -> bool:
        """Whether nothing of what was before is left to be asked about.

        A candle that closes before that is asked about live, and here again: it has one key.
        """
        if series in self._at_work:
            return False
        return series in self._asked or series.symbol not in self._left

    def _on_tick(self, _now: UnixMs) -> None:
        """Prices wait for the first that is heard, and for the candles before it."""
        for series in tuple(self._waits_since):
            self._begin(series)
        if not self._left:
            return
        for needed in {a.series for a in self._alerts.armed if a.asks_price}:
            if needed is not None and needed.symbol in self._left:
                self._begin(needed)

    def _look_for_jump(self, moment: Moment) -> None:
        asked = self._asked.get(moment.series)
        longest = JUMP_CANDLES * moment.series.interval.milliseconds
        if asked is not None and _end_of(moment) - asked[1] > longest:
            self._left[moment.series.symbol] = asked

    def _begin(self, series: SeriesKey) -> None:
        """Look through what is new of a series, after what is at work on it now."""
        if series in self._at_work:
            self._more.add(series)
        elif any(armed.covers(series.symbol) for armed in self._alerts.armed):
            self._at_work.add(series)
            self._spawn(f"catch-up {series}", self._run(series))

    async def _run(self, series: SeriesKey) -> None:
        try:
            self._more.add(series)
            while series in self._more:
                self._more.discard(series)
                await self._ask_candles(series)
                await self._ask_prices(series)
        except TheBotError as error:
            log.warning("%s: what was missed is not known: %s", series, error)
            self._faults.notify(error)
        finally:
            self._at_work.discard(series)
            self._more.discard(series)

    async def _ask_candles(self, series: SeriesKey) -> None:
        begins = self._asked.get(series) or self._left.get(series.symbol)
        candles = self._closed(series)
        if begins is not None:
            candles = await self._closed_since(series, begins[1])
        if not len(candles):
            return
        newest = candles.at(len(candles) - 1)
        ends = series.interval.next_open(newest.open_time)
        if begins is not None and self._waits_for_others(series, ends):
            return
        self._asked[series] = newest.close, ends
        if begins is not None:
            self._tell(await self._about_candles(series, candles, begins[1]))

    def _waits_for_others(self, series: SeriesKey, ends: UnixMs) -> bool:
        """Whether candles of other series that rules look at are missing; not for ever."""
        others = {
            other
            for armed in self._alerts.armed
            if self._alerts.is_about(armed, series)
            for other in armed.needs_for(series)
        }
        if all(self._reaches(other, other.interval.open_of(ends)) for other in others):
            self._waits_since.pop(series, None)
            return False
        now = self._clock.now()
        if now - self._waits_since.setdefault(series, now) < LONGEST_WAIT_MS:
            return True
        log.warning("%s: asked without some of %s", series, others)
        del self._waits_since[series]
        return False

    def _reaches(self, series: SeriesKey, time: UnixMs) -> bool:
        """Whether its candles are known up to one that ends then."""
        candles = self._closed(series)
        return len(candles) > 0 and series.interval.next_open(int(candles.open_time[-1])) >= time

    async def _closed_since(self, series: SeriesKey, begins: UnixMs) -> Candles:
        """Those in memory, or more where they do not reach back so far.

        Nothing when none of them ended after ``begins``.
        """
        candles = self._closed(series)
        if not len(candles) or series.interval.next_open(int(candles.open_time[-1])) <= begins:
            return candles.last(0)
        if int(candles.open_time[0]) > begins and self._load is not None:
            missing = (int(candles.open_time[0]) - begins) // series.interval.milliseconds + 1
            candles = await self._load(series, min(MOST_CANDLES, len(candles) + missing))
        return candles

    def _closed(self, series: SeriesKey) -> Candles:
        return self._stream.closed_candles(series.symbol, series.interval, self._clock.now())

    async def _about_candles(
        self, series: SeriesKey, candles: Candles, begins: UnixMs
    ) -> list[Alert]:
        """Each rule about each candle, one candle after the other."""
        rules = [
            armed
            for armed in self._alerts.armed
            if armed.asks_close and self._alerts.is_about(armed, series)
        ]
        count = int((candles.open_time >= series.interval.open_of(begins)).sum())
        found, began = [], perf_counter()
        for asked in zip_longest(*(self._moments(a, series, candles, count) for a in rules)):
            for armed, moment in zip(rules, asked, strict=True):
                if moment is not None and self._is_missed(armed, moment, begins):
                    found.append(self._alerts.evaluate_missed(armed, moment))
            if perf_counter() - began > TURN_SECONDS:
                await asyncio.sleep(0)
                began = perf_counter()
        return [alert for alert in found if alert is not None]

    def _is_missed(self, armed: ArmedRule, moment: Moment, begins: UnixMs) -> bool:
        if moment.is_filler or _end_of(moment) <= begins:
            return False
        # While this candle was forming, the rule may have spoken of it already.
        spoke = self._alerts.spoke_at(armed.id)
        return not (armed.asks_forming and spoke is not None and spoke >= moment.open_time)

    def _moments(
        self, armed: ArmedRule, series: SeriesKey, candles: Candles, count: int
    ) -> Iterator[Moment]:
        known = self._signals.get_signals(symbol=series.symbol, interval=series.interval)
        look = self._stream.closed_candles
        try:
            yield from moments_of(armed.rule, series, candles, count, known, look)
        except Exception as cause:
            log.exception("%s cannot be asked about what was missed", armed.rule)
            sentence = "A rule could not be asked about what was missed; the log says why."
            self._faults.notify(PluginError(repr(cause), user_message=sentence))

    async def _ask_prices(self, series: SeriesKey) -> None:
        """As soon as closed candles reach the first price that is heard again."""
        rules = [a for a in self._alerts.armed if a.series == series and a.asks_price]
        if not rules or series.symbol not in self._left:
            return
        row, left = self._stream.board.row(series.symbol), self._left[series.symbol]
        joined = row.joined if row.live else None
        if joined is None:
            return
        candles = await self._closed_since(series, left[1])
        if not self._reach(series, candles, left, joined):
            return
        del self._left[series.symbol]
        found = []
        for armed in rules:
            begins = max(left, self._spoke(armed, series.symbol), key=lambda heard: heard[1])
            moves = moves_between(series, candles, begins, joined)
            found += [self._alerts.evaluate_missed(armed, move) for move in moves]
        self._tell([alert for alert in found if alert is not None])

    def _reach(self, series: SeriesKey, candles: Candles, left: Heard, joined: Heard) -> bool:
        """Whether no closed candle is missing between the two prices."""
        needed = series.interval.open_of(joined[1])
        if needed <= left[1]:
            return True
        return len(candles) > 0 and series.interval.next_open(int(candles.open_time[-1])) >= needed

    def _spoke(self, armed: ArmedRule, symbol: Symbol) -> Heard:
        """The price that a rule spoke of last."""
        own = [a for a in self._alerts.history if a.rule_id == armed.id]
        prices = [(a.price, a.event_time) for a in own if a.series.symbol == symbol]
        return max(prices, key=lambda heard: heard[1], default=(0.0, UnixMs(0)))

    def _tell(self, raised: Iterable[Alert]) -> None:
        for alert in sorted(raised, key=lambda one: one.event_time):
            tell(self._alerts.raised.notify, alert, self._faults)


def moves_between(
    series: SeriesKey, candles: Candles, begins: Heard, ends: Heard
) -> Iterator[PriceMove]:
    """How the price went from one that was heard to another, as far as closed candles tell.

    A candle in which watching ended or began again counts by its ends only: what else it touched
    may have been at a time when somebody watched.
    """
    price, at = begins
    for row in range(len(candles)):
        candle = candles.at(row)
        closes = series.interval.close_of(candle.open_time)
        if closes <= at:
            continue
        if closes >= ends[1]:
            break
        is_whole = candle.open_time > at
        touched = (candle.low, candle.high) if is_whole else (candle.close, candle.close)
        yield _move(series.symbol, (price, at), touched, (candle.close, closes))
        price, at = candle.close, closes
    if ends[1] > at:
        yield _move(series.symbol, (price, at), (ends[0], ends[0]), ends)


def _move(symbol: Symbol, begins: Heard, touched: tuple[float, float], ends: Heard) -> PriceMove:
    low, high = min(begins[0], *touched), max(begins[0], *touched)
    since = UnixMs(begins[1] + 1)
    return PriceMove(symbol, begins[0], low, high, ends[0], ends[1], late=True, since=since)


def _end_of(moment: Moment) -> UnixMs:
    return moment.series.interval.next_open(moment.open_time)
