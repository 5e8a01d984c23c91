"""How panes are arranged outlives the program, in the layout file."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.fakes import BTC_1M, MINUTE, candles
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.market import CandleHistory
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.charts.legend import Owner

pytestmark = pytest.mark.ui

LABELS = ("RSI(14)", "DONCHIAN(20)", "MACD(12,26,9)", "RSI(7)")
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def opened(make_world, labels=()):
    """The program with its windows, and the first chart filled; with these indicators, if any."""
    world = make_world(real_charts=True, indicator_types=find_plugins().indicators)
    world.quotes()
    world.windows.open_all()
    return world, filled(world, labels)


def filled(world, labels):
    """The first chart, once it has candles."""
    dock = world.windows.active.arrangement.charts[0]
    if labels:
        dock.set_indicator_labels(labels)
    world.core.pipeline.apply(CandleHistory(BTC_1M, candles(200), UnixMs(200 * MINUTE)))
    dock.resize(900, 700)
    dock.draw_if_needed()
    dock.view.grab()
    return dock


def panes(dock):
    dock.view.grab()
    return [p.spec.key for p in dock.view.frame_now.panes if p.box.bottom > 0]


def shares(dock):
    """Of the height, for each pane."""
    frame = dock.view.frame_now
    return [p.box.height / frame.plot_height for p in frame.panes]


def drag_divider(dock, pane, by):
    view = dock.view
    y = round(view.frame_now.panes[pane].box.top / view.frame_now.unit)
    QTest.mousePress(view.viewport(), LEFT, PLAIN, QPoint(200, y))
    QTest.mouseMove(view.viewport(), QPoint(200, y + by // 2))
    QTest.mouseMove(view.viewport(), QPoint(200, y + by))
    QTest.mouseRelease(view.viewport(), LEFT, PLAIN, QPoint(200, y + by))


def test_order_heights_and_hidden_indicators_come_back_after_a_restart(make_world):
    """What a person did with the mouse is there again."""
    world, dock = opened(make_world, LABELS)
    assert panes(dock) == ["price", "RSI(14)", "MACD(12,26,9)", "RSI(7)"]
    dock.view.pane_hand.move_pane("RSI(7)", -1)
    dock.view.legend_hand.toggle(Owner("DONCHIAN(20)"))
    dock.view.legend_hand.toggle(Owner("RSI(14)"))
    dock.view.grab()
    drag_divider(dock, 1, -50)
    wanted, heights = panes(dock), shares(dock)
    assert wanted == ["price", "RSI(14)", "RSI(7)", "MACD(12,26,9)"]
    world.close()
    _again, dock = opened(make_world)
    assert dock.indicator_labels == LABELS
    assert panes(dock) == wanted
    assert dock.look.hidden_indicators == ("DONCHIAN(20)", "RSI(14)")
    assert shares(dock) == pytest.approx(heights, abs=0.02)
    hidden = {e.label for p in dock.view.state.panes for e in p.legend if e.hidden}
    assert hidden == {"DONCHIAN(20)", "RSI(14)"}


def test_a_maximised_pane_is_alone_after_a_restart_too(make_world):
    """And the way back still leads to all of them."""
    world, dock = opened(make_world, LABELS)
    dock.view.pane_hand.toggle_maximised("MACD(12,26,9)")
    world.close()
    _again, dock = opened(make_world)
    assert panes(dock) == ["MACD(12,26,9)"]
    button = dock.view.pane_hand.buttons.size_button
    assert button.isVisible()
    QTest.mouseClick(button, LEFT)
    assert panes(dock) == ["price", "RSI(14)", "MACD(12,26,9)", "RSI(7)"]


def test_panes_that_no_longer_exist_disturb_nobody(make_world, tmp_path):
    """A layout that was edited, or made by a program with other indicators."""
    world, _dock = opened(make_world, LABELS)
    world.close()
    path = tmp_path / "layout.json"
    saved = json.loads(path.read_text())
    chart = next(c for c in saved["windows"][0]["charts"] if c["indicators"] == list(LABELS))
    chart["look"] |= {
        "pane_order": ["GONE(3)", "RSI(7)", "price"],
        "pane_heights": [["GONE(3)", 4.0], ["RSI(7)", 0.5]],
        "maximised": "GONE(3)",
        "hidden_indicators": ["GONE(3)"],
    }
    path.write_text(json.dumps(saved))
    world, dock = opened(make_world)
    assert world.layout_file.notice == ""
    assert panes(dock) == ["price", "RSI(7)", "RSI(14)", "MACD(12,26,9)"]
    price, seven = shares(dock)[:2]
    assert seven / price == pytest.approx(0.5, abs=0.02)
