"""A chart without candles says why, and offers a way out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.fakes import BTC_1M
from tests.ui.charts.builders import walk
from tests.ui.docks.test_chart import Setting
from thebot_desktop.domain.market import CandleHistory, ConnectionChange, ConnectionState
from thebot_desktop.ui.charts.state_signs import state_sign
from thebot_desktop.ui.docks.chart import PATIENCE_MS
from thebot_desktop.ui.states import State, StateView
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui


@pytest.fixture
def setting(qtbot):
    made = Setting(qtbot, labels=())
    yield made
    made.dock.release()


def message(setting):
    return setting.dock.view.findChild(StateView)


def wait(setting, milliseconds):
    setting.core.clock.advance_to(setting.core.clock.now() + milliseconds)
    setting.dock.mark_dirty()
    setting.frame()


def say(setting, state, reason=""):
    change = ConnectionChange(state, reason, setting.core.clock.now())
    setting.core.pipeline.apply(change)


def answer_nothing(setting):
    nothing = CandleHistory(BTC_1M, walk(0), setting.core.clock.now())
    setting.core.pipeline.apply(nothing)
    setting.frame()


def test_an_answer_that_takes_long_is_no_answer(setting):
    """It is said that one waits, not that there is nothing."""
    say(setting, ConnectionState.LIVE)
    wait(setting, PATIENCE_MS - 1)
    assert setting.dock.view.state.loading
    assert not message(setting).isVisible()
    wait(setting, 1)
    assert "BTCUSDT 1m take long" in message(setting).sentence
    answer_nothing(setting)
    assert "No trades of BTCUSDT" in message(setting).sentence


def test_a_series_without_trades_is_not_loading_for_ever(setting, qtbot):
    """As soon as the exchange has said so; it can be looked for again."""
    say(setting, ConnectionState.LIVE)
    answer_nothing(setting)
    assert message(setting).state is State.EMPTY
    assert "No trades of BTCUSDT" in message(setting).sentence
    asked = len(setting.feed.subscribed) if hasattr(setting.feed, "subscribed") else None
    qtbot.mouseClick(message(setting).button, Qt.MouseButton.LeftButton)
    setting.frame()
    assert setting.dock.view.state.loading
    assert setting.session.series == (BTC_1M,)
    assert asked is None or len(setting.feed.subscribed) > asked


def test_candles_that_come_late_take_the_place_of_the_sentence(setting):
    """Without a click."""
    say(setting, ConnectionState.LIVE)
    answer_nothing(setting)
    setting.history()
    setting.frame()
    assert not message(setting).isVisible()
    assert not setting.dock.view.state.covered


def test_without_a_connection_it_says_why_and_offers_to_connect(setting, qtbot):
    """The reason in a sentence, and a button."""
    say(setting, ConnectionState.OFFLINE, "The connection was refused.")
    setting.frame()
    assert message(setting).state is State.ERROR
    qtbot.mouseClick(message(setting).button, Qt.MouseButton.LeftButton)
    assert ("run_command", "file.connect") in setting.host.calls


def test_the_window_connects_when_told_to(world, window):
    """By the command that the button runs."""
    window.run_command("file.connect")
    assert world.asked == ["try again"]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("failed", [True, False])
def test_signs_are_sharp_on_every_screen(qapp, theme, failed):
    """As many pixels as the screen has, and something in them."""
    sign = state_sign(load_theme(theme), 2.0, failed=failed)
    image = sign.toImage()
    assert image.width() == 112
    assert any(image.pixelColor(x, 60).alpha() for x in range(112))
