"""One confidence of several opinions."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, ETH_1M, MINUTE, signal
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.domain.signals import Direction, Strength
from thebot_desktop.domain.time import UnixMs


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
    assert aggregator.calculate_confidence(BTC_1M, 6 * MINUTE).value == pytest.approx(0.2)
    assert aggregator.calculate_confidence(ETH_1M, 6 * MINUTE).value == 0.0


def test_an_opinion_counts_half_after_ten_candles():
    """Confidence fades with age."""
    aggregator = SignalAggregator()
    aggregator.add_signal(signal(0, confidence=0.8))
    assert aggregator.calculate_confidence(BTC_1M, 11 * MINUTE).value == pytest.approx(0.4)


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


def test_a_divergence_is_a_pattern_of_its_own():
    """Beside a conflict too, since it says what parts."""
    aggregator = SignalAggregator()
    aggregator.add_signal(signal(1, Direction.BUY, "DIVERGENCE(RSI)"))
    (divergence,) = aggregator.detect_patterns(BTC_1M, 3 * MINUTE)
    assert (divergence.name, divergence.direction) == ("divergence", Direction.BUY)
    aggregator.add_signal(signal(1, Direction.SELL, "RSI(14)"))
    names = [p.name for p in aggregator.detect_patterns(BTC_1M, 3 * MINUTE)]
    assert names == ["conflict", "divergence"]


def test_how_many_make_a_confirmation_is_a_setting():
    """And within how many candles."""
    aggregator = SignalAggregator(config=SignalConfig(confirm_sources=3, confirm_candles=2))
    for number, source in enumerate("ABC"):
        aggregator.add_signal(signal(number, source=source))
    assert aggregator.detect_patterns(BTC_1M, 5 * MINUTE) == ()
    aggregator.add_signal(signal(4, source="A"))
    aggregator.add_signal(signal(4, source="B"))
    assert aggregator.detect_patterns(BTC_1M, 5 * MINUTE) == ()
    aggregator.add_signal(signal(4, source="C"))
    (confirmation,) = aggregator.detect_patterns(BTC_1M, 5 * MINUTE)
    assert confirmation.sources == ("A", "B", "C")


def test_a_longer_interval_is_heard_on_a_shorter_one():
    """Not the other way round."""
    aggregator = SignalAggregator()
    hour = SeriesKey(BTC_1M.symbol, Interval.H1)
    aggregator.add_signal(signal(0, series=hour, confidence=0.8))
    assert aggregator.calculate_confidence(BTC_1M, MINUTE).value == pytest.approx(0.8, rel=0.01)
    aggregator.add_signal(signal(0, Direction.SELL, confidence=0.8))
    assert aggregator.calculate_confidence(hour, MINUTE).parts[0].signal.series == hour
    assert len(aggregator.calculate_confidence(hour, MINUTE).parts) == 1


def test_statistics_count_what_is_there_or_what_was_chosen():
    """By direction, strength, source and symbol."""
    aggregator = SignalAggregator()
    assert aggregator.statistics().count == 0
    for one in (signal(1), signal(2, Direction.SELL, "A", confidence=0.8), signal(3, source="A")):
        aggregator.add_signal(one)
    found = aggregator.statistics()
    assert found.count == 3
    assert found.by_direction == {Direction.BUY: 2, Direction.SELL: 1}
    assert found.by_source == {"RSI(14)": 1, "A": 2}
    assert found.by_strength == {Strength.MEDIUM: 3}
    assert found.by_symbol == {"BTCUSDT": 3}
    assert found.mean_confidence == pytest.approx(0.6)
    assert aggregator.statistics(aggregator.get_signals(source="A")).count == 2


def test_only_so_many_are_remembered():
    """The oldest is forgotten, and may then be said again."""
    aggregator = SignalAggregator(config=SignalConfig(history_size=100))
    for index in range(103):
        aggregator.add_signal(signal(index))
    assert [s.open_time // MINUTE for s in aggregator.get_signals()] == [*range(102, 2, -1)]
    assert aggregator.add_signal(signal(1))


def test_fewer_are_remembered_when_the_setting_says_so():
    """Those that are too many go at once."""
    aggregator = SignalAggregator()
    for index in range(300):
        aggregator.add_signal(signal(index))
    aggregator.configure(SignalConfig(history_size=100))
    assert len(aggregator.get_signals()) == 100


def test_a_confidence_can_be_asked_for_as_it_was():
    """Of RSI the opinion it had then counts, not what it said afterwards."""
    aggregator = SignalAggregator()
    aggregator.add_signal(signal(10, Direction.BUY, confidence=0.8))
    aggregator.add_signal(signal(30, Direction.SELL, confidence=0.6))
    then = aggregator.calculate_confidence(BTC_1M, UnixMs(11 * MINUTE))
    assert then.value == pytest.approx(0.8)
    assert [part.signal.direction for part in then.parts] == [Direction.BUY]
    now = aggregator.calculate_confidence(BTC_1M, UnixMs(31 * MINUTE))
    assert now.value == pytest.approx(-0.6)


class Log:
    """Remembers what it was told to keep and to delete."""

    def __init__(self):
        self.kept, self.deleted = [], []

    def save_signals(self, signals):
        self.kept += signals

    def delete_signals(self, indicator):
        self.deleted.append(indicator)


def test_an_indicator_that_is_another_one_now_says_everything_anew():
    """What it said before is forgotten, also in the store; others keep theirs."""
    log = Log()
    aggregator = SignalAggregator(log)
    others = [signal(1, source="RSIX(14)"), signal(2, source="VWAP")]
    aggregator.add_history([signal(1), signal(2, source="RSI"), *others])
    aggregator.forget("RSI")
    assert {s.source for s in aggregator.get_signals()} == {"RSIX(14)", "VWAP"}
    assert log.deleted == ["RSI"]
    assert aggregator.add_signal(signal(1))
    assert aggregator.calculate_confidence(BTC_1M, UnixMs(3 * MINUTE)).parts
    aggregator.forget("NOTHING")
    assert log.deleted == ["RSI"]
