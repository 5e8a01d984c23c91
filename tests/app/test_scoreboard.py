"""The outcomes of the signals this program has seen."""

from __future__ import annotations

import io

from tests.fakes import BTC_1M, ETH_1M, MINUTE, signal
from tests.market_shapes import wandering
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.app.scoreboard import COLUMNS, ScoreboardService, write_csv
from thebot_desktop.domain.market import CandleHistory
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.data_stream import DataStream, DataStreamConfig

LONG = wandering(400)


class Archive:
    def __init__(self, candles):
        self.candles = candles
        self.asked = []

    def __call__(self, series, count):
        self.asked.append((series, count))
        return self.candles.last(count)


def service_at(minute, *, held=0, stored=0):
    """Signals of two series; the newest ``held`` candles in memory, ``stored`` on disk."""
    clock = SimulatedClock(UnixMs(minute * MINUTE))
    stream = DataStream(DataStreamConfig(), clock)
    signals = SignalAggregator()
    archive = Archive(LONG.upto(minute).last(stored))
    if held:
        for series in (BTC_1M, ETH_1M):
            candles = LONG.upto(minute).last(held)
            stream.apply(CandleHistory(series, candles, UnixMs(minute * MINUTE)))
    return ScoreboardService(signals, stream, archive, clock), signals, archive


async def test_without_signals_there_are_no_cells():
    """An empty board, and nothing is read."""
    service, _, archive = service_at(300)
    assert await service.cells() == ()
    assert archive.asked == []


async def test_candles_in_memory_are_enough_where_they_reach_back():
    """The disk is not asked."""
    service, signals, archive = service_at(300, held=200)
    for minute in (150, 160, 299):
        signals.add_signal(signal(minute))
        signals.add_signal(signal(minute, series=ETH_1M))
    cells = await service.cells([5, 40])
    assert [(str(c.key.series), c.key.horizon, c.cases) for c in cells] == [
        ("BTCUSDT 1m", 5, 2),
        ("BTCUSDT 1m", 40, 2),
        ("ETHUSDT 1m", 5, 2),
        ("ETHUSDT 1m", 40, 2),
    ]
    assert archive.asked == []


async def test_older_signals_are_judged_from_the_disk():
    """As many candles are read as the oldest signal needs."""
    service, signals, archive = service_at(300, held=50, stored=300)
    signals.add_signal(signal(20))
    (cell,) = await service.cells([10])
    assert cell.cases == 1
    assert archive.asked == [(BTC_1M, 282)]


async def test_the_candle_that_still_forms_is_no_outcome():
    """At the end of minute 299 the candle of minute 299 is not closed."""
    service, signals, _ = service_at(300, held=200)
    signals.add_signal(signal(294))
    assert len(await service.cells([5])) == 1
    signals.add_signal(signal(295))
    (cell,) = await service.cells([5])
    assert cell.cases == 1


async def test_the_table_is_written_for_a_spreadsheet():
    """A heading, a line a cell, and a word where cases are few."""
    service, signals, _ = service_at(300, held=200)
    signals.add_signal(signal(150, source="EMACROSS(20,50)"))
    out = io.StringIO()
    write_csv(await service.cells([5]), out)
    heading, line, end = out.getvalue().split("\n")
    assert heading == ",".join(COLUMNS)
    assert line.startswith('"EMACROSS(20,50)",both,BTCUSDT,1m,5,1,')
    assert line.endswith(",yes")
    assert end == ""


async def test_directions_can_be_told_apart():
    """Both together, then those to buy and those to sell; the file says which is which."""
    service, signals, _ = service_at(300, held=200)
    for minute in (150, 160, 170):
        signals.add_signal(signal(minute, Direction.SELL if minute == 160 else Direction.BUY))
    cells = await service.cells([5], apart=True)
    assert [(c.key.direction, c.cases) for c in cells] == [
        (None, 3),
        (Direction.BUY, 2),
        (Direction.SELL, 1),
    ]
    out = io.StringIO()
    write_csv(cells, out)
    assert [line.split(",")[1] for line in out.getvalue().split()[1:]] == ["both", "BUY", "SELL"]


async def test_the_newest_candles_are_those_in_memory():
    """What has not reached the disk yet is no hole."""
    service, *_ = service_at(300, held=50)
    service._load = lambda _series, _count: LONG.upto(280)
    candles = service.closed_candles(BTC_1M, UnixMs(20 * MINUTE))
    assert (candles.open_time[0], candles.open_time[-1]) == (0, 299 * MINUTE)
    assert len(candles) == 300
