"""Long candles made of short ones, as a whole and as they come; and candles made of trades.

The exchange writes amounts with at most eight decimals. They are summed as whole hundred-millionths
and the sum is the double nearest to it, so that it equals the amount in the exchange's own candle
to the last bit. A candle in which nobody traded repeats the price before it; beside others it says
nothing about prices, because the exchange's own long candle opens with its first trade.

The origin of a long candle is the worst among its parts, from best to worst: no trades, live,
late, repaired, history, imported, exchange hole. A part that is missing counts as the worst.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import (
    ByteArray,
    Candle,
    Candles,
    CandleUpdate,
    FloatArray,
    IntArray,
    Interval,
    Origin,
    Symbol,
    Trade,
)
from thebot_desktop.domain.time import DAY_MS, SECOND_MS, UnixMs
from thebot_desktop.market.fillers import LIMIT

T = TypeVar("T", bound=np.generic)

UNITS = 10**8
"""The smallest amount that the exchange tells is one so-many-th."""
EXACT_AMOUNT = 2**53 // UNITS
"""Below it a double tells all eight decimals; beyond it, it stands for its shortest decimal."""
LONGEST_SILENCE_MS = DAY_MS
"""A pause between trades that is longer than this, and than many candles, is a hole."""
GRACE_MS = 2 * SECOND_MS
"""So long after its end a candle of trades is closed although no later trade has come."""

FROM_BEST_TO_WORST = (
    Origin.NO_TRADES,
    Origin.LIVE,
    Origin.LATE,
    Origin.REPAIRED,
    Origin.HISTORY,
    Origin.IMPORTED,
    Origin.EXCHANGE_HOLE,
)
_WORST = len(FROM_BEST_TO_WORST) - 1
_BADNESS = np.array([FROM_BEST_TO_WORST.index(origin) for origin in Origin], dtype=np.uint8)
_ORIGINS = np.array(FROM_BEST_TO_WORST, dtype=np.uint8)


def makes_up(source: Interval, target: Interval) -> bool:
    """Whether whole candles of ``source`` fill each candle of ``target``.

    Nothing makes three days: on which day those of the exchange begin is known to it alone.
    """
    if source is target or not source.is_regular or target is Interval.D3:
        return False
    if target in (Interval.W1, Interval.MO1):  # they begin with a day, whichever
        return DAY_MS % source.milliseconds == 0
    return target.milliseconds % source.milliseconds == 0


def best_source(target: Interval, known: Iterable[Interval]) -> Interval | None:
    """The longest among ``known`` intervals that candles of ``target`` can be made of."""
    fitting = [interval for interval in known if makes_up(interval, target)]
    return max(fitting, key=lambda interval: interval.milliseconds, default=None)


def resample(
    candles: Candles, source: Interval, target: Interval, *, forming: bool = False
) -> Candles:
    """``candles`` of ``source``, all closed, as candles of ``target``.

    Only those that are over: not the first if its beginning is missing, and the newest, unless
    it has all its parts, only when the ``forming`` one is asked for. Raises InputError.
    """
    if source is target:
        return candles
    groups = Groups.of(candles.open_time, candles.volume, source, target, forming=forming)
    return Candles(
        groups.open_time,
        groups.first(candles.open),
        groups.highest(candles.high),
        groups.lowest(candles.low),
        groups.last(candles.close),
        groups.total(candles.volume),
        groups.total(candles.trades),
        groups.origin(candles.origin),
    )


@dataclass(frozen=True, slots=True)
class Groups:
    """Which short candles make up each long one; turns their columns into its own."""

    open_time: IntArray
    starts: IntArray
    """Place of the first part of each."""
    end: int
    """Place behind the last part of all."""
    is_priced: NDArray[np.bool_]
    """Which parts have a say in prices."""
    is_broken: NDArray[np.bool_]
    """Which long candles lack a part."""

    @classmethod
    def of(
        cls,
        open_time: IntArray,
        volume: FloatArray,
        source: Interval,
        target: Interval,
        *,
        forming: bool = False,
    ) -> Self:
        """Raises InputError where ``target`` cannot be made of ``source``."""
        _require_parts(source, target)
        opens = opens_of(open_time, target)
        starts = np.flatnonzero(np.diff(opens, prepend=-1))
        ends = np.append(starts[1:], len(opens))
        long_opens = opens[starts]
        first = 1 if len(starts) and open_time[0] != long_opens[0] else 0
        following = _following(long_opens, target)
        covered = following.copy()
        if len(starts):
            covered[-1] = open_time[-1] + source.milliseconds
            if covered[-1] < following[-1] and not forming:
                long_opens, starts, ends = long_opens[:-1], starts[:-1], ends[:-1]
                covered = covered[:-1]
        kept = slice(first, None)
        wanted = (covered - long_opens) // source.milliseconds
        return cls(
            long_opens[kept],
            starts[kept],
            int(ends[-1]) if len(ends) else 0,
            _priced(volume, opens),
            (ends - starts < wanted)[kept],
        )

    def first(self, column: FloatArray) -> FloatArray:
        places: IntArray = np.where(self.is_priced, np.arange(len(column)), len(column))
        return column[self._reduced(np.minimum, places)]

    def last(self, column: FloatArray) -> FloatArray:
        places: IntArray = np.where(self.is_priced, np.arange(len(column)), -1)
        return column[self._reduced(np.maximum, places)]

    def highest(self, column: FloatArray) -> FloatArray:
        found: FloatArray = np.where(self.is_priced, column, -np.inf)
        return self._reduced(np.maximum, found)

    def lowest(self, column: FloatArray) -> FloatArray:
        found: FloatArray = np.where(self.is_priced, column, np.inf)
        return self._reduced(np.minimum, found)

    def total(self, column: FloatArray) -> FloatArray:
        """Sums of amounts with at most eight decimals, to the last bit."""
        wholes, parts = _split(column)
        whole, part = self._reduced(np.add, wholes), self._reduced(np.add, parts)
        return _amounts(whole + part // UNITS, part % UNITS)

    def count(self, column: IntArray) -> IntArray:
        """Sums of whole numbers."""
        return self._reduced(np.add, column)

    def origin(self, column: ByteArray) -> ByteArray:
        """The worst of the parts'."""
        badness = self._reduced(np.maximum, _BADNESS[column])
        badness[self.is_broken] = _WORST
        return _ORIGINS[badness]

    def _reduced(self, how: np.ufunc, column: NDArray[T]) -> NDArray[T]:
        if not len(self.starts):
            return column[:0]
        found: NDArray[T] = how.reduceat(column[: self.end], self.starts)
        return found


def opens_of(open_time: IntArray, interval: Interval) -> IntArray:
    """``Interval.open_of`` for a whole column."""
    if not interval.is_regular:
        months = open_time.astype("datetime64[ms]").astype("datetime64[M]")
        return months.astype("datetime64[ms]").astype(np.int64)
    begin = int(interval.open_of(0))
    return (open_time - begin) // interval.milliseconds * interval.milliseconds + begin


def _require_parts(source: Interval, target: Interval) -> None:
    if not makes_up(source, target):
        raise InputError(
            user_message=f"Candles of {target.value} cannot be made of those of {source.value}."
        )


def _following(open_time: IntArray, interval: Interval) -> IntArray:
    """``Interval.next_open`` for a whole column of open times."""
    if interval.is_regular:
        return open_time + interval.milliseconds
    months = open_time.astype("datetime64[ms]").astype("datetime64[M]") + 1
    return months.astype("datetime64[ms]").astype(np.int64)


def _priced(volume: FloatArray, opens: IntArray) -> NDArray[np.bool_]:
    """Parts with trades; where a long candle has none such, all of its parts."""
    is_active = volume > 0
    if is_active.all():
        return is_active
    active_opens = np.unique(opens[is_active])
    return is_active | ~np.isin(opens, active_opens)


def _split(amounts: FloatArray) -> tuple[IntArray, IntArray]:
    """Whole amounts and units."""
    floor = np.floor(amounts)
    wholes = floor.astype(np.int64)
    parts = np.rint((amounts - floor) * UNITS).astype(np.int64)
    for place in np.flatnonzero((amounts >= EXACT_AMOUNT) & (parts > 0)).tolist():
        wholes[place], parts[place] = divmod(_units(float(amounts[place])), UNITS)
    return wholes, parts


def _amounts(whole: IntArray, part: IntArray) -> FloatArray:
    """The doubles nearest to ``whole`` and so many units."""
    is_small = whole < EXACT_AMOUNT
    found: FloatArray = (np.where(is_small, whole, 0) * UNITS + part) / UNITS
    for place in np.flatnonzero(~is_small).tolist():
        # Division of Python's unbounded integers rounds once.
        found[place] = (int(whole[place]) * UNITS + int(part[place])) / UNITS
    return found


class CandleAggregator:
    """Updates of short candles, in order, as updates of a long one.

    The long candle closes with its last part, or, where that is missing, when a later part
    comes. One that lacks a part, also because listening began in its midst, is told like any
    other and has the origin EXCHANGE_HOLE.
    """

    def __init__(self, source: Interval, target: Interval) -> None:
        """Raises InputError where ``target`` cannot be made of ``source``."""
        _require_parts(source, target)
        self._source = source
        self._target = target
        self._expected = UnixMs(0)
        self._held: _Sum | None = None
        """The closed parts of the long candle; a forming one is added anew each time."""

    def accept(self, update: CandleUpdate) -> list[CandleUpdate]:
        """What ``update`` makes of the long candle; a part that was told changes nothing."""
        begin = update.candle.open_time
        if begin < self._expected:
            return []
        opened = self._target.open_of(begin)
        told: list[CandleUpdate] = []
        if self._held is not None and self._held.open_time != opened:
            told.append(self._update(self._held, update, is_over=True, is_broken=True))
            self._held = None
        whole = _Sum(opened) if self._held is None else self._held.copy()
        whole.is_broken |= begin != (opened if self._held is None else self._expected)
        whole.add(update.candle, update.origin)
        following = self._source.next_open(begin)
        is_over = update.closed and following == self._target.next_open(opened)
        told.append(self._update(whole, update, is_over=is_over, is_broken=whole.is_broken))
        if update.closed:
            self._expected = following
            self._held = None if is_over else whole
        return told

    def _update(
        self, whole: _Sum, newest: CandleUpdate, *, is_over: bool, is_broken: bool
    ) -> CandleUpdate:
        """A forming candle has the origin of its newest part."""
        worst = Origin.EXCHANGE_HOLE if is_broken else whole.origin
        return CandleUpdate(
            newest.symbol,
            self._target,
            whole.candle(),
            is_over,
            newest.event_time,
            worst if is_over else newest.origin,
        )


class TradeAggregator:
    """Trades of one symbol, in order of ids, as updates of its candles, quiet ones included.

    ``heard_since`` is when listening began: a candle that opened before it may lack trades and
    ends with the origin EXCHANGE_HOLE, as does one in which an id is missing.
    """

    def __init__(self, symbol: Symbol, interval: Interval, heard_since: int = 0) -> None:
        self._symbol = symbol
        self._interval = interval
        self._heard_since = heard_since
        self._last_id: int | None = None
        self._sum: _Sum | None = None
        self._closes_at = UnixMs(0)
        self.overlooked = 0
        """Trades that came when their candle had been closed."""

    def accept(self, trade: Trade) -> list[CandleUpdate]:
        """What ``trade`` makes of the candles; one that is known already changes nothing."""
        is_linked = self._last_id is None or trade.trade_id == self._last_id + 1
        if self._last_id is not None and trade.trade_id <= self._last_id:
            return []
        self._last_id = trade.trade_id
        if self._sum is not None and trade.event_time < self._sum.open_time:
            self.overlooked += 1
            return []
        told = self._pass_time(trade.event_time, trade.event_time, is_linked=is_linked)
        if self._sum is None:
            self._open(self._interval.open_of(trade.event_time))
        assert self._sum is not None
        self._sum.is_broken |= not is_linked
        self._sum.trade(trade)
        told.append(self._update(trade.event_time, is_over=False))
        return told

    def pass_time(self, now: UnixMs) -> list[CandleUpdate]:
        """What is over by ``now``: candles that no further trade has ended, and quiet ones."""
        return self._pass_time(UnixMs(now - GRACE_MS), now)

    def _pass_time(
        self, when: UnixMs, now: UnixMs, *, is_linked: bool = True
    ) -> list[CandleUpdate]:
        told: list[CandleUpdate] = []
        while self._sum is not None and when >= self._closes_at:
            self._sum.is_broken |= not is_linked
            told.append(self._update(now, is_over=True))
            if self._is_silent_too_long(when):
                self._sum = None
            else:
                self._open(self._closes_at, self._sum.close)
        return told

    def _is_silent_too_long(self, when: UnixMs) -> bool:
        silence = when - self._closes_at
        return silence > max(LONGEST_SILENCE_MS, LIMIT * self._interval.milliseconds)

    def _open(self, when: UnixMs, price: float = 0.0) -> None:
        self._sum = _Sum(when, price)
        self._sum.is_broken = when < self._heard_since
        self._closes_at = self._interval.next_open(when)

    def _update(self, now: UnixMs, *, is_over: bool) -> CandleUpdate:
        assert self._sum is not None
        origin = Origin.EXCHANGE_HOLE if self._sum.is_broken else self._sum.origin
        return CandleUpdate(
            self._symbol,
            self._interval,
            self._sum.candle(),
            is_over,
            now,
            origin if is_over else Origin.LIVE,
        )


class _Sum:
    """A long candle as far as it is known. Amounts are whole units, so sums are exact."""

    def __init__(self, open_time: UnixMs, price: float = 0.0) -> None:
        self.open_time = open_time
        self.is_broken = False
        self.origin = Origin.NO_TRADES
        self.open = self.high = self.low = self.close = price
        self._is_empty = not price
        self._volume = self._quote = self._bought = self._trades = 0

    def copy(self) -> _Sum:
        return copy(self)

    def add(self, candle: Candle, origin: Origin) -> None:
        is_quiet = candle.volume <= 0
        if not is_quiet or self._is_empty:
            self._widen(candle.open, candle.high, candle.low, candle.close)
        if not is_quiet:
            self._volume += _units(candle.volume)
            self._quote += _units(candle.quote_volume)
            self._bought += _units(candle.taker_buy_volume)
            self._trades += candle.trades
        self.origin = max(self.origin, origin, key=FROM_BEST_TO_WORST.index)

    def trade(self, trade: Trade) -> None:
        self._widen(trade.price, trade.price, trade.price, trade.price)
        units = _units(trade.quantity)
        self._volume += units
        self._quote += _units(trade.price * trade.quantity)
        self._bought += 0 if trade.buyer_is_maker else units
        self._trades += trade.count
        self.origin = Origin.LIVE

    def candle(self) -> Candle:
        return Candle(
            self.open_time,
            self.open,
            self.high,
            self.low,
            self.close,
            self._volume / UNITS,
            self._quote / UNITS,
            self._trades,
            self._bought / UNITS,
        )

    def _widen(self, open_: float, high: float, low: float, close: float) -> None:
        """The first prices of real trades push aside those of quiet parts."""
        if not self._volume:
            self.open, self.high, self.low = open_, high, low
        else:
            self.high, self.low = max(self.high, high), min(self.low, low)
        self.close = close
        self._is_empty = False


def _units(amount: float) -> int:
    whole = math.floor(amount)
    if amount < EXACT_AMOUNT or amount == whole:
        return whole * UNITS + round((amount - whole) * UNITS)
    return round(Decimal(repr(amount)) * UNITS)
