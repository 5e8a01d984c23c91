"""The whole market in one picture: each page shows what is known and leads to charts."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.fakes import candles
from tests.ui.world import NOW
from thebot_desktop.app.market_overview import INTERVALS
from thebot_desktop.domain.market import (
    CandleHistory,
    Interval,
    Origin,
    SeriesKey,
    Symbol,
    candles_of,
)
from thebot_desktop.ui.docks.advanced_charts import (
    BREADTH,
    CLOCKS,
    CORRELATION,
    HEAT,
    MOVERS,
    PROFILE,
)
from thebot_desktop.ui.formatting import price_text

BTC = Symbol("BTCUSDT")


@pytest.fixture
def dock(open_dock, world):
    world.quotes()
    return open_dock("advanced_charts")


def show(dock, page):
    dock.choose({"page": page})
    dock.draw()
    dock.repaint()


def bring(world, interval=Interval.H1, count=200):
    """Candles of every symbol of the watchlist, up to now."""
    step = interval.milliseconds
    for symbol in world.session.watchlist:
        rows = candles(count)
        times = [NOW // step * step - (count - n) * step for n in range(count)]
        own = [msgspec.structs.replace(rows.at(n), open_time=t) for n, t in enumerate(times)]
        series = SeriesKey(symbol, interval)
        world.core.pipeline.apply(CandleHistory(series, candles_of(own, Origin.HISTORY), NOW))


def test_the_heat_map_has_a_cell_for_each_symbol_and_interval(dock, world):
    """Those whose candles are on their way say so."""
    show(dock, HEAT)
    cells = dock.heat.cells
    assert len(cells) == len(world.session.watchlist)
    assert {len(row) for row in cells} == {len(INTERVALS)}
    assert {cell.text for row in cells for cell in row} == {"…"}
    bring(world)
    dock._renew()
    dock.draw()
    hour = INTERVALS.index(Interval.H1)
    assert all(row[hour].text[0] in "▲▼●–" for row in dock.heat.cells)


def test_a_cell_leads_to_its_chart_by_click_and_by_keyboard(dock, world, host, qtbot):
    """Where one points, or where the arrows went."""
    show(dock, HEAT)
    view = dock.heat
    at = view.cell_rect(1, 2).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    symbol = world.session.watchlist[1]
    assert host.calls[-1] == ("reveal_chart", SeriesKey(symbol, INTERVALS[2]))
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.at == (2, 1)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert host.calls[-1] == ("reveal_chart", SeriesKey(world.session.watchlist[2], INTERVALS[1]))


def test_the_correlation_matrix_is_symmetric(dock, world):
    """With the names on the diagonal; too few bars are said."""
    show(dock, CORRELATION)
    assert dock.matrix.cells[0][1].text == "–"
    assert "0 of 20 bars" in dock.matrix.cells[0][1].tip
    bring(world)
    dock._renew()
    dock.draw()
    cells = dock.matrix.cells
    assert cells[0][0].text == "BTC"
    assert cells[0][1].text == cells[1][0].text == "+1.00"


def test_breadth_is_said_in_words_too(dock, world):
    """How many rise and fall."""
    show(dock, BREADTH)
    assert "rising" in dock.breadth.sentences[0]
    assert dock.breadth.accessibleName().startswith(dock.breadth.sentences[0])


def test_gainers_and_losers_lead_to_charts(dock, host, qtbot):
    """By a click on a row."""
    show(dock, MOVERS)
    first = dock.movers.gainers.rows[0]
    table = dock.movers.tables[0]
    place = table.visualRect(table.model().index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert host.calls[-1] == ("reveal_chart", SeriesKey(first.mover.symbol, Interval.H1))
    assert all(row.mover.change_percent < 0 for row in dock.movers.losers.rows)


def test_prices_of_gainers_have_the_decimals_of_their_symbols(dock):
    """As in the watchlist, however large or small they are."""
    show(dock, MOVERS)
    rows = dock.movers.gainers.rows
    for place, row in enumerate(rows):
        assert row.decimals == dock._session.instruments.of(row.mover.symbol).price_decimals
        told = dock.movers.gainers.index(place, 1).data()
        assert told == price_text(row.mover.price, row.decimals)


def test_all_intervals_of_the_current_symbol_are_beside_each_other(dock, world, host):
    """Those without candles have dashes."""
    show(dock, CLOCKS)
    rows = dock.intervals.model.rows
    assert [row.interval for row in rows] == list(INTERVALS)
    assert dock.header.info == str(host.current_series.symbol)
    dock.intervals.chosen.emit(Interval.H4)
    assert host.calls[-1] == ("reveal_chart", SeriesKey(host.current_series.symbol, Interval.H4))


def test_the_volume_profile_names_its_levels(dock, world):
    """Of the newest bars of the current symbol."""
    show(dock, PROFILE)
    assert not dock.profile.levels
    bring(world)
    dock._renew()
    dock.draw()
    dock.repaint()
    assert [name for name, _price in dock.profile.levels] == ["VAH", "POC", "VAL"]
    assert "100 bars" in dock.header.info


def test_what_was_chosen_is_kept(dock):
    """As the layout keeps it; what makes no sense any more is the first of each."""
    dock.choose({"page": CORRELATION, "span": "200 bars"})
    assert dict(dock.choices) == {"page": CORRELATION, "span": "200 bars"}
    dock.choose({"page": "gone", "span": "7 bars"})
    assert dict(dock.choices) == {"page": HEAT}


def test_a_hidden_dock_lets_its_series_go(dock, world):
    """They are delivered while somebody looks."""
    show(dock, HEAT)
    assert world.session.series
    dock.hide()
    assert world.session.series == ()


def test_without_a_watchlist_it_says_what_to_do(open_dock, world, host, qtbot):
    """And does it."""
    world.session.set_watchlist(())
    dock = open_dock("advanced_charts")
    show(dock, HEAT)
    qtbot.mouseClick(dock.nothing.button, Qt.MouseButton.LeftButton)
    assert host.calls[-1] == ("run_command", "symbol.add")
