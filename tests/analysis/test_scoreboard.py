"""What became of signals, so many candles later."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import BTC_1M, signal
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.scoreboard import Outcome, outcomes, score, wilson
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.domain.signals import Direction

RISING = series([100, 101, 102, 103, 104, 105], spread=0.0)
LONG = wandering(2000)


def test_a_buyer_is_right_when_the_price_rose():
    """Two candles after 101 it is 103; on the way it was never lower than 101."""
    (found,) = outcomes([signal(1)], RISING, [2])
    assert found.change == pytest.approx(2 / 101)
    assert found.best == pytest.approx(2 / 101)
    assert found.worst == pytest.approx(0)


def test_a_seller_is_wrong_then():
    """The mirror image."""
    (found,) = outcomes([signal(1, Direction.SELL)], RISING, [2])
    assert found.change == pytest.approx(-2 / 101)
    assert found.best == pytest.approx(0)
    assert found.worst == pytest.approx(-2 / 101)


def test_who_said_nothing_is_not_judged():
    """A neutral opinion is neither right nor wrong."""
    assert list(outcomes([signal(1, Direction.NEUTRAL)], RISING, [1])) == []


def test_what_is_not_over_yet_is_not_judged():
    """Of three candles later there are only two."""
    assert list(outcomes([signal(3)], RISING, [3])) == []
    assert len(list(outcomes([signal(3)], RISING, [2]))) == 1


def test_a_signal_whose_candle_is_not_there_is_left_out():
    """Nor one from before the first candle."""
    later = replace(RISING, open_time=RISING.open_time + 60_000)
    assert [o.signal.open_time for o in outcomes([signal(0), signal(1)], later, [1])] == [60_000]


def test_across_a_hole_so_many_candles_are_not_so_much_time():
    """A minute is missing between the third and the fourth candle."""
    times = RISING.open_time.copy()
    times[3:] += 60_000
    holed = replace(RISING, open_time=times)
    found = outcomes([signal(0), signal(1), signal(4)], holed, [2])
    assert [o.signal.open_time // 60_000 for o in found] == [0, 4]


def test_months_may_have_any_length():
    """The rule about holes knows that."""
    monthly = SeriesKey(BTC_1M.symbol, Interval.MO1)
    days = np.cumsum([0, 31, 28, 31, 30, 31])
    candles = replace(RISING, open_time=days * 86_400_000)
    one = msgspec.structs.replace(signal(0), series=monthly)
    assert len(list(outcomes([one], candles, [5]))) == 1


@pytest.mark.parametrize("horizon", [1, 5, 40])
def test_outcomes_are_those_of_a_plain_formulation(horizon):
    """Signal by signal, on a market that wanders."""
    said = [signal(at, Direction.BUY if at % 3 else Direction.SELL) for at in range(7, 1990, 11)]
    found = {o.signal.open_time: o for o in outcomes(said, LONG, [horizon])}
    for one in said:
        at = one.open_time // 60_000
        if at + horizon >= len(LONG):
            assert one.open_time not in found
            continue
        entry, sign = LONG.close[at], 1 if one.direction is Direction.BUY else -1
        after = slice(at + 1, at + horizon + 1)
        ends = [sign * (p / entry - 1) for p in (LONG.high[after].max(), LONG.low[after].min())]
        expected = (sign * (LONG.close[at + horizon] / entry - 1), max(ends), min(ends))
        outcome = found[one.open_time]
        assert (outcome.change, outcome.best, outcome.worst) == pytest.approx(expected)


def test_cells_count_each_source_series_and_horizon():
    """In that order, horizons as numbers."""
    hourly = SeriesKey(BTC_1M.symbol, Interval.H1)
    said = [
        Outcome(signal(0, source="B"), 5, 0.01, 0.02, -0.01),
        Outcome(signal(1, source="B"), 5, -0.03, 0.01, -0.04),
        Outcome(signal(0, source="B"), 40, 0.01, 0.02, -0.01),
        Outcome(signal(0, source="A", series=hourly), 10, 0.01, 0.02, -0.01),
        Outcome(signal(0, source="A"), 10, 0.0, 0.0, 0.0),
    ]
    cells = score(said)
    assert [(c.key.source, str(c.key.series), c.key.horizon) for c in cells] == [
        ("A", "BTCUSDT 1m", 10),
        ("A", "BTCUSDT 1h", 10),
        ("B", "BTCUSDT 1m", 5),
        ("B", "BTCUSDT 1m", 40),
    ]
    unmoved, _, two, _ = cells
    assert (unmoved.hits, unmoved.hit_rate) == (0, 0.0)
    assert (two.cases, two.hits, two.hit_rate) == (2, 1, 0.5)
    assert two.mean_change == pytest.approx(-0.01)
    assert (two.best, two.worst) == (0.02, -0.04)
    assert two.is_few


def test_the_bounds_of_a_rate_are_those_of_the_literature():
    """Wilson's interval for 15 of 20 and for none of 10."""
    assert wilson(15, 20) == pytest.approx((0.5313, 0.8881), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bounds_hold_the_rate(counts):
    """And stay between 0 and 1."""
    hits, cases = counts
    low, high = wilson(hits, cases)
    assert 0 <= low <= hits / cases + 1e-12
    assert hits / cases - 1e-12 <= high <= 1
