"""Correlation to another symbol."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import MINUTE, series, wandering
from thebot_desktop.analysis.indicators.correlation import Correlation
from thebot_desktop.domain.signals import Direction

ETH = "ETHUSDT"


def against(own, other, **given):
    indicator = Correlation(ETH, **given)
    return indicator.compute_with(own, {ETH: other})["real"]


def test_it_is_the_correlation_of_logarithmic_returns():
    """Of as many as the length says, by numpy's own formula."""
    own, other = wandering(100, seed=1), wandering(100, seed=2)
    found = against(own, other, length=10)
    assert np.isnan(found[:10]).all()
    for at in (10, 11, 57, 99):
        a, b = (np.diff(np.log(c.close[at - 10 : at + 1])) for c in (own, other))
        assert found[at] == pytest.approx(np.corrcoef(a, b)[0, 1], rel=1e-9)


def test_candles_belong_together_that_opened_at_the_same_time():
    """Wherever they stand, and although one of the two began earlier or lacks some."""
    own, other = wandering(60, seed=1), wandering(60, seed=2)
    whole = against(own, other, length=5)
    late = against(own, other.last(40), length=5)
    np.testing.assert_array_equal(late[25:], whole[25:])
    assert np.isnan(late[:25]).all()
    kept = np.arange(60) != 30
    holed = replace(
        other, **{f: getattr(other, f)[kept] for f in ("open_time", "open", "close", "volume")}
    )
    holed = replace(holed, **{f: getattr(other, f)[kept] for f in ("high", "low", "trades")})
    holed = replace(holed, origin=other.origin[kept])
    found = against(own, holed, length=5)
    assert np.isnan(found[30:36]).all()
    np.testing.assert_array_equal(found[36:], whole[36:])
    np.testing.assert_array_equal(found[:30], whole[:30])


@pytest.mark.parametrize("others", [{}, {ETH: series([])}])
def test_without_the_other_symbol_it_has_no_value(others):
    """Not zero: nothing is known."""
    own = wandering(50)
    assert np.isnan(Correlation(ETH).compute_with(own, others)["real"]).all()
    assert np.isnan(Correlation(ETH).compute(own)["real"]).all()


def test_the_other_symbol_is_written_as_exchanges_do():
    """However it was typed; what can be none is refused."""
    assert Correlation("eth/usdt") == Correlation("ETHUSDT")
    assert Correlation("1inchusdt").others == ("1INCHUSDT",)
    assert Correlation(ETH, 30).label == "CORR(ETHUSDT,30)"
    for wrong in ("", "no symbol", "X" * 40):
        with pytest.raises(msgspec.ValidationError, match="is not a symbol"):
            msgspec.convert({"symbol": wrong}, Correlation)


def test_it_speaks_when_they_move_apart_and_when_they_move_together_again():
    """Of no direction, at the candle where it crosses its level."""
    candles = series(np.full(6, 10.0))
    values = {"real": np.array([0.9, 0.7, 0.1, 0.2, 0.5, 0.8])}
    told = list(Correlation(ETH, level=0.5).signals(BTC_1M, candles, values, 0))
    assert [s.open_time for s in told] == [2 * MINUTE, 5 * MINUTE]
    assert {s.direction for s in told} == {Direction.NEUTRAL}
    assert told[0].reason == "BTCUSDT moves apart from ETHUSDT, the correlation is 0.10"
    assert told[1].reason == ("BTCUSDT moves together with ETHUSDT again, the correlation is 0.80")
    assert told[0].confidence > told[1].confidence
    assert told[0].source == "CORR(ETHUSDT,20)"
