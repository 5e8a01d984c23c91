"""Values that need another symbol, candle by candle, the other's coming late or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.correlation import Correlation
from thebot_desktop.analysis.running_pair import LATE_CANDLES, RunningPair

ETH = "ETHUSDT"
OWN, OTHER = wandering(400, seed=1), wandering(400, seed=2)
INDICATOR = Correlation(ETH, 12)


def expected(count, known):
    """Computed all at once."""
    return INDICATOR.compute_with(OWN.upto(count), {ETH: OTHER.upto(known)})["real"]


def others(closed, live=None):
    return lambda only: {ETH: OTHER.upto(closed if only or live is None else live)}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-3, 3)), min_size=1, max_size=25))
def test_carried_forward_it_is_the_same_to_the_last_bit(steps):
    """However many candles come at once, and whichever of the two is ahead."""
    running, count = RunningPair(INDICATOR), 100
    for more, ahead in steps:
        count += more
        found = running.values(OWN.upto(count), others(count + ahead), closed=True)
        np.testing.assert_array_equal(found["real"], expected(count, count + ahead))


def test_a_window_that_slides_keeps_its_values_in_place():
    """The oldest candles fall out."""
    running = RunningPair(INDICATOR)
    for count in range(150, 300, 7):
        window = OWN.upto(count).last(100)
        found = running.values(window, others(400), closed=True)["real"]
        np.testing.assert_array_equal(found[12:], expected(count, 400)[-88:])


def test_the_newest_candle_looks_at_the_other_as_it_is_now():
    """Closed ones only at what has closed."""
    running = RunningPair(INDICATOR)
    found = running.values(OWN.upto(200), others(198, 200), closed=False)["real"]
    assert np.isnan(found[198])
    assert found[199] == expected(200, 200)[199]
    assert found[197] == expected(200, 200)[197]
    found = running.values(OWN.upto(200), others(199), closed=True)["real"]
    assert np.isnan(found[199])
    found = running.values(OWN.upto(200), others(200), closed=True)["real"]
    np.testing.assert_array_equal(found, expected(200, 200))


@pytest.mark.parametrize("late", [1, LATE_CANDLES - 1])
def test_candles_that_come_late_find_their_places(late):
    """Values that could not be told before are told then."""
    running = RunningPair(INDICATOR)
    for count in range(200, 200 + late + 1):
        running.values(OWN.upto(count), others(200), closed=True)
    found = running.values(OWN.upto(201 + late), others(400), closed=True)["real"]
    np.testing.assert_array_equal(found, expected(201 + late, 400))


def test_it_says_whom_it_waits_for():
    """Until there is a closed candle."""
    running = RunningPair(INDICATOR)
    running.values(OWN, others(0, 1), closed=False)
    assert running.waiting == (ETH,)
    running.values(OWN, others(1), closed=False)
    assert running.waiting == ()
    assert len(running.values(series([]), others(0), closed=True)["real"]) == 0
