"""The note about panes without room is readable, inside of the chart, and has a way out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, Share, Spread, distance, moment, walk
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.room_note import HEIGHT, RoomNote
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui


@pytest.fixture
def ground(qtbot):
    """What the note stands on."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(400, 100)
    widget.show()
    return widget


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_words_stand_out_in_both_themes(ground, theme):
    """Painted within its height, in colours that differ clearly from the ground."""
    note = RoomNote(load_theme(theme), ground)
    note.show_for(["RSI(14)"], QPoint(8, 90), 300)
    assert (note.x(), note.geometry().bottom(), note.height()) == (8, 89, HEIGHT)
    image = note.grab().toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    raised = load_theme(theme).raised
    assert max(distance(each, raised) for each in colours) > 60


@pytest.mark.parametrize("room", [300, 130, 124, 110, 90, 60, 40, 24])
def test_it_takes_no_more_room_than_there_is(ground, room):
    """At any width."""
    note = RoomNote(DARK, ground)
    note.show_for(["RSI(14)"], QPoint(8, 90), room)
    assert note.width() <= room
    assert note.text()


def test_no_size_of_a_chart_makes_trouble(qtbot):
    """Down to a few pixels: note and buttons stay inside, and never over each other."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.setMinimumSize(1, 1)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300), Mean(20), Share(), Spread()))
    view.show()
    note, buttons = view.pane_hand.note, view.pane_hand.buttons
    for maximised in ("", Share().label, "price"):
        view.set_look(ChartLook(maximised=maximised))
        for width in (20, 60, 100, 160, 240, 320, 700):
            for height in (20, 40, 60, 80, 120, 170, 220, 300, 500):
                view.resize(width, height)
                view.grab()
                shown = [w for w in (note, buttons) if w.isVisible()]
                assert all(view.viewport().rect().contains(w.geometry()) for w in shown)
                assert len(shown) < 2 or not note.geometry().intersects(buttons.geometry())
                named = note.isVisible() or len(view.pane_hand.left_out) == 0
                assert named or width < 100 or height < 80


def test_larger_texts_get_higher_panes(qtbot):
    """So that the note stands below the legend of the lowest one, never over it."""
    for font_px in (11, 13, 18, 24):
        view = ChartView(DARK)
        qtbot.addWidget(view)
        view.resize(700, 200)
        view.set_font_px(font_px)
        view.set_series(BTC, BITCOIN)
        view.update_chart(moment(walk(300), Mean(20), Share(), Spread()))
        view.show()
        view.grab()
        note, unit = view.pane_hand.note, view.frame_now.unit
        lowest = view.frame_now.panes[-1].spec.key
        (legend,) = [p.rect for p in view._live.pieces if p.name == ("legend", lowest)]
        assert note.isVisible() == bool(view.pane_hand.left_out)
        assert note.isHidden() or note.y() * unit >= legend.y() + legend.height()
