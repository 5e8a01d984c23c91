"""Longer candles are visible once they are closed, and no earlier."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import BTC_1M, Core, FakeAlertLog, candle, candles, update
from tests.market_shapes import MINUTE
from thebot_desktop.domain.market import (
    CandleHistory,
    CandleUpdate,
    Interval,
    Origin,
    SeriesKey,
    candles_of,
)
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.data_stream import DataStream, DataStreamConfig
from thebot_desktop.market.resampling import resample

M1, M5, M15 = Interval.M1, Interval.M5, Interval.M15
BTC_5M = SeriesKey(BTC_1M.symbol, M5)


def stream(size=1000):
    return DataStream(DataStreamConfig(buffer_size=size), SimulatedClock())


def rows(found):
    return list(
        zip(found.open_time.tolist(), found.close.tolist(), found.volume.tolist(), strict=True)
    )


def truth(minutes, at, target=M5):
    """Long candles of ``minutes`` that ended before ``at``, the plain way."""
    whole = resample(candles(minutes), M1, target)
    ended = [i for i in range(len(whole)) if target.close_of(int(whole.open_time[i])) < at]
    return rows(whole.upto(len(ended)))


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 3), min_size=10, max_size=60),
    st.sampled_from([Interval.M3, M5, M15]),
)
def test_what_is_seen_after_each_update_had_ended_by_then(steps, target):
    """However many forming updates come; later, the past is found to have looked the same."""
    live, seen = stream(), {}
    for index, forming in enumerate(steps):
        begin = index * MINUTE
        for n in range(forming):
            c = candle(index, 100.0 + n)
            at = UnixMs(begin + 10_000 * (n + 1))
            live.apply(CandleUpdate(BTC_1M.symbol, M1, c, False, at))
            seen[at] = rows(live.closed_candles(BTC_1M.symbol, target, at))
        live.apply(update(index))
        at = UnixMs(begin + MINUTE)
        seen[at] = rows(live.closed_candles(BTC_1M.symbol, target, at))
    replayed = stream()
    replayed.apply(CandleHistory(BTC_1M, candles(len(steps)), UnixMs(0)))
    for at, found in seen.items():
        assert found == truth(len(steps), at, target)
        assert found == rows(replayed.closed_candles(BTC_1M.symbol, target, at))
        assert found == rows(live.closed_candles(BTC_1M.symbol, target, at))


@settings(max_examples=60)
@given(st.integers(6, 60), st.integers(0, 60 * MINUTE))
def test_a_series_of_its_own_is_looked_at_first(count, at):
    """Its forming candle is never among them, nor one that its closing has not been told."""
    s = stream()
    s.apply(CandleHistory(BTC_1M, candles(count), UnixMs(0)))
    own = resample(candles(count), M1, M5, forming=True)
    own.close[:] += 1000
    for i in range(len(own)):
        closed = i < len(own) - 1
        end = UnixMs(own.open_time[i] + 5 * MINUTE - (0 if closed else 1))
        s.apply(CandleUpdate(BTC_5M.symbol, M5, own.at(i), closed, end))
    found = s.closed_candles(BTC_5M.symbol, M5, UnixMs(at))
    ended = own.open_time[:-1][own.open_time[:-1] + 5 * MINUTE <= at]
    assert found.open_time.tolist() == ended.tolist()
    if len(found):
        assert found.close.min() > 1000


def test_they_are_made_once_for_each_long_candle():
    """Asking after every update costs slices, no arithmetic."""
    s = stream(size=100)
    s.apply(CandleHistory(BTC_1M, candles(60), UnixMs(0)))
    first = s.closed_candles(BTC_1M.symbol, M5, UnixMs(60 * MINUTE))
    for index in range(60, 64):
        s.apply(update(index))
        again = s.closed_candles(BTC_1M.symbol, M5, UnixMs((index + 1) * MINUTE))
        assert np.shares_memory(first.close, again.close)
    s.apply(update(64))
    newer = s.closed_candles(BTC_1M.symbol, M5, UnixMs(65 * MINUTE))
    assert rows(newer)[-1][0] == 60 * MINUTE
    assert not np.shares_memory(first.close, newer.close)


def test_the_longest_of_equal_sources_is_taken_and_forgotten_with_it():
    """Five-minute candles make hours; without them the minutes do; without any, nothing does."""
    s = stream()
    hour = 60 * MINUTE
    s.apply(CandleHistory(BTC_1M, candles(120), UnixMs(0)))
    five = resample(candles(120), M1, M5)
    five.volume[:] = 7.0
    s.apply(CandleHistory(BTC_5M, five, UnixMs(0)))

    def volumes():
        return s.closed_candles(BTC_1M.symbol, Interval.H1, UnixMs(2 * hour)).volume.tolist()

    assert volumes() == [84.0, 84.0]
    s.forget(BTC_5M)
    assert volumes() == [300.0, 300.0]
    s.forget(BTC_1M)
    assert volumes() == []
    assert len(s.closed_candles("ETHUSDT", M5, UnixMs(hour))) == 0


def test_of_two_sources_the_one_that_reaches_back_further_is_taken():
    """A series that was opened just now does not hide what the older one knows."""
    s, hour = stream(), 60 * MINUTE
    s.apply(CandleHistory(BTC_1M, candles(60), UnixMs(0)))
    assert len(s.closed_candles(BTC_1M.symbol, Interval.H1, UnixMs(hour))) == 1
    s.apply(CandleUpdate(BTC_5M.symbol, M5, candle(55), True, UnixMs(hour)))
    assert len(s.closed_candles(BTC_1M.symbol, Interval.H1, UnixMs(hour))) == 1
    s.apply(CandleHistory(BTC_5M, resample(candles(180), M1, M5), UnixMs(0)))
    s.forget(BTC_1M)
    assert len(s.closed_candles(BTC_1M.symbol, Interval.H1, UnixMs(3 * hour))) == 3


def test_a_history_that_comes_afterwards_is_taken_into_account():
    """Older minutes make older long candles."""
    s = stream()
    late = [candle(i) for i in range(20, 30)]
    s.apply(CandleHistory(BTC_1M, candles_of(late, Origin.HISTORY), UnixMs(0)))
    assert len(s.closed_candles(BTC_1M.symbol, M5, UnixMs(30 * MINUTE))) == 2
    s.apply(CandleHistory(BTC_1M, candles(20), UnixMs(0)))
    assert len(s.closed_candles(BTC_1M.symbol, M5, UnixMs(30 * MINUTE))) == 6


def test_a_moment_sees_other_intervals_as_they_were():
    """A rule asks the moment; a copy that is kept for later sees nothing."""
    core, seen = Core(FakeAlertLog()), []
    core.subscriber.moments.add(
        lambda m: seen.append((len(m.closed_candles(M5)), len(m.kept(3).closed_candles(M5))))
    )
    for index in range(11):
        core.pipeline.apply(update(index))
    assert [count for count, _ in seen] == [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]
    assert {kept for _, kept in seen} == {0}
