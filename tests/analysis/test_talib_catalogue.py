"""TA-Lib's functions as indicators; expected values come from plain calls of the library."""

from __future__ import annotations

import numpy as np
import pytest
import talib
from talib import abstract

from tests.market_shapes import wandering
from thebot_desktop.analysis.indicator import parameters_of
from thebot_desktop.analysis.talib_catalogue import talib_types
from thebot_desktop.analysis.talib_library import AverageType
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.plots import Fill, Histogram, Line, Marks, Pane

TYPES = talib_types()
CANDLES = wandering(700)
COLUMNS = {c: getattr(CANDLES, c) for c in ("open", "high", "low", "close", "volume")}


def _plain(name, options):
    """The outputs of the library's own function over its own default inputs."""
    columns = []
    for wanted in abstract.Function(name).input_names.values():
        columns += [wanted] if isinstance(wanted, str) else wanted
    inputs = {**COLUMNS, "periods": talib.HT_DCPERIOD(CANDLES.close)}
    found = getattr(talib, name)(*(inputs[c] for c in columns), **options)
    return found if isinstance(found, tuple | list) else [found]


def _larger(parameter):
    """Another value than the default, which the library accepts too."""
    if parameter.kind is AverageType:
        return AverageType.WMA if parameter.default is not AverageType.WMA else AverageType.EMA
    if parameter.kind is int:
        return parameter.default + 3
    return parameter.default * 0.9


def _same(found, expected, first):
    expected = np.asarray(expected, dtype=np.float64)
    np.testing.assert_array_equal(found[first:], expected[first:])
    assert np.isnan(found[:first]).all()


def test_every_function_of_the_library_is_there():
    """All groups, all functions, all 61 candlestick patterns."""
    assert list(TYPES) == sorted(talib.get_functions())
    groups = {}
    for kind in TYPES.values():
        groups.setdefault(kind.group, []).append(kind.name)
    assert groups.keys() == talib.get_function_groups().keys()
    assert len(groups["Pattern Recognition"]) == 61


@pytest.mark.parametrize("name", TYPES)
def test_values_are_those_of_a_plain_call(name):
    """To the last bit, with the defaults and with every parameter changed."""
    kind = TYPES[name]
    changed = {p.name: _larger(p) for p in parameters_of(kind)}
    for parameters in ({}, changed):
        indicator = kind(**parameters)
        options = {p.name: getattr(indicator, p.name) for p in parameters_of(kind)}
        plain = {k: v.code if isinstance(v, AverageType) else v for k, v in options.items()}
        values = indicator.compute(CANDLES)
        function = abstract.Function(name)
        function.set_parameters(dict(plain))
        assert list(values) == function.output_names
        for found, expected in zip(values.values(), _plain(name, plain), strict=True):
            _same(found, expected, function.lookback)


def test_parameters_are_described_by_the_library():
    """Titles, defaults and ranges come with it."""
    (period,) = parameters_of(TYPES["RSI"])
    assert (period.name, period.title, period.kind) == ("timeperiod", "Time Period", int)
    assert (period.default, period.minimum, period.maximum) == (14, 2, 100_000)
    factor = parameters_of(TYPES["T3"])[1]
    assert (factor.default, factor.minimum, factor.maximum) == (0.7, 0.0, 1.0)
    assert TYPES["RSI"].title == "Relative Strength Index"
    assert TYPES["RSI"].group == "Momentum Indicators"


def test_kinds_of_average_come_after_the_numbers():
    """So that STOCH(14,3,3) means what everybody writes it for."""
    names = [p.name for p in parameters_of(TYPES["STOCH"])]
    assert names == ["fastk_period", "slowk_period", "slowd_period", "slowk_matype", "slowd_matype"]
    assert TYPES["STOCH"](14, 3, 3).label == "STOCH(14,3,3)"


@pytest.mark.parametrize(
    ("indicator", "label"),
    [
        (TYPES["BBANDS"](), "BBANDS(20,2,2)"),
        (TYPES["BBANDS"](nbdevup=2.5), "BBANDS(20,2.5,2)"),
        (TYPES["BBANDS"](matype=AverageType.EMA), "BBANDS(20,2,2,EMA)"),
        (TYPES["MACD"](), "MACD(12,26,9)"),
        (TYPES["OBV"](), "OBV"),
        (TYPES["T3"](5, 1 / 3), "T3(5,0.3333333333333333)"),
    ],
)
def test_the_label_shows_the_numbers_and_what_was_changed(indicator, label):
    """Kinds of average only when they are not the default; no digit is rounded away."""
    assert indicator.label == label


@pytest.mark.parametrize("name", ["MACD", "PPO", "ADOSC"])
def test_a_slow_period_below_the_fast_one_says_so(name):
    """The library itself takes it, and gives values nobody meant."""
    with pytest.raises(InputError) as caught:
        TYPES[name](fastperiod=26, slowperiod=12)
    sentence = f"The slow period of {name} must not be shorter than the fast one: 12 is below 26."
    assert caught.value.user_message == sentence
    assert TYPES[name](fastperiod=12, slowperiod=26)


def test_drawing_hints_come_from_the_library():
    """Histogram, dashed signal line, bands and averages among the prices."""
    assert TYPES["MACD"]().plots == (
        Line("macd", Pane.OWN),
        Line("macdsignal", Pane.OWN, dashed=True),
        Histogram("macdhist", Pane.OWN),
    )
    for name in ("BBANDS", "ACCBANDS"):
        assert [p.pane for p in TYPES[name]().plots] == [Pane.PRICE] * 4
        assert TYPES[name]().plots[-1] == Fill("upperband", "lowerband")
    assert not any(isinstance(p, Fill) for p in TYPES["HA"]().plots)
    assert TYPES["CDLDOJI"]().plots == (Marks("integer"),)
    assert TYPES["SUPERTREND"]().plots == (
        Line("supertrend", Pane.PRICE),
        Line("trend", Pane.OWN),
    )


def test_what_counts_from_the_first_candle_says_so():
    """Running totals and positions in the array have no honest look-back."""
    anchored = {name for name, kind in TYPES.items() if kind.anchored}
    assert {"OBV", "AD", "PVT", "CUMSUM", "SAR", "SUPERTREND", "MAXINDEX"} <= anchored
    assert not {"EMA", "RSI", "ADOSC", "KAMA", "MAX"} & anchored


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: TYPES["MAVP"](20, 10), "MAVP(20,10)"),
        (lambda: TYPES["RSI"](1), "RSI(1)"),
    ],
)
def test_parameters_the_library_refuses_make_no_indicator(make, reason):
    """Found out when it is made, not when the first candle comes."""
    with pytest.raises(InputError) as refused:
        make()
    assert reason in refused.value.user_message


def test_a_period_beyond_all_candles_gives_no_value():
    """And no error."""
    values = TYPES["EMA"](100_000).compute(CANDLES)
    assert np.isnan(values["real"]).all()
    assert len(values["real"]) == len(CANDLES)
