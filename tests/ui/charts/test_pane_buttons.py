"""The buttons of a pane: what they are called, what they tell, and how wide they are together."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.ui.charts.builders import DARK
from thebot_desktop.ui.charts.pane_buttons import PaneButtons

pytestmark = pytest.mark.ui


@pytest.fixture
def chart(qtbot):
    """What the buttons stand on."""
    chart = QWidget()
    qtbot.addWidget(chart)
    chart.resize(600, 400)
    chart.show()
    return chart


@pytest.fixture
def buttons(chart):
    return PaneButtons(DARK, chart)


def show(buttons, *, up=True, down=True, alone=False, closable=True):
    buttons.show_for("RSI(14)", QPoint(590, 50), up=up, down=down, alone=alone, closable=closable)


def test_each_button_tells_which_pane_it_is_about(buttons):
    """With the key of the pane, and where it should go."""
    told = []
    buttons.moved.connect(lambda key, step: told.append((key, step)))
    buttons.maximise_toggled.connect(lambda key: told.append((key, "size")))
    buttons.closed.connect(lambda key: told.append((key, "close")))
    show(buttons)
    for button in (buttons.up, buttons.down, buttons.size_button, buttons.cross):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert told == [("RSI(14)", -1), ("RSI(14)", 1), ("RSI(14)", "size"), ("RSI(14)", "close")]


def test_the_right_edge_stays_where_fewer_buttons_are_of_use(buttons):
    """So the cross is always at the same place."""
    show(buttons)
    wide = buttons.geometry()
    show(buttons, up=False, alone=True, down=False)
    narrow = buttons.geometry()
    assert narrow.right() == wide.right() == 589
    assert wide.width() - narrow.width() == 2 * buttons.up.width()


def test_every_button_has_words(buttons):
    """For those who hover, and for those who have the screen read to them."""
    show(buttons)
    assert buttons.size_button.toolTip() == "Maximise pane (double click)"
    show(buttons, alone=True)
    assert buttons.size_button.toolTip() == "Restore panes (double click)"
    names = [b.accessibleName() for b in (buttons.up, buttons.down, buttons.cross)]
    assert names == ["Move pane up", "Move pane down", "Close pane"]
    assert all(b.toolTip() for b in (buttons.up, buttons.down, buttons.cross))
