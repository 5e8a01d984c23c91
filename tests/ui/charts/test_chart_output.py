"""What leaves a chart: pictures as pixels and as shapes, printed pages, tables of numbers."""

from __future__ import annotations

import csv
import io
import re

import pytest
from PySide6.QtCore import QMarginsF, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, Share, Spread, moment, walk
from thebot_desktop.domain.market import SeriesKey, Symbol
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_state import AlertLine, Crosshair
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.picture import svg_of
from thebot_desktop.ui.charts.picture_choice import PictureChoice, PictureFormat
from thebot_desktop.ui.charts.picture_dialog import PictureDialog

pytestmark = pytest.mark.ui


@pytest.fixture
def chart(qtbot):
    """A chart on screen with 300 candles and three indicators."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(700, 440)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300), Mean(5), Share(), Spread()))
    view.set_alert_lines([AlertLine(view.state.store.live.close + 0.2, "crosses")])
    view.show()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    return view


def svg(chart, scale=1):
    return svg_of(chart.state, chart.theme, chart.viewport().size(), scale).decode()


def table(chart, tmp_path):
    chart.output.write_data(str(tmp_path / "data.csv"))
    return list(csv.DictReader(io.StringIO((tmp_path / "data.csv").read_text())))


def test_a_picture_is_asked_for_then_saved(chart, qtbot, tmp_path):
    """Format and scale first, then the file; both are remembered with the chart."""
    chart.output.save_picture()
    dialog = chart.findChild(PictureDialog)
    dialog.scales.setCurrentIndex(2)
    save = next(b for b in dialog.findChildren(QDialogButtonBox)[0].buttons() if "Save" in b.text())
    with qtbot.waitSignal(chart.look_changed):
        qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    files = chart.findChild(QFileDialog)
    target = tmp_path / "chart.png"
    files.fileSelected.emit(str(target))
    files.close()
    assert QImage(str(target)).size() == chart.viewport().size() * 3
    assert chart.output.choice == PictureChoice(PictureFormat.PNG, 3)


def test_a_picture_goes_to_the_clipboard(chart):
    """At the scale that was chosen last, without the crosshair, as SVG too where wanted."""
    chart.state.crosshair = Crosshair(200, 100)
    chart.output.copy_picture()
    assert QGuiApplication.clipboard().image() == chart.render_to_image(2)
    chart.output._copy(PictureChoice(PictureFormat.SVG, 1))
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasFormat("image/svg+xml")
    assert data.imageData().size() == chart.viewport().size()


def test_an_svg_has_shapes_and_words_and_no_pixels(chart):
    """Axis, legend, alert and panes are text that can be read and edited."""
    text = svg(chart)
    words = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    joined = " ".join(words)
    assert "<image" not in text
    assert text.count("<rect") > 100
    assert "<polyline" in text or "<path" in text
    for word in ("BTCUSDT", "MEAN(5)", "SHARE", "SPREAD", "crosses", "UTC"):
        assert word in joined


@pytest.mark.parametrize("scale", [1, 4])
def test_an_svg_looks_like_the_picture(chart, scale):
    """Opened again, it has the size of the picture and nearly all of its colours."""
    renderer = QSvgRenderer(svg(chart, scale).encode())
    image = chart.render_to_image(scale)
    assert renderer.isValid()
    assert renderer.viewBox().size() == image.size()
    drawn = QImage(image.size(), QImage.Format.Format_RGB32)
    drawn.fill(QColor("magenta"))
    painter = QPainter(drawn)
    renderer.render(painter)
    painter.end()
    points = [(x, y) for x in range(5, 700, 7) for y in range(5, 440, 7)]
    alike = sum(_near(drawn, image, x * scale, y * scale) for x, y in points)
    assert alike > 0.93 * len(points)


def _near(one, other, x, y):
    if not other.rect().contains(QPoint(x, y)):
        return True
    first, second = QColor(one.pixel(x, y)), QColor(other.pixel(x, y))
    parts = ((first.red(), second.red()), (first.blue(), second.blue()))
    return all(abs(a - b) < 40 for a, b in parts)


def test_a_chart_is_printed_on_white(chart, tmp_path):
    """Across the page, as large as it fits, whatever the theme of the window."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "chart.pdf"))
    margins = QMarginsF(10, 10, 10, 10)
    landscape = QPageLayout.Orientation.Landscape
    printer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), landscape, margins))
    failures = []
    chart.output.failed.connect(failures.append)
    chart.output.print_on(printer)
    content = (tmp_path / "chart.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert len(content) > 5_000
    assert b"/Font" in content
    assert not failures


@pytest.mark.qt_log_ignore("QPainter::begin|QPdf|Could not open", extend=True)
def test_what_cannot_be_printed_is_said(chart, tmp_path, qtbot):
    """A sentence instead of silence."""
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "nowhere" / "chart.pdf"))
    with qtbot.waitSignal(chart.output.failed) as told:
        chart.output.print_on(printer)
    assert told.args == ["The chart could not be printed."]


def test_the_table_has_the_candles_in_view(chart, tmp_path):
    """Times twice, prices, origin and every value, up to the forming candle."""
    rows, store, frame = table(chart, tmp_path), chart.state.store, chart.frame_now
    assert list(rows[0]) == [
        *("open_time", "open_time_ms", "open", "high", "low", "close", "volume", "origin"),
        *("MEAN(5)", "SHARE", "SPREAD bars", "SPREAD fast", "SPREAD slow"),
    ]
    last = rows[-1]
    assert int(last["open_time_ms"]) == store.live.open_time
    assert last["open_time"].endswith("Z")
    assert float(last["close"]) == store.live.close
    assert float(last["MEAN(5)"]) == store.lines["MEAN(5)", "mean"].live
    assert last["origin"] == "live"
    seen = [i for i in range(300) if 0 <= frame.bars.x(i) < frame.plot_width]
    assert len(rows) == len(seen)
    assert int(rows[0]["open_time_ms"]) == store.open_times[seen[0]]


def test_the_table_follows_the_view(chart, tmp_path):
    """Older candles, and nothing where an indicator has no value yet."""
    chart.state.viewport.to_oldest(chart.plot_width, chart.state.store.newest)
    chart.invalidate()
    rows = table(chart, tmp_path)
    assert int(rows[0]["open_time_ms"]) == chart.state.store.open_times[0]
    assert rows[0]["MEAN(5)"] == ""
    assert rows[10]["MEAN(5)"] != ""


def test_an_empty_chart_gives_an_empty_table(qtbot, tmp_path):
    """Only the names of the columns."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    assert table(view, tmp_path) == []


def test_data_is_exported_to_the_file_that_was_chosen(chart, tmp_path):
    """By a dialog that stops nothing."""
    chart.output.export_data()
    files = chart.findChild(QFileDialog)
    files.fileSelected.emit(str(tmp_path / "out.csv"))
    files.close()
    assert (tmp_path / "out.csv").read_text().startswith("open_time,")


@pytest.mark.parametrize("choice", [PictureChoice(f) for f in PictureFormat])
def test_what_cannot_be_written_is_said(chart, qtbot, tmp_path, choice):
    """With the name of the file."""
    path = str(tmp_path / "nowhere" / "chart")
    with qtbot.waitSignal(chart.output.failed) as told:
        chart.output.write_picture(path, choice)
    assert path in told.args[0]


def test_the_menu_of_a_chart_offers_it_all(chart):
    """Copy, save, print and export."""
    menu = chart.context_menu(200, 100)
    texts = [a.text() for a in menu.actions()]
    assert {"Copy picture", "Save picture…", "Print…", "Export data…"} <= set(texts)
    menu.deleteLater()


def test_the_window_has_commands_for_it(window):
    """They are about the chart in use; without one they do nothing."""
    for command in ("chart.picture", "chart.picture.copy", "chart.print", "chart.export"):
        assert window.commands.command(command).shortcut
        window.run_command(command)


def test_compared_symbols_are_columns_of_the_table(chart, tmp_path):
    """Their closes at the same times, last their newest price."""
    other = SeriesKey(Symbol("ETHUSDT"), BTC.interval)
    chart.set_look(ChartLook(compared=(other.symbol,)))
    assert "ETHUSDT close" not in table(chart, tmp_path)[0]
    prices = walk(299, seed=9)
    chart.update_compared(moment(prices, series=other))
    rows = table(chart, tmp_path)
    told = {int(row["open_time_ms"]): row["ETHUSDT close"] for row in rows}
    for time, close in zip(prices.open_time.tolist(), prices.close.tolist(), strict=True):
        assert time not in told or float(told[time]) == close
    assert float(rows[-1]["ETHUSDT close"]) == prices.close[-1]
