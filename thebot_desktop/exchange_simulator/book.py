"""The order book of a symbol: a pure function of the newest trade, changed a little by each one.

Near the touch every tick may hold orders, and they change with every few trades. Farther away
prices lie in cells of equal width; a cell holds one level, which changes once in a long while.
Nothing is stored, so a book costs nothing until somebody asks for it; and which levels a stretch
of trades touched can be told without going through the whole book.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from thebot_desktop.domain.market import FloatArray, IntArray
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.noise import SeedArray, mix
from thebot_desktop.exchange_simulator.order import Order

NEAR = 6
"""Ticks beside the best price at which there may be orders on every tick."""
CELLS = 4_900
"""How many levels a side has beyond those: about as many as a snapshot may hold."""
REACH = 0.025
"""How far from the touch the cells go, as a part of the price."""
NEAR_PERIOD, CELL_PERIOD = 6, 4_096
"""After how many trades the orders of a near tick, or of a cell, are others."""
UPDATES_PER_ORDER = 4
"""Update ids that each trade uses up."""

_LEAST_LOTS = 12.0
_SIXTEENTH = np.uint64(2**60)

BIDS, ASKS = -1, 1
Level = tuple[int, int]
"""Price in ticks and lots."""


class Depth(Struct, frozen=True, gc=False):
    """Levels of both sides, best first; in a change, no lots mean that the level is gone."""

    update_id: int
    bids: list[Level]
    asks: list[Level]


NO_DEPTH = Depth(0, [], [])
"""The book of a symbol that was never traded."""


def update_id(order: Order) -> int:
    """The id of the book's state after an order."""
    return order.order_id * UPDATES_PER_ORDER


class Book:
    """Works out the book of one symbol at any moment; holds no orders."""

    def __init__(self, listing: Listing, seed: SeedArray) -> None:
        price = listing.price * 10.0**listing.price_decimals
        self._width = max(1, round(price * REACH / CELLS))
        size = listing.order_value / listing.price if listing.price else 0.0
        self._typical = max(_LEAST_LOTS, size * 10.0**listing.quantity_decimals)
        self._near_seed, self._cell_seed = mix(seed, 1), mix(seed, 2)

    def snapshot(self, order: Order, most: int) -> Depth:
        """The best ``most`` levels of each side."""
        return Depth(
            update_id(order),
            self._side(order, BIDS, most),
            self._side(order, ASKS, most),
        )

    def best_lots(self, order: Order) -> tuple[int, int]:
        """What can be had at the best bid and at the best ask."""
        touch = np.array([order.bid, order.ask], dtype=np.int64)
        bid, ask = _lots(self._near_dice(touch, order), self._typical).tolist()
        return bid, ask

    def changes(self, before: Order, orders: Sequence[Order]) -> Depth:
        """What the levels that ``orders`` touched hold in the end.

        Also those that were touched and are again as they were: a snapshot may have been taken
        in between.
        """
        states = [before, *orders]
        sides = []
        for side in (BIDS, ASKS):
            prices = self._touched(states, side)
            lots = self._lots_at(prices, orders[-1], side)
            if len(orders) == 1:
                changed = lots != self._lots_at(prices, before, side)
                prices, lots = prices[changed], lots[changed]
            sides.append(_levels(prices, lots, side))
        return Depth(update_id(orders[-1]), *sides)

    def _side(self, order: Order, side: int, most: int) -> list[Level]:
        """Few levels need few cells, all but always; where not, all are looked at."""
        for cells in (min(CELLS, 2 * most + 16), CELLS):
            best = _best(order, side)
            near = best + side * np.arange(NEAR, dtype=np.int64)
            cell = best // self._width + side * np.arange(cells, dtype=np.int64)
            prices = np.concatenate([near, self._cell_prices(cell, order)])
            lots = self._lots_at(prices, order, side)
            # A near tick may be met twice: as itself, and as the level of its cell.
            lots[NEAR:][side * (prices[NEAR:] - best) < NEAR] = 0
            held = lots > 0
            if int(held.sum()) >= most:
                break
        return list(zip(prices[held][:most].tolist(), lots[held][:most].tolist(), strict=True))

    def _lots_at(self, prices: IntArray, order: Order, side: int) -> IntArray:
        """What lies at each price, 0 where nothing does."""
        best = _best(order, side)
        distance = side * (prices - best)
        near_dice = self._near_dice(prices, order)
        near = (distance == 0) | (near_dice < np.uint64(11) * _SIXTEENTH)
        cell = prices // self._width
        cell_dice = self._cell_dice(cell, order)
        within = side * (cell - best // self._width) < CELLS
        placed = self._place(cell, cell_dice) == prices
        far = placed & within & (cell_dice < np.uint64(15) * _SIXTEENTH)
        dice = np.where(distance < NEAR, near_dice, cell_dice)
        held = (distance >= 0) & (prices > 0) & np.where(distance < NEAR, near, far)
        return np.where(held, _lots(dice, self._typical), 0)

    def _near_dice(self, prices: IntArray, order: Order) -> SeedArray:
        epoch = (order.order_id + 3 * prices) // NEAR_PERIOD
        return mix(mix(self._near_seed, prices), epoch)

    def _cell_dice(self, cell: IntArray, order: Order) -> SeedArray:
        return mix(mix(self._cell_seed, cell), _epoch(cell, order))

    def _cell_prices(self, cell: IntArray, order: Order) -> IntArray:
        return self._place(cell, self._cell_dice(cell, order))

    def _place(self, cell: IntArray, dice: SeedArray) -> IntArray:
        """Where in its cell a level lies."""
        inside = (dice & np.uint64(0xFFFFFFFF)) % np.uint64(self._width)
        result: IntArray = cell * self._width + inside.astype(np.int64)
        return result

    def _touched(self, states: Sequence[Order], side: int) -> IntArray:
        """Prices whose levels may have changed from the first state to the last."""
        best = np.array([_best(state, side) for state in states], dtype=np.int64)
        near = best[:, None] + side * np.arange(NEAR, dtype=np.int64)
        cells = self._touched_cells(best, states, side)
        # Often enough that no life of a cell is missed.
        seen = [*states[::CELL_PERIOD], states[-1]]
        placed = [self._cell_prices(cells, state) for state in seen]
        prices = np.unique(np.concatenate([near.ravel(), *placed]))
        result: IntArray = prices[prices > 0]
        return result

    def _touched_cells(self, best: IntArray, states: Sequence[Order], side: int) -> IntArray:
        """Cells the touch went over, cells at the far end, and cells whose time was up."""
        low, high = int(best.min()), int(best.max())
        reach = side * NEAR
        passed = _between(min(low, low + reach), max(high, high + reach), self._width)
        ends = (low // self._width + side * CELLS, high // self._width + side * CELLS)
        edge = np.arange(ends[0] - 1, ends[1] + 2, dtype=np.int64)
        whole = np.arange(min(low // self._width, ends[0]), max(high // self._width, ends[1]) + 1)
        due = whole[_epoch(whole, states[0]) != _epoch(whole, states[-1])]
        return np.unique(np.concatenate([passed, edge, due]))


def _best(order: Order, side: int) -> int:
    return order.ask if side == ASKS else order.bid


def _epoch(cell: IntArray, order: Order) -> IntArray:
    """Counts the lives of a cell; neighbours are renewed at different times."""
    result: IntArray = (order.order_id + cell * 769) // CELL_PERIOD
    return result


def _between(low: int, high: int, width: int) -> IntArray:
    return np.arange(low // width, high // width + 1, dtype=np.int64)


def _lots(dice: SeedArray, typical: float) -> IntArray:
    """Many small levels, some large ones, now and then a wall."""
    share: FloatArray = ((dice >> np.uint64(20)) & np.uint64(0xFFFF)).astype(np.float64) / 65536.0
    wall: NDArray[np.bool_] = ((dice >> np.uint64(40)) & np.uint64(127)) == 0
    size = typical * (0.1 + 4.0 * share * share * share) * np.where(wall, 9.0, 1.0)
    result: IntArray = 1 + size.astype(np.int64)
    return result


def _levels(prices: IntArray, lots: IntArray, side: int) -> list[Level]:
    order = slice(None, None, side)
    return list(zip(prices[order].tolist(), lots[order].tolist(), strict=True))
