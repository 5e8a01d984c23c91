"""The scoreboard: how often each kind of signal was right."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog

from tests.fakes import BTC_1M, MINUTE, signal
from tests.market_shapes import series
from tests.ui.world import NOW
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import CandleHistory, Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.docks.scoreboard import PAUSE_MS
from thebot_desktop.ui.states import State

pytestmark = pytest.mark.ui

LEFT = Qt.MouseButton.LeftButton
ETH_5M = SeriesKey(Symbol("ETHUSDT"), Interval.M5)


class Closed:
    """What the panel reads of a moment: a candle has closed."""

    closed, history, signals = True, False, ()


class Counter:
    """Stands in for the counting and says how often it was wanted."""

    running = False

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1


@pytest.fixture
def market(world):
    """A price that rises by one in each of 400 candles, and signals that did not all know."""
    for key in (BTC_1M, ETH_5M):
        step = key.interval.milliseconds
        times = NOW - (400 - np.arange(400, dtype=np.int64)) * step
        candles = series(100.0 + np.arange(400), spread=0.0, times=times)
        world.core.pipeline.apply(CandleHistory(key, candles, UnixMs(NOW)))
    add = world.core.signals.add_signal
    for at in range(300, 340):
        add(signal(NOW // MINUTE - at, Direction.BUY if at % 4 else Direction.SELL, "RSI(14)"))
    for at in range(100, 104):
        add(signal(NOW // MINUTE - at * 5, Direction.SELL, "MACD(12,26,9)", ETH_5M))
    return world


@pytest.fixture
async def board(market, open_dock, qtbot):
    """The panel after it has counted, with room for all columns."""
    dock = open_dock("scoreboard")
    dock.window().resize(1100, 600)
    await dock.counting.wait()
    qtbot.waitUntil(lambda: not dock.table.is_narrow)
    return dock


def column(dock, name):
    model = dock.table.model()
    at = [c.name for c in model.columns].index(name)
    return [model.index(row, at).data() for row in range(model.rowCount())]


def choose(qtbot, box, text):
    """As by the keyboard."""
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.count()):
        if box.currentText() == text:
            return
        qtbot.keyClick(box, Qt.Key.Key_Down)
    raise AssertionError(f"{text} is not offered")


def heading(qtbot, table, name):
    at = [c.name for c in table.model().columns].index(name)
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(at) + header.sectionSize(at) // 2, 8)
    qtbot.mouseClick(header.viewport(), LEFT, pos=place)


async def test_each_kind_of_signal_has_a_row_for_each_horizon(board):
    """Both directions together at first; the rate with its bounds."""
    assert column(board, "source") == ["MACD(12,26,9)"] * 4 + ["RSI(14)"] * 4
    assert column(board, "horizon") == ["5 bars", "10 bars", "20 bars", "40 bars"] * 2
    assert set(column(board, "direction")) == {"Both"}
    assert column(board, "rate")[4] == "75% (60–86%)"
    assert column(board, "mean")[0].startswith("−")
    assert board.header.info == ""


async def test_few_cases_say_so_in_words(board):
    """Four tell nothing; forty are a number."""
    assert column(board, "cases") == ["4: too few"] * 4 + ["40"] * 4
    model = board.table.model()
    tip = model.index(0, 6).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("0 of 4 were right. With 95% confidence the rate is between 0% and 49%.")
    assert tip.endswith("Fewer than 30 cases tell little.")


async def test_directions_are_told_apart_when_one_is_chosen(board, qtbot):
    """Who bought was always right here, who sold never."""
    choose(qtbot, board.direction, "▲ BUY")
    assert set(column(board, "source")) == {"RSI(14)"}
    assert {text.split()[0] for text in column(board, "rate")} == {"100%"}
    choose(qtbot, board.direction, "▼ SELL")
    assert {text.split()[0] for text in column(board, "rate")} == {"0%"}
    assert column(board, "cases")[4:] == ["10: too few"] * 4


async def test_it_can_be_filtered(board, qtbot):
    """By kind of signal, symbol, interval and horizon; a way back where nothing is left."""
    choose(qtbot, board.horizon, "10 bars")
    assert column(board, "horizon") == ["10 bars", "10 bars"]
    assert board.header.info == "2 of 8"
    choose(qtbot, board.symbol, "ETHUSDT")
    assert column(board, "source") == ["MACD(12,26,9)"]
    choose(qtbot, board.interval, "1m")
    assert board.nothing.isVisible()
    assert not board.export.isEnabled()
    qtbot.mouseClick(board.nothing.button, LEFT)
    assert len(column(board, "source")) == 8
    choose(qtbot, board.source, "RSI(14)")
    assert set(column(board, "symbol")) == {"BTCUSDT"}


async def test_numbers_sort_as_numbers(board, qtbot):
    """5, 10, 20, 40 and not 10, 20, 40, 5."""
    heading(qtbot, board.table, "horizon")
    assert column(board, "horizon")[::2] == ["5 bars", "10 bars", "20 bars", "40 bars"]
    heading(qtbot, board.table, "mean")
    means = [cell.mean_change for cell in board.table.model().rows]
    assert means == sorted(means)
    heading(qtbot, board.table, "mean")
    assert [c.mean_change for c in board.table.model().rows] == means[::-1]


async def test_what_is_shown_is_exported(board, qtbot, tmp_path, host):
    """In its order, through the dialog; a sentence says how many rows it were."""
    choose(qtbot, board.horizon, "20 bars")
    qtbot.mouseClick(board.export, LEFT)
    dialog = board.findChild(QFileDialog)
    path = tmp_path / "board.csv"
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["source"], row["candles_later"]) for row in rows] == [
        ("MACD(12,26,9)", "20"),
        ("RSI(14)", "20"),
    ]
    assert [row["few_cases"] for row in rows] == ["yes", "no"]
    assert host.calls[-1] == ("notify_person", f"2 rows written to {path}")


async def test_a_file_that_cannot_be_written_is_a_sentence(board, tmp_path, host):
    """With the reason."""
    path = str(tmp_path / "nowhere" / "board.csv")
    board.write_file(path)
    said = f"{path} could not be written: No such file or directory."
    assert host.calls[-1] == ("notify_person", said)


async def test_a_double_click_goes_to_the_chart(board, host, qtbot):
    """Of that series."""
    place = board.table.visualRect(board.table.model().index(0, 0)).center()
    qtbot.mouseClick(board.table.viewport(), LEFT, pos=place)
    qtbot.mouseDClick(board.table.viewport(), LEFT, pos=place)
    assert host.calls == [("reveal_chart", ETH_5M)]


async def test_it_counts_anew_after_a_candle_but_not_all_the_time(board, market):
    """At most every few seconds, and not at all while nothing happens."""
    counting = board.counting = Counter()
    board.draw()
    assert counting.calls == 0
    for _ in range(3):
        market.core.subscriber.moments.notify(Closed)
        board.draw()
    assert counting.calls == 0
    market.core.clock.advance_to(UnixMs(NOW + PAUSE_MS))
    board.draw()
    board.draw()
    assert counting.calls == 1


async def test_the_selected_row_stays_when_it_is_counted_anew(board):
    """Wherever it stands then."""
    board.table.selectRow(5)
    before = board.table.model().rows[5].key
    board.update_cells(board._cells[4:])
    assert board.table.model().rows[board.table.currentIndex().row()].key == before


async def test_without_signals_it_says_what_will_be_here(open_dock):
    """No table, no waiting."""
    dock = open_dock("scoreboard")
    assert dock.state is State.EMPTY
    assert not dock.counting.running


async def test_signals_that_are_too_young_have_no_rows(open_dock, market):
    """The first outcome is five candles away."""
    market.core.signals._signals.clear()
    market.core.signals.add_signal(signal(NOW // MINUTE - 2, source="RSI(2)"))
    dock = open_dock("scoreboard")
    await dock.counting.wait()
    assert dock.state is State.EMPTY
    assert "5 bars" in dock.state_view._detail.text()


async def test_a_store_that_fails_is_a_sentence_with_a_way_out(open_dock, market, qtbot):
    """The error is reported; trying again counts again."""
    board = market.context.scoreboard
    held = board.closed_candles

    def fail(_series, _since):
        raise StorageError("disk", user_message="The candles cannot be read.")

    board.closed_candles = fail
    dock = open_dock("scoreboard")
    await dock.counting.wait()
    assert dock.state is State.ERROR
    assert "could not be counted" in dock.state_view.sentence
    assert [e.user_message for e in market.core.reported] == ["The candles cannot be read."]
    board.closed_candles = held
    qtbot.mouseClick(dock.state_view.button, LEFT)
    dock.draw()
    await dock.counting.wait()
    assert len(column(dock, "source")) == 8


async def test_little_room_leaves_three_columns(board, qtbot):
    """What it is and how often in two lines; rate and outcome."""
    assert not board.table.is_narrow
    board.setFloating(True)
    board.resize(320, 400)
    qtbot.waitUntil(lambda: board.table.is_narrow)
    shown = [i for i in range(10) if not board.table.isColumnHidden(i)]
    names = [board.table.model().columns[i].name for i in shown]
    assert names == ["source", "rate", "mean"]
    assert board.strip.more.isVisible()
