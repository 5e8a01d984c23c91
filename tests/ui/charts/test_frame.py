"""What the axes of panes say."""

from __future__ import annotations

import pytest

from tests.ui.charts.builders import BITCOIN, BTC, Share, moment, walk
from tests.ui.charts.test_origin_painter import frame_of
from thebot_desktop.domain.plots import Level, Line, Pane, Scale
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui


class Fraction(Share, frozen=True):
    """The same between zero and one."""

    name = "FRACTION"

    @property
    def plots(self):
        return (Line("share", Pane.OWN), Level(0.0), Level(0.5), Level(0.75), Scale(-1.0, 1.0))


@pytest.mark.parametrize(
    ("indicator", "said"), [(Share(), ["30", "70"]), (Fraction(), ["0.00", "0.50", "0.75"])]
)
def test_levels_are_named_with_all_the_decimals_they_have(qtbot, indicator, said):
    """One that lies between round values is not called by one of them."""
    view = ChartView(load_theme("dark"))
    qtbot.addWidget(view)
    view.resize(700, 420)
    view.viewport().resize(700, 420)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(200), indicator))
    pane = frame_of(view).panes[-1]
    assert [pane.text(float(tick)) for tick in pane.ticks] == said
