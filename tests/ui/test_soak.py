"""Long use of Qt from Python: what a short run does not show."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal

from tests.fakes import BTC_1M, candles, update
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.market import Origin
from thebot_desktop.market.candle_buffer import CandleBuffer
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.theme import load_theme

TIMES = 20_000
FRAMES = 1_000
NOISE = 500
"""References to None and True come and go in a running interpreter."""

pytestmark = pytest.mark.ui


class Sender(QObject):
    sent = Signal(int)


def test_emits_and_void_calls_cost_no_reference(qtbot):
    """A build that loses one to None or True each time ends the process after some minutes."""
    sender, heard = Sender(), []
    sender.sent.connect(heard.append)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(TIMES):
        sender.sent.emit(number)
        sender.setObjectName("name")
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert len(heard) == TIMES
    # Where the two are immortal their counts are constants, and nothing can be lost.
    assert before[0] - after[0] < NOISE
    assert before[1] - after[1] < NOISE


def test_a_chart_survives_a_thousand_frames(qtbot):
    """Ticks and closed candles, each painted."""
    chart = ChartView(load_theme("dark"))
    qtbot.addWidget(chart)
    chart.resize(700, 400)
    chart.show()
    buffer = CandleBuffer(500)
    buffer.load(candles(400))
    chart.set_series(BTC_1M, None)
    before = sys.getrefcount(None)
    for number in range(FRAMES):
        event = update(400 + number // 10, close=100.0 + number % 17, closed=number % 10 == 9)
        buffer.put(event.candle)
        chart.update_chart(
            Moment(BTC_1M, buffer.view(), event.closed, event.event_time, Origin.LIVE)
        )
        chart.viewport().repaint()
    assert before - sys.getrefcount(None) < NOISE
    assert chart.state.store.candle(chart.state.store.newest).close == 100.0 + (FRAMES - 1) % 17
