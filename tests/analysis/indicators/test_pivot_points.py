"""Pivot points, worked by hand and against a plain formulation."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.pivot_points import Method, PivotPoints
from thebot_desktop.analysis.periods import Period
from thebot_desktop.domain.market import Candles
from thebot_desktop.domain.plots import Line
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import DAY_MS

HOUR = 3_600_000


def _days(rows):
    """Daily candles of (open, high, low, close)."""
    columns = np.array(rows, dtype=np.float64).T
    c = series(columns[3], times=np.arange(len(rows)) * DAY_MS)
    return Candles(c.open_time, *columns, c.volume, c.trades, c.origin)


def _levels(method, bar):
    """The known levels on the day after ``bar``."""
    values = PivotPoints(method).compute(_days([bar, bar]))
    return {n: float(v[1]) for n, v in values.items() if not np.isnan(v[1])}


def test_standard_levels_are_those_worked_by_hand():
    """High 110, low 100, close 105: the pivot is 105."""
    assert _levels(Method.STANDARD, (101, 110, 100, 105)) == pytest.approx(
        {"pp": 105, "r1": 110, "r2": 115, "r3": 120, "s1": 100, "s2": 95, "s3": 90}
    )


def test_fibonacci_levels_are_those_worked_by_hand():
    """Shares of the range of 10 around 105."""
    assert _levels(Method.FIBONACCI, (101, 110, 100, 105)) == pytest.approx(
        {"pp": 105, "r1": 108.82, "r2": 111.18, "r3": 115, "s1": 101.18, "s2": 98.82, "s3": 95}
    )


def test_camarilla_levels_are_those_worked_by_hand():
    """Around the close of 108, with a range of 12: 1.1, 2.2, 3.3 and 6.6 away."""
    found = _levels(Method.CAMARILLA, (101, 112, 100, 108))
    above = {"r1": 109.1, "r2": 110.2, "r3": 111.3, "r4": 114.6}
    below = {"s1": 106.9, "s2": 105.8, "s3": 104.7, "s4": 101.4}
    assert found == pytest.approx({"pp": 320 / 3, **above, **below})


@pytest.mark.parametrize(
    ("open_", "total"), [(101, 110 + 110 + 100 + 105), (108, 110 + 100 + 100 + 105), (105, 420)]
)
def test_demark_levels_weigh_the_way_the_price_went(open_, total):
    """The high twice after a rise, the low twice after a fall, else the close twice."""
    found = _levels(Method.DEMARK, (open_, 110, 100, 105))
    assert found == pytest.approx({"pp": total / 4, "r1": total / 2 - 100, "s1": total / 2 - 110})


@pytest.mark.parametrize("period", Period)
@pytest.mark.parametrize("method", Method)
def test_values_are_those_of_the_last_whole_period(period, method):
    """Hours of five months from the middle of a day, told step by step."""
    walk = wandering(150 * 24)
    start = int(dt.datetime(2023, 11, 15, 13, tzinfo=dt.UTC).timestamp() * 1000)
    candles = series(walk.close, times=start + np.arange(len(walk)) * HOUR)
    found = PivotPoints(method, period).compute(candles)
    groups = {}
    for i, t in enumerate(candles.open_time.tolist()):
        moment = dt.datetime.fromtimestamp(t / 1000, dt.UTC)
        name = {
            Period.DAY: moment.date(),
            Period.WEEK: moment.isocalendar()[:2],
            Period.MONTH: (moment.year, moment.month),
        }[period]
        groups.setdefault(name, []).append(i)
    spans = list(groups.values())
    assert all(np.isnan(found["pp"][span]).all() for span in spans[:2])
    for before, now in pairwise(spans[1:]):
        bar = (
            candles.open[before[0]],
            candles.high[before].max(),
            candles.low[before].min(),
            candles.close[before[-1]],
        )
        for name, level in _levels(method, bar).items():
            np.testing.assert_allclose(found[name][now], level, rtol=1e-12)


def test_a_level_that_holds_gives_a_signal():
    """A day of 100 to 110 that closed at 105, then hours that come down to 100 and up to 110."""
    hours = np.concatenate([np.full(24, 105.0), [104, 102, 101, 103, 104, 108, 109, 107]])
    flat = series(hours, spread=0.0, times=np.arange(32) * HOUR)
    high, low = flat.high.copy(), flat.low.copy()
    high[3], low[3] = 110, 100
    low[26], high[30] = 100, 110
    candles = Candles(
        flat.open_time, flat.open, high, low, flat.close, flat.volume, flat.trades, flat.origin
    )
    indicator = PivotPoints()
    found = list(indicator.signals(BTC_1M, candles, indicator.compute(candles), 0))
    assert [(s.open_time // HOUR, s.direction, s.reason[:14]) for s in found] == [
        (26, Direction.BUY, "S1 at 100 held"),
        (30, Direction.SELL, "R1 at 110 held"),
    ]


def test_only_levels_that_the_formula_has_are_drawn():
    """The pivot plain, the others dashed; the rest is said to be without values."""
    assert PivotPoints(Method.DEMARK).plots == (
        Line("pp"),
        Line("r1", dashed=True),
        Line("s1", dashed=True),
    )
    assert PivotPoints(Method.CAMARILLA).sparse == frozenset()
    assert PivotPoints().sparse == {"r4", "s4"}
    assert PivotPoints().label == "PIVOTS"
    assert PivotPoints(Method.DEMARK).label == "PIVOTS(DEMARK)"
    assert PivotPoints(period=Period.WEEK).label == "PIVOTS(STANDARD,WEEK)"
