"""One number from several opinions, and the parts it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import BTC_1M, ETH_1M, MINUTE, signal
from thebot_desktop.analysis.confidence import UNKNOWN, weigh
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Direction

BTC_1H = SeriesKey(Symbol("BTCUSDT"), Interval.H1)
NOW = 10 * MINUTE


def of(*opinions, now=NOW, config=None, series=BTC_1M):
    config = config or SignalConfig()
    return weigh(opinions, series, now, config, config.weight_of())


def fresh(direction=Direction.BUY, source="RSI(14)", confidence=0.5, series=BTC_1M):
    """Said as its candle closed at ``NOW``."""
    return signal(9, direction, source, series, confidence)


def test_nobody_has_an_opinion():
    """No parts, no value, no agreement."""
    assert of() == UNKNOWN


def test_the_worked_example_of_the_documentation():
    """Two on the minute, one on the hour."""
    now_on_the_hour = signal(9, Direction.BUY, "RSI(14)", BTC_1H, 0.6)
    ten_candles_ago = signal(-1, Direction.SELL, "EMACROSS(20,50)", BTC_1M, 0.4)
    found = of(fresh(confidence=0.8), ten_candles_ago, now_on_the_hour)
    assert found.value == pytest.approx(0.36)
    assert found.agreement == pytest.approx(0.9 / 1.3)
    assert [(p.weight, p.freshness) for p in found.parts] == [
        (1.0, 1.0),
        (0.5, 1.0),
        (1.0, 0.5),
    ]
    assert sum(part.share for part in found.parts) == pytest.approx(found.value)


def test_a_neutral_opinion_pulls_towards_nothing():
    """It counts in the mean, but objects to nobody."""
    found = of(fresh(confidence=0.8), fresh(Direction.NEUTRAL, "ADX(14)", 0.9))
    assert found.value == pytest.approx(0.4)
    assert found.agreement == 1.0


def test_a_heavier_indicator_counts_more():
    """By its name, whatever its parameters."""
    config = SignalConfig(weights=("RSI: 3", "EMACROSS:1"))
    found = of(fresh(confidence=0.8), fresh(Direction.SELL, "EMACROSS(5,9)", 0.8), config=config)
    assert found.value == pytest.approx((3 * 0.8 - 0.8) / 4)


def test_an_indicator_without_weight_is_left_out():
    """Also from the parts."""
    found = of(fresh(), config=SignalConfig(weights=("RSI: 0",)))
    assert found == UNKNOWN


def test_shorter_intervals_and_other_symbols_do_not_count():
    """An hour is not judged by its minutes."""
    assert of(fresh(), series=BTC_1H) == UNKNOWN
    assert of(fresh(series=ETH_1M)) == UNKNOWN


def test_longer_intervals_can_be_left_out():
    """With a weight of 0."""
    config = SignalConfig(longer_interval=0)
    assert of(fresh(series=BTC_1H), config=config) == UNKNOWN


def test_what_has_not_happened_yet_does_not_count():
    """In a replay the future is known, but not used."""
    assert of(fresh(), now=NOW - 1) == UNKNOWN


@given(
    st.lists(
        st.builds(
            signal,
            st.integers(-50, 9),
            st.sampled_from(Direction),
            st.sampled_from(["A", "B(1)", "C"]),
            st.sampled_from([BTC_1M, BTC_1H]),
            st.floats(0, 1),
        ),
        max_size=8,
    )
)
def test_it_stays_within_its_limits_and_is_the_sum_of_its_parts(opinions):
    """Whatever is said: between all sell and all buy, and explained in full."""
    found = of(*opinions)
    assert -1 <= found.value <= 1
    assert 0 <= found.agreement <= 1 + 1e-9
    assert sum(part.share for part in found.parts) == pytest.approx(found.value)
    turned = {Direction.BUY: Direction.SELL, Direction.SELL: Direction.BUY}
    mirror = of(
        *(
            signal(
                s.open_time // MINUTE,
                turned.get(s.direction, s.direction),
                s.source,
                s.series,
                s.confidence,
            )
            for s in opinions
        )
    )
    assert mirror.value == pytest.approx(-found.value)
