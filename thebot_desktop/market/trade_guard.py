"""TradeGuard: every trade of one symbol exactly once, in order, without a hole."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from thebot_desktop.domain.market import Symbol, Trade

HELD_LIMIT = 5000
"""So many trades wait for what is missing before them; then the price must go on."""


class TradeHole(Struct, frozen=True, gc=False):
    """Missing trades, from the first to the last missing id."""

    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


class TradeGuard:
    """Ids are contiguous: one that is left out is a trade that was missed.

    Whoever owns the guard looks at ``is_waiting`` after each ``accept``, fetches ``hole`` and
    hands it to ``fill``, or lets it go with ``give_up``. The first trade of all opens the chain.
    Trades that had to wait are marked late like those that were fetched: prices that came by
    other ways have overtaken them.
    """

    def __init__(self, symbol: Symbol, *, held_limit: int = HELD_LIMIT) -> None:
        self.symbol = symbol
        self.missed = 0
        """Trades that were given up."""
        self.repaired = 0
        """Trades that were fetched."""
        self._limit = held_limit
        self._expected: int | None = None
        self._held: dict[int, Trade] = {}

    @property
    def expected(self) -> int | None:
        """The id that comes next, None before the first trade."""
        return self._expected

    @property
    def is_waiting(self) -> bool:
        """Whether trades wait for others before them."""
        return bool(self._held)

    @property
    def is_full(self) -> bool:
        """Whether no more trades should wait."""
        return len(self._held) >= self._limit

    @property
    def held(self) -> int:
        return len(self._held)

    @property
    def hole(self) -> TradeHole | None:
        """The first stretch that is missing."""
        if not self._held or self._expected is None:
            return None
        return TradeHole(self._expected, min(self._held) - 1)

    def accept(self, trade: Trade) -> tuple[Trade, ...]:
        """What may be delivered now that ``trade`` has come, in order of ids."""
        if self._expected is None or trade.trade_id == self._expected:
            self._expected = trade.trade_id + 1
            return (trade, *self._release()) if self._held else (trade,)
        if trade.trade_id > self._expected:
            self._held.setdefault(trade.trade_id, trade)
        return ()

    def fill(self, trades: Sequence[Trade]) -> tuple[Trade, ...]:
        """What may be delivered now that ``trades`` were fetched, oldest first.

        ``trades`` must hold all that the exchange has between the first missing id and its
        own last one: what it leaves out does not exist. Beyond the hole the stream is right.
        """
        hole = self.hole
        if hole is None or not trades:
            return ()
        for trade in trades:
            if hole.first <= trade.trade_id <= hole.last:
                self._held[trade.trade_id] = trade
                self.repaired += 1
        return self._release_up_to(min(hole.last, trades[-1].trade_id))

    def give_up(self) -> tuple[Trade, ...]:
        """All that waits, in order; what is missing between is lost."""
        released: list[Trade] = []
        while (hole := self.hole) is not None:
            self.missed += hole.count
            self._expected = hole.last + 1
            released += self._release()
        return tuple(released)

    def _release_up_to(self, known: int) -> tuple[Trade, ...]:
        """Deliver what waits; ids up to ``known`` that do not wait are passed over."""
        released = self._release()
        while self._expected is not None and self._expected <= known:
            self._expected = min(min(self._held, default=known + 1), known + 1)
            released += self._release()
        return tuple(released)

    def _release(self) -> list[Trade]:
        """Deliver waiting trades as long as each joins the one before it."""
        released: list[Trade] = []
        assert self._expected is not None
        while (trade := self._held.pop(self._expected, None)) is not None:
            released.append(replace(trade, late=True))
            self._expected += 1
        return released
