"""How volume is spread over prices, against sums made one candle at a time."""

from __future__ import annotations

import numpy as np
import pytest

from tests.market_shapes import wandering
from tests.ui.charts.builders import made
from thebot_desktop.analysis.volume_profiles import profile_of, spread


def rows(*candles):
    """Candles of (open, high, low, close, volume)."""
    columns = np.array(candles, dtype=float).T
    return made(*columns[:4], volume=columns[4])


def by_hand(candles, bins):
    """Each candle's volume in equal parts over the bins between its low and its high."""
    low, high = candles.low.min(), candles.high.max()
    volumes = np.zeros(bins)
    for i in range(len(candles)):
        ends = [
            min(int((price - low) * (bins / (high - low))), bins - 1)
            for price in (candles.low[i], candles.high[i])
        ]
        volumes[ends[0] : ends[1] + 1] += candles.volume[i] / (ends[1] - ends[0] + 1)
    return volumes


@pytest.mark.parametrize("bins", [10, 37, 100])
def test_every_candle_is_spread_evenly_over_the_prices_it_touched(bins):
    """And nothing of the volume is lost."""
    candles = wandering(500, seed=bins)
    volumes = spread(candles, np.zeros(1, np.int64), bins).volumes[0]
    np.testing.assert_allclose(volumes, by_hand(candles, bins), atol=1e-9 * volumes.sum())
    assert volumes.sum() == pytest.approx(candles.volume.sum())


def test_stretches_are_spread_each_over_its_own_range():
    """As if each were alone; what comes before the first is left out."""
    candles = wandering(400)
    begins = np.array([50, 120, 300])
    together = spread(candles, begins, 20)
    for row, (begin, end) in enumerate([(50, 120), (120, 300), (300, 400)]):
        alone = spread(candles.upto(end).last(end - begin), np.zeros(1, np.int64), 20)
        np.testing.assert_allclose(together.volumes[row], alone.volumes[0], atol=1e-9)
        assert together.low[row] == alone.low[0]
        assert together.high[row] == alone.high[0]


def test_the_value_area_grows_to_the_fuller_side():
    """Bins of one price each: 2, 5, 20, 9, 4; seventy percent of 40 are 28: the POC and the 9."""
    candles = rows(
        (0.5, 0.5, 0, 0.5, 2),
        (1.5, 1.6, 1.4, 1.5, 5),
        (2.5, 2.6, 2.4, 2.5, 20),
        (3.5, 3.6, 3.4, 3.5, 9),
        (4.5, 5, 4.4, 4.5, 4),
    )
    found = profile_of(candles, 5, 0.7, end=0)
    np.testing.assert_allclose(found.volumes, [2, 5, 20, 9, 4])
    assert (found.poc, found.val, found.vah) == (2.5, 2.0, 4.0)
    wider = profile_of(candles, 5, 0.8, end=0)
    assert (wider.val, wider.vah) == (1.0, 4.0)
    whole = profile_of(candles, 5, 0.99, end=0)
    assert (whole.val, whole.vah) == (0.0, 5.0)


def test_of_equal_neighbours_the_upper_one_is_added_first():
    """So that the answer does not depend on the order of the candles."""
    candles = rows((0.5, 0.9, 0, 0.5, 5), (1.5, 1.6, 1.4, 1.5, 9), (2.5, 3, 2.4, 2.5, 5))
    found = profile_of(candles, 3, 0.7, end=0)
    assert (found.val, found.vah) == (1.0, 3.0)


def test_what_rose_is_told_apart():
    """By the candle: it closed at or above its open."""
    candles = rows((0.2, 1, 0, 0.8, 6), (0.8, 1, 0, 0.2, 4))
    found = profile_of(candles, 10, 0.7, end=0)
    assert found.bought.sum() == pytest.approx(6)
    assert (found.bought <= found.volumes).all()


def test_nodes_stand_out_from_the_bins_around_them():
    """Two heaps and the valley between them."""
    heaps = [np.exp(-((np.arange(30) - at) ** 2) / 12) * 100 + 1 for at in (7, 22)]
    volumes = np.add(*heaps)
    candles = rows(*((i + 0.5, i + 0.6, i + 0.4, i + 0.5, v) for i, v in enumerate(volumes)))
    found = profile_of(candles, 30, 0.7, end=0)
    places = (np.array([7, 22]) + 0.5) * found.step + found.low
    np.testing.assert_allclose(found.peaks, places, atol=found.step)
    assert len(found.valleys) == 1
    assert found.peaks[0] < found.valleys[0] < found.peaks[1]


def test_few_bins_have_no_nodes():
    """There is nothing to stand out from."""
    found = profile_of(wandering(50), 8, 0.7, end=0)
    assert not len(found.peaks)
    assert not len(found.valleys)


@pytest.mark.parametrize(
    "candle", [(1.0, 1.0, 1.0, 1.0, 5.0), (1.0, 2.0, 1.0, 2.0, 0.0)], ids=["flat", "untraded"]
)
def test_nothing_moved_or_nothing_traded_is_no_profile(candle):
    """Not an empty one."""
    assert profile_of(rows(candle, candle), 10, 0.7, end=0) is None


def test_no_candles_are_no_profile():
    """As before the history has come."""
    assert profile_of(wandering(5).upto(0), 10, 0.7, end=0) is None
