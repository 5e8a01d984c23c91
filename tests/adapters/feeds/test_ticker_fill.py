"""Statistics of quiet symbols, fetched once."""

from __future__ import annotations

import asyncio

import pytest

from thebot_desktop.adapters.feeds import ticker_fill
from thebot_desktop.adapters.feeds.ticker_fill import TickerFill
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.market import Symbol, Ticker
from thebot_desktop.domain.time import UnixMs

BTC, ETH, XRP = Symbol("BTCUSDT"), Symbol("ETHUSDT"), Symbol("XRPUSDT")


class Source:
    """Answers every question after ``failures`` of them."""

    def __init__(self, failures=0):
        self.failures = failures
        self.asked = []
        self.meanwhile = lambda: None

    async def tickers(self, symbols):
        self.asked.append(sorted(symbols))
        self.meanwhile()
        if self.failures:
            self.failures -= 1
            raise TransientFeedError("busy")
        return [Ticker(s, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, UnixMs(1)) for s in sorted(symbols)]


class Rig:
    def __init__(self, source):
        self.told, self.tasks = [], []
        self.fill = TickerFill(
            source,
            emit=lambda ticker: self.told.append(ticker.symbol),
            spawn=lambda job: self.tasks.append(asyncio.ensure_future(job)),
        )

    async def done(self):
        await asyncio.gather(*self.tasks)


async def test_all_are_asked_for_at_once():
    """One request, however often somebody asks."""
    source = Source()
    rig = Rig(source)
    rig.fill.want([BTC])
    rig.fill.want([ETH])
    await rig.done()
    assert source.asked == [[BTC, ETH]]
    assert rig.told == [BTC, ETH]


async def test_who_is_asked_for_meanwhile_comes_next():
    """And only those."""
    source = Source()
    rig = Rig(source)
    source.meanwhile = lambda: rig.fill.want([ETH]) if len(source.asked) == 1 else None
    rig.fill.want([BTC])
    await rig.done()
    assert source.asked == [[BTC], [ETH]]
    assert rig.told.count(BTC) == 1
    assert ETH in rig.told


async def test_a_failure_is_tried_again(monkeypatch):
    """Until it works."""
    monkeypatch.setattr(ticker_fill, "backoff", lambda _jitter: iter([0.0] * 9))
    source = Source(failures=3)
    rig = Rig(source)
    rig.fill.want([BTC])
    await rig.done()
    assert len(source.asked) == 4
    assert rig.told == [BTC]


async def test_nothing_is_told_of_who_was_let_go():
    """A symbol that left the watchlist while the answer was under way."""
    source = Source()
    rig = Rig(source)
    source.meanwhile = lambda: rig.fill.forget([XRP])
    rig.fill.want([BTC, XRP])
    await rig.done()
    assert rig.told == [BTC]


@pytest.mark.parametrize("symbols", [[], ()])
async def test_nobody_asked_for_is_nothing_to_do(symbols):
    """No request."""
    source = Source()
    rig = Rig(source)
    rig.fill.want(symbols)
    await rig.done()
    assert source.asked == []
