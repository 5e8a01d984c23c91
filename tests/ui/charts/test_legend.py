"""What the legends say, and what they leave out when there is little room."""

from __future__ import annotations

import pytest

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, Share, Spread, fresh, moment, walk
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.legend import own_legend, price_legend

pytestmark = pytest.mark.ui


@pytest.fixture
def make(qtbot):
    def shown(width, height, *indicators, badge="", broken=()):
        view = ChartView(DARK)
        qtbot.addWidget(view)
        view.resize(width, height)
        view.viewport().resize(width, height)
        view.set_series(BTC, BITCOIN, badge, "Binance")
        view.update_chart(moment(walk(200), *indicators, broken=broken))
        view.set_freshness(fresh(FreshnessWord.LIVE, 200))
        return view

    return shown


def rows(view, index=None):
    text = price_legend(view.state, view.frame_now, view.style_now, index)
    return [[span.text for part in row for span in part.spans] for row in text.rows]


def test_a_wide_chart_says_everything_in_one_row(make):
    """Symbol, interval, exchange, freshness, prices, change, volume."""
    first = rows(make(1_200, 500))[0]
    assert first[:5] == ["BTCUSDT", "· 1m", "· Binance", "Live", "O"]
    assert [t for t in first if t in ("O", "H", "L", "C", "Vol")] == ["O", "H", "L", "C", "Vol"]


def test_a_narrow_chart_keeps_the_close(make):
    """Exchange, volume, then open, high and low make room."""
    title, prices = rows(make(330, 500))[:2]
    assert "· Binance" not in title or "BTCUSDT" in title
    assert prices[0] == "C"
    assert "O" not in prices


def test_a_low_chart_keeps_to_its_first_row(make):
    """The legend never covers much more than a third of the candles."""
    assert len(rows(make(330, 110, Mean(5)))) == 1


def test_a_pane_without_room_is_named(make):
    """Nobody wonders where the indicator went that was just switched on."""
    note = make(330, 160, Share()).pane_hand.note
    assert not note.isHidden()
    assert note.text() == "No room for SHARE"
    assert make(330, 500, Share()).pane_hand.note.isHidden()


def test_values_go_below_their_name_rather_than_over_the_axis(make):
    """An indicator with several lines in a narrow chart."""
    assert rows(make(800, 500, Mean(5)))[-1][0] == "MEAN(5)"
    assert len(rows(make(800, 500, Mean(5)))[-1]) == 2
    assert [len(row) for row in rows(make(125, 500, Mean(5)))[-2:]] == [1, 1]


def test_the_candle_under_the_crosshair_is_told(make):
    """Its own prices and the indicator's value there."""
    view = make(1_200, 500, Mean(5))
    candle = view.state.store.candle(120)
    title, overlays = rows(view, 120)
    assert f"{candle.open:.2f}" in title
    assert overlays[0] == "MEAN(5)"
    value = view.state.store.lines["MEAN(5)", "mean"].at(120)
    assert overlays[1] == f"{value:.2f}"


def test_the_change_is_against_the_close_before(make):
    """In percent, with its sign."""
    view = make(1_200, 500)
    store = view.state.store
    change = (store.candle(120).close / store.candle(119).close - 1) * 100
    sign = "+" if change > 0 else "−"
    assert f"{sign}{abs(change):.2f}%" in rows(view, 120)[0]


def test_values_that_are_missing_are_dashes(make):
    """While an indicator warms up it has no value, not a wrong one."""
    assert rows(make(1_200, 500, Mean(50)), 10)[1] == ["MEAN(50)", "–"]


def test_an_indicator_that_broke_is_named(make):
    """One sees that it is off."""
    view = make(1_200, 500, broken=[Mean(5)])
    assert rows(view)[1] == ["MEAN(5)", "switched off"]


def test_panes_have_legends_of_their_own(make):
    """All outputs in their colours, bars by their sign."""
    view = make(900, 700, Share(), Spread())
    frame = view.frame_now
    text = own_legend(view.state, frame, frame.panes[2], view.style_now, 150)
    spans = [span for part in text.rows[0] for span in part.spans]
    assert spans[0].text == "SPREAD"
    bars = view.state.store.lines["SPREAD", "bars"].at(150)
    assert spans[-1].colour == (DARK.up if bars > 0 else DARK.down)


def test_symbol_and_interval_are_left_to_a_header_above(make):
    """Nothing is said twice; a picture says it all the same."""
    view = make(1_200, 500, badge="DEMO")
    view.set_titled(titled=False)
    assert rows(view)[0][:2] == ["Live", "DEMO"]
    view.render_to_image(1)  # Qt paints large letters a shade differently the first time.
    untitled = view.render_to_image(1)
    view.set_titled(titled=True)
    assert view.render_to_image(1) == untitled


@pytest.mark.parametrize(
    ("word", "age", "text"),
    [
        (FreshnessWord.LIVE, 900, "Live"),
        (FreshnessWord.DELAYED, 14_400, "Delayed 14 s"),
        (FreshnessWord.DELAYED, 300, "Delayed"),
        (FreshnessWord.STALE, 120_000, "Stale 2 min"),
        (FreshnessWord.STALE, None, "Stale"),
    ],
)
def test_data_that_is_not_live_says_how_old_it_is(make, word, age, text):
    """By word and sign, never by colour alone."""
    view = make(900, 400)
    view.set_freshness(fresh(word, age))
    assert text in rows(view)[0]
    text = price_legend(view.state, view.frame_now, view.style_now, None)
    signs = [span.sign for row in text.rows for part in row for span in part.spans if span.sign]
    assert signs == [word]


def test_before_there_are_candles_nothing_is_said_of_their_age(make):
    """No word for nothing."""
    view = make(900, 400)
    view.set_freshness(None)
    assert not {"Live", "Delayed", "Stale"} & set(rows(view)[0])
