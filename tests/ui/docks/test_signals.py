"""The table of signals, its filters, and the window that explains one of them."""

from __future__ import annotations

from functools import cache
from time import perf_counter

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from tests.fakes import BTC_1M, ETH_1M, MINUTE, signal
from tests.market_shapes import wandering
from tests.ui.world import NOW
from thebot_desktop.app.older_candles import Older
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import CandleHistory, Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Direction, Strength
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, UnixMs
from thebot_desktop.ui.docks.chart import ChartDock
from thebot_desktop.ui.docks.signals import SignalsDock
from thebot_desktop.ui.models.table import Role
from thebot_desktop.ui.states import State
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

LEFT = Qt.MouseButton.LeftButton
HOURLY = SeriesKey(Symbol("BTCUSDT"), Interval.H1)
CONFIDENCE = 8


@cache
def catalogue():
    return find_plugins().indicators


@pytest.fixture
def filled(world):
    world.core.signals.add_signal(signal(1, Direction.BUY, "RSI(14)", BTC_1M, 0.72))
    world.core.signals.add_signal(signal(2, Direction.SELL, "MACD(12,26,9)", ETH_1M, 0.4))
    world.core.signals.add_signal(signal(3, Direction.BUY, "EMACROSS(20,50)", ETH_1M, 0.6))


@pytest.fixture
def catalogued(make_world, tmp_path):
    """A program that knows all indicators, with a market behind BTCUSDT."""
    made = make_world(tmp_path, indicator_types=catalogue())
    candles = moved(wandering(600), NOW - 600 * MINUTE)
    made.core.pipeline.apply(CandleHistory(BTC_1M, candles, UnixMs(NOW)))
    return made


def moved(candles, start):
    """The same a while later."""
    columns = [getattr(candles, name) for name in type(candles).__slots__[1:]]
    return type(candles)(candles.open_time + start, *columns)


def said(at, direction=Direction.BUY, source="RSI(14)", confidence=0.6):
    """A signal so many candles before now."""
    return signal(NOW // MINUTE - at, direction, source, BTC_1M, confidence)


def column(table, name):
    names = [c.name for c in table.model().columns]
    return [
        table.model().index(r, names.index(name)).data() for r in range(len(table.model().rows))
    ]


def choose(qtbot, box, text):
    """As by the keyboard: down until it says so."""
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText() == text:
            return
        qtbot.keyClick(box, Qt.Key.Key_Down)
    raise AssertionError(f"{text} is not offered: {[box.itemText(i) for i in range(box.count())]}")


def title(table, section):
    return table.model().headerData(section, Qt.Orientation.Horizontal)


def heading(qtbot, table, name):
    """Click on the heading of a column."""
    names = [c.name for c in table.model().columns]
    header = table.horizontalHeader()
    at = names.index(name)
    place = QPoint(header.sectionViewportPosition(at) + header.sectionSize(at) // 2, 8)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)


def test_the_newest_signal_is_on_top(open_dock, filled):
    """Direction by arrow and word, where, why and how sure."""
    table = open_dock("signals").table
    assert column(table, "direction") == ["▲ BUY", "▼ SELL", "▲ BUY"]
    assert column(table, "symbol")[0] == "ETHUSDT"
    assert column(table, "source") == ["EMACROSS(20,50)", "MACD(12,26,9)", "RSI(14)"]
    assert column(table, "confidence")[0] == "0.60"
    assert column(table, "reason")[0] == "because"


def test_it_can_be_filtered_by_direction_and_symbol(open_dock, filled, qtbot):
    """Both at once, and back; the header says how many are left."""
    dock = open_dock("signals")
    choose(qtbot, dock.direction, "▲ BUY")
    assert column(dock.table, "source") == ["EMACROSS(20,50)", "RSI(14)"]
    choose(qtbot, dock.symbol, "BTCUSDT")
    assert column(dock.table, "confidence") == ["0.72"]
    assert dock.header.info == "1 of 3"
    choose(qtbot, dock.direction, "Buy and sell")
    choose(qtbot, dock.symbol, "All symbols")
    assert len(dock.table.model().rows) == 3


def test_it_can_be_filtered_by_everything_else(open_dock, world, qtbot):
    """Interval, indicator, strength and age."""
    now = NOW // MINUTE
    for at, source, strength, series in (
        (now - 3, "RSI(14)", Strength.WEAK, BTC_1M),
        (now - 90, "RSI(7)", Strength.STRONG, BTC_1M),
        (now - 60 * 30, "MACD(12,26,9)", Strength.VERY_STRONG, HOURLY),
    ):
        made = signal(at, source=source, series=series)
        world.core.signals.add_signal(msgspec.structs.replace(made, strength=strength))
    dock = open_dock("signals")
    for box, text, left in (
        (dock.interval, "1h", ["MACD(12,26,9)"]),
        (dock.indicator, "RSI", ["RSI(14)", "RSI(7)"]),
        (dock.strength, "Strong or more", ["RSI(7)", "MACD(12,26,9)"]),
        (dock.strength, "Very strong", ["MACD(12,26,9)"]),
        (dock.age, "Last hour", ["RSI(14)"]),
        (dock.age, "Last 4 hours", ["RSI(14)", "RSI(7)"]),
    ):
        choose(qtbot, box, text)
        assert column(dock.table, "source") == left, text
        box.choose_all()
    assert len(dock.table.model().rows) == 3


def test_a_signal_grows_too_old_while_one_looks(open_dock, world, qtbot):
    """The age is that of now, not of when the filter was set."""
    world.core.signals.add_signal(signal(NOW // MINUTE - 30))
    dock = open_dock("signals")
    choose(qtbot, dock.age, "Last hour")
    assert len(dock.table.model().rows) == 1
    world.core.clock.advance_to(UnixMs(NOW + HOUR_MS))
    dock.draw()
    assert len(dock.table.model().rows) == 0


def test_words_are_searched_everywhere(open_dock, filled, qtbot):
    """All of them must be there, in whatever column and case."""
    dock = open_dock("signals")
    qtbot.keyClicks(dock.search, "eth sell")
    assert column(dock.table, "source") == ["MACD(12,26,9)"]
    qtbot.keyClicks(dock.search, " nothing")
    assert dock.nothing.isVisible()
    assert not dock.table.isVisible()
    qtbot.mouseClick(dock.nothing.button, LEFT)
    assert dock.search.text() == ""
    assert len(dock.table.model().rows) == 3
    assert dock.table.isVisible()


def test_a_heading_sorts_up_down_and_no_longer(open_dock, filled, qtbot):
    """By the numbers behind the words."""
    table = open_dock("signals").table
    heading(qtbot, table, "confidence")
    assert column(table, "confidence") == ["0.40", "0.60", "0.72"]
    assert title(table, CONFIDENCE) == "Confidence ▲"
    heading(qtbot, table, "confidence")
    assert column(table, "confidence") == ["0.72", "0.60", "0.40"]
    assert title(table, CONFIDENCE) == "Confidence ▼"
    heading(qtbot, table, "confidence")
    assert title(table, CONFIDENCE) == "Confidence"
    assert column(table, "source") == ["EMACROSS(20,50)", "MACD(12,26,9)", "RSI(14)"]


def test_a_new_signal_goes_on_top_and_leaves_the_rest_alone(open_dock, filled, world):
    """One row is inserted; the table is not built again."""
    dock = open_dock("signals")
    model, inserted, resets = dock.table.model(), [], []
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    model.modelReset.connect(lambda: resets.append(1))
    world.core.signals.add_signal(signal(9))
    dock.update_signals(world.core.signals.get_signals())
    assert (inserted, resets) == ([(0, 0)], [])


def test_the_selected_signal_stays_selected_where_it_goes(open_dock, filled, world, qtbot):
    """When rows are sorted, and when a new one comes in between."""
    dock = open_dock("signals")
    dock.table.selectRow(2)
    heading(qtbot, dock.table, "confidence")
    heading(qtbot, dock.table, "confidence")
    assert dock.table.currentIndex().row() == 0
    world.core.signals.add_signal(signal(9, confidence=0.9))
    dock.update_signals(world.core.signals.get_signals())
    assert dock.table.currentIndex().row() == 1
    assert dock.table.currentIndex().data(Role.ROW).source == "RSI(14)"
    choose(qtbot, dock.direction, "▼ SELL")
    assert not dock.table.selectionModel().hasSelection()


def test_only_signals_make_it_draw(open_dock, world):
    """Not every candle."""
    dock = open_dock("signals")
    dock.draw_if_needed()

    class Moment:
        signals = ()
        history = False
        series = BTC_1M

    world.core.subscriber.moments.notify(Moment)
    assert not dock.dirty
    Moment.signals = (signal(1),)
    world.core.subscriber.moments.notify(Moment)
    assert dock.dirty


def test_signals_that_are_forgotten_disappear(open_dock, world):
    """When fewer are to be kept, or none of an indicator are left."""
    for at in range(150):
        world.core.signals.add_signal(signal(at))
    dock = open_dock("signals")
    assert len(dock.table.model().rows) == 150
    fewer = msgspec.structs.replace(world.settings.current.signals, history_size=100)
    world.core.signals.configure(fewer)
    dock.draw()
    assert len(dock.table.model().rows) == 100


def test_without_signals_it_says_when_they_come(open_dock):
    """A sentence instead of an empty table."""
    assert open_dock("signals").state is State.EMPTY


def test_little_room_shows_less_and_hides_the_filters_behind_a_button(open_dock, filled, qtbot):
    """Two lines instead of nine columns; the button tells how many filters are in use."""
    dock = open_dock("signals")
    dock.setFloating(True)
    dock.resize(1100, 420)
    qtbot.waitUntil(lambda: not dock.table.is_narrow)
    assert dock.direction.isVisible()
    dock.resize(320, 420)
    qtbot.waitUntil(lambda: dock.table.is_narrow)
    shown = [i for i in range(9) if not dock.table.isColumnHidden(i)]
    assert [dock.table.model().columns[i].name for i in shown] == [
        "direction",
        "symbol",
        "confidence",
    ]
    assert not dock.direction.isVisible()
    qtbot.mouseClick(dock.strip.more, LEFT)
    choose(qtbot, dock.direction, "▲ BUY")
    assert dock.strip.more.text() == "Filters · 1"
    dock.resize(1100, 420)
    qtbot.waitUntil(lambda: not dock.table.is_narrow)
    assert dock.direction.isVisible()
    assert not dock.strip.more.isVisible()


def test_ten_thousand_signals_are_shown_sorted_and_filtered_at_once(open_dock, world, qtbot):
    """Each within what a person takes for immediate; scrolling paints only what is in view."""
    world.core.signals.configure(
        msgspec.structs.replace(world.settings.current.signals, history_size=10_000)
    )
    random = np.random.default_rng(3)
    for at in range(10_000):
        sure = float(random.random())
        source = f"RSI({2 + at % 50})"
        world.core.signals.add_signal(signal(at, Direction.BUY, source, BTC_1M, sure))
    dock = open_dock("signals")
    steps = {
        "sort": lambda: heading(qtbot, dock.table, "confidence"),
        "filter": lambda: dock.search.setText("rsi(7)"),
        "unfilter": lambda: dock.search.setText(""),
        "scroll": lambda: [
            (dock.table.verticalScrollBar().setValue(at), dock.table.viewport().grab())
            for at in range(0, 20_000, 2_000)
        ],
    }
    took = {}
    for name, step in steps.items():
        begun = perf_counter()
        step()
        took[name] = perf_counter() - begun
    assert len(dock.table.model().rows) == 10_000
    values = [row.confidence for row in dock.table.model().rows]
    assert values == sorted(values)
    assert took["scroll"] / 10 < 0.25, took
    assert max(took["sort"], took["filter"], took["unfilter"]) < 1.5, took


# The window that explains one


def open_details(dock, qtbot, row=0):
    """By a double click."""
    place = dock.table.visualRect(dock.table.model().index(row, 1)).center()
    qtbot.mouseClick(dock.table.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(dock.table.viewport(), LEFT, pos=place)
    return dock.details


def test_a_double_click_explains_a_signal(catalogued, host, open_dock, world, qtbot):
    """Why, the values at that candle and before, all opinions then, and the candles around it."""
    for made in (said(100), said(100, Direction.BUY, "MACD(12,26,9)"), said(50, Direction.SELL)):
        catalogued.core.signals.add_signal(made)
    dock = build(catalogued, host, qtbot)
    details = open_details(dock, qtbot, row=1)
    assert details.isVisible()
    assert details.signal.open_time == NOW - 100 * MINUTE
    assert details.mark.text() == "▲ BUY"
    assert "BTCUSDT · 1m" in details.name.text()
    assert details.reason.text() == "because"
    names = [(i.source, i.output) for i in details.inputs_model.rows]
    assert {source for source, _ in names} == {"RSI(14)", "MACD(12,26,9)"}
    assert len(names) == 4
    assert all(np.isfinite(i.value) for i in details.inputs_model.rows)
    assert len(details.parts_model.rows) == 2
    assert details.opinions.text() == "Confidence +0.60, agreement 100%"
    assert details.patterns.text().startswith("Confirmation, ▲ BUY")
    assert "Candle: open" in details.candle.text()
    assert "5 bars " in details.outcomes.text()
    assert "40 bars " in details.outcomes.text()
    assert details.chart.state.store.open_times[80] == NOW - 100 * MINUTE
    assert len(details.chart.state.store.open_times) == 121
    dock.release()


def test_the_values_are_those_the_indicator_gave_then(catalogued, host, qtbot):
    """As computed over the whole series, at that candle."""
    catalogued.core.signals.add_signal(said(100))
    dock = build(catalogued, host, qtbot)
    details = open_details(dock, qtbot)
    candles = catalogued.core.stream.candles(BTC_1M)
    rsi = catalogue()["RSI"]()
    whole = rsi.compute(candles)[rsi.outputs[0]]
    (row,) = details.inputs_model.rows
    assert row.value == pytest.approx(whole[400], rel=1e-6)
    assert row.before == pytest.approx(whole[399], rel=1e-6)
    dock.release()


def test_enter_opens_it_and_another_signal_takes_its_place(catalogued, host, qtbot):
    """One window, whatever is looked at."""
    catalogued.core.signals.add_signal(said(100))
    catalogued.core.signals.add_signal(said(60, Direction.SELL))
    dock = build(catalogued, host, qtbot)
    dock.table.setFocus()
    dock.table.selectRow(0)
    qtbot.keyClick(dock.table, Qt.Key.Key_Return)
    first = dock.details
    assert first.mark.text() == "▼ SELL"
    qtbot.keyClick(dock.table, Qt.Key.Key_Down)
    qtbot.keyClick(dock.table, Qt.Key.Key_Return)
    assert dock.details is first
    assert first.mark.text() == "▲ BUY"
    qtbot.keyClick(first, Qt.Key.Key_Escape)
    assert dock.details is None
    dock.release()


def test_a_button_brings_that_time_into_a_chart(catalogued, host, qtbot):
    """The chart of that series goes there and keeps its scale."""
    chart = ChartDock.build_for(catalogued.context, host, BTC_1M, "chart.1")
    qtbot.addWidget(chart)
    chart.resize(600, 400)
    chart.show()
    chart.draw()
    host.current_chart = chart
    catalogued.core.signals.add_signal(said(400, source="RSI(9)"))
    dock = build(catalogued, host, qtbot)
    qtbot.keyClicks(dock.search, "rsi(9)")
    details = open_details(dock, qtbot)
    before = chart.stretch
    qtbot.mouseClick(details.show_chart, LEFT)
    chart.draw()
    after = chart.stretch
    assert host.calls[-2] == ("reveal_chart", BTC_1M)
    assert (after.begin + after.end) / 2 == pytest.approx(NOW - 400 * MINUTE, abs=2 * MINUTE)
    assert after.end - after.begin == pytest.approx(before.end - before.begin, rel=0.02)
    chart.draw()
    assert chart.stretch == after
    chart.release()
    dock.release()


def test_a_chart_fetches_older_candles_before_it_goes_there(catalogued, host, qtbot, monkeypatch):
    """It asks once at a time, and goes there when they have come."""
    chart = ChartDock.build_for(catalogued.context, host, BTC_1M, "chart.1")
    qtbot.addWidget(chart)
    chart.resize(600, 400)
    chart.show()
    chart.draw()
    older, wanted, before = catalogued.context.older, [], chart.stretch
    monkeypatch.setattr(older, "want", wanted.append)
    monkeypatch.setattr(older, "state", lambda _series: Older.UNKNOWN)
    when = UnixMs(NOW - 700 * MINUTE)
    chart.show_time(when)
    chart.draw()
    assert wanted == [BTC_1M]
    assert chart.stretch == before
    candles = moved(wandering(300), NOW - 800 * MINUTE)
    catalogued.core.stream.make_room(BTC_1M, 800)
    catalogued.core.pipeline.apply(CandleHistory(BTC_1M, candles, UnixMs(NOW)))
    chart.draw()
    after = chart.stretch
    assert (after.begin + after.end) / 2 == pytest.approx(when, abs=2 * MINUTE)
    chart.release()


def test_a_signal_without_candles_still_says_what_is_known(open_dock, filled, qtbot):
    """Reason and confidence; sentences where candles would be."""
    dock = open_dock("signals")
    details = open_details(dock, qtbot)
    assert details.reason.text() == "because"
    assert details.candle.text() == "Its candle is not stored any more."
    assert details.outcomes.text() == ""
    assert details.inputs_model.rows == []
    details.close()


def test_candles_that_cannot_be_read_are_a_sentence(open_dock, filled, host, monkeypatch, qtbot):
    """No window opens."""
    dock = open_dock("signals")

    def fail(_series, _since):
        raise StorageError("locked", user_message="The candles cannot be read: locked.")

    monkeypatch.setattr(dock._examiner, "_candles", fail)
    assert open_details(dock, qtbot) is None
    assert host.calls == [("notify_person", "The candles cannot be read: locked.")]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_window_wears_the_theme(catalogued, host, qtbot, theme):
    """Also when it changes while the window is open; the signal is marked in its chart."""
    catalogued.core.signals.add_signal(said(100))
    dock = build(catalogued, host, qtbot)
    details = open_details(dock, qtbot)
    dock.apply_theme(load_theme(theme), 13)
    image: QImage = details.chart.render_to_image(1)
    assert image.pixelColor(4, image.height() - 4).name().upper() == load_theme(theme).panel.upper()
    up = load_theme(theme).up.lower()
    colors = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    assert up in colors
    dock.release()


def test_the_day_is_told_of_older_signals(open_dock, world):
    """An hour alone would not tell which day."""
    world.core.signals.add_signal(signal(NOW // MINUTE - 5))
    world.core.signals.add_signal(signal(NOW // MINUTE - 3 * DAY_MS // MINUTE))
    dock = open_dock("signals")
    newest, oldest = (dock._short_time(row) for row in dock.table.model().rows)
    assert ":" in newest
    assert ":" not in oldest


def build(world, host, qtbot):
    """The panel by itself, over ``world``."""
    dock = SignalsDock.build(world.context, host)
    qtbot.addWidget(dock)
    dock.resize(1000, 500)
    dock.show()
    dock.draw()
    return dock
