"""What every dock inherits: drawing when needed, states, a header for mouse and keyboard."""

from time import monotonic, sleep

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow

from thebot_desktop.domain.errors import ObserverError
from thebot_desktop.ui.dock import Dock, DockArea
from thebot_desktop.ui.frame import FrameTicker
from thebot_desktop.ui.states import State


class Counter(Dock):
    """Counts how often it was drawn; fails when told to."""

    name = "counter"
    title = "Counter"
    area = DockArea.LEFT
    icon = "info"

    def __init__(self, host):
        super().__init__(host)
        self.drawn = 0
        self.failure = None
        self.add_page(QLabel("one"))
        self.add_page(QLabel("two"), "Second")

    def draw(self):
        if self.failure is not None:
            raise self.failure
        self.drawn += 1


@pytest.fixture
def dock(qtbot, host):
    window = QMainWindow()
    qtbot.addWidget(window)
    made = Counter(host)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, made)
    elsewhere = QLineEdit()
    window.setCentralWidget(elsewhere)
    window.show()
    elsewhere.setFocus()
    yield made
    window.close()


@pytest.fixture
def faults():
    return []


@pytest.fixture
def ticker(qtbot, faults):
    made = FrameTicker(faults.append, 10)
    yield made
    made.deleteLater()


def test_a_dock_is_drawn_once_for_many_changes(dock, ticker, qtbot):
    """A hundred events between two frames are one drawing."""
    ticker.add(dock)
    for _ in range(100):
        dock.mark_dirty()
    qtbot.waitUntil(lambda: dock.drawn == 1)
    assert not dock.dirty


def test_nothing_runs_while_nothing_changes(dock, ticker, qtbot):
    """An idle window has no timer running."""
    ticker.add(dock)
    qtbot.waitUntil(lambda: ticker.idle and dock.drawn == 1)
    dock.mark_dirty()
    assert not ticker.idle
    qtbot.waitUntil(lambda: ticker.idle)
    assert dock.drawn == 2


def test_a_change_after_a_pause_is_drawn_at_once_and_the_next_one_waits(dock, faults, qtbot):
    """Never twice within the interval, and never late without a reason."""
    ticker = FrameTicker(faults.append, 200)
    ticker.add(dock)
    began = monotonic()
    qtbot.waitUntil(lambda: dock.drawn == 1)
    assert monotonic() - began < 0.15
    dock.mark_dirty()
    qtbot.waitUntil(lambda: dock.drawn == 2)
    assert 0.19 < monotonic() - began < 0.35
    ticker.deleteLater()


def test_frames_keep_their_pace_when_the_loop_is_busy(dock, faults, qtbot):
    """A frame that comes late does not put off the ones behind it."""
    ticker = FrameTicker(faults.append, 40)
    ticker.add(dock)
    qtbot.waitUntil(lambda: dock.drawn == 1)
    began = monotonic()
    while dock.drawn < 11:
        dock.mark_dirty()
        sleep(0.015)
        QApplication.processEvents()
    assert monotonic() - began == pytest.approx(0.4, abs=0.05)
    ticker.deleteLater()


def test_a_hidden_dock_waits_until_it_is_seen(dock, ticker, qtbot):
    """It costs nothing, and is up to date when it appears."""
    dock.hide()
    ticker.add(dock)
    dock.mark_dirty()
    qtbot.waitUntil(lambda: ticker.idle)
    assert dock.drawn == 0
    dock.show()
    qtbot.waitUntil(lambda: dock.drawn == 1)


def test_a_dock_that_fails_is_switched_off_with_a_way_back(dock, ticker, qtbot, faults):
    """The others go on; the person is told and can try again."""
    dock.failure = RuntimeError("bad luck")
    ticker.add(dock)
    qtbot.waitUntil(lambda: dock.state is State.OFF)
    assert isinstance(faults[0], ObserverError)
    assert "Counter" in faults[0].user_message
    dock.mark_dirty()
    assert ticker.idle
    dock.failure = None
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dock.drawn == 1)
    assert dock.state is None


def test_states_replace_the_contents(dock, qtbot):
    """One sentence, one button, and back."""
    pressed = []
    dock.show_state(State.EMPTY, "Nothing yet.", button="Add", action=lambda: pressed.append(True))
    assert dock.state is State.EMPTY
    assert dock.state_view.sentence == "Nothing yet."
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    assert pressed == [True]
    dock.show_content()
    assert dock.state is None


def test_loading_paints_rows_to_come(dock, host):
    """Bars in the colour of the grid on the ground of a panel, no words."""
    dock.show_state(State.LOADING)
    dock.state_view.resize(300, 200)
    image = dock.state_view.grab().toImage()
    colors = {image.pixelColor(x, 17).name().upper() for x in range(image.width())}
    assert host.theme.grid in colors
    assert dock.state_view.sentence == ""
    assert not dock.state_view.button.isVisible()


def test_tabs_switch_pages_and_draw_them(dock, ticker, qtbot):
    """A page that was not shown is brought up to date."""
    ticker.add(dock)
    qtbot.waitUntil(lambda: dock.drawn == 1)
    qtbot.mouseClick(dock.header.tab(1), Qt.MouseButton.LeftButton)
    assert dock.page == 1
    assert dock.widget().layout().currentWidget().text() == "two"
    qtbot.waitUntil(lambda: dock.drawn == 2)


def test_the_buttons_of_the_header_appear_under_the_pointer(dock, qtbot):
    """And go when it leaves."""
    dock.header.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not any(t.isVisible() for t in dock.header.tools)
    at = QPointF(5, 5)
    dock.header.enterEvent(QEnterEvent(at, at, at))
    assert all(t.isVisible() for t in dock.header.tools)
    dock.header.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not any(t.isVisible() for t in dock.header.tools)


def test_the_buttons_of_the_header_can_be_reached_by_keyboard(dock, qtbot):
    """From its tab with the Tab key; Space presses them."""
    dock.header.tab(0).setFocus(Qt.FocusReason.TabFocusReason)
    floating, close = dock.header.tools
    assert floating.isVisible()
    floating.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(floating, Qt.Key.Key_Space)
    assert dock.isFloating()
    dock.setFloating(False)
    closed = []
    dock.closed.connect(lambda: closed.append(True))
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert closed == [True]
    assert not dock.isVisible()


def test_header_buttons_say_what_they_do(dock):
    """By tip and by accessible name."""
    for tool in dock.header.tools:
        assert tool.toolTip()
        assert tool.accessibleName() == tool.toolTip()


def test_letting_go_ends_all_observing_once(dock):
    """Cleanups are run, and not run again."""
    ended = []
    dock.on_release(lambda: ended.append(1))
    dock.release()
    dock.release()
    assert ended == [1]


def test_a_removed_dock_is_not_drawn_any_more(dock, ticker, qtbot):
    """The ticker forgets it."""
    ticker.add(dock)
    qtbot.waitUntil(lambda: dock.drawn == 1)
    ticker.remove(dock)
    dock.mark_dirty()
    assert ticker.idle
    assert dock.drawn == 1
