"""What the server needs of a market, be it the model or played from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.noise import SeedArray
from thebot_desktop.exchange_simulator.rows import Row, Rows


class Market(Protocol):
    """All candles there ever are, the future included; who may see which is the ledger's duty."""

    @property
    def listings(self) -> Mapping[str, Listing]: ...

    def base(self, symbol: str) -> Interval:
        """The interval of the candles everything else is made of."""
        ...

    def seed(self, symbol: str, open_time: int) -> SeedArray:
        """What the trades inside one base candle are made from."""
        ...

    def rows(self, symbol: str, start: int, end: int) -> Rows:
        """Base candles that open in ``start <= open_time < end``."""
        ...

    def candles(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Rows:
        """Candles with ``first <= open_time <= last``: the oldest or newest ``limit`` of them."""
        ...

    def prepare(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Iterator[None]:
        """Do in short slices the work that ``candles`` would do at once."""
        ...

    def close_before(self, symbol: str, open_time: int) -> int | None:
        """The last price before a base candle."""
        ...

    def day_before(self, symbol: str, open_time: int) -> Row | None:
        """The 24 hours before a base candle, without it."""
        ...

    def look_ahead(self, symbol: str, open_time: int) -> None:
        """Make some of what will be asked about a base candle that is about to begin."""
        ...

    def order_time(self, symbol: str, order_id: int) -> int | None:
        """Open time of the base candle in which an order came."""
        ...
