"""How each indicator of a series is doing, in numbers."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec import Struct

from tests.fakes import BTC_1M, ETH_1M, MINUTE, Core, candles, signal, update
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.metrics import IndicatorState, MetricsService
from thebot_desktop.domain.market import CandleHistory
from thebot_desktop.domain.plots import Line, Pane
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import UnixMs


class Twice(Indicator, frozen=True):
    """Twice the close, drawn among the candles; from the ``wait``-th candle on."""

    name, title, group, outputs = "TWICE", "Twice the close", "Test", ("twice",)
    wait: int = 1

    @property
    def plots(self):
        return (Line("twice"),)

    @property
    def lookback(self):
        return self.wait

    def compute(self, candles):
        values = candles.close * 2
        values[: self.wait - 1] = np.nan
        return {"twice": values}


class Swing(Twice, frozen=True):
    """The same in a pane of its own."""

    name = "SWING"

    @property
    def plots(self):
        return (Line("twice", Pane.OWN),)


class Broken(Twice, frozen=True):
    name = "BROKEN"

    def compute(self, candles):
        raise ValueError("no such number")


class World(Struct):
    core: Core
    metrics: MetricsService


@pytest.fixture
def world():
    core = Core()
    return World(core, MetricsService(core.stream, core.subscriber, core.signals, core.clock))


def feed(world, *indicators, count=20):
    """``count`` candles come in, the newest of them still forming."""
    world.core.indicators.use(BTC_1M, indicators)
    world.core.pipeline.apply(CandleHistory(BTC_1M, candles(count - 1), UnixMs(count * MINUTE)))
    world.core.pipeline.apply(update(count - 1, 110.0, closed=False))
    return world.metrics.indicators(BTC_1M, indicators)


def test_value_and_change_against_the_closed_bar(world):
    """The forming candle's value, and what it moved by."""
    (row,) = feed(world, Twice())
    closed = candles(19).close[-1] * 2
    assert row.state is IndicatorState.LIVE
    assert row.values == (("twice", 220.0),)
    assert row.change == pytest.approx(220 - closed)
    assert row.change_percent == pytest.approx((220 / closed - 1) * 100)
    assert row.updated_at == 19 * MINUTE + MINUTE // 2


def test_percent_is_only_said_of_what_is_a_price(world):
    """A change of an oscillator in percent of itself says nothing."""
    (row,) = feed(world, Swing())
    assert row.change is not None
    assert row.change_percent is None


def test_warming_up_says_how_far_it_is(world):
    """So many of so many candles."""
    (row,) = feed(world, Twice(50))
    assert (row.state, row.have, row.needed) == (IndicatorState.WARMING_UP, 20, 50)
    assert row.value is None


def test_what_broke_is_told_and_the_rest_goes_on(world):
    """An error has its sentence and no number."""
    broken, fine = feed(world, Broken(), Twice())
    assert (broken.state, broken.problem) == (IndicatorState.ERROR, "no such number")
    assert broken.values == ()
    assert fine.state is IndicatorState.LIVE


def test_before_the_first_candle_it_is_computing(world):
    """Nothing has come of the series."""
    (row,) = world.metrics.indicators(BTC_1M, [Twice()])
    assert (row.state, row.updated_at) == (IndicatorState.COMPUTING, None)


def test_old_candles_are_not_live(world):
    """What nothing was heard of for long is stale, though it has a value."""
    feed(world, Twice())
    world.core.clock.advance_to(UnixMs(60 * MINUTE))
    (row,) = world.metrics.indicators(BTC_1M, [Twice()])
    assert row.state is IndicatorState.STALE
    assert row.value == 220.0


def test_signals_of_the_day_are_counted_by_direction(world):
    """Of this indicator, on this series."""
    label = Twice().label
    for s in (
        signal(1, source=label),
        signal(2, Direction.SELL, label),
        signal(3, source=label),
        signal(4, source="RSI(14)"),
        signal(5, source=label, series=ETH_1M),
    ):
        world.core.signals.add_signal(s)
    (row,) = feed(world, Twice())
    assert (row.buy_signals, row.sell_signals, row.signals) == (2, 1, 3)


def test_confidence_has_its_parts(world):
    """As of the newest moment; nothing before there is one."""
    assert world.metrics.confidence(BTC_1M).parts == ()
    world.core.signals.add_signal(signal(15, source="RSI(14)"))
    feed(world, Twice())
    (part,) = world.metrics.confidence(BTC_1M).parts
    assert part.signal.source == "RSI(14)"
    assert part.share > 0
