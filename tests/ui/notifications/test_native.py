"""Notifications of the desktop, and what happens where there are none."""

import pytest

from tests.ui.notifications.test_toasts import alert
from thebot_desktop.alerts.manager import AlertConfig
from thebot_desktop.ui.notifications.native import NativeSink


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
        config=lambda: AlertConfig(**config),
        open_chart=calls.of("open"),
        mute=calls.of("mute"),
        balloon=calls.of("balloon", balloon),
        last_resort=calls.of("last resort"),
        say_once=calls.of("say"),
        report=calls.of("report"),
    )


async def test_an_alert_goes_to_the_desktop(calls):
    """With a button for the chart and one for an hour of peace."""
    port = FakePort()
    sink = native(port, calls)
    sink.notify(alert())
    await sink.sending.wait()
    message = port.sent[0]
    assert (message.title, message.body) == ("BTCUSDT · BUY", "message 1")
    for _text, press in message.buttons:
        press()
    assert calls.made == [("open", alert()), ("mute",)]


async def test_without_a_service_the_window_has_to_do(calls):
    """What is missing is said once, not with every alert."""
    sink = native(FakePort(takes=False), calls)
    for i in (1, 2):
        sink.notify(alert(i))
        await sink.sending.wait()
    names = [made[0] for made in calls.made]
    assert names == ["balloon", "last resort", "say", "balloon", "last resort"]


async def test_a_tray_that_can_show_messages_comes_before_that(calls):
    """Where its balloons are seen."""
    sink = native(FakePort(takes=False), calls, balloon=True)
    sink.notify(alert())
    await sink.sending.wait()
    assert calls.made == [("balloon", "BTCUSDT · BUY", "message 1")]


async def test_several_at_once_are_one_message(calls):
    """Not a storm."""
    port = FakePort()
    sink = native(port, calls)
    sink.notify_many((alert(1), alert(2)))
    await sink.sending.wait()
    assert [m.title for m in port.sent] == ["2 alerts"]


async def test_it_can_be_switched_off(calls):
    """Then the desktop is not even asked."""
    port = FakePort()
    sink = native(port, calls, enable_native=False)
    sink.notify(alert())
    sink.notify_many((alert(1), alert(2)))
    assert not sink.sending.running
    assert port.sent == []
