"""How a person wants lines drawn."""

from __future__ import annotations

import msgspec
import pytest

from tests.ui.charts.builders import Mean, Spread, moment, walk
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.line_styles import LineStyle, renamed_styles, styled, with_styles
from thebot_desktop.ui.charts.pane_arrangement import renamed
from thebot_desktop.ui.charts.pane_specs import ColourBook, pane_specs

MEAN = LineStyle("MEAN(5)", "mean", colour=6, dashed=True)


def panes(*styles):
    results = moment(walk(30), Mean(5), Spread()).results
    return styled(pane_specs(results, ColourBook()), styles)


def test_colour_and_dashes_are_those_chosen_and_the_legend_follows():
    """The others stay as they come."""
    price, spread = panes(MEAN)
    (line,) = price.lines
    assert (line.colour, line.dashed) == (6, True)
    assert price.legend[0].outputs == (line,)
    assert spread == panes()[1]


def test_outputs_out_of_sight_leave_and_their_pane_with_the_last():
    """A pane without anything in it would only take room."""
    keys = panes()[1].outputs()
    off = [LineStyle(*key, shown=False) for key in keys]
    assert panes(off[0])[1].outputs() == keys[1:]
    assert [p.key for p in panes(*off)] == [panes()[0].key]


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
