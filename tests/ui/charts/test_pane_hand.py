"""Panes as wholes: moved, maximised and closed by buttons, double clicks and the menu."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, Share, Spread, moment, walk
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.charts.chart_look import MOST_NAMED, ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.legend import Owner
from thebot_desktop.ui.charts.legend_hand import toggled
from thebot_desktop.ui.charts.pane_arrangement import (
    brought_back,
    renamed,
    with_heights,
    without_indicator,
)
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

MEAN, SHARE, SPREAD = Mean(20), Share(), Spread()
LEFT = Qt.MouseButton.LeftButton
BOTH = [SHARE.label, SPREAD.label]


def made(qtbot, look=None, size=(900, 600)):
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(*size)
    view.set_series(BTC, BITCOIN)
    if look is not None:
        view.set_look(look)
    view.update_chart(moment(walk(300), MEAN, SHARE, SPREAD))
    view.show()
    view.grab()
    return view


@pytest.fixture
def view(qtbot):
    """A chart with a line over the price and two panes below it."""
    return made(qtbot)


def keys(view):
    """Of the panes that can be seen, from top to bottom."""
    view.grab()
    return [p.spec.key for p in view.frame_now.panes if p.box.bottom > 0]


def middle(view, key):
    frame = view.frame_now
    box = next(p.box for p in frame.panes if p.spec.key == key)
    x = min(300, round(view.plot_width / 3))
    return QPoint(x, round((box.top + box.height / 2) / frame.unit))


def point_at(view, key):
    QTest.mouseMove(view.viewport(), middle(view, key) + QPoint(3, 0))
    QTest.mouseMove(view.viewport(), middle(view, key))
    return view.pane_hand.buttons


def click(button):
    QTest.mouseClick(button, LEFT)


def double_click(view, at):
    """As a real mouse does it: a click goes before."""
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseDClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, at)


def test_buttons_stand_in_the_pane_the_pointer_is_in(view):
    """At its right top corner; only those that mean something there."""
    buttons = point_at(view, SHARE.label)
    box = view.frame_now.panes[1].box
    assert buttons.isVisible()
    assert box.top < buttons.y() < box.bottom
    assert buttons.geometry().right() < view.plot_width
    assert [b.isVisible() for b in buttons._all] == [False, True, True, True]
    point_at(view, SPREAD.label)
    assert [b.isVisible() for b in buttons._all] == [True, False, True, True]
    point_at(view, "price")
    assert [b.isVisible() for b in buttons._all] == [False, False, True, False]
    QTest.mouseMove(view.viewport(), QPoint(round(view.plot_width) + 20, 200))
    assert not buttons.isVisible()


def test_a_pane_moves_up_and_down(view, qtbot):
    """It keeps its values; the price stays the first."""
    with qtbot.waitSignal(view.look_changed):
        click(point_at(view, SHARE.label).down)
    assert keys(view) == ["price", *reversed(BOTH)]
    assert view.state.look.pane_order == tuple(reversed(BOTH))
    click(point_at(view, SHARE.label).up)
    assert keys(view) == ["price", *BOTH]
    assert view.frame_now.panes[1].spec.lines


def test_one_pane_alone_has_the_whole_chart(view):
    """Its button stays as the way back, wherever the pointer is."""
    click(point_at(view, SHARE.label).size_button)
    assert keys(view) == [SHARE.label]
    box = view.frame_now.panes[1].box
    assert (box.top, box.height) == (0, view.frame_now.plot_height)
    buttons = view.pane_hand.buttons
    QTest.mouseMove(view.viewport(), QPoint(round(view.plot_width) + 20, 300))
    assert buttons.isVisible()
    assert buttons.size_button.accessibleName() == "Restore panes"
    click(buttons.size_button)
    assert keys(view) == ["price", *BOTH]


@pytest.mark.parametrize("key", ["price", *BOTH])
def test_a_double_click_on_a_pane_does_the_same(view, key):
    """And a second one brings the others back."""
    double_click(view, middle(view, key))
    assert keys(view) == [key]
    double_click(view, middle(view, key))
    assert keys(view) == ["price", *BOTH]


def test_nothing_of_the_price_is_seen_or_done_while_another_pane_is_alone(view):
    """No candle, no tag, no price under the pointer."""
    view.set_look(ChartLook(maximised=SHARE.label))
    image = view.grab().toImage()
    candles = {DARK.up.upper(), DARK.down.upper()}
    seen = {
        image.pixelColor(x, y).name().upper()
        for x in range(0, image.width(), 2)
        for y in range(0, image.height(), 2)
    }
    assert not seen & candles
    assert view.price_at(300, 200) is None
    double_click(view, QPoint(round(view.plot_width) + 10, 300))
    QTest.mousePress(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(300, 2))
    QTest.mouseMove(view.viewport(), QPoint(300, 80))
    QTest.mouseRelease(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(300, 80))
    assert view.state.weights == {}


def test_closing_a_pane_asks_for_its_indicator_to_go(view, qtbot):
    """Whoever owns the chart decides."""
    with qtbot.waitSignal(view.indicator_removed) as asked:
        click(point_at(view, SPREAD.label).cross)
    assert asked.args == [SPREAD.label]


def test_a_maximised_pane_that_goes_leaves_all_others(view):
    """Nobody is left with an empty chart."""
    view.set_look(ChartLook(maximised=SPREAD.label))
    view.update_chart(moment(walk(300), MEAN, SHARE))
    assert keys(view) == ["price", SHARE.label]


def entry(menu, text):
    return next(a for a in menu.actions() if a.text() == text)


def test_the_menu_does_all_of_it(view, qtbot):
    """For those who use the keyboard, and for panes that cannot be seen."""
    panes = entry(view.context_menu(300, 100), "Panes").menu()
    assert [a.text() for a in panes.actions()] == ["Price", *BOTH]
    share = entry(panes, SHARE.label).menu()
    assert not entry(share, "Move up").isEnabled()
    entry(share, "Move down").trigger()
    assert keys(view) == ["price", *reversed(BOTH)]
    entry(share, "Maximise").trigger()
    assert keys(view) == [SHARE.label]
    panes = entry(view.context_menu(300, 100), "Panes").menu()
    entry(entry(panes, SHARE.label).menu(), "Restore").trigger()
    with qtbot.waitSignal(view.indicator_removed):
        entry(share, "Close").trigger()
    plain = made(qtbot)
    plain.update_chart(moment(walk(300), MEAN))
    assert "Panes" not in [a.text() for a in plain.context_menu(300, 100).actions()]


def test_a_moved_divider_is_kept_with_the_look(view, qtbot):
    """And forgotten by a double click on it."""
    y = round(view.frame_now.panes[1].box.top / view.frame_now.unit)
    plain = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view.viewport(), LEFT, plain, QPoint(300, y))
    QTest.mouseMove(view.viewport(), QPoint(300, y - 30))
    QTest.mouseMove(view.viewport(), QPoint(300, y - 60))
    with qtbot.waitSignal(view.look_changed):
        QTest.mouseRelease(view.viewport(), LEFT, plain, QPoint(300, y - 60))
    again = made(qtbot, view.state.look)
    heights = [[p.box.height for p in v.frame_now.panes] for v in (view, again)]
    assert heights[0] == heights[1]
    assert abs(again.frame_now.panes[1].box.top / again.frame_now.unit - (y - 60)) <= 2
    double_click(view, QPoint(300, y - 60))
    assert view.state.look.pane_heights == ()


def test_a_look_outlives_a_restart(view, qtbot):
    """As the layout keeps it: order, heights, the maximised pane, hidden indicators."""
    look = ChartLook(
        pane_order=tuple(reversed(BOTH)),
        pane_heights=((SHARE.label, 0.5),),
        hidden_indicators=(MEAN.label,),
    )
    kept = msgspec.json.decode(msgspec.json.encode(look), type=ChartLook)
    again = made(qtbot, kept)
    assert keys(again) == ["price", *reversed(BOTH)]
    price, _spread, share = (p.box.height for p in again.frame_now.panes)
    assert share / price == pytest.approx(0.5, abs=0.02)
    assert again.state.panes[0].outputs() == ()
    alone = made(qtbot, msgspec.structs.replace(kept, maximised=SHARE.label))
    assert keys(alone) == [SHARE.label]


def test_what_was_said_of_an_indicator_holds_after_its_parameters_changed():
    """Only its label is another."""
    look = ChartLook(
        hidden_indicators=("RSI(14)", "A"),
        pane_order=("A", "RSI(14)"),
        pane_heights=(("RSI(14)", 0.4),),
        maximised="RSI(14)",
    )
    after = renamed(look, "RSI(14)", "RSI(7)")
    assert after.hidden_indicators == ("RSI(7)", "A")
    assert after.pane_order == ("A", "RSI(7)")
    assert after.pane_heights == (("RSI(7)", 0.4),)
    assert after.maximised == "RSI(7)"


@pytest.mark.parametrize("size", [(100, 80), (160, 90), (200, 160), (300, 220), (600, 120)])
def test_small_charts_show_what_fits_and_say_what_does_not(qtbot, size):
    """Without buttons over each other; one can be shown alone at any size."""
    view = made(qtbot, size=size)
    shown = keys(view)
    assert shown[0] == "price"
    for key in shown:
        point_at(view, key)
    view.set_look(ChartLook(maximised=SPREAD.label))
    assert keys(view) == [SPREAD.label]
    assert view.grab().width() > 0


def test_a_pane_without_room_is_named_with_a_way_out(qtbot):
    """A click on the note offers to show it alone, or where the lowest one is."""
    view = made(qtbot, size=(900, 190))
    assert keys(view) == ["price", SHARE.label]
    note = view.pane_hand.note
    assert (note.isVisible(), note.text()) == (True, f"No room for {SPREAD.label}")
    click(note)
    (menu,) = view.findChildren(QMenu)
    assert menu.isVisible()
    alone, instead = menu.actions()
    assert alone.text() == f"Show {SPREAD.label} alone"
    assert instead.text() == f"Show {SPREAD.label} in place of {SHARE.label}"
    instead.trigger()
    menu.close()
    assert keys(view) == ["price", SPREAD.label]
    assert note.text() == f"No room for {SHARE.label}"
    entry(view.pane_hand.room_menu(), f"Show {SHARE.label} alone").trigger()
    assert keys(view) == [SHARE.label]
    assert not note.isVisible()


def test_the_note_is_no_wider_than_the_chart(qtbot):
    """It becomes shorter, and says all of it where the pointer rests on it."""
    sentence = f"No room for {SHARE.label}, {SPREAD.label}"
    for width, wanted in ((600, sentence), (190, "No room"), (100, "+2")):
        view = made(qtbot, size=(width, 130))
        note = view.pane_hand.note
        assert note.text().startswith(wanted)
        assert 0 <= note.x() < note.geometry().right() < view.plot_width
        assert note.geometry().bottom() < view.frame_now.plot_height / view.frame_now.unit
        assert note.accessibleName() == sentence
        assert sentence in note.toolTip()


def test_the_menu_key_reaches_the_panes(view, qtbot):
    """Where one has no mouse: menu key, then the entries by the arrows."""
    view.setFocus()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(300, 100), QPoint(300, 100))
    QApplication.sendEvent(view.viewport(), event)
    (menu,) = [m for m in view.findChildren(QMenu) if m.parent() is view and m.isVisible()]
    panes = entry(menu, "Panes")
    menu.setActiveAction(panes)
    QTest.keyClick(menu, Qt.Key.Key_Right)
    inner = panes.menu()
    qtbot.waitUntil(inner.isVisible)
    for _ in range(3):
        if inner.activeAction() is None or inner.activeAction().text() != SHARE.label:
            QTest.keyClick(inner, Qt.Key.Key_Down)
    QTest.keyClick(inner, Qt.Key.Key_Right)
    share = entry(inner, SHARE.label).menu()
    qtbot.waitUntil(share.isVisible)
    if share.activeAction() is None:
        QTest.keyClick(share, Qt.Key.Key_Down)
    assert share.activeAction().text() == "Maximise"
    QTest.keyClick(share, Qt.Key.Key_Return)
    assert keys(view) == [SHARE.label]


def second_click(view, button, at, kind=QEvent.Type.MouseButtonDblClick):
    """Of a double click; the chart may have no use for it."""
    none = Qt.KeyboardModifier.NoModifier
    place = view.viewport().mapToGlobal(at).toPointF()
    QApplication.sendEvent(
        view.viewport(), QMouseEvent(kind, at.toPointF(), place, button, button, none)
    )


def test_two_quick_clicks_on_a_button_are_not_a_double_click_on_the_chart(view):
    """The button may be gone when the second one comes."""
    place = middle(view, "price")
    second_click(view, LEFT, place)
    assert len(keys(view)) == 3
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(60, 60))
    second_click(view, LEFT, place)
    assert len(keys(view)) == 3


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_only_the_left_button_maximises(view, button):
    """The others have their own meaning."""
    place = middle(view, SHARE.label)
    second_click(view, button, place, QEvent.Type.MouseButtonPress)
    second_click(view, button, place, QEvent.Type.MouseButtonRelease)
    second_click(view, button, place)
    assert len(keys(view)) == 3


def test_two_quick_clicks_measure_without_maximising(view):
    """Shift and a click begin, the second one ends."""
    place, shift = middle(view, "price"), Qt.KeyboardModifier.ShiftModifier
    QTest.mouseClick(view.viewport(), LEFT, shift, place)
    QTest.mouseDClick(view.viewport(), LEFT, shift, place)
    assert len(keys(view)) == 3


def test_a_pane_that_is_alone_still_says_how_old_its_data_is(view):
    """The legend of the price, where this stands else, is out of sight."""
    view.set_freshness(Freshness(FreshnessWord.STALE, 90_000))
    view.set_look(ChartLook(maximised=SHARE.label))
    view.grab()
    (row,) = [t.rows[0] for corner, t in view._live.corners if corner.y() >= 0]
    signs = [span.sign for part in row for span in part.spans]
    assert FreshnessWord.STALE in signs
    assert any(part.owner is not None and part.owner.name == SHARE.label for part in row)


def test_no_more_is_remembered_than_a_layout_can_hold(view):
    """Heights of what is shown now come first."""
    heights = {f"OLD({n})": 0.3 for n in range(300)} | {SPREAD.label: 0.4}
    look = with_heights(view.state.panes, ChartLook(), heights)
    assert len(look.pane_heights) == MOST_NAMED
    assert look.pane_heights[0] == (SPREAD.label, 0.4)
    for n in range(150):
        look = toggled(look, Owner(f"RSI({n})"))
    assert msgspec.json.decode(msgspec.json.encode(look), type=ChartLook) == look


def test_an_indicator_that_is_removed_comes_back_as_it_was():
    """Hidden or alone; in between nothing of that is left for one of the same name."""
    before = ChartLook(hidden_indicators=("A", "B"), maximised="B", pane_order=("B", "A"))
    after = without_indicator(before, "B")
    assert (after.hidden_indicators, after.maximised) == (("A",), "")
    assert brought_back(after, before, "B") == before
    assert brought_back(ChartLook(maximised="A"), ChartLook(), "B") == ChartLook(maximised="A")


def test_buttons_cover_the_values_of_a_narrow_pane_only_for_who_comes_near(qtbot):
    """Elsewhere in the pane one can read them."""
    view = made(qtbot, size=(290, 400))
    assert not point_at(view, SPREAD.label).isVisible()
    box = view.frame_now.panes[-1].box
    corner = QPoint(round(view.plot_width) - 40, round(box.top / view.frame_now.unit) + 12)
    QTest.mouseMove(view.viewport(), corner)
    assert view.pane_hand.buttons.isVisible()
    QTest.mouseMove(view.viewport(), QPoint(20, corner.y() + 30))
    assert not view.pane_hand.buttons.isVisible()


def test_buttons_take_on_another_theme(view):
    """Signs in its colours."""
    buttons = point_at(view, SHARE.label)
    before = buttons.grab().toImage()
    view.set_theme(load_theme("light"))
    assert buttons.grab().toImage() != before
