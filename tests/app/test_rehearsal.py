"""What a rule would have said before it was armed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes import BTC_1M, signal
from tests.market_shapes import series, wandering
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.app.rehearsal import rehearse
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.signals import AlertType, Strength

CATALOGUE = indicator_catalogue({})


@pytest.mark.parametrize(
    "text", ["close > SMA(20)", "RSI(14) crosses 50", "close < low for 2 bars"]
)
def test_a_condition_speaks_at_the_same_candles_as_it_tells_of_itself(text):
    """Asked as it is live, candle by candle, with values that know no later one."""
    candles = wandering(300)
    rule = ConditionRule.parse(text, CATALOGUE)
    told = rehearse(rule, BTC_1M, candles, 200)
    fired = rule.when.fired(candles, 200)
    assert [f.open_time for f in told] == [int(candles.open_time[at]) for at in fired]
    assert [f.price for f in told] == [float(candles.close[at]) for at in fired]


def test_a_price_counts_as_touched_within_the_range_of_a_candle():
    """From where it was before: a wick is enough, and a jump between candles too."""
    candles = series([10, 10, 12, 12, 9], spread=0.0)
    rule = PriceLevel(11.0, Crossing.EITHER)
    told = rehearse(rule, BTC_1M, candles, 100)
    assert [f.open_time for f in told] == [int(candles.open_time[at]) for at in (2, 4)]
    assert told[0].verdict.type is AlertType.WARNING
    assert rehearse(rule, BTC_1M, candles, 1) == told[1:]


def test_signals_that_are_known_are_met_again():
    """At their candles, and only those."""
    candles = series([1.0] * 5)
    known = [
        replace(signal(), open_time=int(candles.open_time[1]), strength=Strength.VERY_STRONG),
        replace(signal(), open_time=int(candles.open_time[3]), strength=Strength.WEAK),
    ]
    told = rehearse(SignalStrength(Strength.STRONG), BTC_1M, candles, 5, signals=known)
    assert [f.open_time for f in told] == [known[0].open_time]


def test_a_look_at_other_series_sees_what_had_ended_by_then():
    """The time of a candle is its end."""
    asked = []

    def look(symbol, interval, at):
        asked.append((symbol, interval, at))
        return series([1.0])

    class Looking(SignalStrength, frozen=True):
        def check(self, moment):
            moment.closed_candles(Interval.H1)

    candles = series([1.0, 2.0])
    assert rehearse(Looking(), BTC_1M, candles, 5, look=look) == []
    ends = [BTC_1M.interval.next_open(int(t)) for t in candles.open_time]
    assert asked == [(BTC_1M.symbol, Interval.H1, end) for end in ends]


def test_without_candles_nothing_is_said():
    """A series that has only begun."""
    assert rehearse(PriceLevel(1.0), BTC_1M, series([]), 5) == []
