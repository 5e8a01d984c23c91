"""The fields above a table."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from thebot_desktop.ui.filter_strip import ChoiceBox, FilterStrip

pytestmark = pytest.mark.ui


@pytest.fixture
def strip(qtbot):
    boxes = [ChoiceBox(name, f"All {name}") for name in ("sizes", "colours", "shapes")]
    for box in boxes:
        box.offer([("one", 1), ("two", 2)])
    made = FilterStrip(QLineEdit(), boxes)
    made.boxes = boxes
    qtbot.addWidget(made)
    made.resize(800, 60)
    made.show()
    return made


def test_a_choice_survives_new_entries(qtbot):
    """Also when what was chosen is not among them for now; nobody is told of a change."""
    box = ChoiceBox("Symbol", "All symbols")
    qtbot.addWidget(box)
    box.offer([("BTC", "BTC"), ("ETH", "ETH")])
    box.setCurrentIndex(2)
    changes = []
    box.currentIndexChanged.connect(changes.append)
    box.offer([("ADA", "ADA"), ("BTC", "BTC"), ("ETH", "ETH")])
    assert box.chosen == "ETH"
    box.offer([("ADA", "ADA")])
    assert box.chosen == "ETH"
    assert changes == []
    box.choose_all()
    assert box.chosen is None
    box.offer([("ADA", "ADA")])
    assert [box.itemText(i) for i in range(box.count())] == ["All symbols", "ADA"]


def test_with_room_all_fields_stand_in_one_line(strip):
    """No button is needed."""
    assert len({box.mapTo(strip, box.rect().center()).y() for box in strip.boxes}) == 1
    assert not strip.more.isVisible()


def test_without_room_a_button_shows_them(strip, qtbot):
    """Two in a line; it tells how many are in use."""
    strip.resize(320, 200)
    assert strip.more.isVisible()
    assert not any(box.isVisible() for box in strip.boxes)
    qtbot.mouseClick(strip.more, Qt.MouseButton.LeftButton)
    assert all(box.isVisible() for box in strip.boxes)
    changes = []
    strip.changed.connect(lambda: changes.append(1))
    qtbot.keyClick(strip.boxes[0], Qt.Key.Key_Down)
    assert changes == [1]
    assert strip.more.text() == "Filters · 1"
    qtbot.mouseClick(strip.more, Qt.MouseButton.LeftButton)
    assert not strip.boxes[0].isVisible()
    strip.choose_all()
    assert strip.more.text() == "Filters"


def test_larger_letters_need_more_room(strip):
    """What fitted in one line no longer does."""
    strip.resize(560, 60)
    assert not strip.more.isVisible()
    strip.apply_font(18)
    assert strip.more.isVisible()


def test_no_field_in_one_line_cuts_what_it_says(strip, qtbot):
    """Rather than that they go behind the button."""
    for box in strip.boxes:
        box.setItemText(0, "All that there are")
    strip.apply_font(13)
    for width in range(400, 1000, 20):
        strip.resize(width, 60)
        if not strip.more.isVisible():
            break
    assert width > 500
    assert min(box.width() - box.words_px for box in strip.boxes) >= 36
