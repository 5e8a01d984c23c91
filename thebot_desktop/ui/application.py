"""The application: Qt and asyncio in one loop, begun and ended in order."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QWidget

from thebot_desktop import __version__
from thebot_desktop.ui.resources import resource
from thebot_desktop.ui.status_watch import APPLICATION_NAME

os.environ["QT_API"] = "pyside6"  # Otherwise qasync takes whichever Qt it finds first.

import qasync

log = logging.getLogger(__name__)

EXECUTOR_THREADS = 2
ANSWER_MS = 300
"""Another copy of the program answers within this time, or is not there."""
APPLICATION_ID = "io.github.thebot.Desktop"


class Application(QApplication):
    """Closing windows does not end it: whoever wants that calls ``ask_quit``."""

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
            Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
        )
        super().__init__([APPLICATION_NAME, *arguments])
        self.setApplicationName("thebot-desktop")
        self.setApplicationVersion(__version__)
        self.setDesktopFileName(APPLICATION_ID)
        self.setQuitOnLastWindowClosed(False)
        self._quitting = asyncio.Event()
        _name_for_windows()
        symbol = resource("icons", "thebot.svg")
        if symbol.is_file():
            self.setWindowIcon(QIcon(str(symbol)))

    @property
    def quitting(self) -> bool:
        return self._quitting.is_set()

    def ask_quit(self) -> None:
        """End the program soon, in order. Safe to call again."""
        self._quitting.set()

    async def wait_for_quit(self) -> None:
        await self._quitting.wait()


def run(
    main: Callable[[Application], Coroutine[Any, Any, int]], arguments: Sequence[str] = ()
) -> int:
    """Run ``main`` in the loop of a new application; its exit status.

    ``main`` returns after ``Application.wait_for_quit``; tasks it leaves behind are cancelled
    and awaited, so that every ``finally`` runs. One loop per process.
    """
    app = Application(arguments)

    def make_loop() -> asyncio.AbstractEventLoop:
        loop: asyncio.AbstractEventLoop = qasync.QEventLoop(app)
        loop.set_default_executor(ThreadPoolExecutor(EXECUTOR_THREADS, "thebot"))
        return loop

    async def run_until_done() -> int:
        _quit_on_signals(app)
        return await main(app)

    with asyncio.Runner(loop_factory=make_loop) as runner:
        return runner.run(run_until_done())


async def quit_after(app: Application, seconds: float) -> None:
    """For ``--quit-after``."""
    await asyncio.sleep(seconds)
    app.ask_quit()


def save_screenshot(window: QWidget, path: Path) -> bool:
    """The window as it is, as a PNG; False when it could not be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return window.grab().save(str(path), "PNG")


class SingleInstance(QObject):
    """One running program per profile; a second start hands its arguments to the first."""

    started_again = Signal(list)
    """The arguments of a second start."""

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._name = instance_name(profile)
        self._server: QLocalServer | None = None

    def claim(self, arguments: Sequence[str] = ()) -> bool:
        """Whether this is the first one; otherwise the first has been told."""
        if self._tell_first(arguments):
            return False
        QLocalServer.removeServer(self._name)  # Left behind by a copy that crashed.
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_connection)
        if not server.listen(self._name):
            log.warning("single instance: %s", server.errorString())
        self._server = server
        return True

    def release(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _tell_first(self, arguments: Sequence[str]) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(ANSWER_MS):
            return False
        socket.write(json.dumps(list(arguments)).encode() + b"\n")
        socket.waitForBytesWritten(ANSWER_MS)
        socket.disconnectFromServer()
        return True

    def _on_connection(self) -> None:
        if self._server is None:
            return
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._read(socket))
        socket.disconnected.connect(socket.deleteLater)
        if socket.canReadLine():
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            return
        try:
            arguments = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            log.warning("a second start said something unexpected")
            arguments = []
        if isinstance(arguments, list):
            self.started_again.emit([str(a) for a in arguments])


def instance_name(profile: Path) -> str:
    """Per user and profile; the socket lives in a folder that all users share."""
    owner = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    digest = hashlib.sha256(f"{owner}:{profile.resolve()}".encode()).hexdigest()[:16]
    return f"thebot-desktop-{digest}"


def _quit_on_signals(app: Application) -> None:
    """Ctrl+C and SIGTERM end the program as the menu does."""
    loop = asyncio.get_running_loop()
    for which in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(which, app.ask_quit)
        except NotImplementedError:
            signal.signal(which, lambda *_: loop.call_soon_threadsafe(app.ask_quit))


def _name_for_windows() -> None:
    """Without a name of its own, notifications and the task bar show Python's."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APPLICATION_ID)
