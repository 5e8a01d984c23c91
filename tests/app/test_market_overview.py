"""What the advanced charts show comes from the candles and prices that are known."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, ETH_1M, MINUTE, Core, candles, update
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.app.market_overview import MarketOverview
from thebot_desktop.domain.market import CandleHistory, Ticker, Trade


@pytest.fixture
def core():
    core = Core()
    core.clock.advance_to(300 * MINUTE)
    for series in (BTC_1M, ETH_1M):
        core.pipeline.apply(CandleHistory(series, candles(300), 300 * MINUTE))
    return core


def overview(core, labels=("EMACROSS(20,50)", "GONE(1)")):
    catalogue = {"EMACROSS": EmaCross}
    return MarketOverview(core.stream, catalogue, lambda: labels, SignalConfig, core.clock)


def test_an_opinion_is_worked_out_once_for_each_closed_candle(core):
    """An indicator that is gone is left out; a series without candles has none."""
    view = overview(core)
    first = view.opinion(BTC_1M)
    assert first.parts
    assert view.opinion(BTC_1M) is first
    core.pipeline.apply(update(300))
    core.clock.advance_to(301 * MINUTE)
    assert view.opinion(BTC_1M) is not first
    view.forget([])
    assert view.opinion(BTC_1M) == view.opinion(BTC_1M)
    nowhere = type(BTC_1M)("XRPUSDT", BTC_1M.interval)
    assert view.opinion(nowhere) is None


def test_correlations_are_symmetric_with_ones_of_equal_series(core):
    """The two series of the test are the same."""
    found = overview(core).correlations([BTC_1M, ETH_1M], 100)
    assert found[0][1] == found[1][0]
    assert found[0][1].value == pytest.approx(1.0)
    assert found[0][1].have == 100


def test_breadth_and_movers_are_of_the_prices_that_are_known(core):
    """A symbol without a day of its own is neither."""
    day = Ticker(BTC_1M.symbol, 110.0, 100.0, 111.0, 99.0, 5.0, 500.0, 300 * MINUTE)
    core.pipeline.apply(day)
    view = overview(core)
    found = view.breadth([BTC_1M.symbol, ETH_1M.symbol], BTC_1M.interval)
    assert (found.rising, found.count) == (1, 1)
    assert [known for _bars, _above, known in found.above] == [2, 2]
    (mover,) = view.movers()
    assert (mover.symbol, round(mover.change_percent), mover.quote_volume) == ("BTCUSDT", 10, 500.0)


def test_a_profile_is_of_the_newest_bars(core):
    """With how many these are; none where there are none."""
    view = overview(core)
    profile, bars, price = view.profile(BTC_1M, 50)
    assert bars == 50
    assert profile.low < profile.val <= profile.poc <= profile.vah < profile.high
    assert price > 0
    nowhere = type(BTC_1M)("XRPUSDT", BTC_1M.interval)
    assert view.profile(nowhere, 50)[:2] == (None, 0)


def test_the_newest_bar_is_the_one_that_forms_also_before_it_is_heard_of(core):
    """Its change is that of the last price since the close before, not that of the bar before."""
    view = overview(core)
    close = float(core.stream.candles(BTC_1M).close[-1])
    core.pipeline.apply(Trade(BTC_1M.symbol, 1, close * 1.02, 1.0, False, 300 * MINUTE))
    assert view.interval(BTC_1M).change_percent == pytest.approx(2.0)
    core.pipeline.apply(update(300, close=close * 1.03, closed=False))
    assert view.interval(BTC_1M).change_percent == pytest.approx(3.0)
