"""Cards in the corner: they stack, wait under the pointer, and never take the keyboard."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent

from tests.fakes import BTC_1M, ETH_1M
from tests.ui.world import NOW
from thebot_desktop.alerts.manager import AlertConfig
from thebot_desktop.app.settings import UiConfig
from thebot_desktop.domain.market import PriceMove
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.notifications.sinks import SoundSink, ToastSink
from thebot_desktop.ui.notifications.toasts import MOST, ToastText, alert_title, alerts_body

LONG = 60_000


def alert(number=1, kind=AlertType.BUY, series=BTC_1M):
    return Alert(
        id=f"a{number}",
        key=f"a{number}",
        rule_id="r",
        rule="rule",
        type=kind,
        series=series,
        open_time=NOW,
        price=1.0,
        message=f"message {number}",
        event_time=NOW,
        raised_at=NOW,
        expires_at=UnixMs(NOW + 30_000),
    )


@pytest.fixture
def stack(window, world):
    """Without motion, so that what leaves is gone at once."""
    world.appearance.choose(UiConfig(reduced_motion=True))
    return window.toasts


def text(number=1):
    return ToastText(f"title {number}", f"body {number}")


def test_cards_stack_upwards_without_overlapping(stack, window):
    """The newest is at the bottom right, all are within the window."""
    toasts = [stack.show_toast(text(i), LONG) for i in range(3)]
    boxes = [t.geometry() for t in toasts]
    assert boxes[0].bottom() < boxes[1].top()
    assert boxes[1].bottom() < boxes[2].top()
    assert all(window.rect().contains(box) for box in boxes)
    assert boxes[2].bottom() < window.status.geometry().top()


def test_more_than_a_few_push_the_oldest_out(stack):
    """The window is not buried."""
    for i in range(MOST + 2):
        stack.show_toast(text(i), LONG)
    assert [t.text.title for t in stack.toasts] == [f"title {i}" for i in range(2, MOST + 2)]


def test_a_card_leaves_by_itself(stack, qtbot):
    """After its time."""
    stack.show_toast(text(), 30)
    qtbot.waitUntil(lambda: not stack.toasts)


def test_time_stands_still_under_the_pointer(stack):
    """One can read to the end; it goes on when the pointer leaves."""
    toast = stack.show_toast(text(), LONG)
    at = QPointF(1, 1)
    toast.enterEvent(QEnterEvent(at, at, at))
    assert not toast.timer.isActive()
    toast.leaveEvent(QEvent(QEvent.Type.Leave))
    assert toast.timer.isActive()
    assert toast.timer.interval() == LONG // 4


def test_a_card_never_takes_the_focus(stack, window):
    """Typing goes on where it was."""
    window.arrangement.current.focus_widget.setFocus()
    before = window.focusWidget()
    stack.show_toast(text(), LONG)
    assert window.focusWidget() is before


def test_fading_is_short_and_can_be_switched_off(window, world, qtbot):
    """At most 150 ms; none with reduced motion."""
    toast = window.toasts.show_toast(text(), LONG)
    fade = toast.graphicsEffect()
    assert fade is not None
    qtbot.waitUntil(lambda: fade.opacity() == 1.0)
    world.appearance.choose(UiConfig(reduced_motion=True))
    assert window.toasts.show_toast(text(2), LONG).graphicsEffect() is None


def test_a_card_stays_above_panels_that_come_to_the_front(stack, window):
    """Whatever is opened while it is shown."""
    toast = stack.show_toast(text(), LONG)
    window.show_dock("health")
    above = [w for w in window.children() if w.isWidgetType()]
    assert above.index(toast) > above.index(window.arrangement.panels["health"])


def test_cards_follow_the_corner_when_the_window_is_resized(stack, window, qtbot):
    """They never hang outside."""
    toast = stack.show_toast(text(), LONG)
    window.resize(window.width() - 100, window.height() - 60)
    assert window.rect().contains(toast.geometry())


def sink(window, world, **config):
    return ToastSink(lambda: window, world.core.alerts, lambda: AlertConfig(**config))


def test_an_alert_becomes_a_card_with_its_colour(stack, window, world):
    """Symbol, kind, sentence."""
    sink(window, world).notify(alert())
    toast = stack.toasts[0]
    assert toast.text.title == "BTCUSDT · BUY"
    assert toast.text.body == "message 1"
    assert toast.property("kind") == "BUY"
    assert toast.timer.interval() == 30_000


def test_open_chart_goes_to_the_series(stack, window, world, qtbot):
    """To the chart that shows it already."""
    sink(window, world).notify(alert(series=ETH_1M))
    toast = stack.toasts[0]
    qtbot.mouseClick(toast.buttons[0], Qt.MouseButton.LeftButton)
    assert window.current_series == ETH_1M
    assert len(window.arrangement.charts) == 2
    assert stack.toasts == ()


def test_dismiss_dismisses_the_alert(stack, window, world, qtbot):
    """In the history too, not only on screen."""
    window.new_alert_for_current()
    window.dialogs.opened("alert").accept()
    move = PriceMove(BTC_1M.symbol, 1.0, 1.0, 99_999.0, 99_999.0, NOW)
    raised = world.core.alerts.evaluate_price(move)[0]
    sink(window, world).notify(raised)
    qtbot.mouseClick(stack.toasts[0].buttons[1], Qt.MouseButton.LeftButton)
    assert world.core.alerts.history[-1].status is AlertStatus.DISMISSED
    assert stack.toasts == ()


def test_many_alerts_are_one_card(stack, window, world):
    """The first few by name, the rest as a number."""
    alerts = tuple(alert(i) for i in range(5))
    sink(window, world).notify_many(alerts)
    toast = stack.toasts[0]
    assert toast.text.title == "5 alerts"
    assert toast.text.body.splitlines()[-1] == "and 2 more"
    assert toast.property("kind") == "BUY"


def test_toasts_can_be_switched_off(stack, window, world):
    """By the setting; alerts are kept all the same."""
    sink(window, world, enable_toast=False).notify(alert())
    assert stack.toasts == ()


def test_what_was_found_out_late_says_so():
    """In its title."""
    assert alert_title(replace(alert(), late=True)) == "BTCUSDT · BUY · late"
    assert alerts_body((alert(),)) == "BTCUSDT: message 1"


def test_sound_is_off_unless_wanted(monkeypatch):
    """One beep for one alert or for many."""
    beeps = []
    monkeypatch.setattr(
        "thebot_desktop.ui.notifications.sinks.QApplication.beep", lambda: beeps.append(1)
    )
    SoundSink(AlertConfig).notify(alert())
    assert beeps == []
    loud = SoundSink(lambda: AlertConfig(enable_audio=True))
    loud.notify(alert())
    loud.notify_many((alert(1), alert(2)))
    assert beeps == [1, 1]
