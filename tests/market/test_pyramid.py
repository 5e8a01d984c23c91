"""Level-of-detail pyramids against plain numpy."""

from __future__ import annotations

import numpy as np
import pytest

from thebot_desktop.domain.market import Candles
from thebot_desktop.market.pyramid import (
    CLOSE,
    HIGH,
    LOW,
    OPEN,
    VOLUME,
    CandlePyramid,
    ValuePyramid,
    block_size,
)


def random_candles(count, seed=7):
    rng = np.random.default_rng(seed)
    close = 100 + rng.normal(0, 1, count).cumsum()
    open_ = np.concatenate(([100.0], close[:-1]))
    return Candles(
        open_time=np.arange(count, dtype=np.int64) * 60_000,
        open=open_,
        high=np.maximum(open_, close) + rng.random(count),
        low=np.minimum(open_, close) - rng.random(count),
        close=close,
        volume=rng.random(count),
        trades=np.ones(count),
        origin=np.zeros(count, np.uint8),
    )


def loaded(candles):
    pyramid = CandlePyramid()
    pyramid.load(candles)
    return pyramid


def plain_blocks(candles, first, last, size):
    """What the blocks must be, the slow way."""
    columns = []
    for start in range(first // size * size, last, size):
        part = slice(start, min(start + size, len(candles)))
        columns.append(
            (
                candles.open[part][0],
                candles.high[part].max(),
                candles.low[part].min(),
                candles.close[part][-1],
                candles.volume[part].sum(),
            )
        )
    return np.array(columns).T


def test_extremes_of_a_thousand_random_ranges_equal_numpy():
    """No spike is ever lost, whatever stretch is looked at."""
    candles = random_candles(200_003)
    pyramid = loaded(candles)
    rng = np.random.default_rng(1)
    for _ in range(1000):
        first, last = sorted(rng.integers(0, len(candles) + 1, 2))
        if first == last:
            continue
        low, high = pyramid.extremes(int(first), int(last))
        assert low == candles.low[first:last].min()
        assert high == candles.high[first:last].max()


@pytest.mark.parametrize("size", [1, 2, 4, 8, 16, 64, 128, 1024, 4096])
def test_blocks_are_aligned_to_absolute_numbers(size):
    """Block k always covers the same candles, so nothing shimmers while panning."""
    candles = random_candles(5_003)
    pyramid = loaded(candles)
    for first, last in [(0, 5_003), (17, 4_000), (4_990, 5_003), (1_021, 1_030)]:
        start, rows = pyramid.blocks(first, last, size)
        assert start == first // size
        expected = plain_blocks(candles, first, last, size)
        np.testing.assert_allclose(rows, expected, rtol=1e-12)


def test_appending_extends_every_level():
    """Candles that close one by one end in the same blocks as candles loaded at once."""
    candles = random_candles(3_000)
    grown = loaded(candles.upto(1_001))
    grown.blocks(0, 1_001, 64)
    for k in range(1_001, 3_000):
        grown.append(tuple(float(c[k]) for c in _columns(candles)))
        if k % 97 == 0:
            rows = grown.blocks(0, k + 1, 32).rows
            np.testing.assert_allclose(rows, plain_blocks(candles.upto(k + 1), 0, k + 1, 32))
    np.testing.assert_allclose(
        grown.blocks(0, 3_000, 64).rows, loaded(candles).blocks(0, 3_000, 64).rows
    )
    assert grown.extremes(5, 2_999) == loaded(candles).extremes(5, 2_999)


def test_levels_are_built_only_when_looked_at():
    """A million candles of which two hundred are seen cost no more than their columns."""
    pyramid = loaded(random_candles(100_000))
    before = pyramid.nbytes()
    pyramid.blocks(99_000, 99_200, 1)
    pyramid.extremes(99_000, 99_900)
    assert pyramid.nbytes() == before
    pyramid.blocks(0, 100_000, 64)
    assert before < pyramid.nbytes() < before * 1.5


def test_one_spike_among_a_million_shows_in_its_block():
    """A single extreme candle is the extreme of its block at every distance."""
    candles = random_candles(1_000_000)
    candles.high[654_321] = 1e6
    pyramid = loaded(candles)
    for size in (2, 64, 1024, 2048):
        start, rows = pyramid.blocks(0, 1_000_000, size)
        assert rows[HIGH, 654_321 // size - start] == 1e6


def test_values_ignore_what_is_not_there():
    """Warm-up values that are NaN hide no extreme of their neighbours."""
    values = np.sin(np.arange(10_000) / 50.0)
    values[:33] = np.nan
    pyramid = ValuePyramid()
    pyramid.load(values)
    rows = pyramid.blocks(0, 10_000, 16).rows
    assert np.isnan(rows[:, 0]).all()
    assert rows[0, 2] == np.nanmax(values[32:48])
    assert rows[1, 2] == np.nanmin(values[32:48])
    assert pyramid.extremes(0, 10_000) == (np.nanmin(values), np.nanmax(values))
    assert np.isnan(pyramid.extremes(0, 20)).all()


def test_values_grow_like_candles():
    """Appended values arrive in blocks that were read before."""
    values = np.arange(5_000.0)
    pyramid = ValuePyramid()
    pyramid.load(values[:1_000])
    pyramid.blocks(0, 1_000, 16)
    for value in values[1_000:]:
        pyramid.append(float(value))
    rows = pyramid.blocks(0, 5_000, 16).rows
    assert rows[0, -1] == 4_999
    assert rows[1, -1] == 4_992
    assert list(pyramid.values(4_998, 9_999)) == [4_998, 4_999]


def test_nothing_in_nothing():
    """An empty stretch has no blocks and no extremes."""
    pyramid = CandlePyramid()
    assert pyramid.blocks(0, 100, 4).rows.shape == (5, 0)
    assert np.isnan(pyramid.extremes(0, 100)).all()


def test_the_rows_mean_what_they_say():
    """First open, highest high, lowest low, last close, sum of volumes."""
    pyramid = CandlePyramid()
    pyramid.append((10.0, 12.0, 9.0, 11.0, 1.0))
    pyramid.append((11.0, 11.5, 7.0, 8.0, 2.0))
    rows = pyramid.blocks(0, 2, 2).rows[:, 0]
    assert rows[[OPEN, HIGH, LOW, CLOSE, VOLUME]].tolist() == [10.0, 12.0, 7.0, 8.0, 3.0]


@pytest.mark.parametrize(
    ("spacing", "size"), [(8.0, 1), (1.0, 1), (0.9, 2), (0.25, 4), (0.0008, 2048)]
)
def test_a_block_fills_at_least_a_pixel(spacing, size):
    """The level is chosen by how many candles share a pixel."""
    assert block_size(spacing) == size


def _columns(candles):
    return (candles.open, candles.high, candles.low, candles.close, candles.volume)
