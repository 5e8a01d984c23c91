"""Commands as data."""

import pytest
from PySide6.QtWidgets import QMainWindow

from thebot_desktop.ui.actions import Command, Commands, key_text


@pytest.fixture
def commands(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    made = Commands(window)
    made.window = window
    return made


def test_one_list_gives_menus_in_their_order(commands):
    """With submenus and lines between."""
    done = []
    commands.add(
        Command("a", "First", lambda: done.append("a"), menu="file"),
        Command("b", "Second", lambda: done.append("b"), menu="file.more"),
        Command("c", "Third", lambda: done.append("c"), menu="file", separated=True),
    )
    commands.fill_menu_bar(commands.window.menuBar(), {"file": "&File", "file.more": "More"})
    texts = [a.text() for a in commands.menu("file").actions()]
    assert texts == ["More", "First", "", "Third"]
    commands.menu("file.more").actions()[0].trigger()
    assert done == ["b"]


def test_choices_exclude_each_other(commands):
    """One is ticked, always."""
    commands.add(
        Command("dark", "Dark", lambda: None, choice="theme"),
        Command("light", "Light", lambda: None, choice="theme"),
    )
    commands.run("light")
    commands.run("dark")
    assert commands.action("dark").isChecked()
    assert not commands.action("light").isChecked()


def test_a_name_cannot_be_taken_twice(commands):
    """It would hide the other."""
    commands.add(Command("a", "One", lambda: None))
    with pytest.raises(ValueError, match="a"):
        commands.add(Command("a", "Two", lambda: None))


def test_tips_have_the_keys(commands):
    """As they are written on this system."""
    commands.add(Command("find", "Find…", lambda: None, shortcut="Ctrl+K", tip="Find things"))
    assert commands.action("find").toolTip() == f"Find things ({key_text('Ctrl+K')})"
    assert commands.with_shortcut() == [("Find…", key_text("Ctrl+K"))]
