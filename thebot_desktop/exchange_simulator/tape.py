"""The trades inside a candle: from open to close, touching high and low, adding up exactly.

A candle's path has four corners (open, one extreme, the other, close) and three legs between
them. The trades of a leg come in pairs that mirror each other around the leg's middle, with equal
quantities. So the sums over all trades follow from the corners alone, and the quote volume and
the takers' share of a million candles can be had without making a single trade.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.market import FloatArray, IntArray
from thebot_desktop.domain.time import SECOND_MS
from thebot_desktop.exchange_simulator.noise import SeedArray, mix, normal, several, uniform
from thebot_desktop.exchange_simulator.rows import (
    FIELDS,
    Row,
    Rows,
    aggregate_at,
    flat,
    packed,
    total,
)

MAX_ORDERS = 20_000
"""A candle of more trades fills them in fewer orders, so that a long candle stays cheap."""

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shape:
    """How candles are made of trades: first axis corners (4) or legs (3), second axis candles."""

    corners: IntArray
    corner_orders: IntArray
    corner_lots: IntArray
    corner_buys: BoolArray
    pairs: IntArray
    buy_pairs: IntArray
    lots: IntArray
    """Of one half of each leg."""
    buy_lots: IntArray

    @property
    def quote(self) -> IntArray:
        return _quote(self.corners, self.corner_lots, self.lots)

    @property
    def taker(self) -> IntArray:
        corners = np.where(self.corner_buys, self.corner_lots, 0).sum(axis=0)
        result: IntArray = corners + 2 * self.buy_lots.sum(axis=0)
        return result

    @property
    def taker_quote(self) -> IntArray:
        return _quote(self.corners, np.where(self.corner_buys, self.corner_lots, 0), self.buy_lots)


def _quote(corners: IntArray, corner_lots: IntArray, leg_lots: IntArray) -> IntArray:
    legs = (corners[:-1] + corners[1:]) * leg_lots
    result: IntArray = (corners * corner_lots).sum(axis=0) + legs.sum(axis=0)
    return result


def shape_of(prices: IntArray, volume: IntArray, orders: IntArray, seeds: SeedArray) -> Shape:
    """Lay the trades of candles out; ``prices`` holds open, high, low and close lines.

    Needs ``volume >= orders``: nobody trades less than a lot.
    """
    dice = several(seeds, 1, 5)
    corners = _corners(prices, orders, dice[0])
    has = [orders >= 2, orders >= 3, orders >= 4, orders >= 1]
    corner_orders = np.stack(has).astype(np.int64)
    corner_orders[0] += (orders >= 5) & (orders % 2 == 1)
    unit = np.maximum(1, volume // (3 * np.maximum(orders, 1)))
    corner_lots = corner_orders * unit
    rest = volume - corner_lots.sum(axis=0)

    pairs_in_all = np.maximum(0, (orders - 4) // 2)
    half = np.where(pairs_in_all > 0, rest // 2, 0)
    corner_lots[3] += rest - 2 * half
    pairs = _shares(pairs_in_all, np.abs(np.diff(corners, axis=0)) + 1)
    lots = _shares(half, pairs)
    buy_pairs = _buy_pairs(pairs, corners, dice[1:4])
    return Shape(
        corners=corners,
        corner_orders=corner_orders,
        corner_lots=corner_lots,
        corner_buys=_corner_buys(corners, dice[4]),
        pairs=pairs,
        buy_pairs=buy_pairs,
        lots=lots,
        buy_lots=lots * buy_pairs // np.maximum(pairs, 1),
    )


def _corners(prices: IntArray, orders: IntArray, dice: FloatArray) -> IntArray:
    """Rising candles mostly dip first, falling ones mostly rise first."""
    open_, high, low, close = prices
    chance = np.where(close >= open_, 0.3, 0.7)
    high_first = dice < chance
    # A third trade is the only way to reach an extreme that is neither open nor close.
    high_first = np.where(orders == 3, high > np.maximum(open_, close), high_first)
    first = np.where(high_first, high, low)
    return np.stack([open_, first, high + low - first, close])


def _shares(whole: IntArray, weights: IntArray) -> IntArray:
    """``whole`` divided in three in proportion, without remainder; the last takes the rest."""
    weight = np.maximum(weights.sum(axis=0), 1)
    first = whole * weights[0] // weight
    second = whole * weights[1] // weight
    return np.stack([first, second, whole - first - second])


def _buy_pairs(pairs: IntArray, corners: IntArray, mood: FloatArray) -> IntArray:
    """Takers buy more on the way up than on the way down."""
    direction = np.sign(np.diff(corners, axis=0))
    part = np.clip(0.25 + 0.5 * mood + 0.17 * direction, 0.0, 1.0)
    result: IntArray = np.floor(pairs * part + 0.5).astype(np.int64)
    return result


def _corner_buys(corners: IntArray, dice: FloatArray) -> BoolArray:
    up = corners[1] > corners[0]
    closing = np.where(corners[3] > corners[2], dice < 0.75, dice < 0.25)
    return np.stack([~up, corners[1] > corners[2], corners[2] > corners[1], closing])


class Tape:
    """The takers' orders inside one candle, in order of time; an order fills as 1+ trades."""

    def __init__(self, row: Row, length: int, seed: SeedArray) -> None:
        self.row = row
        self.price, self.lots, self.buys = _orders(row, seed)
        count = len(self.price)
        self.time = _times(row.open_time, length, count, seed)
        self.fills = _fills(row, self.lots)
        self.order_id = row.first_order + np.arange(count, dtype=np.int64)
        filled = np.cumsum(self.fills)
        self.first_trade = row.first_trade + filled - self.fills
        value = self.price * self.lots
        self._high = np.maximum.accumulate(self.price)
        self._low = np.minimum.accumulate(self.price)
        self._sums = np.stack(
            [
                np.cumsum(self.lots),
                np.cumsum(value),
                filled,
                np.cumsum(np.where(self.buys, self.lots, 0)),
                np.cumsum(np.where(self.buys, value, 0)),
            ]
        )
        self._length = length
        self._seconds: Rows | None = None

    def __len__(self) -> int:
        return len(self.price)

    def count_until(self, now: int) -> int:
        """How many orders came at ``now`` or before."""
        return int(self.time.searchsorted(now, side="right"))

    def until(self, now: int, before: int) -> Row:
        """The candle as it looks at ``now``; ``before`` is the price that preceded it."""
        count = self.count_until(now)
        row = self.row
        if not count:
            return flat(row.open_time, before, row.first_trade, row.first_order)
        if count == len(self):
            return row
        lots, value, trades, taker, taker_value = self._sums[:, count - 1].tolist()
        # Where a file gives the quote volumes, those of the trades are stretched to meet them.
        whole, taker_whole = int(self._sums[1, -1]), int(self._sums[4, -1])
        return Row(
            row.open_time,
            int(self.price[0]),
            int(self._high[count - 1]),
            int(self._low[count - 1]),
            int(self.price[count - 1]),
            lots,
            _stretched(value, row.quote, whole),
            trades,
            _stretched(taker, row.taker, int(self._sums[3, -1])),
            _stretched(taker_value, row.taker_quote, taker_whole),
            row.first_trade,
            count,
            row.first_order,
        )

    def seconds(self, before: int) -> Rows:
        """One-second candles of the whole stretch, those without trades included."""
        if self._seconds is None:
            self._seconds = self._make_seconds(before)
        return self._seconds

    def second_until(self, now: int, before: int) -> Row:
        """The one-second candle that ``now`` falls into, so far."""
        open_time = now // SECOND_MS * SECOND_MS
        start, stop = self.count_until(open_time - 1), self.count_until(now)
        if start < stop:
            return total(self._each(start, stop)).opened(open_time)
        if not start:
            return flat(open_time, before, self.row.first_trade, self.row.first_order)
        next_trade = self.row.first_trade + int(self._sums[2, start - 1])
        return flat(open_time, int(self.price[start - 1]), next_trade, self.row.first_order + start)

    def _make_seconds(self, before: int) -> Rows:
        count = self._length // SECOND_MS
        empty = flat(0, before, self.row.first_trade, self.row.first_order)
        data = np.repeat(packed([empty]).data, count, axis=1)
        if len(self):
            second = (self.time - self.row.open_time) // SECOND_MS
            starts = np.concatenate(([0], np.flatnonzero(np.diff(second)) + 1))
            traded = aggregate_at(self._each(0, len(self)), starts, second[starts])
            self._carry(data, traded)
        data[0] = self.row.open_time + np.arange(count) * SECOND_MS
        return Rows(data)

    def _each(self, start: int, stop: int) -> Rows:
        """Orders as candles of their own."""
        part = slice(start, stop)
        price, lots, bought = self.price[part], self.lots[part], self.buys[part].astype(np.int64)
        columns = [
            self.time[part],
            *[price] * 4,
            lots,
            price * lots,
            self.fills[part],
            lots * bought,
            price * lots * bought,
            self.first_trade[part],
            np.ones(stop - start, dtype=np.int64),
            self.order_id[part],
        ]
        return Rows(np.stack(columns))

    def _carry(self, data: IntArray, traded: Rows) -> None:
        """Put the seconds with trades in place; the others repeat the last price and ids."""
        where = traded.open_time
        last = np.searchsorted(where, np.arange(data.shape[1]), side="right") - 1
        known = last >= 0
        source = last[known]
        close = traded.column("close")[source]
        for name in ("open", "high", "low", "close"):
            data[FIELDS.index(name), known] = close
        after_trade = traded.column("first_trade") + traded.column("trades")
        after_order = traded.column("first_order") + traded.column("orders")
        data[FIELDS.index("first_trade"), known] = after_trade[source]
        data[FIELDS.index("first_order"), known] = after_order[source]
        data[:, where] = traded.data


def _stretched(part: int, whole: int, own_whole: int) -> int:
    return part if whole == own_whole or not own_whole else part * whole // own_whole


def _orders(row: Row, seed: SeedArray) -> tuple[IntArray, IntArray, BoolArray]:
    """Price, lots and side of each order, in sequence."""
    if not row.orders:
        none = np.empty(0, dtype=np.int64)
        return none, none, none.astype(bool)
    prices = np.array([[row.open], [row.high], [row.low], [row.close]], dtype=np.int64)
    shape = shape_of(prices, np.array([row.volume]), np.array([row.orders]), seed)
    parts: list[tuple[IntArray, IntArray, BoolArray]] = []
    for corner in range(4):
        parts.append(_corner(shape, corner))
        if corner < 3 and shape.pairs[corner, 0]:
            parts.append(_leg(shape, corner, row, mix(seed, 10 + corner)))
    price, lots, buys = (np.concatenate(column) for column in zip(*parts, strict=True))
    return price, lots, buys.astype(bool)


def _corner(shape: Shape, corner: int) -> tuple[IntArray, IntArray, BoolArray]:
    count = int(shape.corner_orders[corner, 0])
    whole = int(shape.corner_lots[corner, 0])
    lots = np.full(count, whole // max(count, 1), dtype=np.int64)
    lots[:1] += whole - int(lots.sum())
    price = np.full(count, shape.corners[corner, 0], dtype=np.int64)
    return price, lots, np.full(count, shape.corner_buys[corner, 0])


def _leg(shape: Shape, leg: int, row: Row, seed: SeedArray) -> tuple[IntArray, IntArray, BoolArray]:
    pairs, buy_pairs = int(shape.pairs[leg, 0]), int(shape.buy_pairs[leg, 0])
    lots, buy_lots = int(shape.lots[leg, 0]), int(shape.buy_lots[leg, 0])
    start, end = int(shape.corners[leg, 0]), int(shape.corners[leg + 1, 0])
    position = np.arange(pairs, dtype=np.int64)
    mine = np.concatenate(
        [
            _portions(buy_lots, uniform(seed, position[:buy_pairs])),
            _portions(lots - buy_lots, uniform(seed, position[buy_pairs:])),
        ]
    )
    shuffle = np.argsort(mix(seed, position + pairs), kind="stable")
    half_lots, half_buys = mine[shuffle], shuffle < buy_pairs
    price = _walk(start, end, row, normal(seed, position + 2 * pairs))
    return (
        np.concatenate([price, (start + end) - price[::-1]]),
        np.concatenate([half_lots, half_lots[::-1]]),
        np.concatenate([half_buys, half_buys[::-1]]),
    )


def _portions(whole: int, dice: FloatArray) -> IntArray:
    """``whole`` lots cut into positive pieces: many small ones and a few large ones."""
    count = len(dice)
    if not count:
        return np.empty(0, dtype=np.int64)
    weight = np.cumsum(0.03 + dice**6)
    cuts = np.floor((whole - count) * (weight / weight[-1])).astype(np.int64)
    cuts[-1] = whole - count
    result: IntArray = np.diff(cuts, prepend=0) + 1
    return result


def _walk(start: int, end: int, row: Row, dice: FloatArray) -> IntArray:
    """The first half of a leg: from a corner to the leg's middle, wandering on the way."""
    count = len(dice)
    step = np.arange(1, count + 1)
    wander = np.cumsum(dice)
    wander -= wander[-1] * step / count
    reach = 0.25 * (row.high - row.low) / count**0.5
    path = start + (end - start) * step / (2 * count + 1) + reach * wander
    lowest = max(row.low, start + end - row.high)
    highest = min(row.high, start + end - row.low)
    result: IntArray = np.clip(np.rint(path), lowest, highest).astype(np.int64)
    return result


def _times(open_time: int, length: int, count: int, seed: SeedArray) -> IntArray:
    """Orders come in bursts; the first of them within the first second."""
    position = np.arange(count + 1, dtype=np.int64) + 1_000_000
    gaps = uniform(seed, position) ** 3 + 0.001
    early = min(length, SECOND_MS) * gaps[0] * 0.9
    passed = np.concatenate(([0.0], np.cumsum(gaps[1:])))
    scale = (length - early) / (passed[-1] + gaps[0])
    offsets = np.minimum(early + passed[:count] * scale, length - 1)
    result: IntArray = open_time + offsets.astype(np.int64)
    return result


def _fills(row: Row, lots: IntArray) -> IntArray:
    """Larger orders fill in more trades, and never in more than they have lots."""
    spare = row.volume - row.orders
    extra = min(row.trades - row.orders, spare)
    if extra <= 0:
        return np.ones(len(lots), dtype=np.int64)
    cuts = extra * np.cumsum(lots - 1) // spare
    result: IntArray = np.diff(cuts, prepend=0) + 1
    return result
