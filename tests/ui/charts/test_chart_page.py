"""The bar of drawing tools beside a chart."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Share, moment, walk
from thebot_desktop.domain.drawings import TrendLine
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_page import ChartPage
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.drawings.toolbox import toolbox
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui


@pytest.fixture
def page(qtbot):
    """A chart that shows the bar."""
    view = ChartView(DARK)
    page = ChartPage(view)
    page.view = view
    qtbot.addWidget(page)
    page.resize(900, 560)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(400), Share()))
    page.show()
    view.setFocus()
    view.set_look(ChartLook(tools=True))
    return page


def tool(page, name):
    return next(b for b in page.tools.buttons if b.objectName() == f"tool.{name}")


def test_a_click_arms_a_tool_and_its_button_is_ticked(page):
    """Until the tool is put down."""
    button = tool(page, "trend_line")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.view.hand.tool is toolbox()[TrendLine]
    assert button.isChecked()
    QTest.keyClick(page.view, Qt.Key.Key_Escape)
    assert not button.isChecked()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.view.hand.tool is None


def test_switches_are_ticked_by_what_is_the_case(page):
    """However they were turned."""
    magnet = tool(page, "magnet")
    QTest.mouseClick(magnet, Qt.MouseButton.LeftButton)
    assert page.view.state.look.magnet
    assert magnet.isChecked()
    page.view.set_look(ChartLook(tools=True))
    assert not magnet.isChecked()


def test_the_bar_covers_nothing(page, qapp):
    """The chart begins where it ends, and has all of the page without it."""
    qapp.processEvents()
    assert page.tools.isVisible()
    assert page.view.geometry().left() == page.tools.geometry().right() + 1
    page.view.set_look(ChartLook())
    qapp.processEvents()
    assert not page.tools.isVisible()
    assert page.view.geometry() == page.rect()


@pytest.mark.parametrize("height", [130, 260, 340, 420, 900])
def test_the_bar_fits_into_low_charts(page, qapp, height):
    """In more columns, no button over another."""
    page.resize(900, height)
    qapp.processEvents()
    assert page.tools.isVisible()
    rects = [b.geometry() for b in page.tools.buttons]
    assert all(page.tools.rect().contains(r) for r in rects)
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])


@pytest.mark.parametrize("size", [(320, 500), (900, 100)])
def test_small_charts_keep_their_room(page, qapp, size):
    """Their menu has the same tools."""
    page.resize(*size)
    qapp.processEvents()
    assert not page.tools.isVisible()
    page.resize(900, 560)
    qapp.processEvents()
    assert page.tools.isVisible()


def test_the_bar_takes_on_another_theme(page):
    """Ground and signs."""
    before = page.tools.grab().toImage()
    page.tools.set_theme(load_theme("light"))
    assert page.tools.grab().toImage() != before
