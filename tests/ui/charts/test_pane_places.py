"""Indicators in other panes than they come with."""

from __future__ import annotations

import msgspec
import pytest

from tests.ui.charts.builders import BITCOIN, BTC, Mean, Share, Spread, moment, walk
from thebot_desktop.analysis.indicators.pivot_points import PivotPoints
from thebot_desktop.analysis.indicators.volume_profile import VolumeProfile
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.indicator_place import IndicatorPlace
from thebot_desktop.domain.line_style import LineStyle
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.pane_arrangement import renamed
from thebot_desktop.ui.charts.pane_places import (
    are_alike,
    can_leave,
    placed,
    places_for,
    renamed_places,
    with_place,
)
from thebot_desktop.ui.charts.pane_specs import ColourBook, pane_specs
from thebot_desktop.ui.theme import load_theme

CATALOGUE = find_plugins().indicators
RSI = CATALOGUE["RSI"]
BBANDS = CATALOGUE["BBANDS"]
MACD = CATALOGUE["MACD"]


def made(*indicators, places=(), hidden=()):
    results = moment(walk(80), *indicators).results
    return placed(pane_specs(results, ColourBook(), hidden), places)


def test_an_overlay_moves_to_a_pane_of_its_own_with_all_that_is_its():
    """Its colours, its ground and its row in the legend go with it; the others stay."""
    bands = BBANDS()
    before = made(Mean(5), bands)[0]
    price, own = made(Mean(5), bands, places=[IndicatorPlace(bands.label, own=True)])
    assert [e.label for e in price.legend] == ["MEAN(5)"]
    assert {s.key[0] for s in price.lines} == {"MEAN(5)"}
    assert own.key == bands.label
    assert own.lines == [s for s in before.lines if s.key[0] == bands.label]
    assert own.fills == before.fills
    assert price.fills == []
    assert [e.outputs for e in own.legend] == [tuple(own.lines)]


def test_a_hidden_overlay_keeps_the_pane_that_it_was_given():
    """So that nothing jumps."""
    place = IndicatorPlace("MEAN(5)", own=True)
    price, own = made(Mean(5), places=[place], hidden=["MEAN(5)"])
    assert (price.legend, own.key, own.legend[0].hidden) == ([], "MEAN(5)", True)


def test_two_of_a_kind_share_a_pane_in_different_colours():
    """With the levels and the range of the host; each has its row in the legend."""
    slow, fast = RSI(), RSI(7)
    panes = made(slow, fast, Spread(), places=[IndicatorPlace(fast.label, beside=slow.label)])
    assert [p.key for p in panes] == ["price", slow.label, Spread().label]
    shared = panes[1]
    assert [e.label for e in shared.legend] == [slow.label, fast.label]
    assert len({s.colour for s in shared.lines}) == 2
    assert shared.legend[1].outputs[0] == shared.lines[1]
    assert shared.fixed == made(slow)[1].fixed
    assert shared.levels == made(slow)[1].levels


def test_a_guest_without_its_host_has_a_pane_again():
    """Also when the host is a guest itself, or two want to be with each other."""
    one, two, three = RSI(5), RSI(6), RSI(7)
    alone = [IndicatorPlace(one.label, beside=two.label)]
    assert [p.key for p in made(one, places=alone)] == ["price", one.label]
    chain = [*alone, IndicatorPlace(two.label, beside=three.label)]
    assert {p.key for p in made(one, two, three, places=chain)} == {
        "price",
        one.label,
        three.label,
    }
    ring = [*alone, IndicatorPlace(two.label, beside=one.label)]
    assert {p.key for p in made(one, two, places=ring)} == {"price", one.label, two.label}
    itself = [IndicatorPlace(one.label, beside=one.label)]
    assert len(made(one, places=itself)) == 2


def test_only_places_that_make_sense_are_offered():
    """Zones belong to the candles; an oscillator goes only where its scale is the same."""
    rsi, other = RSI(), RSI(7)
    assert are_alike(rsi, Share())
    assert not are_alike(rsi, MACD())
    assert can_leave(BBANDS())
    assert can_leave(PivotPoints())
    assert not can_leave(VolumeProfile())
    assert not can_leave(rsi)
    alone = IndicatorPlace(rsi.label)
    assert places_for(rsi, [rsi, MACD(), BBANDS()], ()) == [alone]
    beside = IndicatorPlace(rsi.label, beside=other.label)
    assert places_for(rsi, [rsi, other, MACD()], ()) == [alone, beside]
    assert places_for(other, [rsi, other], [beside]) == [IndicatorPlace(other.label)]
    assert places_for(other, [other], [beside]) == [IndicatorPlace(other.label)]
    mean = Mean(5)
    own = [IndicatorPlace(mean.label), IndicatorPlace(mean.label, own=True)]
    assert places_for(mean, [mean, Mean(9), rsi], ()) == own
    with_nine = IndicatorPlace(mean.label, own=True, beside="MEAN(9)")
    moved = [IndicatorPlace("MEAN(9)", own=True)]
    assert places_for(mean, [mean, Mean(9), rsi], moved) == [*own, with_nine]
    assert places_for(VolumeProfile(), [mean], ()) == [IndicatorPlace(VolumeProfile().label)]


def test_places_are_kept_with_the_look_and_follow_new_labels():
    """On both sides; layouts without them load."""
    place = IndicatorPlace("RSI(7)", beside="RSI(14)")
    look = ChartLook(pane_places=with_place((), place))
    assert msgspec.json.decode(msgspec.json.encode(look), type=ChartLook) == look
    assert msgspec.json.decode(b"{}", type=ChartLook).pane_places == ()
    assert renamed(look, "RSI(7)", "RSI(9)").pane_places[0].label == "RSI(9)"
    assert renamed(look, "RSI(14)", "RSI(21)").pane_places[0].beside == "RSI(21)"
    assert renamed_places((place,), "RSI(7)", "RSI(7)") == (place,)
    assert with_place((place,), IndicatorPlace("RSI(7)")) == ()
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"label": "", "own": True}, IndicatorPlace)


@pytest.mark.ui
def test_a_chart_paints_both_and_follows_the_newest_candle(qtbot):
    """Values of a guest take part in the scale; a style given to it holds."""
    view = ChartView(load_theme("dark"))
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    view.set_series(BTC, BITCOIN)
    one, two = Mean(5), Mean(60)
    places = (
        IndicatorPlace(one.label, own=True),
        IndicatorPlace(two.label, own=True, beside=one.label),
    )
    view.update_chart(moment(walk(200), one, two, Share()))
    view.set_look(
        ChartLook(pane_places=places, line_styles=(LineStyle(two.label, "mean", "#FF00FF"),))
    )
    view.grab()
    price, share, pane = view.frame_now.panes
    assert (price.spec.outputs(), pane.spec.key) == ((), one.label)
    assert share.spec.key == Share().label
    assert pane.spec.lines[1].colour == "#FF00FF"
    lines = [view.state.store.lines[s.key] for s in pane.spec.lines]
    assert all(pane.scale.low < line.live < pane.scale.high for line in lines)
    view.update_chart(moment(walk(201), one, two, Share()))
    assert view.grab().toImage().pixelColor(0, 0).isValid()
    view.set_look(ChartLook())
    assert view.state.panes[0].outputs() == ((one.label, "mean"), (two.label, "mean"))


@pytest.mark.ui
def test_a_pane_that_shows_nothing_names_no_values(qtbot):
    """There is nothing that they could be values of."""
    view = ChartView(load_theme("dark"))
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    view.set_series(BTC, BITCOIN)
    spread = Spread()
    view.update_chart(moment(walk(200), spread))
    view.grab()
    assert len(view.frame_now.panes[1].ticks)
    off = tuple(LineStyle(spread.label, output, shown=False) for output in spread.outputs)
    view.set_look(ChartLook(line_styles=off))
    view.grab()
    assert not len(view.frame_now.panes[1].ticks)
    assert len(view.frame_now.panes[0].ticks)
