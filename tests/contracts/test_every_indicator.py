"""Promises every indicator makes, checked for TA-Lib's whole catalogue and for our own."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

import msgspec
import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import SHAPES, wandering
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import describe, indicator_catalogue
from thebot_desktop.analysis.expressions import parse_indicator
from thebot_desktop.analysis.facts import FactName
from thebot_desktop.analysis.indicator import Indicator, parameters_of
from thebot_desktop.analysis.running import RunningIndicator
from thebot_desktop.analysis.sight import Column
from thebot_desktop.app.discovery import discover
from thebot_desktop.cli.candle_csv import read_candles
from thebot_desktop.domain.plots import Drawn, Fill, Line, Pane, Plot, outputs_of
from thebot_desktop.domain.shapes import ZoneState

OWN = discover(indicators, Indicator)
CATALOGUE = indicator_catalogue(OWN)
LONG = wandering(6000)
LIVELY = wandering(6000, swing=10)
"""Moves that are large enough in percent for everyone to have an opinion."""
TEN_DAYS = replace(LIVELY.upto(1500), open_time=LIVELY.open_time[:1500] * 10)
"""Ten minutes apart, so that there are whole days behind."""
NEVER_NEAR_100 = {"ACOS", "ASIN", "COSH", "EXP", "SINH"}
"""Mathematics that has no finite value at such prices."""

WALK = wandering(100_000, seed=11).close


def made(name):
    """With its defaults; one that needs other symbols has candles of them at the same times."""
    kind = CATALOGUE[name]
    return paired(kind)() if kind().others else kind()


def paired(kind):
    class Paired(kind, frozen=True):
        def compute(self, candles):
            partner = replace(candles, close=np.sqrt(candles.close) * _walk(candles))
            return self.compute_with(candles, dict.fromkeys(self.others, partner))

    return Paired


def _walk(candles):
    """A price of its own for each minute."""
    return WALK[candles.open_time // 60_000 % len(WALK)]


@pytest.fixture(scope="module")
def market(recorded):
    return read_candles(recorded / "klines/BTCUSDT-1m-2026.ohlcv.csv.gz").candles.upto(6000)


for_every_indicator = pytest.mark.parametrize("name", CATALOGUE)
for_our_own = pytest.mark.parametrize("kind", OWN.values(), ids=OWN.keys())


@for_every_indicator
def test_never_looks_ahead(name):
    """A value stays exactly the same when later candles are taken away."""
    indicator = made(name)
    whole = indicator.compute(LONG.upto(1200))
    for count in (1, 2, 40, 150, 1199):
        part = indicator.compute(LONG.upto(count))
        for output in indicator.outputs:
            np.testing.assert_array_equal(part[output], whole[output][:count])


@for_every_indicator
def test_needs_no_more_than_its_lookback(name):
    """The newest value is the same with all of history or only the look-back."""
    _check_lookback(made(name), LONG)


@for_every_indicator
def test_needs_no_more_than_its_lookback_in_a_real_market(name, market):
    """The same over recorded candles, whose prices are five digits long."""
    _check_lookback(made(name), market)


def _check_lookback(indicator, candles):
    if indicator.anchored:
        pytest.skip("counts from the first candle, and says so")
    if indicator.name in NEVER_NEAR_100:
        pytest.skip("has no finite value at such prices")
    for end in (3001, 4444, len(candles)):
        past = candles.upto(end)
        whole, tail = indicator.compute(past), indicator.compute(past.last(indicator.lookback))
        for output in indicator.outputs:
            expected, found = whole[output][-1], tail[output][-1]
            if output in indicator.sparse and np.isnan(expected):
                assert np.isnan(found), (output, end)
                continue
            usual = np.nanmedian(np.abs(whole[output][-500:]))
            assert abs(found - expected) <= 1e-8 * max(abs(expected), usual), (output, end)


COUNT_FROM_THE_START = {"MAVP", "MAXINDEX", "MININDEX", "MINMAXINDEX"}
"""Cannot be carried forward: positions in the array, and a function of another one's values."""


@for_every_indicator
def test_carried_forward_it_is_the_same_to_the_last_bit(name):
    """One candle after the other gives what computing the whole history gives."""
    _check_carried(made(name), LONG.upto(1500), 900)


@for_every_indicator
def test_carried_forward_over_a_real_market_it_is_the_same(name, market):
    """The same over recorded candles."""
    _check_carried(made(name), market.upto(4000), 3400)


def _check_carried(indicator, candles, start):
    opened = indicator.open(candles.upto(start))
    assert (opened is None) == (indicator.name in COUNT_FROM_THE_START)
    if opened is None:
        return
    stream, closed = opened
    whole = indicator.compute(candles)
    for output in indicator.outputs:
        np.testing.assert_array_equal(closed[output], whole[output][:start])
    peeked = [stream.peek(candles.upto(at + 1), at) for at in [start] * 3]
    carried = [stream.close(candles.upto(at + 1), at) for at in range(start, len(candles))]
    for number, output in enumerate(indicator.outputs):
        expected = whole[output][start:]
        np.testing.assert_array_equal([row[number] for row in carried], expected)
        np.testing.assert_array_equal([row[number] for row in peeked], [expected[0]] * 3)


@for_every_indicator
@pytest.mark.parametrize("shape", SHAPES)
def test_is_carried_through_every_shape_of_market(name, shape):
    """Few candles, none, flat, gapped or without volume, one after the other."""
    indicator, candles = made(name), SHAPES[shape]
    running = RunningIndicator(indicator)
    for count in range(max(0, len(candles) - 5), len(candles) + 1):
        past = candles.upto(count)
        expected, found = indicator.compute(past), running.values(past, closed=True)
        for output in indicator.outputs:
            np.testing.assert_array_equal(found[output], expected[output])


@for_every_indicator
def test_the_lookback_is_enough_for_a_value(name):
    """Given as many candles as the look-back says, the newest has a value."""
    indicator = made(name)
    values = indicator.compute(LONG.upto(indicator.lookback))
    dense = [o for o in indicator.outputs if o not in indicator.sparse]
    assert name in NEVER_NEAR_100 or not any(np.isnan(values[o][-1]) for o in dense)


@for_every_indicator
@pytest.mark.parametrize("shape", SHAPES)
def test_survives_every_shape_of_market(name, shape):
    """Few candles, none, flat, gapped or without volume: outputs as long as the candles."""
    candles = SHAPES[shape]
    values = made(name).compute(candles)
    for output in CATALOGUE[name].outputs:
        assert values[output].dtype == np.float64
        assert len(values[output]) == len(candles)


@for_every_indicator
def test_the_warm_up_is_not_a_number(name):
    """Where there cannot be a value yet there is none; after the first there is no hole.

    Only sparse outputs may have holes, where there is nothing to show.
    """
    indicator = made(name)
    values = indicator.compute(LONG.upto(1500))
    assert indicator.sparse <= set(indicator.outputs)
    for output in set(indicator.outputs) - indicator.sparse:
        unknown = np.isnan(values[output])
        first = len(unknown) if unknown.all() else int(np.argmin(unknown))
        assert not unknown[first:].any() or name in NEVER_NEAR_100
        assert first < made(name).lookback or name in NEVER_NEAR_100


@for_every_indicator
def test_parameters_survive_a_settings_file(name):
    """Parameters come back equal from JSON and from their text form."""
    indicator = CATALOGUE[name]()
    assert msgspec.json.decode(msgspec.json.encode(indicator), type=CATALOGUE[name]) == indicator
    assert parse_indicator(indicator.label, CATALOGUE) == indicator


@for_every_indicator
def test_every_parameter_can_be_shown_in_a_form(name):
    """Each has a title, a kind that forms know, and a default inside its range."""
    for parameter in parameters_of(CATALOGUE[name]):
        assert parameter.title
        assert parameter.title != parameter.name
        assert parameter.kind in (int, float, bool, str) or issubclass(parameter.kind, Enum)
        assert isinstance(parameter.default, parameter.kind)
        assert parameter.minimum is None or parameter.default >= parameter.minimum
        assert parameter.maximum is None or parameter.default <= parameter.maximum
    assert msgspec.json.decode(msgspec.json.encode(describe(CATALOGUE[name])))["name"] == name


@for_every_indicator
def test_plots_only_what_it_computes(name):
    """Each plot draws an output that exists, and what it puts among the prices is one."""
    indicator = made(name)
    values = indicator.compute(LONG)
    for plot in indicator.plots:
        assert isinstance(plot, Plot)
        assert set(outputs_of(plot)) <= set(indicator.outputs)
        if isinstance(plot, Fill):
            assert plot.first != plot.second
        if isinstance(plot, Line) and plot.pane is Pane.PRICE:
            usual = np.nanmedian(values[plot.output] / LONG.close)
            assert 0.5 < usual < 2, f"{plot.output} is {usual:.3g} times the price"


@for_every_indicator
def test_can_be_named(name):
    """Its name is what one types, and none of the words of the condition language."""
    kind = CATALOGUE[name]
    assert kind.name == name
    assert name.isidentifier()
    assert name.isupper()
    words = {"and", "or", "not", "is", "above", "below", "crosses", *(f.value for f in FactName)}
    assert name.lower() not in words | {c.value for c in Column}
    assert kind.title
    assert kind.group
    assert len(set(kind.outputs)) == len(kind.outputs) > 0


@for_our_own
def test_what_is_drawn_does_not_change_with_what_comes_later(kind):
    """A zone keeps its place, and how it ended; levels and profiles are told by closed candles."""
    indicator = made(kind.name)
    if not any(isinstance(plot, Drawn) for plot in indicator.plots):
        assert indicator.shapes(LIVELY).zones.size == 0
        return
    whole = indicator.shapes(LIVELY.upto(2500))
    drawn = len(whole.zones) + len(whole.levels) + len(whole.profiles)
    assert drawn or len(indicator.shapes_in_view(LIVELY).profiles)
    known = {(z["begin"], z["side"], z["low"], z["high"]): z for z in whole.zones}
    for count in (1100, 1777, 2499):
        for zone in indicator.shapes(LIVELY.upto(count)).zones:
            later = known[zone["begin"], zone["side"], zone["low"], zone["high"]]
            if zone["state"] >= ZoneState.BROKEN:
                assert zone == later
            else:
                assert later["end"] > LIVELY.open_time[count - 1]


@for_our_own
def test_a_short_stretch_tells_all_zones_that_still_change(kind):
    """With twice the memory they are the same as with the whole history."""
    indicator = made(kind.name)
    memory = indicator.shape_memory
    if memory is None:
        pytest.skip("does not say so")
    for count in (2500, 4321, 6000):
        candles = LIVELY.upto(count)
        whole, part = (indicator.shapes(c).zones for c in (candles, candles.last(2 * memory)))
        since = candles.open_time[-memory]
        np.testing.assert_array_equal(part[part["begin"] >= since], whole[whole["begin"] >= since])
        older = indicator.shapes(LIVELY.upto(count - 1)).zones
        np.testing.assert_array_equal(older[older["begin"] < since], whole[whole["begin"] < since])


@for_our_own
@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_survive_every_shape_of_market(kind, shape):
    """Few candles, none, flat, gapped or without volume: nothing is raised."""
    indicator, candles = made(kind.name), SHAPES[shape]
    for shapes in (indicator.shapes(candles), indicator.shapes_in_view(candles)):
        assert np.isfinite(shapes.zones["low"]).all()
        assert (shapes.zones["low"] <= shapes.zones["high"]).all()
        assert np.isfinite(shapes.levels["price"]).all()
        assert (np.diff(shapes.zones["begin"]) >= 0).all()


@for_our_own
def test_signals_do_not_change_with_what_comes_later(kind):
    """Asked candle by candle, or about all at once, it says the same, in order."""
    indicator, candles = made(kind.name), TEN_DAYS
    at_once = list(indicator.signals(BTC_1M, candles, indicator.compute(candles), 0))
    one_by_one = []
    for count in range(1, len(candles) + 1):
        past = candles.upto(count)
        one_by_one += indicator.signals(BTC_1M, past, indicator.compute(past), count - 1)
    assert at_once
    assert one_by_one == at_once


@for_our_own
def test_signals_can_be_shown_and_weighed(kind):
    """Each names its source, its candle and its reason; confidence is between 0 and 1."""
    indicator = made(kind.name)
    found = list(indicator.signals(BTC_1M, LIVELY, indicator.compute(LIVELY), 1000))
    assert found
    for signal in found:
        at = int(np.searchsorted(LIVELY.open_time, signal.open_time))
        assert at >= 1000
        assert signal.price == LIVELY.close[at]
        assert signal.event_time == signal.open_time + 60_000
        assert signal.source == indicator.label
        assert 0 <= signal.confidence <= 1
        assert signal.reason


@for_our_own
@pytest.mark.parametrize("shape", SHAPES)
def test_signals_survive_every_shape_of_market(kind, shape):
    """Nothing is raised where there is little or nothing to say."""
    indicator, candles = made(kind.name), SHAPES[shape]
    values = indicator.compute(candles)
    assert isinstance(list(indicator.signals(BTC_1M, candles, values, 0)), list)
