"""The time zone of charts: its menu, and the button in the corner that opens it."""

from __future__ import annotations

import zoneinfo

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu

from tests.ui.charts.builders import BITCOIN, BTC, DARK, MINUTE, Mean, moment, walk
from thebot_desktop.app.time_zones import LOCAL, MARKET_ZONES, UTC
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.domain.time import DAY_MS, UnixMs
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.frame import zone_text
from thebot_desktop.ui.charts.time_axis import crosshair_text
from thebot_desktop.ui.charts.zone_menu import fill_zone_menu, zone_offset, zone_title

pytestmark = pytest.mark.ui

WINTER, SUMMER = UnixMs(1_768_478_400_000), UnixMs(1_784_116_800_000)
TOKYO = zoneinfo.ZoneInfo("Asia/Tokyo")


@pytest.fixture
def chart(qtbot, qapp):
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(640, 400)
    view.set_zone(zoneinfo.ZoneInfo("UTC"))
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300), Mean(5)))
    view.show()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    return view


def menu_of(qtbot, chosen, now=WINTER):
    menu, told = QMenu(), []
    qtbot.addWidget(menu)
    fill_zone_menu(menu, chosen, now, told.append, lambda: told.append("search"))
    return menu, told


def ticked(menu):
    return [a.text().partition("\t")[0] for a in menu.actions() if a.isChecked()]


def entry(menu, start):
    return next(a for a in menu.actions() if a.text().startswith(start))


def test_the_menu_offers_local_time_the_exchanges_and_the_markets(qtbot):
    """Each with how far it is from UTC at present; cities as traders call them."""
    menu, _ = menu_of(qtbot, LOCAL)
    texts = [a.text() for a in menu.actions() if a.text()]
    assert texts[0].startswith("Local time")
    assert texts[1] == "UTC (exchange time)\tUTC"
    assert "New York\tUTC−5" in texts
    assert "Frankfurt\tUTC+1" in texts
    assert "Mumbai\tUTC+5:30" in texts
    assert texts[-1] == "Other…"
    assert len(ticked(menu)) == 1
    assert ticked(menu)[0].startswith("Local time")


def test_offsets_are_those_of_the_season():
    """Clocks in New York change, those in Tokyo do not."""
    assert [zone_offset("America/New_York", t) for t in (WINTER, SUMMER)] == ["UTC−5", "UTC−4"]
    assert {zone_offset("Asia/Tokyo", t) for t in (WINTER, SUMMER)} == {"UTC+9"}


def test_a_zone_found_by_searching_stays_in_the_menu(qtbot):
    """Ticked, above the way to search again."""
    menu, told = menu_of(qtbot, "Australia/Lord_Howe")
    assert ticked(menu) == ["Lord Howe"]
    entry(menu, "Other").trigger()
    entry(menu, "Tokyo").trigger()
    entry(menu, "UTC").trigger()
    assert told == ["search", "Asia/Tokyo", "UTC"]


def test_a_zone_that_does_not_exist_counts_as_local_time(qtbot):
    """It is neither offered nor ticked."""
    menu, _ = menu_of(qtbot, "Mars/Phobos")
    assert ticked(menu)[0].startswith("Local time")
    assert not any("Phobos" in a.text() for a in menu.actions())


def test_every_zone_of_the_menu_has_a_name_without_a_slash():
    """Names of the database are for files."""
    assert all("/" not in zone_title(n) and "_" not in zone_title(n) for n in MARKET_ZONES)


def test_another_zone_moves_all_times_of_a_chart(chart):
    """Axis, crosshair and the printed zone say the same."""
    at = chart.state.store.newest
    before = crosshair_text(chart.state, at)
    chart.set_zone(TOKYO)
    assert zone_text(chart.state) == "UTC+9"
    hours = [int(text[-5:-3]) for text in (before, crosshair_text(chart.state, at))]
    assert (hours[1] - hours[0]) % 24 == 9


def test_bars_of_a_day_stay_in_utc(chart):
    """Whatever was chosen; the tip says why."""
    chart.set_zone(TOKYO)
    daily = SeriesKey(BTC.symbol, Interval.D1)
    chart.set_series(daily, BITCOIN)
    candles = walk(300)
    candles.open_time[:] = (candles.open_time - candles.open_time[0]) // MINUTE * DAY_MS
    chart.update_chart(moment(candles, series=daily))
    assert zone_text(chart.state) == "UTC"
    assert chart.zone_button.text() == "UTC"
    assert "dated in UTC" in chart.zone_button.toolTip()
    assert "Tokyo" in chart.zone_button.toolTip()


def test_a_click_on_the_printed_zone_asks_for_the_menu(chart, qtbot):
    """Where the label is; the pointer and a tip say that it can be clicked."""
    button = chart.zone_button
    frame = chart.frame_now
    corner = QPoint(chart.viewport().width() - 20, chart.viewport().height() - 12)
    assert chart.viewport().childAt(corner) is button
    assert corner.x() > frame.plot_width / frame.unit
    assert button.cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert "Click to choose another" in button.toolTip()
    with qtbot.waitSignal(chart.zone_menu_wanted) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args[0] == button.mapToGlobal(QPoint(0, 0))


def test_the_printed_zone_shows_through_the_button(chart):
    """At rest it paints nothing; the label below is seen."""
    image = chart.grab().toImage()
    box = chart.zone_button.geometry()
    colours = {
        image.pixelColor(x, y).lightness()
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    }
    assert max(colours) > QColor(DARK.panel).lightness() + 40


def test_a_chart_without_candles_has_nothing_to_click(chart):
    """No times, no zone."""
    chart.set_series(BTC, BITCOIN)
    chart.grab()
    assert not chart.zone_button.isVisible()


def test_the_zone_of_utc_is_named_so(chart):
    """As the exchange's own."""
    chart.set_zone(zoneinfo.ZoneInfo("UTC"))
    assert zone_title(UTC) in chart.zone_button.toolTip()
