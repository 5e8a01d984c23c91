"""How a person wants lines drawn."""

from __future__ import annotations

import msgspec
import pytest

from tests.ui.charts.builders import BITCOIN, BTC, Mean, Spread, moment, walk
from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.line_style import LineStyle
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.line_styles import renamed_styles, styled, with_styles
from thebot_desktop.ui.charts.pane_arrangement import renamed
from thebot_desktop.ui.charts.pane_specs import ColourBook, pane_specs
from thebot_desktop.ui.theme import load_theme

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
