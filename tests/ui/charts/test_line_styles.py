"""How a person wants lines drawn."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from tests.ui.charts.builders import BITCOIN, BTC, Mean, Spread, distance, moment, walk
from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.line_style import LineStyle, ground_between
from thebot_desktop.domain.plots import Fill, Line
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.line_styles import renamed_styles, styled, with_styles
from thebot_desktop.ui.charts.pane_arrangement import renamed
from thebot_desktop.ui.charts.pane_specs import ColourBook, pane_specs
from thebot_desktop.ui.theme import blend, load_theme

MEAN = LineStyle("MEAN(5)", "mean", colour=6, dashed=True)


def panes(*styles):
    results = moment(walk(30), Mean(5), Spread()).results
    return styled(pane_specs(results, ColourBook()), styles)


def test_colour_and_dashes_are_those_chosen_and_the_legend_follows():
    """The others stay as they come."""
    price, spread = panes(MEAN)
    (line,) = price.lines
    assert (line.colour, line.dash) == (6, Dash.DASHED)
    assert price.legend[0].outputs == (line,)
    assert spread == panes()[1]


def test_outputs_out_of_sight_leave_but_the_pane_and_its_legend_stay():
    """Otherwise there would be no way back to what was switched off."""
    keys = panes()[1].outputs()
    off = [LineStyle(*key, shown=False) for key in keys]
    assert panes(off[0])[1].outputs() == keys[1:]
    price, empty = panes(*off)
    assert (price.key, empty.key) == (panes()[0].key, panes()[1].key)
    assert empty.outputs() == ()
    assert [(e.label, e.outputs, e.unseen) for e in empty.legend] == [(empty.key, (), True)]
    over = panes(LineStyle("MEAN(5)", "mean", shown=False))[0]
    assert [(e.label, e.unseen) for e in over.legend] == [("MEAN(5)", True)]


def test_styles_are_kept_with_the_look_and_follow_a_new_label():
    """Old layouts load, wrong colours do not."""
    look = ChartLook(line_styles=(MEAN,))
    assert msgspec.json.decode(msgspec.json.encode(look), type=ChartLook) == look
    assert msgspec.json.decode(b"{}", type=ChartLook).line_styles == ()
    assert renamed(look, "MEAN(5)", "MEAN(9)").line_styles[0].key == ("MEAN(9)", "mean")
    assert renamed_styles((MEAN,), "MEAN(5)", "MEAN(5)") == (MEAN,)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"label": "a", "output": "b", "colour": 8}, LineStyle)


def test_what_says_nothing_is_not_kept():
    """Going back to the defaults leaves no trace."""
    assert with_styles((MEAN,), "MEAN(5)", [LineStyle("MEAN(5)", "mean")]) == ()


def test_widths_dots_and_colours_of_ones_own_reach_the_line():
    """A style that says of dashes what older layouts said is read as before."""
    style = LineStyle("MEAN(5)", "mean", colour="#1E90FF", dash=Dash.DOTTED, width=4)
    (line,) = panes(style)[0].lines
    assert (line.colour, line.dash, line.width) == ("#1E90FF", Dash.DOTTED, 4)
    old = {"label": "MEAN(5)", "output": "mean", "colour": 6, "dashed": True}
    assert msgspec.convert(old, LineStyle) == MEAN
    assert MEAN.broken is Dash.DASHED
    assert LineStyle("a", "b", dashed=True, dash=Dash.SOLID).broken is Dash.SOLID
    assert LineStyle("a", "b").broken is None
    assert msgspec.json.decode(msgspec.json.encode(style), type=LineStyle) == style


@pytest.mark.parametrize(
    "wrong", [{"width": 0}, {"width": 5}, {"colour": "red"}, {"colour": -1}, {"dash": "wavy"}]
)
def test_styles_that_make_no_sense_are_not_loaded(wrong):
    """Whatever a file says."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"label": "a", "output": "b", **wrong}, LineStyle)


def painted(*styles, unit=1, count=40):
    """Which columns and rows of a chart's picture have the chosen colour."""
    view = ChartView(load_theme("light"))
    view.resize(600, 400)
    view.viewport().resize(600, 400)
    view.set_series(BTC, BITCOIN)
    view.set_look(ChartLook(line_styles=styles, volume=False))
    view.update_chart(moment(walk(count), Mean(5)))
    view.state.crosshair = None
    image = view.render_to_image(unit)
    hits = {
        (x, y)
        for x in range(image.width() * 3 // 4)
        for y in range(60 * unit, image.height())
        if image.pixelColor(x, y).name() == "#ff00ff"
    }
    view.close()
    return hits


@pytest.mark.ui
def test_wide_lines_are_wider_and_dots_leave_gaps(qtbot):
    """At both scales of the screen, few points or many."""
    own = LineStyle("MEAN(5)", "mean", colour="#FF00FF")

    def area(unit=1, count=40, **chosen):
        return len(painted(msgspec.structs.replace(own, **chosen), unit=unit, count=count))

    assert area(width=2) < area(width=3) < area(width=4)
    assert area(width=4, unit=2) > 3 * area(width=4)
    assert 0 < area(width=4, dash=Dash.DOTTED) < area(width=4, dash=Dash.DASHED) < area(width=4)
    assert area(width=4, count=4000) > area(width=2, count=4000)


BARS = LineStyle("SPREAD", "bars", colour=3, falling="#FF8800")


def test_bars_take_a_colour_above_and_one_below_zero():
    """In the pane and in the legend; without a style both stay as they come."""
    (bars,) = panes(BARS)[1].histograms
    assert (bars.rising, bars.falling) == (3, "#FF8800")
    assert bars in panes(BARS)[1].legend[0].outputs
    (plain,) = panes()[1].histograms
    assert (plain.rising, plain.falling) == (None, None)
    assert panes(LineStyle("SPREAD", "bars", shown=False))[1].histograms == []


class Ribbon(Spread, frozen=True):
    """A ground between two lines over the price that change places."""

    name = "RIBBON"
    sided: bool = False

    @property
    def plots(self):
        lines = (Line("fast"), Line("slow"))
        return *lines, Fill("fast", "slow", by_side=self.sided)

    def compute(self, candles):
        change = candles.close - candles.open
        return {
            "bars": change,
            "fast": candles.close + 4 * np.sign(change),
            "slow": candles.close - 4 * np.sign(change),
        }


def ground(ribbon, *styles):
    results = moment(walk(30), ribbon).results
    return styled(pane_specs(results, ColourBook()), styles)[0].fills


def of_ground(ribbon, **chosen):
    return LineStyle(ribbon.label, ground_between("fast", "slow"), **chosen)


def test_a_ground_has_a_colour_and_an_opacity_of_its_own():
    """Its own colour goes before that of its first edge, which it has otherwise."""
    ribbon = Ribbon()
    edge = LineStyle(ribbon.label, "fast", colour=6)
    assert [f.colour for f in ground(ribbon, edge)] == [6]
    (own,) = ground(ribbon, edge, of_ground(ribbon, colour="#112233", opacity=40))
    assert (own.colour, own.opacity) == ("#112233", 40)
    (clear,) = ground(ribbon, edge, of_ground(ribbon, opacity=0))
    assert (clear.colour, clear.opacity) == (6, 0)


def test_a_ground_that_is_coloured_by_side_has_two_colours():
    """And it stays one that is coloured by side."""
    ribbon = Ribbon(sided=True)
    (cloud,) = ground(ribbon, of_ground(ribbon, colour=1, falling=2, opacity=30))
    assert cloud.by_side
    assert (cloud.rising, cloud.falling, cloud.opacity) == (1, 2, 30)


def test_a_ground_out_of_sight_leaves_its_lines_and_goes_with_them():
    """It can be switched off alone, and is nothing without its edges."""
    ribbon = Ribbon()
    assert ground(ribbon, of_ground(ribbon, shown=False)) == []
    assert ground(ribbon, LineStyle(ribbon.label, "slow", shown=False)) == []
    assert len(ground(ribbon, of_ground(ribbon, colour=1))) == 1


@pytest.mark.parametrize(
    "wrong", [{"opacity": 101}, {"opacity": -1}, {"opacity": 0.5}, {"falling": 8}]
)
def test_bars_and_grounds_that_make_no_sense_are_not_loaded(wrong):
    """Right ones come back as they were."""
    right = LineStyle("a", "b/c", colour=1, falling="#0A0B0C", opacity=0)
    assert msgspec.json.decode(msgspec.json.encode(right), type=LineStyle) == right
    assert right.says_something
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"label": "a", "output": "b", **wrong}, LineStyle)


def look_of(indicator, *styles, theme="light", unit=1):
    """A chart's view and its picture."""
    view = ChartView(load_theme(theme))
    view.resize(600, 400)
    view.viewport().resize(600, 400)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(400), indicator))
    view.set_look(ChartLook(line_styles=styles, volume=False))
    return view, view.render_to_image(unit)


def colours_in(view, image, pane, unit=1):
    box = view.frame_now.panes[pane].box
    found = {
        image.pixelColor(x, y).name().upper()
        for x in range(0, image.width() * 3 // 4, 2)
        for y in range(box.top * unit + 1, box.bottom * unit, 2)
    }
    view.close()
    return found


@pytest.mark.ui
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_colours_of_bars_are_painted_as_they_are(qtbot, theme):
    """At once in a chart that stands; the bars of the other sign stay as they come."""
    own = LineStyle("SPREAD", "bars", colour="#FF00FF", falling="#00C8FF")
    view, image = look_of(Spread(), own, theme=theme)
    style = view.style_now
    usual = {b.color().name().upper() for b in (style.histogram_up, style.histogram_down)}
    found = colours_in(view, image, 1)
    assert found >= {"#FF00FF", "#00C8FF"}
    assert not found & usual
    half = colours_in(*look_of(Spread(), LineStyle("SPREAD", "bars", falling="#00C8FF")), 1)
    assert "#00C8FF" in half
    assert "#FF00FF" not in half


@pytest.mark.ui
@pytest.mark.parametrize("sided", [False, True])
def test_the_opacity_of_a_ground_is_that_chosen(qtbot, sided):
    """From nothing to all of the colour, half of it in between."""
    ribbon = Ribbon(sided=sided)

    def found(opacity):
        chosen = of_ground(ribbon, colour="#FF00FF", falling="#FF00FF", opacity=opacity)
        return colours_in(*look_of(ribbon, chosen), 0)

    assert "#FF00FF" in found(100)
    assert "#FF00FF" not in found(50)
    half = blend("#FF00FF", load_theme("light").panel, 0.5).upper()
    assert any(distance(colour, half) <= 3 for colour in found(50))
    assert not any(distance(colour, half) <= 3 for colour in found(0))
