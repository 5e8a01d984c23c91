"""A taker's order, the smallest thing that happens on the exchange."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from thebot_desktop.exchange_simulator.rows import Row
from thebot_desktop.exchange_simulator.tape import Tape


class Order(Struct, frozen=True, gc=False):
    """One taker's order, as an aggregate trade shows it. ``buys`` says the taker bought."""

    order_id: int
    price: int
    lots: int
    first_trade: int
    fills: int
    time: int
    buys: bool

    @property
    def bid(self) -> int:
        return max(1, self.price - 1) if self.buys else self.price

    @property
    def ask(self) -> int:
        return self.bid + 1

    def row(self) -> Row:
        """The order as a candle of its own."""
        value = self.price * self.lots
        return Row(
            open_time=self.time,
            open=self.price,
            high=self.price,
            low=self.price,
            close=self.price,
            volume=self.lots,
            quote=value,
            trades=self.fills,
            taker=self.lots if self.buys else 0,
            taker_quote=value if self.buys else 0,
            first_trade=self.first_trade,
            orders=1,
            first_order=self.order_id,
        )

    def trades(self) -> Iterator[tuple[int, int]]:
        """Id and lots of each fill."""
        for fill in range(self.fills):
            before = self.lots * fill // self.fills
            yield self.first_trade + fill, self.lots * (fill + 1) // self.fills - before


def order_at(tape: Tape, index: int) -> Order:
    return Order(
        int(tape.order_id[index]),
        int(tape.price[index]),
        int(tape.lots[index]),
        int(tape.first_trade[index]),
        int(tape.fills[index]),
        int(tape.time[index]),
        bool(tape.buys[index]),
    )
