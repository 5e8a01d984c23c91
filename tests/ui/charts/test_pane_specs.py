"""Which pane shows what, in which colour."""

from __future__ import annotations

from tests.ui.charts.builders import Mean, Share, Spread, moment, walk
from thebot_desktop.ui.charts.pane_specs import SINGLE_COLOUR, ColourBook, pane_specs

CANDLES = walk(30)


def specs(*indicators, colours=None, broken=()):
    results = moment(CANDLES, *indicators, broken=broken).results
    return pane_specs(results, colours or ColourBook())


def test_overlays_share_the_price_pane_and_others_get_their_own():
    """A mean goes over the candles, a share and a spread below them."""
    price, share, spread = specs(Mean(5), Share(), Spread())
    assert [line.key for line in price.lines] == [("MEAN(5)", "mean")]
    assert share.fixed == (0.0, 100.0)
    assert share.levels == [30.0, 70.0]
    assert [h.key[1] for h in spread.histograms] == ["bars"]
    assert [line.key[1] for line in spread.lines] == ["fast", "slow"]


def test_every_line_of_a_pane_has_a_colour_of_its_own():
    """Two lines are never told apart by guessing."""
    price, *_ = specs(*(Mean(n) for n in range(2, 9)))
    colours = [line.colour for line in price.lines]
    assert len(set(colours)) == len(colours)
    assert specs(Share())[1].lines[0].colour == SINGLE_COLOUR


def test_a_line_keeps_its_colour_when_another_one_goes():
    """Removing an overlay does not repaint its neighbours in other colours."""
    book = ColourBook()
    before = specs(Mean(5), Mean(20), Mean(50), colours=book)[0].lines
    after = specs(Mean(20), Mean(50), colours=book)[0].lines
    assert [line.colour for line in after] == [line.colour for line in before[1:]]
    again = specs(Mean(20), Mean(50), Mean(100), colours=book)[0].lines
    assert again[2].colour not in {again[0].colour, again[1].colour}


def test_an_indicator_that_broke_is_named_in_the_legend():
    """One sees that it is switched off, not just that it is gone."""
    price, *others = specs(Share(), broken=[Mean(5)])
    failed = [entry for entry in price.legend if entry.failed]
    assert [entry.label for entry in failed] == ["MEAN(5)"]
    assert len(others) == 1
