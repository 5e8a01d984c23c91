"""How long TA-Lib's functions remember, with other parameters than the defaults."""

from __future__ import annotations

import numpy as np
import pytest

from tests.market_shapes import wandering
from thebot_desktop.analysis import talib_memory
from thebot_desktop.analysis.talib_catalogue import talib_types
from thebot_desktop.analysis.talib_library import AverageType

TYPES = talib_types()
CANDLES = wandering(9000, seed=3)
KINDS = list(AverageType)


def _repeats(indicator) -> bool:
    needed = indicator.lookback
    assert needed < len(CANDLES), f"{indicator.label} needs {needed}"
    whole, tail = indicator.compute(CANDLES), indicator.compute(CANDLES.last(needed))
    return all(
        abs(tail[o][-1] - whole[o][-1])
        <= 1e-8 * max(abs(whole[o][-1]), np.nanmedian(np.abs(whole[o])))
        for o in indicator.outputs
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("period", [1, 2, 9, 50, 200])
def test_each_kind_of_average_is_settled_after_its_lookback(kind, period):
    """Wherever it is the parameter that says which average."""
    assert _repeats(TYPES["MA"](period, kind))


@pytest.mark.parametrize(
    "indicator",
    [
        TYPES["MACD"](50, 100, 30),
        TYPES["MACDEXT"](5, 35, 5, AverageType.KAMA, AverageType.EMA, AverageType.RMA),
        TYPES["STOCH"](5, 9, 9, AverageType.EMA, AverageType.TEMA),
        TYPES["STOCHRSI"](30, 14, 3, AverageType.EMA),
        TYPES["ADX"](50),
        TYPES["T3"](40, 0.9),
        TYPES["TSI"](100, 50),
        TYPES["KC"](50, 100, 1.0),
        TYPES["BBANDS"](50, 2.0, 2.0, AverageType.DEMA),
        TYPES["ADOSC"](20, 100),
        TYPES["MASSI"](30, 50),
    ],
    ids=lambda i: i.label,
)
def test_the_lookback_grows_with_the_parameters(indicator):
    """It is derived from them, not a number that happens to fit the defaults."""
    assert _repeats(indicator)


def test_what_has_no_such_average_needs_no_candle_more():
    """A plain window has forgotten everything once it is full."""
    assert talib_memory.settled("SMA", {"timeperiod": 20}) == 0
    assert TYPES["SMA"](20).lookback == 20
    assert TYPES["BBANDS"]().lookback == 20
    assert TYPES["CDLDOJI"]().lookback == 11


def test_the_lookback_is_not_far_too_long():
    """One that asked for ten times the candles would be honest and useless."""
    assert TYPES["RSI"](14).lookback < 450
    assert TYPES["EMA"](20).lookback < 350
    assert TYPES["MACD"]().lookback < 500
