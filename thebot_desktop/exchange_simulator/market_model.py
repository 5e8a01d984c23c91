"""A plausible market as a pure function of seed, symbol and time: no state, no end, no seam.

Prices are a path refined from days down to minutes. Between two known points the path wanders as
a random walk does, by noise hashed from the position, with a strength that is itself a slowly
wandering path: so there are trends, quiet hours and wild ones. Part of every symbol's path is
the market's own. Counts of trades follow the movement; volume follows the counts.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

import numpy as np

from thebot_desktop.domain.market import FloatArray, IntArray, Interval
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.hour_view import HourView
from thebot_desktop.exchange_simulator.listings import LISTED, UNLISTED, Listing
from thebot_desktop.exchange_simulator.noise import (
    SeedArray,
    Seeds,
    mix,
    normal,
    several,
    slow_noise,
    uniform,
)
from thebot_desktop.exchange_simulator.rows import (
    EMPTY,
    FIELDS,
    Row,
    Rows,
    aggregate,
    join,
    total,
)
from thebot_desktop.exchange_simulator.tape import shape_of

MINUTES = 1_440
SPLITS = ((2, 720), (2, 360), (2, 180), (2, 90), (2, 45), (3, 15), (3, 5), (5, 1))
"""How a day is refined: into how many parts, and how many minutes each part then has."""

DAY_WAVES = ((256, 0.17), (64, 0.075), (16, 0.04), (4, 0.021), (2, 0.015), (1, 0.011))
"""Period in days and reach of the swings that last longer than a day."""

MOOD_WAVES = ((21, 0.45), (6, 0.4), (2, 0.3))
"""The same for how lively the market is (natural logarithm)."""

MOOD_STEPS = (0.3, 0.3, 0.3, 0.3, 0.3, 0.28, 0.28, 0.0)
"""How much liveliness wanders at each split."""

BURST_SPLIT = 6
BURST_CHANCE = 0.015
BURST = 1.8
"""Now and then five minutes are much livelier than what surrounds them."""

COUNT_WAVES = ((1, 0.1), (4, 0.4), (15, 1.5))
"""Period in days and reach of the swings in the sum of orders, in days' worth: not so steep that
the sum could ever fall."""

MINUTE_MOVE = 0.00033
"""Typical movement of the market in one minute, as a part of the price."""

LEAST_LOTS = 12
"""No order is smaller on average."""

_CACHED_DAYS = 96
_CACHED_HOURS = 20_000
_BATCH_DAYS = 8
_KEPT_DAYS = 4
_SHARED_DAYS = 6
"""Minutes are kept of short requests only; long ones want hours and more."""

_PRICE, _PRICE_WAVE, _MOOD, _MOOD_WAVE, _BURSTS, _MINUTE, _PARITY, _TAPE, _COUNT = range(9)


class ModelMarket:
    """The one-minute candles of every listed symbol, for all time since LISTED."""

    def __init__(self, listings: tuple[Listing, ...], seed: int) -> None:
        self.listings = {str(listing.symbol): listing for listing in listings}
        self._market = _Shared(Seeds(seed, "market"))
        self._seeds = {symbol: Seeds(seed, symbol) for symbol in self.listings}
        self._days: OrderedDict[tuple[str, int], Rows] = OrderedDict()
        self._views: dict[str, HourView] = {}
        self._coming: dict[str, HourView] = {}
        self._hours: OrderedDict[tuple[str, int], Rows] = OrderedDict()

    def base(self, symbol: str) -> Interval:
        del symbol
        return Interval.M1

    def seed(self, symbol: str, open_time: int) -> SeedArray:
        """What the trades inside one candle are made from."""
        return mix(self._seeds[symbol].of(_TAPE), open_time // MINUTE_MS)

    def rows(self, symbol: str, start: int, end: int) -> Rows:
        """Minute candles that open in ``start <= open_time < end``, the future included."""
        listing = self.listings[symbol]
        return self._any_rows(symbol, max(start, listing.since), min(end, listing.until))

    def candles(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Rows:
        """Whole candles with ``first <= open_time <= last``, at most ``limit``."""
        span = self._span(symbol, grid, first, last, limit, newest=newest)
        if span is None:
            return EMPTY
        start, end = span[0], grid.next_open(span[1])
        if grid.interval.milliseconds >= HOUR_MS and grid.offset % HOUR_MS == 0:
            return aggregate(self._hour_rows(symbol, start, end), grid.interval, grid.offset)
        return aggregate(self.rows(symbol, start, end), grid.interval, grid.offset)

    def prepare(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Iterator[None]:
        """Do the work that ``candles`` would need, in slices of some milliseconds."""
        span = self._span(symbol, grid, first, last, limit, newest=newest)
        if span is None:
            return
        days = range(max(span[0], LISTED) // DAY_MS, -(-grid.next_open(span[1]) // DAY_MS))
        for _ in self._make_missing_hours(symbol, days):
            yield

    def _span(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> tuple[int, int] | None:
        """Oldest and newest open time of what there is within ``first..last``."""
        listing = self.listings[symbol]
        first, last = max(first, grid.open_of(listing.since)), min(last, listing.until - 1)
        return grid.span(first, last, limit, newest=newest)

    def close_before(self, symbol: str, open_time: int) -> int | None:
        rows = self.rows(symbol, open_time - MINUTE_MS, open_time)
        return int(rows.column("close")[-1]) if len(rows) else None

    def day_before(self, symbol: str, open_time: int) -> Row | None:
        """The 24 hours before a minute, without the minute itself."""
        listing = self.listings[symbol]
        if not listing.since + DAY_MS <= open_time < listing.until:
            rows = self.rows(symbol, open_time - DAY_MS + MINUTE_MS, open_time)
            return total(rows) if len(rows) else None
        return self._view(symbol, open_time).day_before(open_time)

    def look_ahead(self, symbol: str, open_time: int) -> None:
        """Make the next hour's view some time in this one: each symbol has its own minute.

        Otherwise thousands of symbols would all need a new one when the hour begins.
        """
        self.day_before(symbol, open_time)
        start = open_time // HOUR_MS * HOUR_MS
        if open_time - start < (10 + sum(symbol.encode()) * 7 % 49) * MINUTE_MS:
            return
        coming = self._coming.get(symbol)
        if coming is not None and coming.start == start:
            self._views[symbol] = coming
        if coming is None or coming.start <= start:
            self._coming[symbol] = self._make_view(symbol, start + HOUR_MS)

    def order_time(self, symbol: str, order_id: int) -> int | None:
        """Open time of the minute in which an order came."""
        days = np.arange(LISTED // DAY_MS, LISTED // DAY_MS + 36_600)
        starts = 2 * _pairs_before(self.listings[symbol], self._seeds[symbol], days)
        day = int(np.searchsorted(starts, order_id, side="right")) - 1
        if day < 0:
            return None
        rows = self._day(symbol, int(days[day]))
        ends = rows.column("first_order") + rows.column("orders")
        position = int(np.searchsorted(ends, order_id, side="right"))
        return int(rows.open_time[position]) if position < len(rows) else None

    def _any_rows(self, symbol: str, start: int, end: int) -> Rows:
        """The same, whether it was traded then or not."""
        start, end = max(start, LISTED), min(end, UNLISTED)
        if end <= start:
            return EMPTY
        for views in (self._views, self._coming):
            view = views.get(symbol)
            if view is not None and view.covers(start, end):
                return view.rows.between(start, end)
        days = range(start // DAY_MS, -(-end // DAY_MS))
        self._need(symbol, days)
        return join([self._day(symbol, day).between(start, end) for day in days])

    def _view(self, symbol: str, open_time: int) -> HourView:
        """What everything live about this hour is read from, so that days need not be kept."""
        start = open_time // HOUR_MS * HOUR_MS
        for views in (self._views, self._coming):
            view = views.get(symbol)
            if view is not None and view.start == start:
                return view
        self._views[symbol] = view = self._make_view(symbol, start)
        return view

    def _make_view(self, symbol: str, start: int) -> HourView:
        self._need(symbol, range((start - DAY_MS) // DAY_MS, start // DAY_MS + 1))
        return HourView(start, self._any_rows(symbol, start - DAY_MS, start + HOUR_MS))

    def _hour_rows(self, symbol: str, start: int, end: int) -> Rows:
        listing = self.listings[symbol]
        start, end = max(start, listing.since), min(end, listing.until)
        days = range(start // DAY_MS, -(-end // DAY_MS))
        for _ in self._make_missing_hours(symbol, days):
            pass
        return join([self._hours[symbol, day] for day in days]).between(start, end)

    def _make_missing_hours(self, symbol: str, days: range) -> Iterator[None]:
        missing = [day for day in days if (symbol, day) not in self._hours]
        for position in range(0, len(missing), _BATCH_DAYS):
            self._make_hours(symbol, missing[position : position + _BATCH_DAYS])
            yield

    def _need(self, symbol: str, days: range) -> None:
        """Make days together that will be asked for together."""
        missing = [day for day in days if (symbol, day) not in self._days]
        if 1 < len(missing) <= _KEPT_DAYS:
            self._make_days(symbol, missing)

    def _day(self, symbol: str, day: int) -> Rows:
        key = (symbol, day)
        if key not in self._days:
            # Whoever asks for a day mostly wants the 24 hours before it as well.
            self._make_days(symbol, [day - 1, day])
        self._days.move_to_end(key)
        return self._days[key]

    def _make_days(self, symbol: str, days: range | list[int]) -> None:
        """Minutes of a few days, kept for a while."""
        data = self._rows_of(symbol, days)
        for index, day in enumerate(days):
            self._days[symbol, day] = Rows(data[:, index])
        while len(self._days) > _CACHED_DAYS:
            self._days.popitem(last=False)

    def _make_hours(self, symbol: str, days: range | list[int]) -> None:
        """Hours of many days: their minutes are not kept."""
        data = self._rows_of(symbol, days)
        hours = aggregate(Rows(data.reshape(len(FIELDS), -1)), Interval.H1)
        for index, day in enumerate(days):
            self._hours[symbol, day] = hours.part(24 * index, 24 * index + 24)
        while len(self._hours) > _CACHED_HOURS:
            self._hours.popitem(last=False)

    def _rows_of(self, symbol: str, days: range | list[int]) -> IntArray:
        column = np.array(days)[:, None]
        return day_rows(self.listings[symbol], self._market, self._seeds[symbol], column)


class _Shared:
    """What all symbols have in common: the market's own moods and path, kept for a few days."""

    def __init__(self, seeds: Seeds) -> None:
        self._seeds = seeds
        self._kept: OrderedDict[tuple[int, ...], tuple[list[FloatArray], FloatArray]] = (
            OrderedDict()
        )

    def of(self, days: IntArray) -> tuple[list[FloatArray], FloatArray]:
        """Moods and path of ``days`` (a column)."""
        key = tuple(days[:, 0].tolist())
        if key not in self._kept:
            moods = _moods(self._seeds, days)
            self._kept[key] = (moods, _path(self._seeds, days, moods))
            if len(self._kept) > _SHARED_DAYS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def day_rows(listing: Listing, shared: _Shared, own: Seeds, days: IntArray) -> IntArray:
    """All minutes of ``days`` (a column); axes of the answer are field, day, minute."""
    common_moods, common_path = shared.of(days)
    private = _moods(own, days)
    moods = [0.75 * a + 0.55 * b for a, b in zip(common_moods, private, strict=True)]
    path = listing.beta * common_path + listing.volatility * _path(own, days, moods)
    price = np.rint(listing.price * 10.0**listing.price_decimals * np.exp(path))
    ticks = np.maximum(price, 2.0).astype(np.int64)
    mood = moods[-1][:, :-1]
    minute = days * MINUTES + np.arange(MINUTES)
    strength = MINUTE_MOVE * (listing.beta**2 + listing.volatility**2) ** 0.5 * np.exp(mood)

    dice = several(own.of(_MINUTE), minute, 5)
    wicks = _wicks(dice[:2], strength, ticks)
    activity = (np.abs(np.diff(ticks)) + 0.7 * (wicks[0] + wicks[1])) / (strength * ticks[:, :-1])
    weight = np.exp(0.9 * mood) * (0.25 + activity) ** 1.2
    weight *= 0.4 + 1.6 * dice[2] ** 3
    first_pair = _first_pairs(listing, own, days, weight)
    orders = 2 * np.diff(first_pair)
    first_trade = 3 * first_pair + (mix(own.of(_PARITY), first_pair) & np.uint64(1)).astype(
        np.int64
    )
    trades = np.diff(first_trade)

    prices = _prices(listing, dice[4], ticks, orders, wicks)
    size = listing.order_value / listing.price * 10.0**listing.quantity_decimals
    day_mood = (moods[0][:, :1] + moods[0][:, 1:]) / 2
    varied = size * np.exp(0.5 * mood + day_mood) * (0.4 + 2.4 * dice[3] ** 4)
    volume = (orders * np.maximum(varied, LEAST_LOTS)).astype(np.int64)
    shape = shape_of(prices, volume, orders, mix(own.of(_TAPE), minute))
    empty = orders == 0
    columns = {
        "open_time": minute * MINUTE_MS,
        "open": prices[0],
        "high": prices[1],
        "low": prices[2],
        "close": prices[3],
        "volume": volume,
        "quote": np.where(empty, 0, shape.quote),
        "trades": trades,
        "taker": np.where(empty, 0, shape.taker),
        "taker_quote": np.where(empty, 0, shape.taker_quote),
        "first_trade": first_trade[:, :-1],
        "orders": orders,
        "first_order": 2 * first_pair[:, :-1],
    }
    return np.stack([columns[name] for name in FIELDS])


def _moods(own: Seeds, days: IntArray) -> list[FloatArray]:
    """Log liveliness at each boundary, before the first split and after each."""
    ends = np.concatenate([days, days + 1], axis=1)
    mood = _waves(own, _MOOD_WAVE, ends, MOOD_WAVES) - 0.3 * ((ends + 3) % 7 == 6)
    moods = [mood]
    for level, ((parts, minutes), reach) in enumerate(zip(SPLITS, MOOD_STEPS, strict=True)):
        if not reach:
            moods.append(_straight(mood, parts))
            continue
        position = days * (MINUTES // minutes) + np.arange(MINUTES // minutes)
        dice = normal(own.of(_MOOD, level), position)
        mood = _split(mood, parts, np.full_like(mood[:, :-1], reach), dice)
        if level == BURST_SPLIT:
            dice = uniform(own.of(_BURSTS), position[:, :-1])
            mood[:, 1:-1] += BURST * np.maximum(0.0, 1.0 - dice / BURST_CHANCE)
        moods.append(mood)
    return [m + busy for m, busy in zip(moods, _TIMES_OF_DAY, strict=True)]


def _waves(
    own: Seeds, purpose: int, days: IntArray, waves: tuple[tuple[int, float], ...]
) -> FloatArray:
    """Slow swings of several periods, added up."""
    periods = tuple(period for period, _ in waves)
    first_axis = (-1, *(1 for _ in days.shape))
    seeds = own.column(purpose, periods).reshape(first_axis)
    noise = slow_noise(seeds, days, np.array(periods).reshape(first_axis))
    swing = np.zeros(days.shape)
    for (_, reach), one in zip(waves, noise, strict=True):
        swing += reach * one
    return swing


def _time_of_day(points: int) -> FloatArray:
    """Europe's morning and America's afternoon are busy, the hours before dawn are not."""
    hour = np.linspace(0.0, 24.0, points)
    evening = 0.45 * np.exp(-(((hour - 14.8) / 2.6) ** 2))
    morning = 0.22 * np.exp(-(((hour - 8.0) / 1.8) ** 2))
    night = -0.2 * np.exp(-(((hour - 4.5) / 2.5) ** 2))
    result: FloatArray = evening + morning + night
    return result


_TIMES_OF_DAY = [_time_of_day(points) for points in (2, *(MINUTES // m + 1 for _, m in SPLITS))]


def _path(own: Seeds, days: IntArray, moods: list[FloatArray]) -> FloatArray:
    """Log price at each minute boundary, around 0."""
    ends = np.concatenate([days, days + 1], axis=1)
    path = _waves(own, _PRICE_WAVE, ends, DAY_WAVES)
    for level, (parts, minutes) in enumerate(SPLITS):
        position = days * (MINUTES // minutes) + np.arange(MINUTES // minutes)
        dice = normal(own.of(_PRICE, level), position)
        strength = MINUTE_MOVE * minutes**0.5 * np.exp(moods[level][:, :-1])
        path = _split(path, parts, strength, dice)
    return path


def _straight(values: FloatArray, parts: int) -> FloatArray:
    """From each value to the next in ``parts`` equal steps."""
    days, points = values.shape
    result = np.empty((days, (points - 1) * parts + 1))
    slope = np.diff(values, axis=1) / parts
    for part in range(parts):
        result[:, part:-1:parts] = values[:, :-1] + part * slope
    result[:, -1] = values[:, -1]
    return result


def _split(values: FloatArray, parts: int, strength: FloatArray, dice: FloatArray) -> FloatArray:
    """Walk from each value to the next in ``parts`` steps, wandering by ``strength`` a step."""
    result = _straight(values, parts)
    steps = [dice[:, part::parts] * strength for part in range(parts)]
    drift = sum(steps[1:], start=steps[0]) / parts
    wander = np.zeros_like(drift)
    for part in range(1, parts):
        wander += steps[part - 1] - drift
        result[:, part:-1:parts] += wander
    return result


def _wicks(dice: FloatArray, strength: FloatArray, ticks: IntArray) -> IntArray:
    """How far each minute reaches above and below its body."""
    reach = strength * ticks[:, :-1] * (0.55 * dice**1.5 + 1.5 * dice**24)
    result: IntArray = np.rint(reach).astype(np.int64)
    return result


def _first_pairs(listing: Listing, own: Seeds, days: IntArray, weight: FloatArray) -> IntArray:
    """How many pairs of orders came before each minute boundary of each day.

    The last minute of every hour has a pair at least, so that prices are never older than that.
    """
    before = _pairs_before(listing, own, days)
    whole = _pairs_before(listing, own, days + 1) - before
    part = np.cumsum(weight, axis=1)
    part /= part[:, -1:]
    spread = np.floor((whole - MINUTES // 60) * part).astype(np.int64)
    inner = spread + np.arange(1, MINUTES + 1) // 60
    pairs: IntArray = before + np.concatenate([np.zeros_like(days), inner], axis=1)
    return pairs


def _pairs_before(listing: Listing, own: Seeds, days: IntArray) -> IntArray:
    """How many pairs of orders came before each of ``days``: a closed form, no sum over time."""
    passed = days - LISTED // DAY_MS + 3.0 + _waves(own, _COUNT, days, COUNT_WAVES)
    result: IntArray = np.floor(passed * listing.orders_a_minute * MINUTES / 2).astype(np.int64)
    return result


def _prices(
    listing: Listing,
    dice: FloatArray,
    ticks: IntArray,
    orders: IntArray,
    wicks: IntArray,
) -> IntArray:
    """Open, high, low and close of each minute; without trades, the last close."""
    traded = orders > 0
    position = np.where(traded, np.arange(1, MINUTES + 1), 0)
    last = np.maximum.accumulate(position, axis=1)
    close = np.take_along_axis(ticks, last, axis=1)
    before = np.concatenate([ticks[:, :1], close[:, :-1]], axis=1)
    open_ = before
    if listing.price * 10**listing.price_decimals > 10_000:
        nudge = (dice > 0.8).astype(np.int64) - (dice < 0.2)
        # A first trade rarely has exactly the last one's price where ticks are fine.
        follows = np.concatenate([traded[:, -1:], traded[:, :-1]], axis=1)
        open_ = before + np.where(follows & traded, nudge, 0)
    reached = orders >= 4
    high = np.maximum(open_, close) + np.where(reached, wicks[0], 0)
    low = np.minimum(open_, close) - np.where(reached, wicks[1], 0)
    return np.stack([open_, high, np.maximum(low, 1), close])
