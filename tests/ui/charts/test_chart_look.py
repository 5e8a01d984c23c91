"""Kinds of charts and price scales, by what is on the picture and what a click does."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np
import pytest

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, colour_at, made, moment, walk
from thebot_desktop.market.derived import heikin_ashi
from thebot_desktop.ui.charts.candle_painter import half_width
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook, ScaleMode
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui


@pytest.fixture
def make(qtbot):
    """A chart of these candles with this look."""

    def shown(candles, look, *indicators, spacing=30.0):
        view = ChartView(load_theme("dark"))
        qtbot.addWidget(view)
        view.resize(600, 400)
        view.viewport().resize(600, 400)
        view.set_series(BTC, BITCOIN)
        view.state.viewport.spacing = spacing
        view.set_look(look)
        view.update_chart(moment(candles, *indicators))
        return view

    return shown


def few():
    """Falls, rises above the close before, falls to below it, then the newest."""
    return made(
        [100, 104, 110, 105], [112, 116, 114, 108], [98, 96, 95, 104], [110, 112, 103, 105.5]
    )


def pixel(view, index, price, dx=0):
    frame = view.frame_now
    x, y = frame.bars.x(index) + dx, frame.panes[0].scale.y(price)
    return colour_at(view.render_to_image(1), x, y)


UP, DOWN = DARK.up.upper(), DARK.down.upper()


def test_a_hollow_candle_has_an_edge_and_nothing_inside(make):
    """Hollow when it rises; a falling one is filled; the colour is that of the change."""
    view = make(few(), ChartLook(kind=ChartKind.HOLLOW))
    half = half_width(view.frame_now.bars.spacing)
    assert pixel(view, 1, 108, -half) == UP
    assert pixel(view, 1, 108, half) == UP
    assert pixel(view, 1, 108, 2) == DARK.panel.upper()
    assert pixel(view, 1, 114) == UP
    assert pixel(view, 2, 107, 2) == DOWN


def test_a_bar_has_its_open_at_the_left_and_its_close_at_the_right(make):
    """A stem from high to low, and two ticks."""
    view = make(few(), ChartLook(kind=ChartKind.BARS))
    half = half_width(view.frame_now.bars.spacing)
    assert pixel(view, 1, 115) == UP
    assert pixel(view, 1, 104, -half) == UP
    assert pixel(view, 1, 112, half) == UP
    assert pixel(view, 1, 104, half) == DARK.panel.upper()


@pytest.mark.parametrize("kind", [ChartKind.LINE, ChartKind.AREA])
def test_a_line_goes_through_the_closes(make, kind):
    """Its colour stands at each close and at no high; an area is tinted below."""
    view = make(few(), ChartLook(kind=kind))
    image, frame = view.render_to_image(1), view.frame_now
    close = colour_at(image, frame.bars.x(1), frame.panes[0].scale.y(112))
    assert close not in (DARK.panel.upper(), UP, DOWN)
    below = colour_at(image, frame.bars.x(1), frame.panes[0].scale.y(106))
    plain = below in (DARK.panel.upper(), DARK.grid.upper())
    assert plain == (kind is ChartKind.LINE)


def test_a_spike_of_the_close_is_seen_among_a_hundred_thousand(make):
    """The extremes of a line survive when many closes share a column."""
    candles = walk(100_000)
    close = candles.close.copy()
    close[50_000] = close.max() * 1.2
    candles = with_closes(candles, close)
    view = make(candles, ChartLook(kind=ChartKind.LINE), spacing=0.001)
    frame = view.frame_now
    image = view.render_to_image(1)
    x, y = frame.bars.x(50_000), frame.panes[0].scale.y(close[50_000])
    around = {colour_at(image, x + d, y + 2) for d in range(-3, 4)}
    assert around - {DARK.panel.upper(), DARK.grid.upper()}


def with_closes(candles, close):
    """``candles`` with other closes, and highs that allow them."""
    return dataclasses.replace(candles, close=close, high=np.maximum(candles.high, close))


def test_heikin_ashi_candles_are_drawn_from_averages_but_the_price_is_the_real_one(make):
    """Also while the newest candle forms, without computing all of them again."""
    candles = walk(300)
    view = make(candles, ChartLook(kind=ChartKind.HEIKIN_ASHI))
    wanted = heikin_ashi(candles)
    assert view.state.store.live.close == pytest.approx(wanted.close[-1])
    assert view.state.last_price == candles.close[-1]
    moved = candles.close.copy()
    moved[-1] += 3.0
    changed = with_closes(candles, moved)
    view.update_chart(moment(changed))
    wanted = heikin_ashi(changed)
    live = view.state.store.live
    assert (live.open, live.high, live.low, live.close) == pytest.approx(
        (wanted.open[-1], wanted.high[-1], wanted.low[-1], wanted.close[-1])
    )


def test_renko_draws_bricks_with_the_values_that_belong_to_them(make):
    """Overlays stand at the bricks; a later tick does not lay them anew."""
    candles = walk(2000)
    view = make(candles, ChartLook(kind=ChartKind.RENKO), Mean(9))
    store = view.state.store
    sizes = np.abs(np.diff(store.candles.items(0, store.newest)[[0, 3]], axis=0))
    assert np.allclose(sizes, sizes[0, 0])
    line = next(iter(store.lines.values()))
    assert len(line.closed) == store.newest
    count = len(store)
    view.update_chart(moment(candles, Mean(9)))
    assert len(view.state.store) == count


def test_another_kind_keeps_what_is_in_view(make):
    """The stretch of time in the middle of the chart stays, and can be changed back."""
    view = make(walk(2000), ChartLook(), spacing=6.0)
    view.state.viewport.scroll(-700, view.plot_width, view.state.store.newest)
    view.invalidate()
    before = view.state.viewport.right
    view.set_look(ChartLook(kind=ChartKind.HEIKIN_ASHI))
    assert view.state.viewport.right == pytest.approx(before, abs=1)
    view.set_look(ChartLook(kind=ChartKind.RENKO))
    view.set_look(ChartLook())
    assert len(view.state.store) == 2000


def test_percent_is_against_the_first_candle_in_view(make):
    """The axis names changes; the legend keeps prices."""
    view = make(walk(500), ChartLook(scale=ScaleMode.PERCENT), spacing=6.0)
    pane, frame = view.frame_now.panes[0], view.frame_now
    base = view.state.store.candle(frame.first + 1).close
    assert pane.axis_text(base) in ("0.00%", "0%", "0.0%")
    assert pane.tag_text(base * 1.0126) == "+1.26%"
    assert pane.axis_text(base * 1.5).startswith("+50")
    assert "%" not in pane.text(base)
    changes = [(t / base - 1) * 100 for t in pane.ticks]
    assert np.allclose(changes, np.round(changes, 4))


@pytest.mark.parametrize("look", [ChartLook(scale=ScaleMode.LOG), ChartLook(inverted=True)])
def test_every_candle_is_inside_the_pane_on_every_scale(make, look):
    """Logarithmic and upside down: highs and lows have their room, and the volume too."""
    view = make(walk(500), look, spacing=6.0)
    frame = view.frame_now
    pane = frame.panes[0]
    rows = view.state.store.candles.items(frame.first, frame.last)
    ys = pane.scale.ys(rows[1:3].ravel())
    assert ys.min() > pane.box.top
    assert ys.max() < pane.box.bottom
    assert (pane.scale.y(pane.data[1]) < pane.scale.y(pane.data[0])) != look.inverted


def test_the_menu_changes_the_look_and_tells_it(make, qtbot):
    """The present choice is ticked; another one is drawn at once."""
    view = make(walk(300), ChartLook())
    menu = view.context_menu(200, 150)
    kinds = next(a.menu() for a in menu.actions() if a.text() == "Chart type")
    ticked = [a.text() for a in kinds.actions() if a.isChecked()]
    assert ticked == ["Candles", "Volume"]
    with qtbot.waitSignal(view.look_changed) as told:
        next(a for a in kinds.actions() if a.text() == "Hollow candles").trigger()
    assert told.args == [ChartLook(kind=ChartKind.HOLLOW)]
    assert view.state.look.kind is ChartKind.HOLLOW
    menu.deleteLater()


def test_a_look_survives_being_written_down():
    """As the layout file keeps it."""
    look = ChartLook(ChartKind.RENKO, ScaleMode.LOG, inverted=True, volume=False)
    assert msgspec.json.decode(msgspec.json.encode(look), type=ChartLook) == look
