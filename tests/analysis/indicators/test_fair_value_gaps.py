"""Fair value gaps, against examples worked by hand and a plain search."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import wandering
from tests.ui.charts.builders import made
from thebot_desktop.analysis.indicators.fair_value_gaps import FairValueGaps
from thebot_desktop.domain.shapes import OPEN_ENDED, Side, ZoneState
from thebot_desktop.domain.signals import Direction

CALM = (100.0, 101.0, 99.0, 100.0)
JUMP = (100.5, 106.0, 100.4, 105.5)
AFTER = (105.5, 107.0, 104.0, 106.5)
"""The low of 104 is above the high of 101, three candles before it."""
OUTSIDE = (106.0, 107.0, 105.0, 106.0)


def candles(*rows):
    return made(*np.array(rows).T)


def gaps(*rows, **parameters):
    return FairValueGaps(**parameters).shapes(candles(*rows)).zones


def test_a_gap_lies_between_the_first_and_the_third_candle():
    """From the high of the one to the low of the other, and is drawn from the candle between."""
    series = candles(CALM, CALM, JUMP, AFTER)
    (gap,) = FairValueGaps().shapes(series).zones
    assert (gap["low"], gap["high"], gap["side"]) == (101.0, 104.0, Side.SUPPORT)
    assert gap["begin"] == series.open_time[2]
    assert (gap["end"], gap["state"], gap["filled"]) == (OPEN_ENDED, ZoneState.ACTIVE, 0)


def test_its_edge_is_a_value_from_the_close_that_completes_it_to_its_end():
    """Not a candle earlier."""
    series = candles(CALM, CALM, JUMP, AFTER, OUTSIDE, (105, 105, 100, 101), OUTSIDE)
    values = FairValueGaps().compute(series)
    np.testing.assert_array_equal(values["bullish"][3:5], [104.0, 104.0])
    assert np.isnan(values["bullish"][[0, 1, 2, 5, 6]]).all()


def test_a_gap_fills_from_the_side_that_prices_come_from():
    """A wick to 102.5 has filled half of the way from 104 to 101."""
    (gap,) = gaps(CALM, CALM, JUMP, AFTER, OUTSIDE, (105, 106, 102.5, 105))
    assert gap["filled"] == pytest.approx(0.5)
    assert (gap["state"], gap["tests"]) == (ZoneState.TESTED, 1)


def test_a_filled_gap_is_over():
    """Where prices reach its far edge, or as much of it as was asked for."""
    rows = CALM, CALM, JUMP, AFTER, OUTSIDE, (105, 106, 102.5, 105), (105, 106, 101, 105)
    (whole,) = gaps(*rows)
    (half,) = gaps(*rows, fill=50.0)
    assert whole["state"] == half["state"] == ZoneState.BROKEN
    assert whole["end"] == half["end"] + 60_000


def test_three_retests_are_allowed_and_a_fourth_is_not():
    """Each comes after a candle that stayed outside."""
    visit = (105, 106, 103.5, 105)
    three = gaps(CALM, CALM, JUMP, AFTER, *[OUTSIDE, visit] * 3)
    four = gaps(CALM, CALM, JUMP, AFTER, *[OUTSIDE, visit] * 4)
    assert (three[0]["state"], three[0]["tests"]) == (ZoneState.TESTED, 3)
    assert (four[0]["state"], four[0]["tests"]) == (ZoneState.EXPIRED, 3)
    one_long_visit = gaps(CALM, CALM, JUMP, AFTER, OUTSIDE, *[visit] * 9)
    assert one_long_visit[0]["tests"] == 1


def test_small_jumps_are_no_gaps():
    """Below 0.1 percent, or whatever was asked for; an edge that only touches never is."""
    rows = CALM, CALM, (101, 102, 100.5, 102), (102, 103, 101.05, 102)
    assert not len(gaps(*rows))
    assert len(gaps(*rows, minimum=0.01)) == 1
    touching = (*rows[:3], (102, 103, 101.0, 102))
    assert not len(gaps(*touching, minimum=0.0))


def test_a_bearish_gap_is_the_mirror_image():
    """Above the price, filled from below."""
    series = candles(
        CALM, CALM, (99.5, 99.6, 94, 94.5), (94.5, 96, 93, 93.5), (94, 95, 93, 94), (95, 97, 93, 94)
    )
    (gap,) = FairValueGaps().shapes(series).zones
    assert (gap["low"], gap["high"], gap["side"]) == (96.0, 99.0, Side.RESISTANCE)
    assert gap["filled"] == pytest.approx(1 / 3)


def test_a_gap_that_holds_is_a_signal():
    """The candle that comes back to it and closes outside, and none before."""
    series = candles(CALM, CALM, JUMP, AFTER, OUTSIDE, (105, 106, 103, 105.5), OUTSIDE)
    indicator = FairValueGaps()
    found = list(indicator.signals(BTC_1M, series, indicator.compute(series), 0))
    assert [(s.open_time, s.direction) for s in found] == [
        (int(series.open_time[5]), Direction.BUY)
    ]
    assert "gap" in found[0].reason


def test_all_gaps_of_a_lively_market_are_found():
    """As a plain search finds them."""
    series = wandering(1500, swing=6)
    found = FairValueGaps(minimum=0.2).shapes(series).zones
    expected = []
    for at in range(2, len(series)):
        for low, high, side in (
            (series.high[at - 2], series.low[at], Side.SUPPORT),
            (series.high[at], series.low[at - 2], Side.RESISTANCE),
        ):
            if high > low and high >= low * 1.002:
                expected.append((series.open_time[at - 1], low, high, side))
    assert [tuple(z)[:1] + tuple(z)[2:5] for z in found.tolist()] == expected
    assert len(expected) > 30
