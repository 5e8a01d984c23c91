"""What a chart takes over from moments."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.charts.builders import MINUTE, Mean, Share, copied, moment, walk
from thebot_desktop.domain.market import Origin
from thebot_desktop.ui.charts.series_store import MOST_AT_ONCE, SLACK, Change, SeriesStore

MEAN = Mean(5)


def holds(store, candles):
    """Whether the store shows exactly these candles."""
    assert len(store) == len(candles)
    assert store.open_times.tolist() == candles.open_time.tolist()
    closed = store.candles.items(0, store.newest)
    np.testing.assert_array_equal(closed[3], candles.close[:-1])
    assert store.live == candles.at(-1)


def test_the_first_moment_loads_everything():
    """A history arrives at once."""
    store, candles = SeriesStore(), walk(300)
    assert store.apply(moment(candles, MEAN)) is Change.RESET
    holds(store, candles)


def test_a_price_that_moves_changes_the_newest_candle_only():
    """The same newest candle with another close; and nothing at all when nothing moved."""
    store, candles = SeriesStore(), copied(walk(300))
    store.apply(moment(candles, MEAN))
    assert store.apply(moment(candles, MEAN)) is Change.NOTHING
    candles.close[-1] += 1
    assert store.apply(moment(candles, MEAN)) is Change.LIVE
    holds(store, candles)
    line = store.lines[MEAN.label, "mean"]
    assert line.live == pytest.approx(candles.close[-5:].mean())


@pytest.mark.parametrize("new", [1, 3, MOST_AT_ONCE - 1])
def test_new_candles_are_appended_with_their_values(new):
    """However many closed between two frames, none is missing."""
    store, candles = SeriesStore(), walk(500)
    store.apply(moment(candles.upto(400), MEAN))
    assert store.apply(moment(candles.upto(400 + new), MEAN)) is Change.APPENDED
    holds(store, candles.upto(400 + new))
    values = MEAN.compute(candles.upto(400 + new))["mean"]
    line = store.lines[MEAN.label, "mean"]
    np.testing.assert_allclose(line.closed.values(0, 1_000), values[:-1])
    assert line.live == pytest.approx(values[-1])


def test_the_candle_that_closed_has_its_final_values():
    """What happened to a candle after the last frame is not lost when the next one opens."""
    store, candles = SeriesStore(), copied(walk(101))
    store.apply(moment(candles.upto(100)))
    candles.close[99] = 123.0
    store.apply(moment(candles))
    assert store.candle(99).close == 123.0


def test_a_window_that_slides_on_keeps_what_the_chart_has():
    """The series forgets its oldest candles; the chart may keep them for a while."""
    store, candles = SeriesStore(), walk(700)
    store.apply(moment(candles.upto(500)))
    for count in range(501, 701):
        window = candles.upto(count).last(500)
        assert store.apply(moment(window)) is Change.APPENDED
    holds(store, candles)


def test_a_chart_lets_old_candles_go_at_last():
    """Memory has a bound, however long the program runs."""
    store, candles = SeriesStore(), walk(SLACK + 700)
    store.apply(moment(candles.upto(200)))
    for count in range(201, SLACK + 700, 50):
        store.apply(moment(candles.upto(count).last(200)))
    assert len(store) <= 200 + SLACK + 50


def test_repaired_candles_in_the_middle_load_everything_anew():
    """A hole that was filled, or a candle that was corrected, shows."""
    store, whole = SeriesStore(), walk(300)
    keep = np.ones(300, bool)
    keep[200:206] = False
    holed = type(whole)(*(getattr(whole, f)[keep] for f in whole.__slots__))
    store.apply(moment(holed))
    filled = copied(whole)
    filled.origin[200:206] = Origin.REPAIRED
    assert store.apply(moment(filled)) is Change.RESET
    holds(store, filled)
    assert store.repaired.tolist() == [[200, 205]]
    corrected = copied(filled)
    corrected.close[100] += 1
    assert store.apply(moment(corrected)) is Change.RESET
    assert store.candle(100).close == corrected.close[100]


def test_older_history_in_front_loads_everything_anew():
    """Candles that were fetched for the past stand before the others."""
    store, candles = SeriesStore(), walk(600)
    store.apply(moment(candles.last(300)))
    assert store.apply(moment(candles)) is Change.RESET
    holds(store, candles)


def test_other_indicators_load_their_values():
    """Adding or removing an indicator changes the lines, not the candles."""
    store, candles = SeriesStore(), walk(100)
    store.apply(moment(candles, MEAN))
    assert store.apply(moment(candles, MEAN, Share())) is Change.RESET
    assert set(store.lines) == {(MEAN.label, "mean"), ("SHARE", "share")}
    store.apply(moment(candles))
    assert not store.lines


def test_a_broken_indicator_has_no_lines():
    """An indicator that was switched off draws nothing and disturbs nobody."""
    store, candles = SeriesStore(), walk(100)
    store.apply(moment(candles, Share(), broken=[MEAN]))
    assert set(store.lines) == {("SHARE", "share")}


def test_blocks_of_the_newest_candle_count_what_has_closed_before_it():
    """Zoomed out, the newest candle shares its column with closed ones."""
    store, candles = SeriesStore(), walk(102)
    store.apply(moment(candles))
    number, block = store.live_block(8)
    assert number == 101 // 8
    assert block.high == candles.high[96:].max()
    assert block.low == candles.low[96:].min()
    assert block.volume == pytest.approx(candles.volume[96:].sum())
    assert block.open == candles.open[96]


def test_candles_are_found_by_their_open_time():
    """Signals name candles by time."""
    store, candles = SeriesStore(), walk(50)
    store.apply(moment(candles))
    assert store.index_of(int(candles.open_time[7])) == 7
    assert store.index_of(int(candles.open_time[7]) + MINUTE // 2) is None
    assert store.candle(50) is None
    assert store.candle(-1) is None


def test_it_knows_which_candles_came_afterwards_however_they_were_told_of():
    """Loaded, appended, or the newest one that turned out to be late."""
    store, candles = SeriesStore(), copied(walk(300))
    candles.origin[[10, 50]] = int(Origin.LATE)
    candles.origin[20] = int(Origin.REPAIRED)
    candles.origin[30] = int(Origin.EXCHANGE_HOLE)
    store.apply(moment(candles.upto(290)))
    assert store.came_afterwards.tolist() == [10, 20, 50]
    candles.origin[290] = int(Origin.LATE)
    store.apply(moment(candles.upto(292)))
    assert store.came_afterwards.tolist() == [10, 20, 50, 290]
    candles.origin[291] = int(Origin.LATE)
    store.apply(moment(candles.upto(292)))
    assert store.came_afterwards.tolist() == [10, 20, 50, 290, 291]
    candles.origin[291] = int(Origin.LIVE)
    store.apply(moment(candles.upto(292)))
    assert store.came_afterwards.tolist() == [10, 20, 50, 290]
