"""The chart as a widget: what is repainted when, and what a person can ask of it."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication

from tests.ui.charts.builders import (
    BITCOIN,
    BTC,
    DARK,
    MINUTE,
    START,
    Mean,
    Share,
    copied,
    fresh,
    moment,
    walk,
)
from thebot_desktop.domain.market import (
    Instrument,
    Interval,
    Origin,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.signals import Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.charts import chart_view
from thebot_desktop.ui.charts.chart_state import AlertLine, Crosshair
from thebot_desktop.ui.charts.chart_view import LEGEND_SECONDS, ChartView
from thebot_desktop.ui.charts.legend import price_legend
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

LIVE, DELAYED, STALE = FreshnessWord


@pytest.fixture
def chart(qtbot, qapp):
    """A chart on screen with 300 candles and two indicators, painted once."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(700, 440)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300), Mean(5), Share()))
    view.show()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    settle(qapp)
    return view


def settle(app):
    """Let everything that waits be painted."""
    for _ in range(3):
        app.processEvents()


def paints(view, app, change):
    """How often, and how large, ``change`` makes the chart paint."""
    before = view.paint_count
    change()
    settle(app)
    return view.paint_count - before, view.painted_area


def legend(view):
    """All words of the price pane's legend."""
    index = None
    text = price_legend(view.state, view.frame_now, view.style_now, index)
    return " ".join(span.text for row in text.rows for part in row for span in part.spans)


def test_a_price_that_moves_repaints_a_small_region(chart, qapp):
    """A tick touches the newest candle, its tag and the legend; not the chart."""
    candles = copied(walk(300))
    candles.close[-1] += 0.05
    count, area = paints(chart, qapp, lambda: chart.update_chart(moment(candles, Mean(5), Share())))
    assert count == 1
    assert area < 0.15 * chart.viewport().width() * chart.viewport().height()


def test_nothing_is_painted_when_nothing_changed(chart, qapp):
    """The same moment again, the same freshness again: not one paint."""

    def again():
        chart.update_chart(moment(walk(300), Mean(5), Share()))
        chart.set_freshness(None)
        chart.set_alert_lines([])
        chart.set_signals([])

    assert paints(chart, qapp, again)[0] == 0


def test_a_partial_repaint_leaves_the_same_picture_as_a_whole_one(chart, qapp):
    """Ticks and crosshair moves leave nothing behind and forget nothing."""
    candles = copied(walk(300))
    rng = np.random.default_rng(5)
    for _ in range(12):
        candles.close[-1] += rng.normal(0, 0.2)
        candles.high[-1] = max(candles.high[-1], candles.close[-1])
        candles.low[-1] = min(candles.low[-1], candles.close[-1])
        chart.update_chart(moment(candles, Mean(5), Share()))
        chart.state.crosshair = Crosshair(*rng.integers(20, 420, 2))
        chart.refresh_live()
        settle(qapp)
    partial = chart.grab().toImage()
    chart.invalidate()
    settle(qapp)
    assert chart.grab().toImage() == partial


def test_a_hidden_chart_does_not_paint(chart, qapp):
    """Nobody sees it: data is taken over, pixels wait until it is shown again."""
    chart.hide()
    candles = walk(302)
    assert (
        paints(chart, qapp, lambda: chart.update_chart(moment(candles, Mean(5), Share())))[0] == 0
    )
    chart.show()
    settle(qapp)
    assert chart.state.store.newest == 301


def test_new_candles_move_the_view_along(chart):
    """While the newest candle is in view, it stays where it is."""
    frame = chart.frame_now
    x = frame.bars.x(frame.newest)
    chart.update_chart(moment(walk(303), Mean(5), Share()))
    frame = chart.frame_now
    assert frame.newest == 302
    assert frame.bars.x(302) == pytest.approx(x, abs=1)


def test_new_candles_do_not_disturb_someone_who_looks_back(chart, qapp):
    """Panned away, the same candles stay on the same pixels, and a button leads back."""
    width, newest = chart.plot_width, chart.state.store.newest
    chart.state.viewport.scroll(-100, width, newest)
    chart.invalidate()
    x = chart.frame_now.bars.x(180)
    assert chart._newest_button.isVisible()
    chart.update_chart(moment(walk(303), Mean(5), Share()))
    assert chart.frame_now.bars.x(180) == x
    chart._newest_button.click()
    settle(qapp)
    assert chart.state.following
    assert not chart._newest_button.isVisible()


def test_history_that_arrives_in_front_keeps_the_time_in_view(chart):
    """The same stretch of time is shown, with more candles before it."""
    older = walk(500, start=START - 200 * MINUTE)
    chart.state.viewport.scroll(-100, chart.plot_width, chart.state.store.newest)
    chart.invalidate()
    when = chart.state.store.open_times[150]
    x = chart.frame_now.bars.x(150)
    chart.update_chart(moment(older, Mean(5), Share()))
    index = chart.state.store.index_of(when)
    assert index == 350
    assert chart.frame_now.bars.x(index) == pytest.approx(x, abs=1)


def test_a_price_beyond_the_range_scales_anew(chart, qapp):
    """The candle never leaves the chart."""
    candles = copied(walk(300))
    candles.close[-1] = candles.high[-1] = candles.high.max() + 30
    _, area = paints(chart, qapp, lambda: chart.update_chart(moment(candles, Mean(5), Share())))
    assert area == chart.viewport().width() * chart.viewport().height()
    assert chart.frame_now.panes[0].scale.shows(candles.close[-1])


def test_another_series_starts_empty(chart):
    """Nothing of the old series stays, and its late moments are ignored."""
    other = SeriesKey(Symbol("ETHUSDT"), Interval.M5)
    chart.set_alert_lines([AlertLine(101.0, "crosses 101")])
    chart.set_series(other, None, "DEMO")
    chart.update_chart(moment(walk(300)))
    assert chart.state.empty
    assert chart.state.alert_lines == ()
    assert "ETHUSDT" in legend(chart)
    assert "DEMO" in legend(chart)


def test_the_legend_says_what_one_sees(chart):
    """Symbol, interval, freshness, prices with the decimals of the symbol, indicator values."""
    chart.set_freshness(fresh(LIVE, 200))
    words = legend(chart)
    close = chart.state.store.live.close
    assert "BTCUSDT" in words
    assert "Live" in words
    assert f"{close:.2f}" in words
    assert "MEAN(5)" in words


def test_decimals_come_from_the_prices_until_the_symbol_is_known(qtbot):
    """No instrument yet: as many decimals as the prices have; later the exchange's."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.set_series(BTC, None)
    candles = walk(60)
    rounded = type(candles)(
        candles.open_time,
        *(np.round(getattr(candles, n), 3) for n in ("open", "high", "low", "close")),
        candles.volume,
        candles.trades,
        candles.origin,
    )
    view.update_chart(moment(rounded))
    assert view.state.decimals == 3
    view.set_instrument(Instrument(Symbol("BTCUSDT"), "BTC", "USDT", 0.1))
    assert view.state.decimals == 1


def test_the_countdown_runs_only_while_it_counts_and_is_seen(chart, qtbot):
    """One repaint a second of the tag, and none when the price is stale."""
    assert not chart._countdown.isActive()
    chart.set_freshness(fresh(LIVE, 100))
    assert chart._countdown.isActive()
    assert 0 < chart.state.left_ms <= 40_000
    left = chart.state.left_ms
    chart._heard_at -= 3
    chart._tick()
    assert left - 3_500 < chart.state.left_ms <= left - 3_000
    chart.set_freshness(fresh(STALE, 60_000))
    assert not chart._countdown.isActive()
    chart.set_freshness(fresh(LIVE, 100))
    chart.hide()
    assert not chart._countdown.isActive()


def test_ages_repaint_at_most_once_a_second(chart, qapp):
    """And not at all while the price is live, however often it is told."""

    def told(word, ages):
        def tell():
            for age in ages:
                chart.set_freshness(fresh(word, age))

        return tell

    chart.set_freshness(fresh(LIVE, 0))
    settle(qapp)
    assert paints(chart, qapp, told(LIVE, range(0, 9_000, 100)))[0] == 0
    chart.set_freshness(fresh(DELAYED, 14_000))
    settle(qapp)
    assert paints(chart, qapp, told(DELAYED, range(14_000, 15_000, 100)))[0] == 0
    count, area = paints(chart, qapp, told(DELAYED, [15_000]))
    assert count == 1
    assert area < 0.1 * chart.viewport().width() * chart.viewport().height()


def test_after_a_closed_candle_the_next_one_is_counted_down(chart):
    """Nobody has traded since: the tag does not stand at zero."""
    candles = walk(300)
    end = int(candles.open_time[-1]) + 60_000
    chart.set_clock(lambda: end + 20_000)
    chart.update_chart(moment(candles, closed=True))
    assert chart.state.left_ms == 40_000


def test_a_message_stands_in_place_of_candles(chart, qtbot):
    """What is wrong, and one button; it goes when candles come."""
    chart.set_series(BTC, BITCOIN)
    chart.show_message("No trades in this range", "Choose another one.", "Show all")
    assert chart._message.isVisible()
    with qtbot.waitSignal(chart.message_clicked):
        qtbot.mouseClick(chart._message.button, Qt.MouseButton.LeftButton)
    chart.update_chart(moment(walk(10)))
    assert not chart._message.isVisible()
    assert not chart.state.covered


def test_loading_shows_the_outline_of_candles(chart):
    """Bars in the grid's colour, no blank and no spinner."""
    chart.set_series(BTC, BITCOIN)
    chart.show_loading()
    image = chart.render_to_image(1)
    colours = {image.pixelColor(x, 230).name().upper() for x in range(600)}
    assert colours == {DARK.panel.upper(), DARK.grid.upper()}


def test_the_menu_offers_an_alert_at_the_price_one_points_at(chart, qtbot):
    """In whole price steps."""
    menu = chart.context_menu(200, 150)
    add = menu.actions()[0]
    with qtbot.waitSignal(chart.price_alert_requested) as asked:
        add.trigger()
    price = asked.args[0]
    assert price == pytest.approx(chart.frame_now.panes[0].scale.value(150), abs=0.01)
    assert round(price * 100) == pytest.approx(price * 100)
    assert f"{price:.2f}" in add.text()
    menu.deleteLater()
    below = chart.context_menu(200, 420)
    assert not any("alert" in a.text() for a in below.actions())
    below.deleteLater()


def test_alert_lines_and_signals_are_drawn_once(chart, qapp):
    """New marks paint the chart; the same marks again do not."""
    candles = walk(300)
    when = UnixMs(int(candles.open_time[290]))
    lines = [AlertLine(float(candles.close[-1]) + 0.2, "crosses")]
    signals = [Signal(BTC, when, "X", Direction.BUY, Strength.WEAK, 0.5, 100.0, "why", when)]
    plain = chart.render_to_image(1)
    assert paints(chart, qapp, lambda: chart.set_alert_lines(lines))[0] == 1
    assert paints(chart, qapp, lambda: chart.set_signals(signals))[0] == 1
    assert chart.render_to_image(1) != plain
    assert paints(chart, qapp, lambda: chart.set_signals(list(signals)))[0] == 0


def test_the_theme_changes_at_once(chart, qapp):
    """Every colour is the other theme's with the next paint."""
    chart.set_theme(load_theme("light"))
    settle(qapp)
    image = chart.grab().toImage()
    assert image.pixelColor(2, image.height() - 2).name().upper() == "#FFFFFF"


def test_an_axis_grows_with_its_labels(chart):
    """Prices are never cut."""
    narrow = chart.frame_now.axis_width
    candles = copied(walk(300))
    big = type(candles)(
        candles.open_time,
        *(getattr(candles, n) * 1e6 for n in ("open", "high", "low", "close")),
        candles.volume,
        candles.trades,
        candles.origin,
    )
    chart.set_series(BTC, BITCOIN)
    chart.update_chart(moment(big))
    frame = chart.frame_now
    widest = max(chart.style_now.width(frame.panes[0].text(v)) for v in frame.panes[0].ticks)
    assert frame.axis_width > narrow
    assert frame.axis_width >= widest + 8


def test_a_stale_price_is_grey(chart):
    """A price that is too old is not shown as the last one."""
    chart.set_freshness(fresh(STALE, 100_000))
    frame = chart.frame_now
    y = frame.panes[0].scale.y(chart.state.store.live.close)
    image = chart.render_to_image(1)
    assert image.pixelColor(frame.width - 3, y).name().upper() == DARK.muted.upper()


def test_origin_of_repairs_reaches_the_picture(chart, qapp):
    """A repair of candles in the middle is taken over and painted."""
    candles = copied(walk(300))
    candles.origin[280:284] = Origin.REPAIRED
    chart.update_chart(moment(candles, Mean(5), Share()))
    settle(qapp)
    assert chart.state.store.repaired.tolist() == [[280, 283]]


def test_a_closed_chart_still_answers(qtbot):
    """Qt sends events to a window that was closed, such as that the pointer has come."""
    for _ in range(2):
        view = ChartView(DARK)
        qtbot.addWidget(view)
        view.update_chart(moment(walk(60)))
        view.show()
        view.grab()
        view.close()
        QApplication.sendEvent(view, QEnterEvent(QPointF(), QPointF(), QPointF()))
        view.leaveEvent(QEvent(QEvent.Type.Leave))
        assert not view.isVisible()
        assert shiboken6.isValid(view.scale_buttons)


def shown_legend(view):
    """The legend of the price pane as it was composed last."""
    return next(p for p in view._live.pieces if p.name == ("legend", "price")).content


def test_numbers_of_legends_follow_a_few_times_a_second_and_the_candle_at_once(
    chart, qapp, monkeypatch
):
    """The last ones are there when the price rests again."""
    candles = walk(300)
    began = chart._legends_at = time.monotonic()

    def at(seconds):
        clock = SimpleNamespace(monotonic=lambda: began + seconds)
        monkeypatch.setattr(chart_view, "time", clock)

    at(0.1)
    before, price = shown_legend(chart), candles.close[-1]
    for step in (1, 2, 3):
        candles.close[-1] = price + step * 0.25
        now = moment(candles, Mean(5), Share())
        number, size = paints(chart, qapp, lambda now=now: chart.update_chart(now))
        assert number == 1
        assert size > 0
        assert shown_legend(chart) == before
    assert chart._catch_up.isActive()
    chart._catch_up.timeout.emit()
    assert shown_legend(chart) != before
    before = shown_legend(chart)
    at(LEGEND_SECONDS)
    candles.close[-1] = price
    chart.update_chart(moment(candles, Mean(5), Share()))
    assert shown_legend(chart) != before
    assert not chart._catch_up.isActive()


def test_a_hidden_chart_catches_up_with_nothing(chart):
    """No timer runs for what nobody sees."""
    chart._legends_at = time.monotonic()
    candles = walk(300)
    candles.close[-1] += 0.25
    chart.update_chart(moment(candles, Mean(5), Share()))
    assert chart._catch_up.isActive()
    chart.hide()
    assert not chart._catch_up.isActive()
