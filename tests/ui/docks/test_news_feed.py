"""Headlines."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from tests.ui.world import NOW
from thebot_desktop.app.news_service import SourceHealth
from thebot_desktop.app.settings import Settings
from thebot_desktop.domain.news import NewsItem
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.ui.states import State


def item(number, title, minutes, source="coindesk", link="https://example.org/a"):
    return NewsItem(str(number), source, title, link, UnixMs(NOW - minutes * 60_000))


@pytest.fixture
def filled(world):
    world.news.manager.add(
        [
            item(1, "Bitcoin rallies to a record", 3),
            item(2, "Exchange hacked, funds stolen", 11, "decrypt"),
        ]
    )


def test_headlines_stand_newest_first(open_dock, filled, texts):
    """With the mood of the words."""
    rows = texts(open_dock("news_feed").table)
    assert [row[1] for row in rows] == [
        "Bitcoin rallies to a record",
        "Exchange hacked, funds stolen",
    ]
    assert rows[0][3] == "BTC"
    assert [row[4] for row in rows] == ["positive", "negative"]


def test_the_search_finds_words(open_dock, filled, qtbot, texts):
    """As one types; when nothing fits there is a way back."""
    dock = open_dock("news_feed")
    qtbot.keyClicks(dock.search, "hacked")
    dock.draw()
    assert len(texts(dock.table)) == 1
    qtbot.keyClicks(dock.search, " unicorns")
    dock.draw()
    assert dock.state is State.EMPTY
    assert "unicorns" in dock.state_view.sentence
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    dock.draw()
    assert len(texts(dock.table)) == 2


def test_enter_opens_the_link_in_the_browser(open_dock, filled, qtbot, monkeypatch):
    """And a double click does."""
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    dock = open_dock("news_feed")
    dock.table.selectRow(0)
    qtbot.keyClick(dock.table, Qt.Key.Key_Return)
    assert [url.toString() for url in opened] == ["https://example.org/a"]


def test_only_web_pages_are_opened(open_dock, world, host, monkeypatch):
    """A feed cannot make the program open a file or start something."""
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    world.news.manager.add([item(1, "Look", 1, link="file:///etc/passwd")])
    dock = open_dock("news_feed")
    dock.table.activated_row.emit(dock.table.model().index(0, 0))
    assert opened == []
    assert host.calls[0][0] == "notify_person"


def test_news_that_are_switched_off_say_so(open_dock, world, host, qtbot):
    """With the way to the setting."""
    world.settings.update(replace(Settings(), news=NewsConfig(enabled=False)))
    dock = open_dock("news_feed")
    assert dock.state is State.OFF
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    assert host.calls == [("run_command", "file.settings")]


def test_sources_that_all_fail_are_an_error_with_a_button(open_dock, world, qtbot):
    """What happened, since when, try again."""
    last = UnixMs(NOW - 120_000)
    world.news.health = (
        SourceHealth("coindesk", "CoinDesk", last, UnixMs(0), 0, 3, "The site is away."),
    )
    dock = open_dock("news_feed")
    assert dock.state is State.ERROR
    assert dock.state_view.sentence == "No news: The site is away."
    assert dock.header.info == "1 failing"
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    assert world.news.refreshed == 1


def test_the_first_look_is_a_skeleton(open_dock, world):
    """Rows to come, no spinner."""
    world.news.busy = True
    assert open_dock("news_feed").state is State.LOADING


def test_before_any_news_there_is_a_sentence(open_dock):
    """What will be here."""
    assert open_dock("news_feed").state is State.EMPTY
