"""A notification service on a private bus, which a test can press the buttons of."""

# The annotations are D-Bus signatures, which dbus-fast reads.
# ruff: noqa: F821, F722, N802

import shutil
import subprocess

from dbus_fast.aio import MessageBus
from dbus_fast.constants import PropertyAccess
from dbus_fast.service import ServiceInterface, dbus_property, method, signal


class NotificationService(ServiceInterface):
    """Keeps what it was asked to show."""

    def __init__(self):
        super().__init__("org.freedesktop.Notifications")
        self.shown = []
        self.taken_away = []

    def press(self, number, key):
        self.ActionInvoked(number, key)

    @method()
    def Notify(
        self,
        app: "s",
        replaces: "u",
        icon: "s",
        summary: "s",
        body: "s",
        actions: "as",
        hints: "a{sv}",
        timeout: "i",
    ) -> "u":
        self.shown.append((app, icon, summary, body, list(actions)))
        return len(self.shown)

    @method()
    def CloseNotification(self, number: "u"):
        self.taken_away.append(number)
        self.NotificationClosed(number, 3)

    @method()
    def GetCapabilities(self) -> "as":
        return ["actions", "body"]

    @method()
    def GetServerInformation(self) -> "ssss":
        return ["test", "test", "1", "1.2"]

    @signal()
    def ActionInvoked(self, number: "u", key: "s") -> "us":
        return [number, key]

    @signal()
    def NotificationClosed(self, number: "u", reason: "u") -> "uu":
        return [number, reason]


class TrayWatcher(ServiceInterface):
    """A desktop with a place for tray icons; knows which came."""

    def __init__(self):
        super().__init__("org.kde.StatusNotifierWatcher")
        self.icons = []

    @method()
    def RegisterStatusNotifierItem(self, service: "s"):
        self.icons.append(service)
        self.StatusNotifierItemRegistered(service)

    @method()
    def RegisterStatusNotifierHost(self, service: "s"):
        pass

    @dbus_property(access=PropertyAccess.READ)
    def RegisteredStatusNotifierItems(self) -> "as":
        return self.icons

    @dbus_property(access=PropertyAccess.READ)
    def IsStatusNotifierHostRegistered(self) -> "b":
        return True

    @dbus_property(access=PropertyAccess.READ)
    def ProtocolVersion(self) -> "i":
        return 0

    @signal()
    def StatusNotifierItemRegistered(self, service: "s") -> "s":
        return service


class PrivateBus:
    """A ``dbus-daemon`` of the test's own."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.address = self.process.stdout.readline().strip()

    @staticmethod
    def possible():
        return shutil.which("dbus-daemon") is not None

    async def offer(self, service, path="/org/freedesktop/Notifications"):
        """Put ``service`` on the bus under the name that programs look for."""
        bus = await MessageBus(bus_address=self.address).connect()
        bus.export(path, service)
        await bus.request_name(service.name)
        return bus

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
