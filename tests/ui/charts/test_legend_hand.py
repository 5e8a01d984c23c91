"""What a person does to the entries of a legend, with the mouse and by the menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, Share, moment, walk
from thebot_desktop.domain.line_style import LineStyle
from thebot_desktop.domain.market import SeriesKey, Symbol
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView

pytestmark = pytest.mark.ui
ETH = Symbol("ETHUSDT")
MEAN, SHARE = Mean(20), Share()


@pytest.fixture
def view(qtbot):
    """A chart with a line over the price and an indicator in a pane of its own."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(1000, 500)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300), MEAN, SHARE))
    view.show()
    view.grab()
    return view


def place_of(view, name):
    """Somewhere on the name of an entry."""
    for y in range(2, view.viewport().height(), 4):
        for x in range(2, 400, 6):
            found = view.legend_at(x, y)
            if found is not None and found.owner.name == name:
                return QPoint(round(found.rect.left()) + 4, round(found.rect.center().y()))
    raise AssertionError(f"{name} stands in no legend")


def point_at(view, name):
    QTest.mouseMove(view.viewport(), QPoint(400, 250))
    QTest.mouseMove(view.viewport(), place_of(view, name))
    return view.legend_hand.buttons


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def entry(view, label):
    return next(e for pane in view.state.panes for e in pane.legend if e.label == label)


def test_buttons_stand_beside_the_name_the_pointer_is_on(view):
    """They name what they act on, and go when the pointer does."""
    buttons = point_at(view, MEAN.label)
    assert buttons.isVisible()
    assert buttons.eye.toolTip() == f"Hide {MEAN.label}"
    assert buttons.cross.accessibleName() == f"Remove {MEAN.label}"
    assert all(b.width() >= 20 and b.height() >= 20 for b in (buttons.eye, buttons.cross))
    assert view.legend_at(buttons.x() + 4, buttons.geometry().center().y()) is not None
    QTest.mouseMove(view.viewport(), QPoint(400, 250))
    assert not buttons.isVisible()


def test_the_eye_hides_an_indicator_and_shows_it_again(view, qtbot):
    """It keeps its name in the legend, but has no line and no say in the scale."""
    key = (MEAN.label, "mean")
    assert key in view.state.panes[0].outputs()
    with qtbot.waitSignal(view.look_changed):
        click(point_at(view, MEAN.label).eye)
    assert view.state.look.hidden_indicators == (MEAN.label,)
    assert view.state.panes[0].outputs() == ()
    assert entry(view, MEAN.label).hidden
    buttons = point_at(view, MEAN.label)
    assert buttons.eye.toolTip() == f"Show {MEAN.label}"
    click(buttons.eye)
    assert key in view.state.panes[0].outputs()


def test_an_indicator_with_a_pane_of_its_own_keeps_it_while_it_is_hidden(view):
    """So that nothing jumps."""
    click(point_at(view, SHARE.label).eye)
    assert [pane.key for pane in view.state.panes] == ["price", SHARE.label]
    view.grab()
    assert len(view.frame_now.panes) == 2
    assert view.state.panes[1].outputs() == ()


def test_what_is_hidden_stays_so_when_candles_come(view):
    """Also over another set of candles."""
    view.set_look(ChartLook(hidden_indicators=(MEAN.label,)))
    view.update_chart(moment(walk(301), MEAN, SHARE))
    view.update_chart(moment(walk(900), MEAN, SHARE))
    assert entry(view, MEAN.label).hidden


def test_the_gear_and_a_double_click_ask_for_parameters(view, qtbot):
    """The chart's owner opens the form."""
    with qtbot.waitSignal(view.indicator_settings_wanted) as wanted:
        click(point_at(view, SHARE.label).gear)
    assert wanted.args == [SHARE.label]
    with qtbot.waitSignal(view.indicator_settings_wanted) as wanted:
        QTest.mouseDClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=place_of(view, MEAN.label)
        )
    assert wanted.args == [MEAN.label]


def test_the_cross_asks_for_removal(view, qtbot):
    """Only the owner knows what the chart computes."""
    with qtbot.waitSignal(view.indicator_removed) as removed:
        click(point_at(view, MEAN.label).cross)
    assert removed.args == [MEAN.label]
    assert not view.legend_hand.buttons.isVisible()


def test_a_compared_symbol_can_be_hidden_and_removed_but_has_no_parameters(view, qtbot):
    """In its own row of the legend."""
    view.set_look(ChartLook(compared=(ETH,)))
    view.update_compared(moment(walk(300), series=SeriesKey(ETH, BTC.interval)))
    view.grab()
    buttons = point_at(view, ETH)
    assert not buttons.gear.isVisible()
    click(buttons.eye)
    assert view.state.look.hidden_compared == (ETH,)
    with qtbot.waitSignal(view.compared_removed) as removed:
        click(point_at(view, ETH).cross)
    assert removed.args == [ETH]


def test_the_menu_offers_the_same_to_the_keyboard(view, qtbot):
    """A menu for each indicator."""
    menu = view.context_menu(300, 200)
    inner = next(a.menu() for a in menu.actions() if a.text() == "Indicators")
    assert [a.text() for a in inner.actions()] == [MEAN.label, SHARE.label]
    mean = inner.actions()[0].menu()
    assert [a.text() for a in mean.actions()] == ["Hide", "Parameters…", "Remove"]
    mean.actions()[0].trigger()
    assert view.state.look.hidden_indicators == (MEAN.label,)
    with qtbot.waitSignal(view.indicator_removed):
        mean.actions()[2].trigger()
    menu.close()


def test_buttons_stay_inside_of_a_narrow_chart(view):
    """Even where the name ends at the price axis."""
    view.resize(180, 300)
    view.grab()
    buttons = point_at(view, MEAN.label)
    assert buttons.geometry().right() <= view.viewport().width()


def test_an_indicator_whose_lines_are_all_off_keeps_its_pane_and_its_gear(view, qtbot):
    """A click on the gear in the legend is the way back."""
    off = (LineStyle(SHARE.label, "share", shown=False),)
    view.set_look(ChartLook(line_styles=off))
    view.grab()
    assert [pane.spec.key for pane in view.frame_now.panes] == ["price", SHARE.label]
    assert view.state.panes[1].outputs() == ()
    buttons = point_at(view, SHARE.label)
    with qtbot.waitSignal(view.indicator_settings_wanted) as wanted:
        click(buttons.gear)
    assert wanted.args == [SHARE.label]
    view.update_chart(moment(walk(302), MEAN, SHARE))
    view.grab()
    view.set_look(ChartLook())
    assert view.state.panes[1].outputs() == ((SHARE.label, "share"),)
