"""Cards in the corner: they stack, wait under the pointer, and never take the keyboard."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent

from tests.fakes import BTC_1M, ETH_1M
from tests.ui.world import NOW
from thebot_desktop.alerts.manager import AlertConfig
from thebot_desktop.app.notifier import Announcement, Occasion
from thebot_desktop.app.quiet import Silence
from thebot_desktop.app.settings import UiConfig
from thebot_desktop.domain.market import PriceMove, SeriesKey, Symbol
from thebot_desktop.domain.signals import Alert, AlertStatus, AlertType
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.notifications.sinks import AttentionSink, ToastSink
from thebot_desktop.ui.notifications.toasts import MOST, ToastText

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
    return ToastSink(lambda: window, world.notifier, lambda: AlertConfig(**config))


def told(*alerts, occasion=Occasion.LIVE, **given):
    return Announcement(alerts, occasion, **given)


def press(qtbot, toast, label):
    button = next(b for b in toast.buttons if b.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_alert_becomes_a_card_with_its_colour(stack, window, world):
    """Symbol, kind, sentence."""
    sink(window, world).tell(told(alert()))
    toast = stack.toasts[0]
    assert toast.text.title == "BTCUSDT · BUY"
    assert toast.text.body == "message 1"
    assert toast.property("kind") == "BUY"
    assert toast.timer.interval() == 30_000
    assert [b.text() for b in toast.buttons] == ["Open chart", "Snooze 10 min", "Dismiss"]


def test_open_chart_goes_to_the_series(stack, window, world, qtbot):
    """To the chart that shows it already."""
    sink(window, world).tell(told(alert(series=ETH_1M)))
    press(qtbot, stack.toasts[0], "Open chart")
    assert window.current_series == ETH_1M
    assert len(window.arrangement.charts) == 2
    assert stack.toasts == ()


def test_an_alert_about_no_symbol_has_no_chart(stack, window, world):
    """Neither in its title nor as an action."""
    about_none = alert(series=SeriesKey(Symbol(""), BTC_1M.interval), kind=AlertType.WARNING)
    sink(window, world).tell(told(about_none))
    toast = stack.toasts[0]
    assert toast.text.title == "WARNING"
    assert [b.text() for b in toast.buttons] == ["Snooze 10 min", "Dismiss"]


@pytest.mark.parametrize("button", ["Dismiss", "Open chart"])
def test_an_alert_that_was_dealt_with_is_dismissed(stack, window, world, qtbot, button):
    """In the history too, not only on screen."""
    window.new_alert_for_current()
    window.dialogs.opened("alert").accept()
    move = PriceMove(BTC_1M.symbol, 1.0, 1.0, 99_999.0, 99_999.0, NOW)
    raised = world.core.alerts.evaluate_price(move)[0]
    sink(window, world).tell(told(raised))
    press(qtbot, stack.toasts[0], button)
    assert world.core.alerts.history[-1].status is AlertStatus.DISMISSED
    assert stack.toasts == ()


def test_snooze_puts_the_rule_off(stack, window, world, qtbot):
    """For ten minutes."""
    cards = sink(window, world)
    world.notifier.add_sink(cards)
    world.notifier._announce(told(alert()))
    press(qtbot, stack.toasts[0], "Snooze 10 min")
    assert stack.toasts == ()
    world.core.clock.advance_to(UnixMs(NOW + 599_000))
    world.notifier.flush()
    assert stack.toasts == ()
    world.core.clock.advance_to(UnixMs(NOW + 600_000))
    world.notifier.flush()
    assert [t.text.title for t in stack.toasts] == ["BTCUSDT · BUY · again"]


def test_many_alerts_are_one_card(stack, window, world, qtbot):
    """The newest few by name, the rest as a number; all of them are a click away."""
    sink(window, world).tell(told(*(alert(i) for i in range(5)), occasion=Occasion.TOGETHER))
    toast = stack.toasts[0]
    assert toast.text.title == "5 alerts"
    assert toast.text.body.splitlines()[0] == "BTCUSDT: message 4"
    assert toast.text.body.splitlines()[-1] == "and 2 more"
    assert toast.property("kind") == "BUY"
    press(qtbot, toast, "Show alerts")
    assert window.arrangement.panels["alerts"].isVisible()


def test_a_group_that_grows_is_the_same_card(stack, window, world):
    """It stays anew with each; buttons stay where the pointer may be."""
    cards = sink(window, world)
    for count in (6, 8, 40):
        alerts = tuple(alert(i) for i in range(count))
        cards.tell(told(*alerts, occasion=Occasion.TOGETHER, group=1, grown=count > 6))
    toast = stack.toasts[0]
    assert len(stack.toasts) == 1
    assert toast.text.title == "40 alerts"
    assert toast.height() >= toast.heightForWidth(toast.width())
    assert [b.text() for b in toast.buttons] == ["Show alerts", "Close"]


def test_a_group_whose_card_was_closed_stays_closed(stack, window, world, qtbot):
    """The next group has a card again."""
    cards = sink(window, world)
    many = tuple(alert(i) for i in range(6))
    cards.tell(told(*many, occasion=Occasion.TOGETHER, group=1))
    press(qtbot, stack.toasts[0], "Close")
    cards.tell(told(*many, alert(7), occasion=Occasion.TOGETHER, group=1, grown=True))
    assert stack.toasts == ()
    cards.tell(told(*many, occasion=Occasion.TOGETHER, group=2))
    assert len(stack.toasts) == 1


def test_what_came_in_the_quiet_and_what_was_missed_waits_to_be_read(stack, window, world):
    """With the times it was true; whether it was one or many."""
    cards = sink(window, world)
    held = told(alert(), occasion=Occasion.HELD_BACK, silence=Silence.HOURS)
    muted = told(alert(1), alert(2), occasion=Occasion.HELD_BACK, silence=Silence.MUTED)
    away = told(*(alert(i) for i in range(7)), occasion=Occasion.AWAY, group=1)
    for each in (held, muted, away):
        cards.tell(each)
    assert [t.text.title for t in stack.toasts] == [
        "1 alert in quiet hours",
        "2 alerts while muted",
        "While you were away: 7 alerts",
    ]
    assert not any(t.timer.isActive() for t in stack.toasts)
    assert stack.toasts[0].text.body == "10:40  BTCUSDT: message 1"
    toast = stack.toasts[0]
    at = QPointF(1, 1)
    toast.enterEvent(QEnterEvent(at, at, at))
    toast.leaveEvent(QEvent(QEvent.Type.Leave))
    assert not toast.timer.isActive()


def test_pointing_at_a_card_is_noticed(stack, window, world):
    """With all that it says by then."""
    cards, noticed = sink(window, world), []
    world.notifier.noticed.add(noticed.extend)
    cards.tell(told(alert(1), alert(2), occasion=Occasion.TOGETHER, group=1))
    cards.tell(told(alert(1), alert(2), alert(3), occasion=Occasion.TOGETHER, group=1, grown=True))
    at = QPointF(1, 1)
    stack.toasts[0].enterEvent(QEnterEvent(at, at, at))
    assert noticed == ["a1", "a2", "a3"]


def test_toasts_can_be_switched_off(stack, window, world):
    """By the setting; alerts are kept all the same."""
    sink(window, world, enable_toast=False).tell(told(alert()))
    assert stack.toasts == ()


def test_the_window_is_marked_only_while_it_is_behind(window, world):
    """And only if the person wants it."""
    marked = []
    front = AttentionSink(lambda: window, AlertConfig, marked.append)
    window.activateWindow()
    front.tell(told(alert()))
    assert marked == []
    behind = SimpleNamespace(isVisible=lambda: True, isActiveWindow=lambda: False)
    AttentionSink(lambda: behind, AlertConfig, marked.append).tell(told(alert()))
    off = AlertConfig(enable_attention=False)
    AttentionSink(lambda: behind, lambda: off, marked.append).tell(told(alert()))
    past = told(alert(), occasion=Occasion.AWAY)
    AttentionSink(lambda: behind, AlertConfig, marked.append).tell(past)
    assert marked == [behind]
