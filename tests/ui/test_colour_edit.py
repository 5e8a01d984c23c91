"""A colour by name or by eye, or none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QColorDialog

from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.ui.colour_edit import SWATCH_PX, ColourEdit


@pytest.fixture
def edit(qtbot):
    made = ColourEdit("Rising candles")
    qtbot.addWidget(made)
    made.show()
    return made


def swatch_colour(edit, at=SWATCH_PX // 2):
    picture = edit.swatch.icon().pixmap(SWATCH_PX, SWATCH_PX).toImage()
    share = picture.width() / SWATCH_PX
    return picture.pixelColor(round(at * share), round((at + 2) * share)).name().upper()


def chooser_of(qtbot, edit):
    qtbot.mouseClick(edit.swatch, Qt.MouseButton.LeftButton)
    return edit.findChild(QColorDialog)


def test_a_colour_is_typed(edit, qtbot):
    """The swatch shows it, whoever listens is told."""
    with qtbot.waitSignal(edit.edited):
        qtbot.keyClicks(edit.line, "#22ab94")
    assert edit.read() == "#22ab94"
    assert swatch_colour(edit) == "#22AB94"


def test_the_sign_before_the_digits_may_be_left_out(edit, qtbot):
    """As when digits are pasted."""
    qtbot.keyClicks(edit.line, "22ab94 ")
    assert edit.read() == "#22ab94"


def test_what_is_no_colour_is_refused_and_not_shown(edit, qtbot):
    """The sentence names what was typed."""
    qtbot.keyClicks(edit.line, "greenish")
    with pytest.raises(ParameterError, match="“greenish” is not a colour"):
        edit.read()
    assert edit.reset.isVisible()


def test_reset_takes_the_colour_away(edit, qtbot):
    """The button is there while there is something to take away."""
    assert not edit.reset.isVisible()
    edit.write("#123456")
    qtbot.mouseClick(edit.reset, Qt.MouseButton.LeftButton)
    assert edit.read() == ""
    assert not edit.reset.isVisible()


def test_pointing_in_the_dialog_is_tried_at_once_and_kept_when_taken(edit, qtbot):
    """The dialog starts with the colour that is there."""
    edit.write("#123456")
    chooser = chooser_of(qtbot, edit)
    assert chooser.currentColor().name() == "#123456"
    chooser.setCurrentColor("#AA5500")
    assert edit.read() == "#AA5500"
    chooser.accept()
    assert edit.read() == "#AA5500"


@pytest.mark.parametrize("before", ["", "#123456", "unfinished"])
def test_leaving_the_dialog_brings_back_what_was_there(edit, qtbot, before):
    """Whatever was tried meanwhile."""
    edit.write(before)
    chooser = chooser_of(qtbot, edit)
    chooser.setCurrentColor("#AA5500")
    chooser.reject()
    assert edit.line.text() == before


def test_the_border_of_the_swatch_goes_with_the_theme(edit):
    """No restart, no second look needed."""
    before = edit.swatch.icon().cacheKey()
    colours = QPalette(edit.palette())
    colours.setColor(QPalette.ColorRole.PlaceholderText, "#FF0000")
    edit.setPalette(colours)
    assert edit.swatch.icon().cacheKey() != before
