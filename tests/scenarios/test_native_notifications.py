"""The real program on a real display and a real bus: alerts reach a person who sees no window."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress

import pytest

from tests.process import environment, thebot
from tests.ui.notifications.dbus_service import NotificationService, PrivateBus, TrayWatcher

NEEDED = ("Xvfb", "dbus-daemon", "openbox", "xdotool")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X and D-Bus are Linux's"),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

WINDOW = "THEBOT Desktop"
FIRST = "SOLUSDT"
"""The chart that is shown at first; the others are traded more often."""
PATIENCE = 60.0
SOON = 3.0


class Screen:
    """A virtual display with a window manager; asks and moves windows as a person would."""

    def __init__(self):
        read, write = os.pipe()
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(write),
                "-screen",
                "0",
                "1400x900x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.name = f":{answer.readline().strip()}"
        self._environment = {**os.environ, "DISPLAY": self.name}
        self._wait()
        self._manager = subprocess.Popen(
            ["openbox"], env=self._environment, stderr=subprocess.DEVNULL
        )

    def _wait(self):
        """Until it can be spoken to."""
        end = time.monotonic() + PATIENCE
        asked = ["xdotool", "getdisplaygeometry"]
        while subprocess.run(asked, env=self._environment, capture_output=True).returncode:
            assert time.monotonic() < end, "the virtual display does not answer"
            time.sleep(0.1)

    async def ask(self, *arguments):
        """What xdotool answers; nothing where it finds no window."""
        process = await asyncio.create_subprocess_exec(
            "xdotool",
            *arguments,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        answer, _ = await process.communicate()
        return answer.decode().split("\n")[:-1]

    async def visible(self):
        """Titles of the program's windows that can be seen."""
        return await self.ask("search", "--onlyvisible", "--name", WINDOW, "getwindowname", "%@")

    async def minimise(self):
        await self.ask("search", "--onlyvisible", "--name", WINDOW, "windowminimize", "%@")
        await until(self.is_empty)

    async def close_window(self):
        """As the person does it, by the keyboard; again if the window manager was still busy."""

        async def closed():
            await self.ask("search", "--onlyvisible", "--name", WINDOW, "windowactivate", "%@")
            await self.ask("key", "alt+F4")
            with suppress(TimeoutError):
                return await until(self.is_empty, SOON)

        await until(closed)

    async def is_empty(self):
        return not await self.visible()

    def stop(self):
        for process in (self._manager, self._server):
            process.terminate()
            process.wait(10)


async def until(asked, patience=PATIENCE):
    """The first true answer of ``asked``; other processes have no event to wait for."""
    async with asyncio.timeout(patience):
        while True:
            if answer := await asked():
                return answer
            await asyncio.sleep(0.1)


@pytest.fixture
def screen():
    made = Screen()
    yield made
    made.stop()


@pytest.fixture
def bus():
    made = PrivateBus()
    yield made
    made.stop()


class Desktop:
    """The program, and the desktop around it."""

    def __init__(self, screen, service, profile):
        self.screen, self.service, self.profile = screen, service, profile

    async def alert_on(self, symbol):
        """A rule from outside, which speaks once of the next second that rises."""
        before = len(self.service.shown)
        done = await asyncio.to_thread(
            thebot,
            *("rules", "add", "close > open", "--symbol", symbol, "--interval", "1s", "--once"),
            profile=self.profile / "demo",
        )
        assert done.returncode == 0, done.stderr

        async def told():
            return self.service.shown[before:]

        return (await until(told))[0]

    async def shows(self, symbol):
        """Its window is there again, with the chart of ``symbol``."""

        async def seen():
            return any(title.startswith(symbol) for title in await self.screen.visible())

        await until(seen)


@asynccontextmanager
async def running(screen, bus, profile):
    """The demo market in a window, on a desktop with a tray and notifications."""
    service, watcher = NotificationService(), TrayWatcher()
    offered = [await bus.offer(service), await bus.offer(watcher, "/StatusNotifierWatcher")]
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "thebot_desktop", "--demo", "--symbol", FIRST),
        env=environment(
            profile,
            DISPLAY=screen.name,
            DBUS_SESSION_BUS_ADDRESS=bus.address,
            QT_QPA_PLATFORM="xcb",
            THEBOT_UI_CLOSE_TO_TRAY="true",
            THEBOT_ALERTS_ENABLE_AUDIO="true",
        ),
        stderr=subprocess.PIPE,
    )
    desktop = Desktop(screen, service, profile)
    try:
        await desktop.shows(FIRST)

        async def in_tray():
            return watcher.icons

        await until(in_tray)
        yield desktop
        assert program.returncode is None
    finally:
        if program.returncode is None:
            program.terminate()
        _, errors = await program.communicate()
        for connection in offered:
            connection.disconnect()
    assert "Traceback" not in errors.decode()


async def test_alerts_are_seen_while_the_window_is_minimised_and_closed_to_the_tray(
    screen, bus, tmp_path
):
    """And a click on each opens the chart it is about."""
    async with running(screen, bus, tmp_path / "profile") as desktop:
        await screen.minimise()
        _app, icon, title, body, actions = await desktop.alert_on("ETHUSDT")
        assert title.startswith("ETHUSDT")
        assert body
        assert icon.endswith("thebot.svg")
        assert "Open chart" in actions
        assert await screen.is_empty()
        desktop.service.press(len(desktop.service.shown), "default")
        await desktop.shows("ETHUSDT")

        await screen.close_window()
        _app, _icon, title, _body, _actions = await desktop.alert_on("BTCUSDT")
        assert title.startswith("BTCUSDT")
        assert await screen.is_empty()
        desktop.service.press(len(desktop.service.shown), "default")
        await desktop.shows("BTCUSDT")
