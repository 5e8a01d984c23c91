"""Errors nobody caught."""

import asyncio
import logging
import sys
import threading

import pytest
from PySide6.QtCore import Qt, QTimer, QtMsgType
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from thebot_desktop.ui.crash import CrashDialog, CrashHandler, CrashLog, on_qt_message


@pytest.fixture
def reports():
    return []


@pytest.fixture
def handler(reports):
    before = sys.excepthook, threading.excepthook
    made = CrashHandler(reports.append)
    yield made
    sys.excepthook, threading.excepthook = before


def fail(kind=ValueError):
    raise kind("broken")


def test_an_error_in_a_slot_is_reported_and_logged(handler, reports, caplog):
    """With versions and the way there."""
    try:
        fail()
    except ValueError as error:
        handler.on_exception(type(error), error, error.__traceback__)
    assert "ValueError: broken" in reports[0]
    assert "PySide6" in reports[0].splitlines()[0]
    assert "not caught" in caplog.text


def test_the_hooks_catch_slots(handler, reports, qtbot):
    """As Qt hands them over."""
    with qtbot.capture_exceptions():
        sys.excepthook = handler.on_exception
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: bool(reports))
    assert "ValueError" in reports[0]


def test_a_thread_goes_to_the_log(handler, reports, caplog):
    """Widgets are not touched from there."""
    threading.excepthook = handler._on_thread
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert reports == []
    assert "not caught in a thread" in caplog.text


async def test_a_task_that_nobody_awaits_is_reported(handler, reports):
    """By the loop, when it finds out."""
    handler.watch(asyncio.get_running_loop())
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert "ValueError: broken" in reports[0]


def test_ctrl_c_is_not_an_error(handler, reports):
    """A person wanted to end the program."""
    handler.on_exception(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert reports == []


def test_an_error_while_showing_an_error_is_only_logged(caplog):
    """No endless chain of dialogs."""

    def show(report):
        handler.on_exception(ValueError, ValueError("again"), None)

    handler = CrashHandler(show)
    handler.on_exception(ValueError, ValueError("first"), None)
    assert "again" in caplog.text


def test_words_of_qt_go_to_the_log(caplog):
    """At their own level."""
    caplog.set_level(logging.DEBUG, "qt")
    on_qt_message(QtMsgType.QtWarningMsg, None, "a warning")
    on_qt_message(QtMsgType.QtDebugMsg, None, "a detail")
    assert [(r.levelname, r.message) for r in caplog.records] == [
        ("WARNING", "a warning"),
        ("DEBUG", "a detail"),
    ]


def test_a_platform_that_speaks_of_itself_is_a_detail(caplog):
    """Nobody can act on what a platform does not support."""
    caplog.set_level(logging.DEBUG, "qt")
    message = "This plugin does not support propagateSizeHints()"
    on_qt_message(QtMsgType.QtWarningMsg, None, message)
    assert [r.levelname for r in caplog.records] == ["DEBUG"]


def test_the_dialog_offers_the_report_and_a_way_on(qtbot):
    """It is not modal to the loop: the program goes on behind it."""
    ended = []
    dialog = CrashDialog(None, "the report", lambda: ended.append(True))
    dialog.open()
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "the report"
    buttons = {b.text(): b for b in dialog.findChildren(QPushButton)}
    qtbot.mouseClick(buttons["Quit"], Qt.MouseButton.LeftButton)
    assert ended == [True]
    qtbot.mouseClick(buttons["Continue"], Qt.MouseButton.LeftButton)


def test_a_crash_of_an_earlier_run_is_found(tmp_path):
    """And kept for a look; a run that ended well leaves nothing."""
    path = tmp_path / "logs" / "crash.log"
    log = CrashLog(path)
    assert log.open() == ""
    log.close()
    assert not path.exists()
    path.write_text("Fatal Python error: Segmentation fault")
    again = CrashLog(path)
    assert "Segmentation fault" in again.open()
    again.close()
    assert path.with_suffix(".last").is_file()
