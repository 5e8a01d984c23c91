"""Rules about spreads are asked when one has been wide for long enough."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import Core
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.spread import Spread
from thebot_desktop.app.spread_watch import SpreadWatch
from thebot_desktop.domain.market import ConnectionChange, ConnectionState, Quote, Symbol
from thebot_desktop.domain.time import HOUR_MS, UnixMs

BTC, ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")
START = 100 * HOUR_MS


class Market:
    """A watch over fakes, with a quote each second."""

    def __init__(self, watchlist=()) -> None:
        self.core = Core()
        self.told = []
        self.core.alerts.raised.add(self.told.append)
        self.watch = SpreadWatch(
            alerts=self.core.alerts,
            subscriber=self.core.subscriber,
            stream=self.core.stream,
            watchlist=lambda: watchlist,
            clock=self.core.clock,
            faults=self.core.faults,
        )
        self.number = 0
        self.at(0)
        self.connection(ConnectionState.LIVE)

    def at(self, second):
        self.core.clock.advance_to(UnixMs(START + second * 1000))

    def arm(self, percent=1.0, seconds=3, symbol=BTC):
        self.core.alerts.arm(ArmedRule("r", Spread(percent, seconds), symbol))
        self.watch.look()

    def connection(self, state):
        self.core.pipeline.apply(ConnectionChange(state, "", self.core.clock.now()))

    def quote(self, spread, symbol=BTC):
        """``spread`` in percent of a price of 100."""
        self.number += 1
        now = self.core.clock.now()
        bid, ask = 100 - spread / 2, 100 + spread / 2
        self.core.pipeline.apply(Quote(symbol, self.number, bid, 1.0, ask, 1.0, now))

    def play(self, spreads):
        """One each second."""
        for second, spread in enumerate(spreads):
            self.at(second)
            self.quote(spread)
            self.watch.look()

    @property
    def seconds(self):
        """When it was told."""
        return [(alert.event_time - START) // 1000 for alert in self.told]


@pytest.mark.parametrize(
    ("spreads", "told"),
    [
        ([2, 2, 2, 2, 2, 2], [3]),
        ([0.5, 1, 1, 1, 1], [4]),
        ([2, 2, 0.9, 2, 2, 2], []),
        ([2, 2, 2, 2, 0.9, 2, 2, 2, 2], [3, 8]),
    ],
)
def test_a_wide_spread_is_told_once_until_it_was_narrower(spreads, told):
    """After so many seconds in which it was never under the level."""
    market = Market()
    market.arm()
    market.play(spreads)
    assert market.seconds == told


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 5))
def test_each_wide_stretch_that_is_long_enough_is_told_exactly_once(wide, seconds):
    """At its first second that is long enough after its beginning."""
    market = Market()
    market.arm(seconds=seconds)
    market.play([1.5 if each else 0.5 for each in wide])
    expected, at = [], 0
    for is_wide, stretch in groupby(wide):
        length = len(list(stretch))
        if is_wide and length > seconds:
            expected.append(at + seconds)
        at += length
    assert market.seconds == expected


def test_a_narrow_moment_between_two_looks_counts():
    """Each quote is seen, not only one in each second."""
    market = Market()
    market.arm()
    market.play([2, 2, 2])
    market.quote(0.1)
    market.quote(2)
    market.at(3)
    market.watch.look()
    assert market.told == []


def test_a_quote_that_stays_as_it_is_stands():
    """Where nothing changes nothing is sent: the time passes all the same."""
    market = Market()
    market.arm()
    market.play([2])
    for second in range(1, 5):
        market.at(second)
        market.watch.look()
    assert market.seconds == [3]
    assert market.told[0].message == "Spread is 2 %: 1 % or more for 3 seconds"


def test_while_the_connection_is_gone_nothing_is_said():
    """Nobody knows how wide it is; when it is wide again afterwards, it has to last again."""
    market = Market()
    market.arm()
    market.play([2, 2])
    market.connection(ConnectionState.OFFLINE)
    for second in range(2, 9):
        market.at(second)
        market.watch.look()
    assert market.told == []
    market.connection(ConnectionState.LIVE)
    for second in range(9, 14):
        market.at(second)
        market.quote(2)
        market.watch.look()
    assert market.seconds == [12]


def test_a_lost_connection_makes_nothing_told_twice():
    """It was never seen to be narrower."""
    market = Market()
    market.arm(seconds=0)
    market.play([2])
    market.connection(ConnectionState.OFFLINE)
    market.watch.look()
    market.connection(ConnectionState.LIVE)
    market.quote(2)
    assert market.seconds == [0]


def test_a_rule_without_a_symbol_is_about_the_watchlist():
    """Each symbol for itself; others are not looked at."""
    market = Market(watchlist=(BTC, ETH))
    market.arm(seconds=0, symbol=None)
    market.quote(2, ETH)
    market.quote(2, Symbol("SOLUSDT"))
    market.quote(2, BTC)
    assert [alert.series.symbol for alert in market.told] == [ETH, BTC]


def test_nobody_listens_to_quotes_without_such_a_rule():
    """They come by the hundred each second."""
    market = Market()
    market.watch.look()
    assert len(market.core.subscriber.quotes) == 0
    market.arm()
    assert len(market.core.subscriber.quotes) == 1
    market.core.alerts.disarm("r")
    market.watch.look()
    assert len(market.core.subscriber.quotes) == 0


def test_its_sentence_reads_as_english():
    """With and without a time."""
    assert Spread(0.5, 10).sentence == "spread is 0.5 % or more for 10 seconds"
    assert Spread(0.5, 0).sentence == "spread is 0.5 % or more"
    assert Spread(0.00001, 0).sentence == "spread is 0.00001 % or more"
