"""Choosing a part of the day."""

import pytest
from PySide6.QtCore import Qt, QTime

from thebot_desktop.alerts.hours import EVERY_DAY, Hours
from thebot_desktop.ui.hours_edit import HoursEdit

pytestmark = pytest.mark.ui


@pytest.fixture
def edit(qtbot):
    made = HoursEdit("Quiet hours")
    qtbot.addWidget(made)
    made.show()
    return made


def click(qtbot, button):
    at = button.rect().center()
    at.setX(8)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=at)


def test_none_is_chosen_until_it_is_ticked(edit, qtbot):
    """The night is what is offered then."""
    assert edit.read() is None
    assert not edit.start.isEnabled()
    assert not edit.days[0].isVisible()
    told = []
    edit.edited.connect(lambda: told.append(edit.read()))
    click(qtbot, edit.tick)
    assert told == [Hours(22 * 60, 7 * 60)]
    assert edit.start.isEnabled()
    assert edit.days[0].isVisible()


def test_days_are_switched_on_and_off(edit, qtbot):
    """At least one has to be left."""
    click(qtbot, edit.tick)
    for day in edit.days[:5]:
        click(qtbot, day)
    edit.start.setTime(QTime(23, 30))
    assert edit.read() == Hours(23 * 60 + 30, 7 * 60, (5, 6))
    assert edit.problem == ""
    for day in edit.days[5:]:
        click(qtbot, day)
    assert edit.read() is None
    assert edit.problem == "Choose at least one day."


def test_what_was_chosen_is_shown(edit):
    """And none again."""
    hours = Hours(9 * 60, 17 * 60 + 45, (0, 4))
    edit.write(hours)
    assert edit.read() == hours
    edit.write(None)
    assert edit.read() is None
    edit.write(Hours(0, 0))
    assert edit.read().days == EVERY_DAY
