"""Other symbols over the price: where they stand, what the legend says, who delivers them."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.fakes import BTC_1M, ETH_1M, update
from tests.ui.charts.builders import (
    BITCOIN,
    BTC,
    DARK,
    MINUTE,
    START,
    colour_at,
    distance,
    made,
    moment,
    walk,
)
from tests.ui.docks.test_chart import Setting
from thebot_desktop.domain.market import Candles, Interval, SeriesKey, Symbol
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook, ScaleMode
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.comparison import values_at, values_until
from thebot_desktop.ui.charts.comparison_menu import (
    with_compared,
    with_compared_toggled,
    without_compared,
)
from thebot_desktop.ui.charts.legend import price_legend

pytestmark = pytest.mark.ui

ETH = SeriesKey(Symbol("ETHUSDT"), Interval.M1)
LOOK = ChartLook(compared=(ETH.symbol,))


@pytest.fixture
def chart(qtbot):
    """Three hundred candles, compared with another walk ten times as dear."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(700, 440)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300)))
    view.set_look(LOOK)
    view.update_compared(moment(times_ten(walk(300, seed=8)), series=ETH))
    view.show()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    return view


def times_ten(candles):
    return made(
        *(10 * getattr(candles, n) for n in ("open", "high", "low", "close")), candles.volume
    )


def without(candles, place):
    """The same candles but for one."""
    return Candles(*(np.delete(getattr(candles, f), place) for f in candles.__slots__))


def words(view):
    text = price_legend(view.state, view.frame_now, view.style_now, None)
    return [span.text for row in text.rows for part in row for span in part.spans]


def change_of(closes, base):
    return (closes / closes[base] - 1) * 100


def test_both_begin_at_the_same_place(chart):
    """At the first bar in view they meet; from there on each shows its own change."""
    frame = chart.frame_now
    base = max(0, frame.first + 1)
    line, factor = chart.state.compared[0].line, frame.factors[ETH.symbol]
    own = chart.state.store.candle(base).close
    assert line.at(base) * factor == pytest.approx(own)
    closes = times_ten(walk(300, seed=8)).close
    assert line.at(299) * factor / own == pytest.approx(closes[-1] / closes[base])


def test_the_line_is_drawn_where_it_belongs(chart):
    """In its colour, at the row of its percentage."""
    image, frame = chart.render_to_image(1), chart.frame_now
    each = chart.state.compared[0]
    index = frame.newest - 10
    value = each.line.at(index) * frame.factors[each.symbol]
    x, y = frame.bars.x(index), frame.panes[0].scale.y(value)
    wanted = chart.style_now.lines[each.colour].name().upper()
    near = [colour_at(image, x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    assert min(distance(c, wanted) for c in near) < 60


def test_everything_compared_is_in_view(chart):
    """The scale reaches over the highest and the lowest of all symbols."""
    frame = chart.frame_now
    low, high = frame.panes[0].data
    scaled = chart.state.compared[0].line.closed.values(frame.first, frame.last)
    scaled = scaled * frame.factors[ETH.symbol]
    assert low <= scaled.min() < scaled.max() <= high


def test_the_scale_is_in_percent_while_comparing(chart):
    """And what it was before once nothing is compared."""
    assert chart.state.scale is ScaleMode.PERCENT
    assert chart.frame_now.panes[0].axis_text(chart.frame_now.panes[0].ticks[0]).endswith("%")
    chart.set_look(without_compared(chart.state.look, ETH.symbol))
    assert chart.state.scale is ScaleMode.NORMAL
    assert not chart.frame_now.panes[0].base
    assert ETH.symbol not in words(chart)


def test_the_legend_says_the_change_in_percent(chart):
    """Since the first bar in view, up to the newest."""
    shown = words(chart)
    closes = times_ten(walk(300, seed=8)).close
    change = change_of(closes, max(0, chart.frame_now.first + 1))[-1]
    assert ETH.symbol in shown
    assert f"{abs(change):.2f}" in shown[shown.index(ETH.symbol) + 1]


def test_a_price_that_moves_repaints_the_end_of_the_line(chart, qapp):
    """Not the chart; and the legend follows."""
    for _ in range(3):
        QApplication.processEvents()
    before, said = chart.paint_count, words(chart)
    candles = times_ten(walk(300, seed=8))
    candles.close[-1] *= 1.0005
    chart.update_compared(moment(candles, series=ETH))
    for _ in range(3):
        QApplication.processEvents()
    assert chart.paint_count == before + 1
    assert chart.painted_area < chart.width() * chart.height() / 4
    assert words(chart) != said


def test_a_missing_bar_leaves_a_gap(chart):
    """It is not drawn across."""
    chart.update_compared(moment(without(times_ten(walk(300, seed=8)), 290), series=ETH))
    line = chart.state.compared[0].line
    assert np.isnan(line.at(290))
    assert not np.isnan(line.at(289))
    assert not np.isnan(line.at(291))


def test_new_candles_of_either_are_taken_over(chart):
    """Whichever of the two comes first."""
    longer = walk(301)
    chart.update_chart(moment(longer))
    line = chart.state.compared[0].line
    other = times_ten(walk(301, seed=8))
    assert line.at(300) == pytest.approx(line.at(299))  # Its last price, for the moment.
    chart.update_compared(moment(other, series=ETH))
    line = chart.state.compared[0].line
    assert line.at(300) == other.close[300]
    assert line.at(299) == other.close[299]


def test_a_hidden_symbol_takes_no_part(chart):
    """It stays in the legend, to be shown again."""
    chart.set_look(with_compared_toggled(chart.state.look, ETH.symbol))
    assert not chart.frame_now.factors
    assert "hidden" in words(chart)
    chart.set_look(with_compared_toggled(chart.state.look, ETH.symbol))
    assert chart.frame_now.factors


@pytest.mark.parametrize("kind", list(ChartKind))
def test_every_kind_of_chart_can_compare(chart, kind):
    """Bricks take the last price known at their time."""
    chart.set_look(msgspec.structs.replace(LOOK, kind=kind))
    assert chart.state.compared[0].line is not None
    assert ETH.symbol in chart.frame_now.factors
    chart.render_to_image(1)


def test_colours_stay_when_a_symbol_goes():
    """Nobody has to learn them anew."""
    view = ChartView(DARK)
    symbols = tuple(Symbol(s) for s in ("ETHUSDT", "SOLUSDT", "XRPUSDT"))
    view.set_look(ChartLook(compared=symbols))
    before = {c.symbol: c.colour for c in view.state.compared}
    view.set_look(without_compared(view.state.look, symbols[0]))
    assert all(before[c.symbol] == c.colour for c in view.state.compared)
    assert len(set(before.values())) == 3
    view.deleteLater()


def test_at_most_six_are_compared():
    """A seventh is left out; the layout file takes no more either."""
    look = ChartLook()
    for number in range(8):
        look = with_compared(look, Symbol(f"COIN{number}"))
    assert len(look.compared) == 6
    text = msgspec.json.encode(look).replace(b'"COIN5"', b'"COIN5","COIN6"')
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=ChartLook)


def test_values_stand_at_their_own_time():
    """The same in one piece, with holes, before and after."""
    times = np.arange(10, dtype=np.int64) * MINUTE + START
    values = np.arange(10.0)
    assert values_at(times[2:6], times, values).tolist() == [2, 3, 4, 5]
    assert np.isnan(values_at(times, times[5:], values[5:])[:5]).all()
    holey = np.delete(times, 3)
    assert np.flatnonzero(np.isnan(values_at(times, holey, np.delete(values, 3)))).tolist() == [3]
    assert values_until(times, holey, np.delete(values, 3))[3] == 2.0


def test_a_million_bars_are_compared_at_once(chart):
    """As vectors: the same grid is one copy."""
    chart.set_series(BTC, BITCOIN)
    big = walk(1_000_000)
    chart.update_chart(moment(big))
    chart.update_compared(moment(times_ten(big), series=ETH))
    line = chart.state.compared[0].line
    assert line.at(999_999) == pytest.approx(10 * big.close[-1])
    chart.state.viewport.spacing = 0.0007
    chart.state.viewport.refit(chart.plot_width, chart.state.store.newest)
    chart.invalidate()
    chart.render_to_image(1)


@pytest.fixture
def setting(qtbot):
    made_ = Setting(qtbot, labels=())
    yield made_
    made_.dock.release()


def test_a_compared_symbol_is_delivered_and_let_go(setting):
    """At the interval of the chart, for as long as it is compared."""
    setting.history()
    setting.dock.set_look(ChartLook(compared=(ETH_1M.symbol,)))
    assert ETH_1M in setting.session.series
    setting.history(series=ETH_1M)
    setting.frame()
    line = setting.dock.view.state.compared[0].line
    assert not np.isnan(line.at(150))
    setting.core.pipeline.apply(update(200, 123.0, series=ETH_1M))
    setting.core.pipeline.apply(update(200, 99.0))
    setting.frame()
    assert setting.dock.view.state.compared[0].line.live == 123.0
    five = SeriesKey(BTC_1M.symbol, Interval.M5)
    setting.dock.show_series(five)
    assert set(setting.session.series) == {five, SeriesKey(ETH_1M.symbol, Interval.M5)}
    setting.dock.set_look(ChartLook())
    assert setting.session.series == (five,)


def test_a_closed_chart_lets_go_of_all_it_compared(setting):
    """Nothing stays subscribed."""
    setting.dock.set_look(ChartLook(compared=(ETH_1M.symbol,)))
    setting.dock.release()
    assert setting.session.series == ()


def test_the_menu_adds_hides_and_removes(chart, qtbot):
    """From the menu of the chart."""
    menu = chart.context_menu(200, 100)
    inner = next(a.menu() for a in menu.actions() if a.text() == "Compare")
    entries = {a.text(): a for a in inner.actions()}
    with qtbot.waitSignal(chart.compare_wanted):
        entries["Add symbol…"].trigger()
    entries["Remove ETHUSDT"].trigger()
    assert chart.state.look.compared == ()
    menu.deleteLater()


def test_the_palette_asks_for_the_symbol(window):
    """The one that finds symbols everywhere."""
    window.run_command("chart.compare")
    assert window.palette_box.isVisible()
    window.palette_box.hide()
