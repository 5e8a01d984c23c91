"""One confidence of several opinions."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, ETH_1M, MINUTE, signal
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.domain.signals import Direction, Strength


def test_the_same_opinion_on_the_same_candle_counts_once():
    """A replay or a repair says again what was said before."""
    aggregator = SignalAggregator()
    assert aggregator.add_signal(signal(1))
    assert not aggregator.add_signal(signal(1))
    assert len(aggregator.get_signals()) == 1


def test_signals_are_found_by_what_they_say_newest_first():
    """Filters combine."""
    aggregator = SignalAggregator()
    for one in (
        signal(1),
        signal(2, Direction.SELL),
        signal(3, source="EMACROSS(20,50)"),
        signal(4, series=ETH_1M),
    ):
        aggregator.add_signal(one)
    assert [s.open_time // MINUTE for s in aggregator.get_signals()] == [4, 3, 2, 1]
    assert len(aggregator.get_signals(symbol="BTCUSDT", direction=Direction.BUY)) == 2
    assert len(aggregator.get_signals(source="RSI(14)", since=3 * MINUTE)) == 2
    assert aggregator.get_signals(strength=Strength.STRONG) == ()
    assert len(aggregator.get_signals(interval=BTC_1M.interval)) == 4


def test_confidence_is_the_mean_of_the_newest_opinion_of_each_source():
    """One buyer at 0.8 and one seller at 0.4 give 0.2; an older opinion of a source is replaced."""
    aggregator = SignalAggregator()
    aggregator.add_signal(signal(1, Direction.SELL, "A", confidence=1.0))
    aggregator.add_signal(signal(5, Direction.BUY, "A", confidence=0.8))
    aggregator.add_signal(signal(5, Direction.SELL, "B", confidence=0.4))
    assert aggregator.calculate_confidence(BTC_1M, 6 * MINUTE) == pytest.approx(0.2)
    assert aggregator.calculate_confidence(ETH_1M, 6 * MINUTE) == 0.0


def test_an_opinion_counts_half_after_ten_candles():
    """Confidence fades with age."""
    aggregator = SignalAggregator()
    aggregator.add_signal(signal(0, confidence=0.8))
    assert aggregator.calculate_confidence(BTC_1M, 11 * MINUTE) == pytest.approx(0.4)


def test_two_sources_confirm_or_contradict_each_other():
    """Agreement within five candles is a confirmation, disagreement a conflict."""
    aggregator = SignalAggregator()
    aggregator.add_signal(signal(1, Direction.BUY, "A"))
    assert aggregator.detect_patterns(BTC_1M, 3 * MINUTE) == ()
    aggregator.add_signal(signal(2, Direction.BUY, "B"))
    (confirmation,) = aggregator.detect_patterns(BTC_1M, 3 * MINUTE)
    assert (confirmation.name, confirmation.direction) == ("confirmation", Direction.BUY)
    aggregator.add_signal(signal(2, Direction.SELL, "C"))
    (conflict,) = aggregator.detect_patterns(BTC_1M, 3 * MINUTE)
    assert conflict.name == "conflict"
    assert aggregator.detect_patterns(BTC_1M, 30 * MINUTE) == ()


def test_only_so_many_are_remembered():
    """The oldest is forgotten, and may then be said again."""
    aggregator = SignalAggregator(history_size=2)
    for index in range(3):
        aggregator.add_signal(signal(index))
    assert [s.open_time // MINUTE for s in aggregator.get_signals()] == [2, 1]
