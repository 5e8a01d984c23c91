"""Notifications of the desktop, and what happens where there are none."""

import pytest

from tests.fakes import BTC_1M
from tests.ui.notifications.test_toasts import alert, told
from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.app.notifier import Occasion
from thebot_desktop.app.quiet import Silence
from thebot_desktop.domain.market import SeriesKey, Symbol
from thebot_desktop.ui.notifications.native import NativeActions, NativeSink


class FakePort:
    """A notification service that is there, or not."""

    def __init__(self, takes=True):
        self.takes = takes
        self.sent = []

    async def send(self, message):
        self.sent.append(message)
        return self.takes

    def close(self):
        self.sent.append("closed")


class Calls:
    def __init__(self):
        self.made = []

    def of(self, name, answer=None):
        def call(*args):
            self.made.append((name, *args))
            return answer

        return call


@pytest.fixture
def calls():
    return Calls()


def native(port, calls, *, balloon=False, **config):
    return NativeSink(
        port,
        NativeActions(
            open_chart=calls.of("open"),
            show_alerts=calls.of("show"),
            snooze=calls.of("snooze"),
            mute=calls.of("mute"),
        ),
        config=lambda: AlertConfig(**config),
        balloon=calls.of("balloon", balloon),
        last_resort=calls.of("last resort"),
        say_once=calls.of("say"),
        report=calls.of("report"),
    )


async def send(sink, *announcements):
    for each in announcements:
        sink.tell(each)
        await sink.sending.wait()


async def test_an_alert_goes_to_the_desktop(calls):
    """With buttons for the chart, for later, and for an hour of peace."""
    port = FakePort()
    await send(native(port, calls), told(alert()))
    message = port.sent[0]
    assert (message.title, message.body) == ("BTCUSDT · BUY", "message 1")
    for _text, press in message.buttons:
        press()
    assert calls.made == [("open", alert()), ("snooze", alert()), ("mute",)]


async def test_an_alert_without_a_chart_leads_to_the_list(calls):
    """A click does what the first button does."""
    port = FakePort()
    await send(native(port, calls), told(alert(series=SeriesKey(Symbol(""), BTC_1M.interval))))
    assert port.sent[0].buttons[0][0] == "Show alerts"


async def test_without_a_service_the_window_has_to_do(calls):
    """What is missing is said once, not with every alert."""
    sink = native(FakePort(takes=False), calls)
    await send(sink, told(alert(1)), told(alert(2)))
    names = [made[0] for made in calls.made]
    assert names == ["balloon", "last resort", "say", "balloon", "last resort"]
    assert calls.made[1] == ("last resort", told(alert(1)))


async def test_a_tray_that_can_show_messages_comes_before_that(calls):
    """Where its balloons are seen."""
    await send(native(FakePort(takes=False), calls, balloon=True), told(alert()))
    assert calls.made == [("balloon", "BTCUSDT · BUY", "message 1")]


async def test_a_group_is_one_message_which_ends_with_its_number(calls):
    """Not a storm; the second takes the place of the first."""
    port = FakePort()
    two, three = (alert(1), alert(2)), (alert(1), alert(2), alert(3))
    group = {"occasion": Occasion.TOGETHER, "group": 7}
    await send(
        native(port, calls),
        told(*two, complete=False, **group),
        told(*three, grown=True, complete=False, **group),
        told(*three, grown=True, **group),
    )
    assert [(m.title, m.group) for m in port.sent] == [("2 alerts", 7), ("3 alerts", 7)]


async def test_what_came_in_the_quiet_is_told_and_what_was_missed_is_not(calls):
    """The desktop is for what one should know now."""
    port = FakePort()
    await send(
        native(port, calls),
        told(alert(), occasion=Occasion.AWAY, group=1),
        told(alert(), occasion=Occasion.HELD_BACK, silence=Silence.HOURS),
    )
    assert [m.title for m in port.sent] == ["1 alert in quiet hours"]


async def test_it_can_be_switched_off(calls):
    """Then the desktop is not even asked."""
    port = FakePort()
    sink = native(port, calls, enable_native=False)
    sink.tell(told(alert()))
    assert not sink.sending.running
    assert port.sent == []
