"""Symbols and indicators side by side."""

from __future__ import annotations

import csv
from itertools import product

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QMenu

from tests.fakes import BTC_1M
from tests.market_shapes import series
from tests.ui.world import NOW
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.market import CandleHistory, Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.comparison_table import line_points
from thebot_desktop.ui.docks.comparison import PAUSE_MS
from thebot_desktop.ui.states import State
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

BTC, ETH = Symbol("BTCUSDT"), Symbol("ETHUSDT")


class Half(Indicator, frozen=True):
    """Half the close."""

    name, title, group, outputs = "HALF", "Half the close", "Test", ("half",)

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        return {"half": candles.close / 2}


class Broken(Half, frozen=True):
    name = "BROKEN"

    def compute(self, candles):
        raise ValueError("no")


def history(world, symbol, close, interval=Interval.H1):
    """These closes, the newest of them now."""
    step = interval.milliseconds
    times = interval.open_of(NOW) - (len(close) - 1 - np.arange(len(close), dtype=np.int64)) * step
    key = SeriesKey(symbol, interval)
    candles = series(np.asarray(close, float), spread=0.0, times=times)
    world.core.pipeline.apply(CandleHistory(key, candles, UnixMs(NOW)))


def later(world, dock, ms=PAUSE_MS):
    """So much later the panel is drawn again, if it wants to be."""
    world.core.clock.advance_to(UnixMs(world.core.clock.now() + ms))
    dock.draw_if_needed()


def cell(dock, name, column):
    """What a row says, found by the name it begins with."""
    model = dock.table.model()
    at = [c.name for c in model.columns].index(column)
    row = next(i for i, r in enumerate(model.rows) if f"{r.name} {r.detail}".startswith(name))
    return model.index(row, at)


def choose(box, value):
    box.setCurrentIndex(next(i for i in range(box.count()) if box.itemData(i) == value))


def headings(dock):
    model = dock.table.model()
    count = model.columnCount()
    return [model.headerData(i, Qt.Orientation.Horizontal) for i in range(count)]


@pytest.fixture
def wave():
    return 100 + 10 * np.sin(np.arange(300) / 9)


@pytest.fixture
def panel(world, open_dock):
    """The panel, opened before anything has come."""
    world.session.set_watchlist([BTC, ETH])
    return open_dock("comparison")


def test_the_watchlist_is_opened_and_compared(panel, world, wave):
    """Numbers appear when candles come; until then a row says that it waits."""
    assert [s.symbol for s in world.session.series] == [BTC, ETH]
    assert cell(panel, "BTC", "value").data() == "loading…"
    history(world, BTC, wave)
    history(world, ETH, 400 - wave)
    later(world, panel)
    assert cell(panel, "BTC", "value").data() == f"{wave[-1]:.2f}"
    assert float(cell(panel, "BTC", "correlation").data()) == 1.0
    assert cell(panel, "ETH", "correlation").data() == "−1.00"
    assert headings(panel)[3:7] == ["1 h", "1 d", "7 d", "30 d"]
    assert headings(panel)[-1] == "Corr. BTC"


def test_too_little_data_is_told_and_not_guessed(panel, world):
    """Twelve bars are not enough for anything but the value and an hour back."""
    history(world, BTC, np.arange(100.0, 112.0))
    later(world, panel)
    assert cell(panel, "BTC", "change0").data() == "+0.91%"
    assert cell(panel, "BTC", "change1").data() == "12/25"
    assert cell(panel, "BTC", "percentile").data() == "12/30"
    tip = cell(panel, "BTC", "percentile").data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Needs 30 bars, has 12."
    assert cell(panel, "BTC", "trend").data() == "↗ rising"


def test_numbers_sort_as_numbers_and_unknown_ones_last(panel, world, wave):
    """By the change over a day."""
    history(world, BTC, np.linspace(100, 110, 60))
    history(world, ETH, np.linspace(100, 1100, 60))
    world.session.set_watchlist([Symbol("SOLUSDT"), BTC, ETH])
    later(world, panel)
    panel.table.model().sort(4, Qt.SortOrder.DescendingOrder)
    assert [row.name for row in panel.table.model().rows] == ["ETH", "BTC", "SOL"]
    assert headings(panel)[4] == "1 d ▼"


def test_nothing_is_open_or_computed_while_nobody_looks(panel, world, wave):
    """Hidden, the series are let go of; shown again, they come back."""
    panel.hide()
    assert world.session.series == ()
    rows = list(panel.table.model().rows)
    history(world, BTC, wave)
    later(world, panel)
    assert panel.table.model().rows == rows
    panel.show()
    panel.draw_if_needed()
    assert [s.symbol for s in world.session.series] == [BTC, ETH]


def test_released_for_good(panel, world):
    """A closed window leaves no series behind."""
    panel.release()
    assert world.session.series == ()


def test_it_is_computed_a_few_times_a_second(panel, world, wave):
    """News within the pause wait for its end."""
    history(world, BTC, wave)
    later(world, panel)
    history(world, BTC, wave + 1)
    later(world, panel, PAUSE_MS // 2)
    assert cell(panel, "BTC", "value").data() == f"{wave[-1]:.2f}"
    panel.mark_dirty()
    later(world, panel)
    assert cell(panel, "BTC", "value").data() == f"{wave[-1] + 1:.2f}"


def test_a_row_without_news_is_not_computed_again(panel, world, wave):
    """The very same row stays."""
    history(world, BTC, wave)
    history(world, ETH, wave)
    later(world, panel)
    before = {row.key: row for row in panel.table.model().rows}
    history(world, BTC, wave + 1)
    later(world, panel)
    after = {row.key: row for row in panel.table.model().rows}
    assert after[ETH] is before[ETH]
    assert after[BTC] is not before[BTC]


def test_spans_may_be_bars(panel, world, wave):
    """One, ten, fifty and two hundred."""
    history(world, BTC, wave)
    choose(panel.span, True)
    later(world, panel)
    assert headings(panel)[3:7] == ["1 bar", "10 bars", "50 bars", "200 bars"]
    told = cell(panel, "BTC", "change3").data()
    assert told.lstrip("+−") == f"{abs(wave[-1] / wave[-201] - 1) * 100:.2f}%"


def test_another_interval_lets_the_former_go(panel, world):
    """Only what is shown is delivered."""
    choose(panel.interval, Interval.D1)
    later(world, panel)
    assert {s.interval for s in world.session.series} == {Interval.D1}


def test_a_base_of_ones_own(panel, world, wave):
    """Correlations are to the symbol that was chosen."""
    history(world, BTC, wave)
    history(world, ETH, wave)
    later(world, panel)
    choose(panel.base, ETH)
    later(world, panel)
    assert headings(panel)[-1] == "Corr. ETH"
    assert cell(panel, "ETH", "correlation").data() == "+1.00"


def test_symbols_are_added_by_name_and_kept(panel, world, host, qtbot):
    """They are in the settings; the watchlist is followed no longer."""
    panel.add.click()
    assert panel.field.isVisible()
    qtbot.keyClicks(panel.field, "sol/usdt")
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    later(world, panel)
    assert [row.name for row in panel.table.model().rows] == ["BTC", "ETH", "SOL"]
    assert world.settings.saved.watchlist.compared == (BTC, ETH, "SOLUSDT")
    assert panel.field.text() == ""
    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    assert not panel.field.isVisible()


def test_what_the_exchange_does_not_have_is_not_added(panel, world, host):
    """The person is told, with what may be meant."""
    assert not panel.add_symbol("btc")
    assert world.settings.saved.watchlist.compared == ()
    ((_, said),) = host.calls
    assert "no symbol “BTC”" in said
    assert "BTCUSDT" in said


def test_delete_removes_a_symbol_with_a_way_back(panel, world, host, qtbot):
    """The last word is the person's."""
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    later(world, panel)
    assert [row.name for row in panel.table.model().rows] == ["ETH"]
    _, _, undo = next(c for c in host.calls if c[0] == "offer_undo")
    undo()
    later(world, panel)
    assert [row.name for row in panel.table.model().rows] == ["BTC", "ETH"]


def test_enter_opens_the_chart(panel, world, host, qtbot):
    """Of the interval that is compared."""
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert host.calls == [("reveal_chart", SeriesKey(ETH, Interval.H1))]


def test_indicators_of_the_chart_beside_its_price(panel, world, wave):
    """In their own units, correlated to the price."""
    world.core.indicators.use(BTC_1M, [Half(), Broken()])
    choose(panel.kind, "indicators")
    later(world, panel)
    assert panel.nothing.state is State.LOADING
    history(world, BTC, wave, Interval.M1)
    later(world, panel)
    names = [row.name for row in panel.table.model().rows]
    assert names == ["Price", "HALF", "BROKEN"]
    assert float(cell(panel, "HALF", "correlation").data()) > 0.99
    assert cell(panel, "BROKEN", "value").data() == "✕ error"
    assert cell(panel, "Price", "change0").data().endswith("%")
    assert not cell(panel, "HALF", "change0").data().endswith("%")
    assert panel.header.info == "BTCUSDT · 1m"
    assert not panel.interval.isVisible()


def test_a_chart_without_indicators_says_so(panel, world, host, wave):
    """The fields stay, so that one can go back to symbols."""
    choose(panel.kind, "indicators")
    history(world, BTC, wave, Interval.M1)
    later(world, panel)
    assert panel.nothing.isVisible()
    assert panel.kind.isVisible()
    panel.nothing.button.click()
    assert host.calls == [("show_dock", "indicator_selector")]
    choose(panel.kind, "symbols")
    later(world, panel)
    assert panel.table.isVisible()


def test_without_a_chart_or_symbols_there_is_a_way_to_one(panel, world, host):
    """Each state has its button."""
    world.session.set_watchlist([])
    later(world, panel)
    panel.nothing.button.click()
    host.current_series = None
    choose(panel.kind, "indicators")
    later(world, panel)
    panel.nothing.button.click()
    assert host.calls == [("run_command", "symbol.add"), ("run_command", "chart.new")]
    assert world.session.series == ()


def test_what_is_shown_is_written_to_a_file(panel, world, host, wave, tmp_path):
    """In the order of the table, with raw numbers."""
    history(world, BTC, wave)
    history(world, ETH, wave * 2)
    later(world, panel)
    panel.table.model().sort(2, Qt.SortOrder.DescendingOrder)
    path = tmp_path / "out.csv"
    panel.write_file(str(path))
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["ETH", "BTC"]
    assert float(rows[1]["value"]) == pytest.approx(wave[-1])
    assert float(rows[0]["correlation_BTCUSDT"]) == pytest.approx(1.0)
    assert host.calls == [("notify_person", f"2 rows written to {path}")]


def test_a_file_that_cannot_be_written_is_told(panel, host, tmp_path):
    """In words."""
    panel.write_file(str(tmp_path / "none" / "out.csv"))
    assert "could not be written" in host.calls[0][1]


def test_a_narrow_panel_shows_less(panel, world, wave, qtbot):
    """Name, small chart and value stay."""
    history(world, BTC, wave)
    later(world, panel)
    panel.setFloating(True)
    panel.resize(340, 400)
    qtbot.waitUntil(lambda: panel.table.is_narrow)
    hidden = [c.name for i, c in enumerate(panel.table.model().columns)
              if panel.table.isColumnHidden(i)]  # fmt: skip
    assert {"name", "line", "value"}.isdisjoint(hidden)


def test_a_small_chart_fills_its_room():
    """Oldest at the left, highest at the top; a flat one lies in the middle."""
    room = QRectF(10, 20, 100, 40)
    points = line_points(np.array([1.0, 3.0, 2.0]), room)
    assert [(p.x(), p.y()) for p in points] == [(10, 60), (60, 20), (110, 40)]
    assert {p.y() for p in line_points(np.array([5.0, 5.0]), room)} == {40.0}


def test_long_counts_of_bars_are_short(panel, world):
    """They fit the column; the tip has them in full."""
    choose(panel.interval, Interval.M1)
    history(world, BTC, np.arange(100.0, 600.0), Interval.M1)
    later(world, panel)
    assert cell(panel, "BTC", "change1").data() == "500/1.4K"
    assert cell(panel, "BTC", "change3").data() == "500/43K"
    tip = cell(panel, "BTC", "change3").data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Needs 43201 bars, has 500."


def test_tips_explain_each_number(panel, world, wave):
    """How many bars, against what, and how well a line fits."""
    history(world, BTC, wave)
    later(world, panel)
    tips = {
        c.name: cell(panel, "BTC", c.name).data(Qt.ItemDataRole.ToolTipRole)
        for c in panel.table.model().columns
    }
    assert tips["change1"] == "Against the close 24 bars before."
    assert "newest 100 bars" in tips["percentile"]
    assert "through 100 bars" in tips["trend"]
    assert tips["line"].startswith("Between 90.0")
    assert "100 bars that both have" in tips["correlation"]


def test_the_menu_leads_back_to_the_watchlist(panel, world):
    """After symbols of one's own."""
    assert panel.add_symbol("SOLUSDT")
    panel.table.customContextMenuRequested.emit(panel.table.rect().center())
    menu = panel.table.findChild(QMenu)
    back = next(a for a in menu.actions() if a.text() == "Compare the watchlist")
    back.trigger()
    menu.close()
    assert panel.symbols == (BTC, ETH)


@pytest.mark.parametrize("width", [340, 1300])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_it_is_painted_in_both_looks_and_themes(panel, world, wave, qtbot, width, theme):
    """Also with rows that lack numbers."""
    history(world, BTC, wave)
    later(world, panel)
    panel.apply_theme(load_theme(theme), 13)
    panel.setFloating(True)
    panel.resize(width, 300)
    qtbot.waitUntil(lambda: panel.table.is_narrow is (width == 340))
    picture = panel.table.grab().toImage()
    area = product(range(0, picture.width(), 3), range(min(120, picture.height())))
    assert len({picture.pixelColor(x, y).name() for x, y in area}) > 20
