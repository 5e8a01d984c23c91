"""Order blocks, against examples worked by hand and a plain search."""

from __future__ import annotations

import numpy as np

from tests.fakes import BTC_1M
from tests.market_shapes import wandering
from tests.ui.charts.builders import made
from thebot_desktop.analysis.indicators.order_blocks import LONGEST_IMPULSE, OrderBlocks
from thebot_desktop.domain.shapes import Side, ZoneState
from thebot_desktop.domain.signals import Direction

CALM = (100.0, 100.2, 99.8, 100.0)
AGAINST = (100.0, 100.1, 99.0, 99.5)
MOVE = (99.5, 102.0, 99.4, 101.5)
"""Closes 1.4 percent above the high of 100.1."""
OUTSIDE = (101.5, 102.0, 101.0, 101.6)


def candles(*rows):
    return made(*np.array(rows).T)


def blocks(*rows, **parameters):
    return OrderBlocks(**parameters).shapes(candles(*rows)).zones


def test_a_block_is_the_last_candle_against_the_move():
    """From its low to its high, once a close is far enough above it."""
    series = candles(CALM, AGAINST, MOVE)
    (block,) = OrderBlocks().shapes(series).zones
    assert (block["low"], block["high"], block["side"]) == (99.0, 100.1, Side.SUPPORT)
    assert block["begin"] == series.open_time[1]
    assert block["state"] == ZoneState.ACTIVE
    values = OrderBlocks().compute(series)["bullish"]
    assert np.isnan(values[:2]).all()
    assert values[2] == 100.1


def test_a_move_that_does_not_come_far_makes_no_block():
    """Not half a percent, too slowly, or with another candle against it in between."""
    small = (99.5, 100.6, 99.4, 100.5)
    assert not len(blocks(CALM, AGAINST, small))
    assert len(blocks(CALM, AGAINST, small, impulse=0.3)) == 1
    resting = (99.5, 99.8, 99.4, 99.5)
    slow = blocks(AGAINST, *[resting] * LONGEST_IMPULSE, MOVE)
    assert not len(slow)
    (block,) = blocks(AGAINST, *[resting] * (LONGEST_IMPULSE - 1), MOVE)
    assert block["high"] == 100.1


def test_it_is_tested_when_prices_come_back_and_broken_by_a_close_below():
    """A wick through it does not break it."""
    visit, wick, close = (101, 102, 100, 101), (101, 102, 98, 101), (101, 102, 98, 98.5)
    states = [
        int(blocks(CALM, AGAINST, MOVE, OUTSIDE, last)[0]["state"])
        for last in (OUTSIDE, visit, wick, close)
    ]
    assert states == [ZoneState.ACTIVE, ZoneState.TESTED, ZoneState.TESTED, ZoneState.BROKEN]


def test_it_expires_with_age():
    """After so many candles, tested or not."""
    rows = CALM, AGAINST, MOVE, *[OUTSIDE] * 5
    assert blocks(*rows, age=5)[0]["state"] == ZoneState.ACTIVE
    assert blocks(*rows, OUTSIDE, age=5)[0]["state"] == ZoneState.EXPIRED


def test_the_bearish_one_is_the_mirror_image():
    """The last rising candle before a fall."""
    (block,) = blocks(CALM, (100, 101, 99.9, 100.5), (100.5, 100.6, 98, 98.5))
    assert (block["low"], block["high"], block["side"]) == (99.9, 101.0, Side.RESISTANCE)


def test_a_block_that_holds_is_a_signal():
    """At the candle that came back and closed outside."""
    series = candles(CALM, AGAINST, MOVE, OUTSIDE, (101, 102, 100, 101), OUTSIDE)
    indicator = OrderBlocks()
    (signal,) = indicator.signals(BTC_1M, series, indicator.compute(series), 0)
    assert signal.open_time == series.open_time[4]
    assert signal.direction is Direction.BUY
    assert "block" in signal.reason


def test_all_blocks_of_a_lively_market_are_found():
    """As a plain search finds them."""
    series = wandering(3000, swing=6)
    found = OrderBlocks().shapes(series).zones
    expected = set()
    for sign, side, edge in ((1, Side.SUPPORT, series.high), (-1, Side.RESISTANCE, series.low)):
        for at in range(len(series)):
            if sign * (series.close[at] - series.open[at]) >= 0:
                continue
            for after in range(at + 1, min(at + 1 + LONGEST_IMPULSE, len(series))):
                if sign * (series.close[after] - series.open[after]) < 0:
                    break
                if sign * series.close[after] > sign * edge[at] * (1 + sign * 0.005):
                    expected.add((int(series.open_time[at]), int(side)))
                    break
    assert {(int(z["begin"]), int(z["side"])) for z in found} == expected
    assert len(found) == len(expected) > 50
