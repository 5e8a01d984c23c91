"""The toggles at the bottom of the price axis, and their keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QEnterEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.ui.charts.builders import BITCOIN, BTC, DARK, moment, walk
from thebot_desktop.ui.charts.chart_look import ScaleMode
from thebot_desktop.ui.charts.chart_style import Type
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.panes import PRICE_PANE
from thebot_desktop.ui.charts.price_axis import label_rects

pytestmark = pytest.mark.ui
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(qtbot):
    """A window with a chart of 300 candles and the pointer over it."""
    window = QMainWindow()
    qtbot.addWidget(window)
    view = ChartView(DARK)
    window.setCentralWidget(view)
    window.resize(700, 450)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300)))
    window.show()
    window.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    QApplication.sendEvent(view, QEnterEvent(QPointF(9, 9), QPointF(9, 9), QPointF(9, 9)))
    shown(view)
    return window


def shown(view):
    view.grab()
    return view.scale_buttons


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=button.rect().center())


def test_a_click_on_log_and_percent_switches_the_scale_there_and_back(window):
    """Each toggle is ticked while its scale is shown, and a second click takes it back."""
    view = window.centralWidget()
    buttons = shown(view)
    for button, mode in ((buttons.log, ScaleMode.LOG), (buttons.percent, ScaleMode.PERCENT)):
        click(button)
        shown(view)
        assert view.state.look.scale is mode
        assert [b.isChecked() for b in (buttons.log, buttons.percent)] == [
            mode is ScaleMode.LOG,
            mode is ScaleMode.PERCENT,
        ]
    click(buttons.percent)
    shown(view)
    assert view.state.look.scale is ScaleMode.NORMAL
    assert not buttons.percent.isChecked()


def test_auto_off_keeps_the_prices_where_they_are_and_on_lets_them_go(window):
    """Switching the fitting off changes nothing on screen by itself."""
    view = window.centralWidget()
    buttons = shown(view)
    assert buttons.automatic.isChecked()
    before = view.frame_now.panes[0].scale.stretched(1.0)
    click(buttons.automatic)
    assert not shown(view).automatic.isChecked()
    assert view.frame_now.panes[0].scale.stretched(1.0) == pytest.approx(before)
    click(buttons.automatic)
    assert shown(view).automatic.isChecked()
    assert PRICE_PANE not in view.state.manual


def test_a_drag_of_the_price_axis_takes_the_tick_off_auto(window):
    """The toggle tells the truth whoever changed the scale."""
    view = window.centralWidget()
    shown(view)
    port = view.viewport()
    at = QPoint(port.width() - 10, 150)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(port, at + QPoint(0, 40))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=at + QPoint(0, 40))
    assert not shown(view).automatic.isChecked()


def test_alt_and_a_letter_change_the_scale_before_a_menu_gets_them(window):
    """Alt+L, Alt+P and Alt+I work although the window has entries with these keys."""
    view, stolen = window.centralWidget(), []
    for key in ("Alt+L", "Alt+P", "Alt+I", "Alt+Home"):
        action = QAction(key, window)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda *_a, key=key: stolen.append(key))
        window.addAction(action)
    handle = window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_L, ALT)
    assert view.state.look.scale is ScaleMode.LOG
    QTest.keyClick(handle, Qt.Key.Key_P, ALT)
    assert view.state.look.scale is ScaleMode.PERCENT
    QTest.keyClick(handle, Qt.Key.Key_I, ALT)
    assert view.state.look.inverted
    view.set_automatic(automatic=False)
    QTest.keyClick(handle, Qt.Key.Key_Home, ALT)
    assert not view.state.manual
    assert stolen == []


def test_the_toggles_leave_the_axis_with_the_pointer(window):
    """Without the pointer the axis shows prices only."""
    view = window.centralWidget()
    assert shown(view).isVisible()
    QTest.mouseMove(view.viewport(), QPoint(40, 40))
    view.leaveEvent(None)
    assert not shown(view).isVisible()


def test_the_toggles_lie_within_the_price_axis(window):
    """They cover no candle, and end where the pane of prices ends."""
    view = window.centralWidget()
    buttons, frame = shown(view), view.frame_now
    assert buttons.geometry().left() * frame.unit > frame.plot_width
    assert buttons.geometry().right() < view.viewport().width()
    assert (buttons.geometry().bottom() + 1) * frame.unit == pytest.approx(
        frame.panes[0].box.bottom, abs=frame.unit
    )


def test_a_chart_without_candles_offers_no_scale(qtbot):
    """There is nothing to scale yet."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(700, 450)
    view.set_series(BTC, BITCOIN)
    view.show()
    view.scale_buttons.set_wanted(wanted=True)
    assert not shown(view).isVisible()


def test_the_menu_offers_what_the_toggles_do(window):
    """It names the keys, and ticks what is on."""
    view = window.centralWidget()

    def scales():
        menu = view.context_menu(200, 100)
        found = next(a.menu() for a in menu.actions() if a.text() == "Price scale")
        return {a.text().partition("\t")[0]: a for a in found.actions() if a.text()}

    assert [t for t, a in scales().items() if a.isChecked()] == [
        "Fit prices to the screen",
        "Normal",
    ]
    scales()["Fit prices to the screen"].trigger()
    assert not shown(view).automatic.isChecked()
    scales()["Fit prices to the screen"].trigger()
    assert shown(view).automatic.isChecked()
    assert scales()["Logarithmic"].text().endswith("\tAlt+L")
    scales()["Logarithmic"].trigger()
    assert shown(view).log.isChecked()
    assert scales()["Logarithmic"].isChecked()
    scales()["Inverted"].trigger()
    assert view.state.look.inverted


@pytest.mark.parametrize("font_px", [10, 13, 18, 22])
def test_texts_of_a_chart_are_as_large_as_the_program_s(window, font_px):
    """The toggles with them; nothing is cut and nothing stands below the toggles."""
    view = window.centralWidget()
    view.set_font_px(font_px)
    buttons, style, frame = shown(view), view.style_now, view.frame_now
    for kind, size in ((Type.SMALL, 11), (Type.LEGEND, 12), (Type.SYMBOL, 15)):
        assert style.font(kind).pixelSize() == round(size * font_px / 13)
    assert buttons.log.fontInfo().pixelSize() == style.font(Type.SMALL).pixelSize()
    assert buttons.log.height() >= buttons.log.fontMetrics().height()
    assert frame.height - frame.plot_height >= style.height(Type.SMALL)
    top = buttons.geometry().top() * frame.unit
    assert all(rect.bottom() < top for _, rect in label_rects(frame, frame.panes[0], style))
    widest = max(style.width(frame.panes[0].text(v)) for v in frame.panes[0].ticks)
    assert widest < frame.axis_width


def test_pictures_have_texts_of_the_same_size(window):
    """As they are on screen."""
    view = window.centralWidget()
    before = view.render_to_image()
    view.set_font_px(20)
    larger = view.render_to_image()
    assert before.size() == larger.size()
    assert before != larger
    view.set_font_px(13)
    assert view.render_to_image() == before
