"""Lines that hold when the price comes back to them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series
from thebot_desktop.analysis.held_tests import held_from_above, held_from_below, held_tests
from thebot_desktop.domain.market import Candles
from thebot_desktop.domain.signals import Direction

LINE = np.full(6, 100.0)


def _candles(rows):
    """Candles of (high, low, close)."""
    high, low, close = np.array(rows, dtype=np.float64).T
    c = series(close)
    return Candles(c.open_time, c.open, high, low, close, c.volume, c.trades, c.origin)


ABOVE = [
    (103, 101, 102),
    (103, 100, 101),
    (103, 99, 102),
    (104, 101, 103),
    (104, 99, 99),
    (99, 98, 98),
]


def test_a_line_holds_when_it_is_reached_and_the_close_is_beyond_it():
    """Touching is enough; the next candle at the line is the same visit; a close below is none."""
    assert np.flatnonzero(held_from_above(_candles(ABOVE), LINE)).tolist() == [1]


def test_from_below_it_is_the_mirror_image():
    """The same candles turned over."""
    turned = [(200 - low, 200 - high, 200 - close) for high, low, close in ABOVE]
    assert np.flatnonzero(held_from_below(_candles(turned), LINE)).tolist() == [1]
    assert not held_from_above(_candles(turned), LINE).any()


def test_an_unknown_line_never_holds():
    """Nor anything on the first candle."""
    assert not held_from_above(_candles(ABOVE), np.full(6, np.nan)).any()
    assert held_from_above(_candles(ABOVE[:1]), LINE[:1]).tolist() == [False]


def test_the_signal_names_the_line_and_how_far_the_close_is():
    """The second candle has a range of 3 and so had the first: 1 away is a third of an average."""
    candles = _candles(ABOVE)
    (signal,) = held_tests(
        BTC_1M, candles, 0, source="X", supports={"S1": LINE}, resistances={"R1": LINE + 50}
    )
    assert (signal.direction, signal.open_time) == (Direction.BUY, 60_000)
    assert signal.reason == "S1 at 100 held, the close is 0.3 average candles away"
    assert signal.confidence == pytest.approx(0.4 + 0.5 / 3)
    later = held_tests(BTC_1M, candles, 2, source="X", supports={"S1": LINE}, resistances={})
    assert list(later) == []
