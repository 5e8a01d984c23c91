"""The health of the program."""

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.fakes import BTC_1M
from tests.ui.world import NOW
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.market import ConnectionChange, ConnectionState, FeedGap


def test_the_facts_are_those_of_the_document(open_dock, world):
    """Connection, counts, holes, memory."""
    world.core.subscriber.tell(ConnectionChange(ConnectionState.DELAYED, "Slow", NOW))
    world.core.subscriber.tell(FeedGap(BTC_1M, NOW, NOW, NOW))
    dock = open_dock("health")
    assert dock.fact("connection") == "● Delayed · Slow"
    assert dock.fact("messages") == "1,000 · 214/s"
    assert dock.fact("holes") == "1 · 0"
    assert dock.fact("memory") == "138 MB"


def test_faults_are_listed_newest_first(open_dock, world):
    """As sentences, counted in the header."""
    world.core.faults.notify(TransientFeedError("first"))
    world.core.faults.notify(TransientFeedError("second", user_message="Second thing."))
    dock = open_dock("health")
    lines = dock._faults.text().splitlines()
    assert "Second thing." in lines[0]
    assert dock.header.info == "2 faults"


def test_the_report_can_be_copied(open_dock, qtbot, host):
    """As text that someone else can read."""
    dock = open_dock("health")
    qtbot.mouseClick(dock.copy_button, Qt.MouseButton.LeftButton)
    report = json.loads(QGuiApplication.clipboard().text())
    assert report["feed"]["messages"] == 1000
    assert host.calls == [("notify_person", "The report is in the clipboard.")]
