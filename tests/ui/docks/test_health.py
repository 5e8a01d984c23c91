"""The health of the program."""

import json

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.fakes import BTC_1M
from tests.ui.world import NOW
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.market import ConnectionState, FeedGap
from thebot_desktop.market.exchange_clock import ClockSample


def test_the_facts_are_those_of_the_document(open_dock, world):
    """Connection, counts, holes, memory."""
    world.connection(ConnectionState.DELAYED, "Slow")
    world.core.subscriber.tell(FeedGap(BTC_1M, NOW, NOW, NOW))
    dock = open_dock("health")
    assert dock.fact("connection") == "Delayed · Slow"
    assert dock.fact("latency") == "45 ms"
    assert dock.fact("messages") == "1,000 · 214/s"
    assert dock.fact("holes") == "1 · 0"
    assert dock.fact("memory") == "138 MB"


def test_every_series_has_its_word(open_dock, world):
    """The same three as everywhere."""
    world.session.open(BTC_1M)
    assert open_dock("health").fact("series") == "BTCUSDT 1m · 500 · Live"


def test_the_clock_of_the_computer_is_compared(open_dock, world):
    """A little off is a fact; more than a second is worth a sentence."""
    dock = open_dock("health")
    assert dock.fact("clock") == "Not measured yet"
    world.core.stream.freshness.exchange_clock.take([ClockSample(-400, 20)])
    dock.draw()
    assert dock.fact("clock") == "0.4 s ahead of the exchange"
    assert dock._facts["clock"].property("kind") == ""
    world.core.stream.freshness.exchange_clock.take([ClockSample(90_000, 20)])
    dock.draw()
    assert dock.fact("clock").startswith("Your computer's clock is 1 min slow.")
    assert dock._facts["clock"].property("kind") == "warning"


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
