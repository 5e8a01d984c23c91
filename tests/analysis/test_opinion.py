"""One scale for all indicators."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, candles
from thebot_desktop.analysis.opinion import opinion
from thebot_desktop.domain.signals import Direction, Strength


@pytest.mark.parametrize(
    ("clarity", "strength", "confidence"),
    [
        (-1, Strength.WEAK, 0.4),
        (0, Strength.WEAK, 0.4),
        (0.24, Strength.WEAK, 0.52),
        (0.25, Strength.MEDIUM, 0.525),
        (0.5, Strength.STRONG, 0.65),
        (0.75, Strength.VERY_STRONG, 0.775),
        (1, Strength.VERY_STRONG, 0.9),
        (7, Strength.VERY_STRONG, 0.9),
    ],
)
def test_each_quarter_is_a_grade_and_confidence_rises_evenly(clarity, strength, confidence):
    """What lies outside 0 to 1 is cut off."""
    said = opinion(
        BTC_1M,
        candles(3),
        1,
        source="X",
        direction=Direction.BUY,
        clarity=clarity,
        reason="because",
    )
    assert said.strength is strength
    assert said.confidence == pytest.approx(confidence)


def test_a_signal_carries_its_candle_and_the_time_it_was_final():
    """It happened when its candle closed."""
    past = candles(3)
    said = opinion(
        BTC_1M, past, 1, source="X", direction=Direction.SELL, clarity=0.3, reason="because"
    )
    assert said.open_time == past.open_time[1] == 60_000
    assert said.event_time == 120_000
    assert said.price == past.close[1]
    assert (said.source, said.direction, said.reason) == ("X", Direction.SELL, "because")
