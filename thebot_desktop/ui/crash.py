"""What a person sees when the program is wrong: a sentence, and a report to copy."""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import PySide6
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop import __version__

log = logging.getLogger(__name__)
qt_log = logging.getLogger("qt")

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


_CHATTER = ("This plugin does not support ",)
"""What a platform says of itself at every window; nothing is wrong and nobody can act on it."""


class CrashHandler:
    """Every error that nobody caught ends here: slots, threads, tasks, painting.

    ``show`` is given a report of each; the log has them all in any case.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._showing = False
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        sys.excepthook = self.on_exception
        threading.excepthook = self._on_thread
        qInstallMessageHandler(on_qt_message)

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Errors of tasks that nobody awaits."""
        loop.set_exception_handler(self._on_loop)

    def uninstall(self) -> None:
        sys.excepthook, threading.excepthook = self._before
        qInstallMessageHandler(None)

    def on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("not caught", exc_info=(kind, error, trace))
        self._tell("".join(traceback.format_exception(kind, error, trace)))

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        """Widgets belong to the main thread, so this only goes to the log."""
        if args.exc_value is not None:
            error = (args.exc_type, args.exc_value, args.exc_traceback)
            log.critical("not caught in a thread", exc_info=error)

    def _on_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        message = str(context.get("message", ""))
        if isinstance(error, Exception):
            log.error("%s", message, exc_info=error)
            self._tell(f"{message}\n{''.join(traceback.format_exception(error))}")
        else:
            log.error("%s: %r", message, context)

    def _tell(self, trace: str) -> None:
        """One at a time: an error in showing an error is only logged."""
        if self._showing:
            return
        self._showing = True
        try:
            self._show(report_of(trace))
        finally:
            self._showing = False


class CrashDialog(QDialog):
    """Opened with ``open``; the program goes on behind it."""

    def __init__(
        self, parent: QWidget | None, report: str, quit_program: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("crash")
        self.setWindowTitle(self.tr("Something is wrong in THEBOT Desktop"))
        text = QLabel(
            self.tr(
                "The program made an error. It may go on as if nothing had happened; if "
                "something looks wrong, start it again. The report helps to find the cause: "
                "it names no keys and is sent nowhere."
            )
        )
        text.setWordWrap(True)
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setProperty("role", "code")
        self.report.setAccessibleName(self.tr("Report"))
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.copy_button = buttons.addButton(self.tr("Copy report"), role.ActionRole)
        self.copy_button.clicked.connect(self.copy)
        ending = buttons.addButton(self.tr("Quit"), role.DestructiveRole)
        ending.clicked.connect(lambda: quit_program())
        going_on = buttons.addButton(self.tr("Continue"), role.AcceptRole)
        going_on.setDefault(True)
        buttons.accepted.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(text)
        column.addWidget(self.report, 1)
        column.addWidget(buttons)
        self.resize(640, 420)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())


class CrashLog:
    """A file that the interpreter writes to when it dies, so that the next start can tell."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def open(self) -> str:
        """Begin to watch; what an earlier run left behind, or nothing."""
        left = ""
        try:
            if self._path.is_file() and self._path.stat().st_size:
                left = self._path.read_text(encoding="utf-8", errors="replace")
                self._path.replace(self._path.with_suffix(".last"))
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="utf-8")
        except OSError as error:
            log.warning("crash log %s: %s", self._path, error)
            return left
        faulthandler.enable(self._file)
        return left

    def close(self) -> None:
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            self._path.unlink(missing_ok=True)


def report_of(trace: str) -> str:
    """What someone needs to know who did not see it happen."""
    versions = (
        f"THEBOT Desktop {__version__}, Python {platform.python_version()}, "
        f"PySide6 {PySide6.__version__}, {platform.platform()}"
    )
    return f"{versions}\n\n{trace}"


def on_qt_message(kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
    chatter = message.startswith(_CHATTER)
    level = logging.DEBUG if chatter else _QT_LEVELS.get(kind, logging.WARNING)
    qt_log.log(level, "%s", message)
