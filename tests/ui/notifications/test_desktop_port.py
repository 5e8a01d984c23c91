"""The desktop's own notification service, spoken to over a real bus."""

import asyncio
import sys

import pytest

from tests.ui.notifications.dbus_service import NotificationService, PrivateBus
from thebot_desktop.ui.notifications.native import DesktopPort, NativeMessage
from thebot_desktop.ui.resources import resource

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="D-Bus is Linux's"),
    pytest.mark.skipif(not PrivateBus.possible(), reason="dbus-daemon is not installed"),
]

SYMBOL = resource("icons", "thebot.svg")


@pytest.fixture
def bus(monkeypatch):
    private = PrivateBus()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", private.address)
    yield private
    private.stop()


@pytest.fixture
async def port():
    made = DesktopPort(SYMBOL)
    yield made
    made.close()
    await asyncio.sleep(0.05)  # The bus closes its socket in later turns of the loop.


class Presses:
    """Buttons that were pressed, in order."""

    def __init__(self):
        self._queue = asyncio.Queue()

    def note(self, name):
        return lambda: self._queue.put_nowait(name)

    async def next(self):
        async with asyncio.timeout(5):
            return await self._queue.get()


async def test_a_notification_arrives_with_its_buttons(bus, port):
    """Title, sentence, our own symbol; and a press comes back."""
    service = NotificationService()
    connection = await bus.offer(service)
    presses = Presses()
    buttons = (
        ("Open chart", presses.note("open")),
        ("Mute for one hour", presses.note("mute")),
    )
    assert await port.send(NativeMessage("BTCUSDT · BUY", "RSI leaves oversold", buttons))
    app, icon, title, body, actions = service.shown[0]
    assert (app, title, body) == ("THEBOT Desktop", "BTCUSDT · BUY", "RSI leaves oversold")
    assert icon.endswith("thebot.svg")
    assert "Mute for one hour" in actions
    service.press(1, actions[actions.index("Mute for one hour") - 1])
    assert await presses.next() == "mute"
    await port.send(NativeMessage("again", "click it", buttons))
    service.press(2, "default")
    assert await presses.next() == "open"
    connection.disconnect()


async def test_a_group_is_one_message_on_the_screen(bus, port):
    """What was said of it before is taken away, unless the person did that."""
    service = NotificationService()
    connection = await bus.offer(service)
    for title in ("5 alerts", "9 alerts"):
        assert await port.send(NativeMessage(title, "", group=3))
    assert service.taken_away == [1]
    service.NotificationClosed(2, 2)
    assert await port.send(NativeMessage("12 alerts", "", group=3))
    assert await port.send(NativeMessage("another", "", group=4))
    assert [shown[2] for shown in service.shown][-2:] == ["12 alerts", "another"]
    assert 3 not in service.taken_away
    connection.disconnect()


async def test_a_desktop_without_a_service_is_noticed(bus, port):
    """A bus on which nobody shows notifications."""
    for _ in range(3):
        assert not await port.send(NativeMessage("title", "body"))
    assert port._notifier is None


async def test_no_bus_at_all_is_noticed(port, monkeypatch, tmp_path):
    """A bare machine."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    assert not await port.send(NativeMessage("title", "body"))
